package main

import (
	"flag"
	"fmt"
	"os"
)

// passphraseVariable names the environment's passphrase of the sealed file.
const passphraseVariable = "RESTANTE_PASSPHRASE"

// unlock opens the sealed file with the environment's passphrase, if both are there.
func (a app) unlock() error {
	if p := os.Getenv(passphraseVariable); p != "" && a.core.Secrets().Locked {
		return a.core.UnlockSecrets(p)
	}
	return nil
}

// secrets tells where passwords are kept, or makes the sealed file.
func (a app) secrets(args []string) error {
	flags := flag.NewFlagSet("secrets", flag.ContinueOnError)
	seal := flags.Bool("seal", false, "make the sealed file, with the passphrase in "+passphraseVariable)
	if err := a.parse(flags, args, 0, 0); err != nil {
		return err
	}
	if *seal {
		p := os.Getenv(passphraseVariable)
		if p == "" {
			return fmt.Errorf("%w: set %s", errAsk, passphraseVariable)
		}
		if err := a.core.SetPassphrase(p); err != nil {
			return err
		}
	}
	s := a.core.Secrets()
	words := "kept in " + string(s.Place)
	switch {
	case s.Locked:
		words += "; there is a sealed file, which is locked"
	case s.File:
		words += "; the sealed file is open"
	}
	_, err := fmt.Fprintln(a.out, words)
	return err
}

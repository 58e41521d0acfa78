package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"restante.app/localstore"
)

func (a app) account(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: account what? add, list, remove or test", errUsage)
	}
	flags := flag.NewFlagSet("account "+args[0], flag.ContinueOnError)
	switch args[0] {
	case "add":
		return a.addAccount(flags, args[1:])
	case "list":
		if err := a.parse(flags, args[1:], 0, 0); err != nil {
			return err
		}
		return a.listAccounts()
	case "remove":
		if err := a.parse(flags, args[1:], 1, 1); err != nil {
			return err
		}
		return a.core.RemoveAccount(flags.Arg(0))
	case "test":
		if err := a.parse(flags, args[1:], 1, 1); err != nil {
			return err
		}
		return a.testAccount(ctx, flags.Arg(0))
	}
	return fmt.Errorf("%w: account takes add, list, remove or test, not %q", errUsage, args[0])
}

func (a app) addAccount(flags *flag.FlagSet, args []string) error {
	var acc localstore.Account
	var boxes string
	var plain bool
	flags.StringVar(&acc.Name, "name", "", "what to call it; the user and host if empty")
	flags.StringVar(&acc.Host, "host", "", "the post office")
	flags.IntVar(&acc.Port, "port", 109, "its port; RFC 923 lists 109 for POP")
	flags.StringVar(&acc.User, "user", "", "the user name there")
	flags.StringVar(&boxes, "mailboxes", "", "the mailboxes, with commas between; the user name if empty")
	flags.BoolVar(&acc.Delete, "delete", false, "collect by RDEL unless told otherwise: the post office deletes what is safely here")
	flags.BoolVar(&plain, "plain", false, "no TLS")
	flags.BoolVar(&acc.PlainConsent, "plain-consent", false, "send the password unprotected even to another machine")
	flags.StringVar(&acc.Format, "format", "", "the maildrop's format: mbox, mboxo, mboxrd, mboxcl, mboxcl2, mmdf, tenex, bare; detected if empty")
	flags.StringVar((*string)(&acc.DataReply), "data-reply", "", "what RCEV gets: 'none' or 'ok'; detected if empty")
	flags.StringVar(&acc.PinnedKey, "pin", "", "the hex SHA-256 of the one server key to trust")
	flags.BoolVar(&acc.RememberInKey, "keyring", false, "keep the password (RESTANTE_PASSWORD) in the keyring")
	if err := a.parse(flags, args, 0, 0); err != nil {
		return err
	}
	acc.Security, acc.Protocol = localstore.TLS, "pop1"
	if plain {
		acc.Security = localstore.Plain
	}
	for b := range strings.SplitSeq(boxes, ",") {
		if b = strings.TrimSpace(b); b != "" {
			acc.Mailboxes = append(acc.Mailboxes, b)
		}
	}
	if acc.Name == "" {
		acc.Name = acc.User + " at " + acc.Host
	}
	acc, err := a.core.SaveAccount(acc, os.Getenv("RESTANTE_PASSWORD"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, acc.ID)
	return err
}

func (a app) listAccounts() error {
	accounts, err := a.core.Accounts()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, acc := range accounts {
		mode := "RETR"
		if acc.Delete {
			mode = "RDEL"
		}
		fmt.Fprintf(w, "%s\t%s\t%s@%s:%d\t%s\t%s\n", acc.ID, acc.Name, acc.User, acc.Host, acc.Port, acc.Security, mode)
	}
	return w.Flush()
}

func (a app) testAccount(ctx context.Context, id string) error {
	acc, err := a.core.Store().Account(id)
	if err != nil {
		return err
	}
	password, err := a.password(acc)
	if err != nil {
		return err
	}
	r := a.core.Test(ctx, acc, password)
	for _, s := range r.Steps {
		if s.Err != nil {
			fmt.Fprintf(a.out, "FAILED  %s: %v\n", s.Step, s.Err)
			continue
		}
		fmt.Fprintf(a.out, "ok      %s: %s\n", s.Step, s.Detail)
	}
	if !r.OK() {
		return fmt.Errorf("%s %s\n%s", r.Advice.What, r.Advice.Next, r.Transcript)
	}
	return nil
}

// password finds the password of an account: the environment, what the core
// knows (then it returns ""), or the person at the terminal.
func (a app) password(acc localstore.Account) (string, error) {
	if p := os.Getenv("RESTANTE_PASSWORD"); p != "" || a.core.HasPassword(acc.ID) {
		return p, nil
	}
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", fmt.Errorf("the password of %s is not known: set RESTANTE_PASSWORD, or run this at a terminal", acc.Name)
	}
	fmt.Fprintf(a.errors, "Password of %s: ", acc.Name)
	p, err := term.ReadPassword(fd)
	fmt.Fprintln(a.errors)
	return string(p), err
}

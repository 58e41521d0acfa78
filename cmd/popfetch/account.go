package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"golang.org/x/term"

	"restante.app/fetcher"
	"restante.app/localstore"
)

// errAsk says that a person has to be asked first: for a password, a consent, a sign-in.
var errAsk = errors.New("somebody has to be asked first")

func (a app) account(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: account what? add, change, list, remove, test or signin", errUsage)
	}
	flags := flag.NewFlagSet("account "+args[0], flag.ContinueOnError)
	switch args[0] {
	case "add":
		return a.addAccount(ctx, flags, args[1:])
	case "change":
		return a.changeAccount(flags, args[1:])
	case "list":
		asJSON := flags.Bool("json", false, "as JSON")
		if err := a.parse(flags, args[1:], 0, 0); err != nil {
			return err
		}
		return a.listAccounts(*asJSON)
	}
	if err := a.parse(flags, args[1:], 1, 1); err != nil {
		return err
	}
	switch id := flags.Arg(0); args[0] {
	case "remove":
		return a.core.RemoveAccount(id)
	case "test":
		return a.testAccount(ctx, id)
	case "signin":
		return a.core.SignIn(ctx, id, func(url string) error {
			_, err := fmt.Fprintf(a.out, "Open this address in a browser on this machine:\n%s\n", url)
			return err
		})
	}
	return fmt.Errorf("%w: account takes add, change, list, remove, test or signin, not %q", errUsage, args[0])
}

func (a app) addAccount(ctx context.Context, flags *flag.FlagSet, args []string) error {
	f := accountFlags(flags)
	accept := flags.String("accept", "", "after a look that needs consent: 'open', 'unproved' or the key's fingerprint, as it was told")
	if err := a.parse(flags, args, 0, 1); err != nil {
		return err
	}
	var acc localstore.Account
	var err error
	if address := flags.Arg(0); address != "" {
		if acc, err = a.discover(ctx, address, *accept); err != nil {
			return err
		}
	}
	if acc, err = f.apply(acc); err != nil {
		return err
	}
	if acc.Name == "" {
		acc.Name = acc.User + " at " + acc.Host
	}
	acc, err = a.core.SaveAccount(acc, os.Getenv(passwordVariable))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, acc.ID)
	return err
}

func (a app) changeAccount(flags *flag.FlagSet, args []string) error {
	f := accountFlags(flags)
	if err := a.parse(flags, args, 1, 1); err != nil {
		return err
	}
	acc, err := a.core.Store().Account(flags.Arg(0))
	if err != nil {
		return err
	}
	if acc, err = f.apply(acc); err != nil {
		return err
	}
	_, err = a.core.SaveAccount(acc, os.Getenv(passwordVariable))
	return err
}

// discover finds out how to reach an address's mail. What is not safe is not done
// unless accept names it.
func (a app) discover(ctx context.Context, address, accept string) (localstore.Account, error) {
	password, err := a.ask("Password of " + address)
	if err != nil {
		return localstore.Account{}, err
	}
	d := a.core.Discover(ctx, address, password, func(t fetcher.Attempt) {
		switch {
		case t.Err != nil:
			fmt.Fprintf(a.errors, "no      %s: %v\n", t.What, t.Err)
		case t.Detail != "":
			fmt.Fprintf(a.errors, "ok      %s: %s\n", t.What, t.Detail)
		}
	})
	if d.Hint != "" {
		fmt.Fprintln(a.errors, d.Hint)
	}
	switch {
	case d.Safety == fetcher.SafetyNothing:
		return d.Account, fmt.Errorf("%s %s Or give --host, --port and --user", d.Report.Advice.What, d.Report.Advice.Next)
	case d.SignIn:
		return d.Account, nil
	case d.Safety.NeedsConsent():
		if err := consent(d, accept); err != nil {
			return d.Account, err
		}
		d.Report = a.core.Test(ctx, d.Account, password)
	}
	return d.Account, a.report1(d.Report)
}

// consent compares what is needed with what was accepted.
func consent(d fetcher.Discovery, accept string) error {
	need, why := "open", "the line to %s is not protected: everybody on the way can read the password"
	switch d.Safety {
	case fetcher.SafetyUnproved:
		need, why = "unproved", "nothing proves that %s is this address's post office"
	case fetcher.SafetyUnknownKey:
		need, why = d.Account.PinnedKey, "the certificate of %s can't be trusted; compare the fingerprint with its owner's"
	}
	if accept == need {
		return nil
	}
	return fmt.Errorf("%w: "+why+". If you agree, run this again with --accept %s", errAsk, d.Account.Host, need)
}

// jsonAccount is what 'account list --json' prints of an account.
type jsonAccount struct {
	localstore.Account
	Mode string `json:"mode"`
}

func (a app) listAccounts(asJSON bool) error {
	accounts, err := a.core.Accounts()
	if err != nil {
		return err
	}
	if asJSON {
		out := make([]jsonAccount, len(accounts))
		for i, acc := range accounts {
			out[i] = jsonAccount{acc, modeOf(acc)}
		}
		return a.json(out)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, acc := range accounts {
		fmt.Fprintf(w, "%s\t%s\t%s@%s:%d\t%s\t%s\t%s\n", acc.ID, acc.Name, acc.User, acc.Host, acc.Port, acc.Protocol, acc.Security, modeOf(acc))
	}
	return w.Flush()
}

func modeOf(acc localstore.Account) string {
	if acc.Delete {
		return "RDEL"
	}
	return "RETR"
}

func (a app) json(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
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
	return a.report1(a.core.Test(ctx, acc, password))
}

// report1 prints a connection test.
func (a app) report1(r fetcher.Report) error {
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

// passwordVariable names the environment's password.
const passwordVariable = "RESTANTE_PASSWORD"

// password finds the password of an account: the environment, what the core
// knows (then it returns ""), or the person at the terminal.
func (a app) password(acc localstore.Account) (string, error) {
	if p := os.Getenv(passwordVariable); p != "" || a.core.HasPassword(acc.ID) {
		return p, nil
	}
	if acc.OAuth.AuthURL != "" {
		return "", fmt.Errorf("%w: popfetch account signin %s", errAsk, acc.ID)
	}
	return a.ask("Password of " + acc.Name)
}

// ask takes a password from the environment, else from the terminal.
func (a app) ask(what string) (string, error) {
	if p := os.Getenv(passwordVariable); p != "" {
		return p, nil
	}
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", fmt.Errorf("%w: the %s is not known: set %s, or run this at a terminal", errAsk, lowerFirst(what), passwordVariable)
	}
	fmt.Fprintf(a.errors, "%s: ", what)
	p, err := term.ReadPassword(fd)
	fmt.Fprintln(a.errors)
	return string(p), err
}

func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}

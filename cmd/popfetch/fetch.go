package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"golang.org/x/term"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

func (a app) fetch(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("fetch", flag.ContinueOnError)
	del := flags.Bool("delete", false, "RDEL: the post office deletes what is safely here")
	leave := flags.Bool("leave", false, "RETR: the mail stays at the post office")
	if err := a.parse(flags, args, 0, -1); err != nil {
		return err
	}
	if *del && *leave {
		return fmt.Errorf("%w: --delete and --leave exclude each other", errUsage)
	}
	accounts, err := a.chosen(flags.Args())
	if err != nil {
		return err
	}
	var errs []error
	for _, acc := range accounts {
		removal := popclient.Leave
		if *del || acc.Delete && !*leave {
			removal = popclient.Delete
		}
		errs = append(errs, a.fetchOne(ctx, acc, removal))
	}
	return errors.Join(errs...)
}

// chosen returns the accounts with these ids, all if there are none.
func (a app) chosen(ids []string) ([]localstore.Account, error) {
	if len(ids) > 0 {
		var out []localstore.Account
		for _, id := range ids {
			acc, err := a.core.Store().Account(id)
			if err != nil {
				return nil, err
			}
			out = append(out, acc)
		}
		return out, nil
	}
	out, err := a.core.Accounts()
	if err == nil && len(out) == 0 {
		err = errors.New("there is no account yet: popfetch account add")
	}
	return out, err
}

func (a app) fetchOne(ctx context.Context, acc localstore.Account, r popclient.Removal) error {
	password, err := a.password(acc)
	if err != nil {
		return err
	}
	if err := a.core.Fetch(acc.ID, r, password); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { a.core.Cancel(acc.ID) })
	defer stop()
	live := false
	if f, ok := a.errors.(*os.File); ok {
		live = term.IsTerminal(int(f.Fd()))
	}
	for e := range a.core.Events() {
		switch e := e.(type) {
		case fetcher.Progressed:
			if live {
				fmt.Fprintf(a.errors, "\r%s: %d of %d octets, %d messages ", acc.Name, e.Progress.Octets, e.Progress.Promised, e.Progress.Messages)
			}
		case fetcher.Finished:
			if live {
				fmt.Fprintln(a.errors)
			}
			return a.report(acc, e)
		}
	}
	return fetcher.ErrClosed
}

func (a app) report(acc localstore.Account, e fetcher.Finished) error {
	t := e.Tally
	fmt.Fprintf(a.out, "%s: %d collected, %d already known, %d removed there, %d refused, %d left there (%s, %d octets)\n",
		acc.Name, t.Collected, t.Known, t.Removed, t.Refused, t.Left, e.Removal, t.Octets)
	if e.Err != nil {
		return fmt.Errorf("%s: %s %s\n(%w)", acc.Name, e.Advice.What, e.Advice.Next, e.Err)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"golang.org/x/term"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

func (a app) fetch(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("fetch", flag.ContinueOnError)
	del := flags.Bool("delete", false, "RDEL: the post office deletes what is safely here")
	leave := flags.Bool("leave", false, "RETR: the mail stays at the post office")
	all := flags.Bool("all", false, "all accounts, which is also what no account means")
	var ids []string
	flags.Func("account", "an account's ID; may be given several times", func(id string) error {
		ids = append(ids, id)
		return nil
	})
	if err := a.parse(flags, args, 0, -1); err != nil {
		return err
	}
	ids = append(ids, flags.Args()...)
	switch {
	case *del && *leave:
		return fmt.Errorf("%w: --delete and --leave exclude each other", errUsage)
	case *all && len(ids) > 0:
		return fmt.Errorf("%w: --all and single accounts exclude each other", errUsage)
	}
	accounts, err := a.chosen(ids)
	if err != nil {
		return err
	}
	return a.fetchThem(ctx, accounts, func(acc localstore.Account) popclient.Removal {
		if *del || acc.Delete && !*leave {
			return popclient.Delete
		}
		return popclient.Leave
	})
}

// chosen returns the accounts with these ids, all if there are none.
func (a app) chosen(ids []string) ([]localstore.Account, error) {
	if len(ids) > 0 {
		var out []localstore.Account
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
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

// fetchThem runs the fetches at once and reports each as it ends.
func (a app) fetchThem(ctx context.Context, accounts []localstore.Account, removal func(localstore.Account) popclient.Removal) error {
	var errs []error
	running := map[string]localstore.Account{}
	for _, acc := range accounts {
		password, err := a.password(acc)
		if err == nil {
			err = a.core.Fetch(acc.ID, removal(acc), password)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		running[acc.ID] = acc
	}
	stop := context.AfterFunc(ctx, func() {
		for _, acc := range accounts {
			a.core.Cancel(acc.ID)
		}
	})
	defer stop()
	return errors.Join(append(errs, a.follow(running))...)
}

// follow reports what happens until all of the fetches have ended.
func (a app) follow(running map[string]localstore.Account) error {
	live := false
	if f, ok := a.errors.(*os.File); ok {
		live = term.IsTerminal(int(f.Fd())) && len(running) == 1
	}
	var errs []error
	for len(running) > 0 {
		e, ok := <-a.core.Events()
		if !ok {
			return errors.Join(append(errs, fetcher.ErrClosed)...)
		}
		switch e := e.(type) {
		case fetcher.Progressed:
			if live {
				fmt.Fprintf(a.errors, "\r%s: %d of %d octets, %d messages ", running[e.Account].Name, e.Progress.Octets, e.Progress.Promised, e.Progress.Messages)
			}
		case fetcher.Finished:
			if live {
				fmt.Fprintln(a.errors)
			}
			errs = append(errs, a.report(running[e.Account], e))
			delete(running, e.Account)
		}
	}
	return errors.Join(errs...)
}

func (a app) report(acc localstore.Account, e fetcher.Finished) error {
	t := e.Tally
	fmt.Fprintf(a.out, "%s: %d collected, %d already known, %d removed there, %d refused, %d left there (%s, %d octets)\n",
		acc.Name, t.Collected, t.Known, t.Removed, t.Refused, t.Left, e.Mode, t.Octets)
	if e.Err != nil {
		return fmt.Errorf("%s: %s %s\n(%w)", acc.Name, e.Advice.What, e.Advice.Next, e.Err)
	}
	return nil
}

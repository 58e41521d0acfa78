package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"text/tabwriter"

	"restante.app/localstore"
)

func (a app) list(args []string) error {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	if err := a.parse(flags, args, 0, 1); err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	if flags.NArg() == 0 {
		boxes, err := a.core.Mailboxes()
		if err != nil {
			return err
		}
		for _, m := range boxes {
			fmt.Fprintf(w, "%d\t%s\t%s\t%d messages\t%d unread\n", m.ID, m.Account, m.Name, m.Total, m.Unread)
		}
		return w.Flush()
	}
	id, err := number(flags.Arg(0))
	if err != nil {
		return err
	}
	refs, err := a.core.Refs(localstore.MailboxID(id), true)
	if err != nil {
		return err
	}
	for len(refs) > 0 {
		n := min(len(refs), 500)
		ids := make([]localstore.MessageID, n)
		for i, r := range refs[:n] {
			ids[i] = r.ID
		}
		refs = refs[n:]
		entries, err := a.core.Entries(ids)
		if err != nil {
			return err
		}
		for _, e := range entries {
			s := e.Summary
			fmt.Fprintf(w, "%d\t%s\t%s <%s>\t%s\n", e.ID, s.Date.Format("2006-01-02 15:04"), s.FromName, s.FromAddress, s.Subject)
		}
	}
	return w.Flush()
}

func number(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not a number; 'popfetch list' shows them", errUsage, s)
	}
	return n, nil
}

// wholeSource is more than any message that fits in memory.
const wholeSource = 1 << 31

func (a app) show(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("show", flag.ContinueOnError)
	source := flags.Bool("source", false, "the octets as received")
	if err := a.parse(flags, args, 1, 1); err != nil {
		return err
	}
	id, err := number(flags.Arg(0))
	if err != nil {
		return err
	}
	if *source {
		octets, err := a.core.Source(ctx, localstore.MessageID(id), wholeSource)
		if err != nil {
			return err
		}
		_, err = a.out.Write(octets)
		return err
	}
	v, err := a.core.View(ctx, localstore.MessageID(id))
	if err != nil {
		return err
	}
	for _, f := range v.From {
		fmt.Fprintf(a.out, "From: %s <%s>\n", f.Name, f.Address)
	}
	fmt.Fprintf(a.out, "Subject: %s\nDate: %s\n\n%s\n", v.Subject, v.Date.Format("2006-01-02 15:04 -0700"), v.Text)
	for _, p := range v.Parts {
		fmt.Fprintf(a.out, "[%s, %s, %d octets]\n", p.Name, p.Type, len(p.Octets))
	}
	return nil
}

func (a app) verify(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	deep := flags.Bool("deep", false, "read every message and compare its hash")
	if err := a.parse(flags, args, 0, 0); err != nil {
		return err
	}
	r, err := a.core.Store().Check(ctx, *deep)
	if err != nil {
		return err
	}
	how := "every structure was checked; --deep reads the messages too"
	if r.Deep {
		how = "every octet was read and its hash compared"
	}
	fmt.Fprintf(a.out, "%d messages, %d bodies, %d octets in %d files: %s\n", r.Messages, r.Bodies, r.Octets, r.Files, how)
	for _, p := range r.Problems {
		fmt.Fprintln(a.out, "  problem:", p)
	}
	if r.More > 0 {
		fmt.Fprintf(a.out, "  and %d more\n", r.More)
	}
	if !r.OK() {
		return errors.New("the store is damaged; keep it as it is, and restore a backup or ask for help")
	}
	return nil
}

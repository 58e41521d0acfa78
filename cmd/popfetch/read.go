package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"restante.app/localstore"
)

func (a app) list(args []string) error {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	if err := a.parse(flags, args, 0, 1); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return a.listMailboxes(*asJSON)
	}
	id, err := number(flags.Arg(0))
	if err != nil {
		return err
	}
	entries, err := a.entries(localstore.MailboxID(id))
	if err != nil {
		return err
	}
	if *asJSON {
		out := make([]jsonMessage, len(entries))
		for i, e := range entries {
			out[i] = messageRow(e)
		}
		return a.json(out)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, e := range entries {
		s := e.Summary
		fmt.Fprintf(w, "%d\t%s\t%s <%s>\t%s\n", e.ID, s.Date.Format("2006-01-02 15:04"), s.FromName, s.FromAddress, s.Subject)
	}
	return w.Flush()
}

// jsonMailbox is what 'list --json' prints of a mailbox.
type jsonMailbox struct {
	ID      localstore.MailboxID `json:"id"`
	Account string               `json:"account"`
	Source  string               `json:"source"`
	Name    string               `json:"name"`
	Role    localstore.Role      `json:"role,omitempty"`
	Flat    bool                 `json:"flat,omitempty"`
	Total   int                  `json:"total"`
	Unread  int                  `json:"unread"`
}

func (a app) listMailboxes(asJSON bool) error {
	boxes, err := a.core.Mailboxes()
	if err != nil {
		return err
	}
	if asJSON {
		out := make([]jsonMailbox, len(boxes))
		for i, m := range boxes {
			out[i] = jsonMailbox(m)
		}
		return a.json(out)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, m := range boxes {
		fmt.Fprintf(w, "%d\t%s\t%s\t%d messages\t%d unread\n", m.ID, m.Account, m.Name, m.Total, m.Unread)
	}
	return w.Flush()
}

// jsonMessage is what 'list --json' prints of a message.
type jsonMessage struct {
	ID        localstore.MessageID `json:"id"`
	From      string               `json:"from,omitempty"`
	Name      string               `json:"name,omitempty"`
	Subject   string               `json:"subject,omitempty"`
	Date      *time.Time           `json:"date,omitempty"`
	Size      int64                `json:"size"`
	Collected time.Time            `json:"collected"`
	Seen      bool                 `json:"seen"`
	Partial   bool                 `json:"partial,omitempty"`
}

func messageRow(e localstore.Entry) jsonMessage {
	row := jsonMessage{
		ID: e.ID, From: e.Summary.FromAddress, Name: e.Summary.FromName, Subject: e.Summary.Subject,
		Size: e.Size, Collected: e.Collected, Seen: e.Flags.Has(localstore.Seen), Partial: e.Partial,
	}
	if !e.Summary.Date.IsZero() {
		row.Date = &e.Summary.Date
	}
	return row
}

// entries reads a mailbox, the newest first.
func (a app) entries(m localstore.MailboxID) ([]localstore.Entry, error) {
	refs, err := a.core.Refs(m, true)
	if err != nil {
		return nil, err
	}
	var out []localstore.Entry
	for part := range slices.Chunk(refs, 500) {
		ids := make([]localstore.MessageID, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		entries, err := a.core.Entries(ids)
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	return out, nil
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

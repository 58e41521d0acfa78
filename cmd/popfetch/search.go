package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"restante.app/localstore"
	"restante.app/localstore/search"
)

// jsonSearch is what 'search --json' prints.
type jsonSearch struct {
	Total    int           `json:"total"`
	Exact    bool          `json:"exact"`
	Pending  int           `json:"pending,omitempty"`
	Messages []jsonMessage `json:"messages"`
}

func (a app) search(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	limit := flags.Int("limit", 100, "at most so many messages")
	best := flags.Bool("best", false, "the best first, not the newest")
	if err := a.parse(flags, args, 1, -1); err != nil {
		return err
	}
	if *limit < 1 {
		return fmt.Errorf("%w: --limit wants a number from 1 on", errUsage)
	}
	r, err := a.core.Search(ctx, strings.Join(flags.Args(), " "), localstore.SearchOptions{Limit: *limit, ByRelevance: *best})
	if _, ok := errors.AsType[*search.QueryError](err); ok {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	ids := make([]localstore.MessageID, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	entries, err := a.core.Entries(ids)
	if err != nil {
		return err
	}
	return errors.Join(a.printFound(r, entries, *asJSON), r.Problem)
}

func (a app) printFound(r localstore.SearchResults, entries []localstore.Entry, asJSON bool) error {
	if r.Pending > 0 {
		fmt.Fprintf(a.errors, "popfetch: %d messages are not in the index yet and were not looked into\n", r.Pending)
	}
	if asJSON {
		out := jsonSearch{Total: r.Total, Exact: r.Exact, Pending: r.Pending, Messages: make([]jsonMessage, len(entries))}
		for i, e := range entries {
			out.Messages[i] = messageRow(e)
		}
		return a.json(out)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, e := range entries {
		s := e.Summary
		if s.Date.IsZero() {
			s.Date = e.Collected
		}
		fmt.Fprintf(w, "%d\t%s\t%s <%s>\t%s\n", e.ID, s.Date.Format("2006-01-02 15:04"), s.FromName, s.FromAddress, s.Subject)
	}
	if r.Total > len(entries) {
		about := "about "
		if r.Exact {
			about = ""
		}
		fmt.Fprintf(a.errors, "popfetch: %s%d messages match; --limit shows more of them\n", about, r.Total)
	}
	return w.Flush()
}

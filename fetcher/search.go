package fetcher

import (
	"context"
	"io"
	"strings"

	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/mimeview"
)

// Search looks for messages in all mailboxes, see localstore.Store.Search.
func (c *Core) Search(ctx context.Context, query string, o localstore.SearchOptions) (localstore.SearchResults, error) {
	return c.store.Search(ctx, query, o)
}

// maxNames is how many names are offered for a query.
const maxNames = 12

// CompleteSearch returns how the word of a query that ends at an octet could go on:
// operators, and names of mailboxes and people.
func (c *Core) CompleteSearch(query string, at int) []search.Completion {
	return search.Complete(query, at, func(op, start string) []string {
		switch op {
		case "in":
			return c.mailboxNames(start)
		case "from":
			return c.peopleNamed(search.From, start)
		case "to":
			return c.peopleNamed(search.To, start)
		}
		return nil
	})
}

func (c *Core) mailboxNames(start string) []string {
	boxes, err := c.store.Mailboxes()
	if err != nil {
		c.log.Warn("completion", "err", err)
	}
	var names []string
	for _, m := range boxes {
		if strings.HasPrefix(strings.ToLower(m.Name), strings.ToLower(start)) {
			names = append(names, m.Name)
		}
	}
	return names
}

func (c *Core) peopleNamed(f search.Field, start string) []string {
	names, err := c.store.SearchNames(f, start, maxNames)
	if err != nil {
		c.log.Warn("completion", "err", err)
	}
	return names
}

// searchText gives the store what is searched of a message, read by mimeview.
func searchText(message *io.SectionReader) localstore.Text {
	v := mimeview.Parse(message, mimeview.Options{})
	t := localstore.Text{
		From: people(v.From), To: people(v.To, v.Cc, v.Bcc), Subject: v.Subject, Body: v.Text,
	}
	for _, p := range v.Parts {
		t.Attachments = t.Attachments || !p.Inline
		t.Files = append(t.Files, p.Name)
	}
	return t
}

func people(lists ...[]mimeview.Address) string {
	var all []string
	for _, list := range lists {
		for _, a := range list {
			all = append(all, strings.TrimSpace(a.Name+" "+a.Address))
		}
	}
	return strings.Join(all, ", ")
}

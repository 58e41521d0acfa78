package fetcher

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/popclient"
	"restante.app/postoffice/postofficetest"
)

var searched = [][]byte{
	[]byte("From: =?utf-8?q?Ren=C3=A9?= <rene@example.org>\nTo: Fred <fred@example.net>\nCc: Zoe <zoe@example.com>\nSubject: The agenda\nDate: Mon, 12 Nov 1984 20:30:00 -0800\n\nWe meet at the post office.\n"),
	[]byte("From: Bob <bob@example.org>\nSubject: =?utf-8?b?5p2x5Lqs6YO9?=\nDate: Tue, 13 Nov 1984 20:30:00 -0800\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>Stra&szlig;e</p>\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"Plan 9.pdf\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--x--\n"),
}

func find(t *testing.T, c *Core, query string) []localstore.MessageID {
	t.Helper()
	r, err := c.Search(t.Context(), query, localstore.SearchOptions{})
	if err != nil || r.Problem != nil || r.Pending != 0 || !r.Exact {
		t.Fatalf("%q: %+v, %v", query, r, err)
	}
	ids := []localstore.MessageID{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func TestSearch(t *testing.T) {
	office := postofficetest.Start(t, nil, searched...)
	profile := filepath.Join(t.TempDir(), "profile")
	open := func() *Core {
		c, err := Open(profile, Options{NoKeyring: true, NoSchedule: true})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := open()
	a := save(t, c, at(t, office.Addr))
	if f := fetch(t, c, a.ID, popclient.Leave, postofficetest.Password); f.Err != nil {
		t.Fatal(f.Err)
	}
	check := func(c *Core) {
		t.Helper()
		for query, want := range map[string][]localstore.MessageID{
			"":                             {2, 1},
			"rene":                         {1},
			"from:rené":                    {1},
			"from:rene@example.org":        {1},
			"to:zoe":                       {1},
			`"post office"`:                {1},
			"strasse":                      {2},
			"東京":                           {2},
			"京都":                           {2},
			"has:attachment":               {2},
			`filename:"plan 9"`:            {2},
			"-strasse":                     {1},
			"in:inbox is:unread":           {2, 1},
			"is:starred":                   {},
			"agenda OR strasse":            {2, 1},
			"before:1984-11-15 after:1984": {2, 1},
			"nowhere":                      {},
		} {
			if got := find(t, c, query); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", query, got, want)
			}
		}
	}
	check(c)
	if got := c.CompleteSearch("in:inb", 6); len(got) != 1 || got[0].Text != "inbox" {
		t.Errorf("completion: %+v", got)
	}
	if got := c.CompleteSearch("from:re", 7); len(got) != 1 || got[0].Text != "rene" {
		t.Errorf("completion: %+v", got)
	}
	for _, query := range []string{"in:nowhere", "tag:x", "is:open"} {
		if _, err := c.Search(t.Context(), query, localstore.SearchOptions{}); err == nil {
			t.Errorf("%q: no error", query)
		} else if _, ok := errors.AsType[*search.QueryError](err); !ok {
			t.Errorf("%q: %v", query, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	// An index that is damaged, cut short or gone is made anew.
	path := filepath.Join(profile, "search.bolt")
	for _, damage := range []func() error{
		func() error { return os.Remove(path) },
		func() error { return os.WriteFile(path, []byte("no index"), 0o600) },
		func() error { return os.Truncate(path, 20000) },
		func() error { return os.Truncate(path, 0) },
		func() error { return nil },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		c = open()
		check(c)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c = open()
	if err := c.SetSeen([]localstore.MessageID{1}, true); err != nil {
		t.Fatal(err)
	}
	if got := find(t, c, "is:unread"); !slices.Equal(got, []localstore.MessageID{2}) {
		t.Errorf("unread: %v", got)
	}
	if err := c.Store().Delete(t.Context(), []localstore.MessageID{2}, nil); err != nil {
		t.Fatal(err)
	}
	if got := find(t, c, ""); !slices.Equal(got, []localstore.MessageID{1}) {
		t.Errorf("after a deletion: %v", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

package present

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

func offered(number int, size int64) fetcher.ListedMessage {
	return fetcher.ListedMessage{Offer: popclient.Offer{Number: number, Size: size}}
}

func TestListed(t *testing.T) {
	for _, c := range []struct {
		m    fetcher.ListedMessage
		want Listed
	}{
		{offered(1234, 2000), Listed{Subject: "Message 1,234 (its header was not read)", Size: "2.0 kB", State: "not here", New: true}},
		{
			fetcher.ListedMessage{Offer: popclient.Offer{Size: -1}, Known: true, Here: 3, Summary: localstore.Summary{FromAddress: "a@example.org", Subject: "s", Date: noon}},
			Listed{From: "a@example.org", Subject: "s", Date: "12:00", State: "here"},
		},
		{
			fetcher.ListedMessage{Known: true, Summary: localstore.Summary{FromName: "Ann"}},
			Listed{From: "Ann", Subject: "(no subject)", Size: "0 B", State: "deleted here"},
		},
		{
			fetcher.ListedMessage{Known: true, Here: 3, Partial: true, Summary: localstore.Summary{Subject: "s"}},
			Listed{From: "(no sender)", Subject: "s", Size: "0 B", State: "header here"},
		},
	} {
		if d := cmp.Diff(c.want, NewListed(c.m, noon)); d != "" {
			t.Error(d)
		}
	}
}

func TestSortListed(t *testing.T) {
	items := []fetcher.ListedMessage{offered(1, 30), offered(2, 10), offered(3, 20)}
	items[0].Summary = localstore.Summary{FromName: "b", Subject: "y"}
	items[1].Summary = localstore.Summary{FromName: "C", Subject: "x"}
	items[2].Summary = localstore.Summary{FromName: "a", Subject: "Z"}
	items[1].Known = true
	for _, c := range []struct {
		column     int
		descending bool
		want       []int
	}{
		{ByDate, true, []int{2, 1, 0}}, {ByDate, false, []int{0, 1, 2}}, {BySize, false, []int{1, 2, 0}},
		{ByFrom, false, []int{2, 0, 1}}, {BySubject, false, []int{1, 0, 2}}, {ByState, false, []int{1, 0, 2}}, {BySize, true, []int{0, 2, 1}},
	} {
		if got := SortListed(items, c.column, c.descending); !slices.Equal(got, c.want) {
			t.Errorf("column %d, descending %t: %v, want %v", c.column, c.descending, got, c.want)
		}
	}
}

func TestPick(t *testing.T) {
	here, gone, header, fresh, twice := offered(1, 1000), offered(2, 1000), offered(3, 1000), offered(4, -1), offered(5, 500)
	here.Known, here.Here = true, 7
	gone.Known = true
	header.Known, header.Partial = true, true
	twice.Known, twice.Offer.Ambiguous = true, true
	if got := NewPick(nil).Sum(); got != "Nothing chosen" {
		t.Error(got)
	}
	p := NewPick([]fetcher.ListedMessage{here, gone, header, fresh, twice})
	if got := p.Sum(); got != "5 messages chosen, 3.5 kB" {
		t.Error(got)
	}
	for choice, want := range map[popclient.Choice][]int{
		popclient.Take: {1, 2, 3, 4, 5}, popclient.TakeDelete: {1, 2, 3, 4, 5}, popclient.TakeHeader: {1, 2, 3, 4, 5},
		popclient.DeleteKnown: {1, 2}, // what is not here whole is never deleted
	} {
		var got []int
		for _, s := range p.Choose(choice) {
			if s.Choice != choice {
				t.Errorf("choice %v became %v", choice, s.Choice)
			}
			got = append(got, s.Offer.Number)
		}
		if !slices.Equal(got, want) {
			t.Errorf("choice %v takes %v, want %v", choice, got, want)
		}
	}
	for _, c := range []struct {
		pick   Pick
		choice popclient.Choice
		says   []string
	}{
		{p, popclient.Take, nil}, {p, popclient.TakeHeader, nil},
		{p, popclient.TakeDelete, []string{"collects 5 messages (3.5 kB)", "the only copy is here"}},
		{p, popclient.DeleteKnown, []string{"deletes 2 messages", "1 was deleted here before: no copy will be left", "3 messages are not on this disk as a whole and stay at the server"}},
		{NewPick([]fetcher.ListedMessage{here, header}), popclient.DeleteKnown, []string{"deletes 1 message.", "1 message is not on this disk as a whole and stays at the server"}},
	} {
		got := c.pick.Warning(c.choice)
		if (got == "") != (len(c.says) == 0) {
			t.Errorf("choice %v: %q", c.choice, got)
		}
		for _, s := range c.says {
			if !strings.Contains(got, s) {
				t.Errorf("choice %v: %q does not say %q", c.choice, got, s)
			}
		}
	}
}

func TestWaiting(t *testing.T) {
	known := offered(1, 1000)
	known.Known = true
	for want, l := range map[string]fetcher.Listing{
		"inbox is empty at the server.":                            {Mailbox: "inbox"},
		"inbox: 2 messages at the server, 3.0 kB; 1 not here yet.": {Mailbox: "inbox", Items: []fetcher.ListedMessage{known, offered(2, 2000)}},
	} {
		if got := Waiting(l); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPartialMessagesSaySo(t *testing.T) {
	r := NewRow(localstore.Entry{Partial: true, Size: 900, Listed: 4_200_000, Summary: localstore.Summary{Subject: "s"}}, noon)
	if !r.Partial || r.Subject != "(header only) s" || r.Size != "4.2 MB" {
		t.Errorf("%+v", r)
	}
	if got := Missing(4_200_000); !strings.Contains(got, "The whole message, 4.2 MB, is still at the server") {
		t.Error(got)
	}
	if got := Missing(-1); !strings.Contains(got, "Only the header") || strings.Contains(got, "-1") {
		t.Error(got)
	}
}

func TestDeletionSaysWhatHappensAtTheServer(t *testing.T) {
	account := func(days int, mine bool) []localstore.Account {
		return []localstore.Account{{Name: "Post", DeleteAfterDays: days, DeleteWithMine: mine}}
	}
	for _, c := range []struct {
		n        int
		accounts []localstore.Account
		says     string
	}{
		{1, nil, "It is deleted from this disk. This can't be undone."},
		{2, nil, "They are deleted from this disk. This can't be undone."},
		{1, account(0, false), "Post: what the server still has of it stays there and is not collected again."},
		{1, account(14, false), "Post: what the server still has of it stays there until 14 days after it was collected."},
		{3, account(14, false), "Post: what the server still has of them stays there until 14 days after each was collected."},
		{1, account(14, true), "Post: the server deletes its copy at the next fetch."},
		{2, account(0, true), "Post: the server deletes its copies at the next fetch."},
	} {
		if got := Deletion(c.n, c.accounts); !strings.Contains(got, c.says) {
			t.Errorf("%q does not say %q", got, c.says)
		}
	}
	if a, b := DeletionTitle(1), DeletionTitle(1200); a != "Delete this message?" || b != "Delete 1,200 messages?" {
		t.Errorf("%q, %q", a, b)
	}
}

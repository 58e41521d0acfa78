package present

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
)

func TestDate(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{now.Add(-time.Hour), "11:00"},
		{time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC), "22 Nov"},
		{time.Date(2025, 9, 28, 1, 2, 3, 0, time.UTC), "28 Sep 2025"},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "1 Jan 2027"},
		{time.Time{}, ""},
		{time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3600*2)), "01:30"},
	} {
		if got := Date(c.at, now); got != c.want {
			t.Errorf("Date(%v) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestSizeAndNumber(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 9_949: "9.9 kB", 25_400: "25 kB", 2_340_000: "2.3 MB", 45_000_000: "45 MB", 3_200_000_000: "3.2 GB",
	} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "1 message", 0: "0 messages", 999: "999 messages", 1234567: "1,234,567 messages"} {
		if got := Count(n, "message"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestRowIsNeverBlank(t *testing.T) {
	got := NewRow(localstore.Entry{Size: 10}, time.Now())
	want := Row{From: "(no sender)", Subject: "(no subject)", Size: "10 B", Unread: true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	e := localstore.Entry{Flags: localstore.Seen | localstore.Starred}
	e.Summary.FromAddress = "a@example.org"
	if got := NewRow(e, time.Now()); got.From != "a@example.org" || got.Unread || !got.Starred {
		t.Errorf("%+v", got)
	}
}

func TestTheAddressIsAlwaysShown(t *testing.T) {
	got := Addresses([]mimeview.Address{{Name: "Bank", Address: "x@evil.example"}, {Address: "b@example.org"}, {Name: "only a name"}})
	if want := "Bank <x@evil.example>, b@example.org, only a name"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConsequence(t *testing.T) {
	a := localstore.Account{User: "fred", Mailboxes: []string{"inbox", "lists"}}
	if got := Consequence(a, popclient.Delete); !strings.Contains(got, "will delete the messages in inbox, lists once they are safely on this disk") {
		t.Error(got)
	}
	a.Mailboxes = nil
	if got := Consequence(a, popclient.Leave); !strings.Contains(got, "stays at the post office") || !strings.Contains(got, "fred") {
		t.Error(got)
	}
}

func TestProgress(t *testing.T) {
	for _, c := range []struct {
		p       popclient.Progress
		r       popclient.Removal
		want    string
		percent float64
	}{
		{popclient.Progress{Promised: -1}, popclient.Leave, "Connecting…", 0},
		{popclient.Progress{Mailbox: "inbox"}, popclient.Delete, "inbox is empty", 0},
		{popclient.Progress{Mailbox: "inbox", Octets: 500, Promised: 1000, Messages: 1}, popclient.Leave, "inbox: 500 B of 1.0 kB, 1 message", .5},
		{popclient.Progress{Mailbox: "inbox", Promised: 1000, Expected: 214}, popclient.Delete,
			"inbox: 0 B of 1.0 kB, 0 messages — the post office will delete 214 messages once they are safely on this disk", 0},
		{popclient.Progress{Mailbox: "inbox", Octets: 1000, Promised: 1000, Messages: 214, Saving: true}, popclient.Delete,
			"inbox: saving 214 messages to this disk — the post office will delete 214 messages once they are safely on this disk", 1},
	} {
		if got := Progress(c.p, c.r); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if got := Fraction(c.p); got != c.percent {
			t.Errorf("fraction %v, want %v", got, c.percent)
		}
	}
}

func TestOutcome(t *testing.T) {
	all := popclient.Tally{Collected: 12, Known: 3, Removed: 10, Refused: 1, Left: 4}
	advice := fetcher.Advice{What: "It broke.", Next: "Try again."}
	for _, c := range []struct {
		e    fetcher.Finished
		want Outcome
	}{
		{fetcher.Finished{}, Outcome{Title: "A: No mail waiting."}},
		{fetcher.Finished{Tally: all, Mode: "RDEL"}, Outcome{Title: "A: 12 collected, 3 already known, 10 deleted at the server because RDEL, 1 that the server refused to delete, 4 left there."}},
		{fetcher.Finished{Err: errors.New("x"), Advice: advice}, Outcome{Title: "A: It broke.", Next: "Try again.", Fault: true}},
		{fetcher.Finished{Err: errors.New("x"), Advice: advice, Tally: popclient.Tally{Left: 1}}, Outcome{Title: "A: It broke. 1 left there.", Next: "Try again.", Fault: true}},
		{fetcher.Finished{Err: context.Canceled, Advice: advice}, Outcome{Title: "A: It broke.", Next: "Try again."}},
	} {
		if d := cmp.Diff(c.want, NewOutcome("A", c.e)); d != "" {
			t.Error(d)
		}
	}
}

func TestFormGoesThereAndBack(t *testing.T) {
	a := localstore.Account{
		ID: "x", Name: "n", Protocol: "pop1", EveryMinutes: 15, AtStart: true, Host: "localhost", Port: 1109, Security: localstore.Plain, User: "fred",
		Mailboxes: []string{"inbox", "lists"}, Delete: true, DataReply: localstore.DataReplyFirst, Format: "tenex", RememberInKey: true,
	}
	got, err := NewForm(a).Account(localstore.Account{ID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, got); d != "" {
		t.Error(d)
	}
}

func TestFormFaults(t *testing.T) {
	good := func() Form {
		f := NewForm(localstore.Account{})
		f.Host, f.User = "mail.example.org", "fred"
		return f
	}
	if a, err := good().Account(localstore.Account{}); err != nil || a.Port != 995 || a.Security != localstore.TLS || a.Name != "fred at mail.example.org" {
		t.Fatalf("%+v, %v", a, err)
	}
	for want, spoil := range map[string]func(*Form){
		"host":                     func(f *Form) { f.Host = " " },
		"name or an address alone": func(f *Form) { f.Host = "https://x/" },
		"user name":                func(f *Form) { f.User = "" },
		"1 to 65535":               func(f *Form) { f.Port = "65536" },
		"number from":              func(f *Form) { f.Port = "pop" },
		"line break":               func(f *Form) { f.User = "fred\r\nQUIT" },
		"turn TLS on":              func(f *Form) { f.Security = Securities.Label(localstore.Plain) },
		"list of mailboxes holds":  func(f *Form) { f.Mailboxes = "in\nbox" },
	} {
		f := good()
		spoil(&f)
		if _, err := f.Account(localstore.Account{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

func TestNeedsConsent(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": false, "127.0.0.1": false, "127.3.2.1": false, "::1": false, "": false,
		"192.0.2.1": true, "post.example.org": true, "2001:db8::1": true,
	} {
		if got := (Form{Host: host, Security: Securities.Label(localstore.Plain)}).NeedsConsent(); got != want {
			t.Errorf("%q: %t, want %t", host, got, want)
		}
		if (Form{Host: host}).NeedsConsent() {
			t.Errorf("%q with TLS needs no consent", host)
		}
	}
}

func TestPlaces(t *testing.T) {
	got := Places(
		[]localstore.Account{{ID: "a", Name: "Post", Mailboxes: []string{"inbox"}}, {ID: "b", Name: "Empty"}},
		[]localstore.Mailbox{{ID: 1, Account: "a", Name: "inbox", Source: "inbox", Total: 5, Unread: 2}, {ID: 2, Account: "gone", Name: "old", Total: 1}, {ID: 3, Account: "away", Name: "none"},
			{ID: 4, Name: "Trash", Role: localstore.Trash, Unread: 1}, {ID: 5, Name: "zoo", Role: localstore.Own}, {ID: 6, Name: "Archive", Role: localstore.Archive}, {ID: 7, Name: "Family", Role: localstore.Own}},
		map[string]Standing{"b": {Short: "waiting", Fault: true}})
	want := []Place{
		{Mailbox: fetcher.Inboxes, Name: "All inboxes", Unread: "2", Fresh: 2, Total: 5, Flat: true, All: true},
		{Account: "a", Name: "Post", Heading: true}, {Account: "a", Mailbox: 1, Name: "inbox", Unread: "2", Fresh: 2, Total: 5},
		{Account: "b", Name: "Empty", Heading: true, State: "waiting", Fault: true},
		{Name: "On this disk", Heading: true},
		{Mailbox: 7, Name: "Family", Role: localstore.Own}, {Mailbox: 5, Name: "zoo", Role: localstore.Own},
		{Mailbox: 6, Name: "Archive", Role: localstore.Archive}, {Mailbox: 4, Name: "Trash", Role: localstore.Trash, Fresh: 1},
		{Account: "gone", Name: "Kept from a removed account", Heading: true}, {Account: "gone", Mailbox: 2, Name: "old", Total: 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := Title(want[2]); got != "inbox (2 unread) — Restante" {
		t.Error(got)
	}
}

func TestEmptySaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		accounts int
		chosen   bool
		want     string
	}{{0, false, "Set up an account"}, {1, false, "Choose one"}, {1, true, "Press Fetch"}} {
		if _, next := Empty(c.accounts, c.chosen); !strings.Contains(next, c.want) {
			t.Errorf("%q does not say %q", next, c.want)
		}
	}
}

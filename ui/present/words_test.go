package present

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestTally(t *testing.T) {
	for _, c := range []struct {
		tally popclient.Tally
		mode  string
		want  string
	}{
		{popclient.Tally{}, "RETR", "No mail waiting."},
		{popclient.Tally{Collected: 12, Removed: 12, Known: 3, Left: 3}, "RDEL", "12 collected, 12 deleted at the server because RDEL, 3 left: already known."},
		{popclient.Tally{Collected: 1, Known: 2, Left: 3}, "RETR", "1 collected, 2 already known, 3 left there."},
		{popclient.Tally{Known: 4, Removed: 4}, "RETR", "4 already known, 4 deleted at the server by this account's rule."},
		{popclient.Tally{Known: 1, Removed: 1}, "chosen", "1 already known, 1 deleted at the server as chosen."},
		{popclient.Tally{Removed: 1}, "", "1 deleted at the server."},
		{popclient.Tally{Collected: 5, Headers: 2, Left: 5}, "RETR", "5 collected (2 by the header alone), 5 left there."},
		{popclient.Tally{Collected: 2, Headers: 2, Left: 2}, "RETR", "2 collected by the header alone, 2 left there."},
		{popclient.Tally{Collected: 1234, Refused: 1}, "RDEL", "1,234 collected, 1 that the server refused to delete."},
	} {
		if got := Tally(c.tally, c.mode); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestJournalLine(t *testing.T) {
	stamp := func(r localstore.FetchRecord) string { return Moment(r.Started, noon) }
	for _, c := range []struct {
		record localstore.FetchRecord
		want   Line
		detail string
	}{
		{
			localstore.FetchRecord{Started: noon.Add(-time.Hour), Mode: "RDEL", Cause: "schedule", Collected: 2, Removed: 2, Octets: 1500, Duration: 1200 * time.Millisecond},
			Line{When: "Today 11:00", Account: "Post", Cause: "by schedule", What: "2 collected, 2 deleted at the server because RDEL."},
			"Post, by schedule, RDEL, 1.5 kB read, 1.2 seconds.",
		},
		{
			localstore.FetchRecord{Started: noon.AddDate(0, 0, -1), Mode: "RETR", Cause: "awake", Failure: "It broke.", Next: "Mend it.", Duration: 3 * time.Minute},
			Line{When: "22 Nov 12:00", Account: "Post", Cause: "after sleep", What: "It broke.", Fault: true, Next: "Mend it."},
			"Post, after sleep, RETR, 3 minutes.",
		},
		{
			localstore.FetchRecord{Started: noon.AddDate(-1, 0, 0), Cause: "moon", Failure: "It broke.", Collected: 1, Mode: "RETR", Duration: 3 * time.Hour},
			Line{When: "23 Nov 2025", Account: "Post", Cause: "moon", What: "It broke. 1 collected.", Fault: true},
			"Post, moon, RETR, 3 hours.",
		},
		{
			localstore.FetchRecord{Started: noon.AddDate(-1, 0, 0), Cause: "click", Failure: "You cancelled.", Next: "Go on.", Collected: 1, Mode: "RETR", Cancelled: true, Duration: 20 * time.Second},
			Line{When: "23 Nov 2025", Account: "Post", Cause: "by hand", What: "You cancelled. 1 collected.", Next: "Go on."},
			"Post, by hand, RETR, 20 seconds.",
		},
	} {
		got := NewLine(c.record, "Post", stamp)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
		if got := LineDetail(got, c.record); got != c.detail {
			t.Errorf("got %q, want %q", got, c.detail)
		}
	}
}

func TestJournalOrder(t *testing.T) {
	records := func() []localstore.FetchRecord {
		return []localstore.FetchRecord{
			{Account: "b", Started: noon, Cause: "start", Collected: 1},
			{Account: "a", Started: noon.Add(time.Hour), Cause: "click", Failure: "x"},
			{Account: "c", Started: noon.Add(2 * time.Hour), Cause: "schedule", Collected: 9},
		}
	}
	for column, want := range map[int]string{0: "bac", 1: "abc", 2: "acb", 3: "acb"} {
		for _, descending := range []bool{false, true} {
			r := records()
			SortRecords(r, column, descending, func(id string) string { return id })
			got := r[0].Account + r[1].Account + r[2].Account
			if descending {
				got = r[2].Account + r[1].Account + r[0].Account
			}
			if got != want {
				t.Errorf("column %d: %s, want %s", column, got, want)
			}
		}
	}
}

func TestStanding(t *testing.T) {
	every := localstore.Account{EveryMinutes: 15}
	at := noon.Add(2*time.Hour + 5*time.Minute)
	broke := fetcher.Advice{What: "It broke.", Next: "Mend it."}
	for _, c := range []struct {
		a      localstore.Account
		s      fetcher.Status
		paused bool
		want   Standing
	}{
		{localstore.Account{}, fetcher.Status{}, false, Standing{Sentence: "Fetched when you ask."}},
		{localstore.Account{AtStart: true}, fetcher.Status{}, false, Standing{Sentence: "Fetched at start, and when you ask."}},
		{every, fetcher.Status{Next: at}, false, Standing{Short: "14:05", Sentence: "Next fetch at 14:05."}},
		{every, fetcher.Status{Next: noon.Add(24 * time.Hour)}, false, Standing{Short: "Tue 12:00", Sentence: "Next fetch at Tue 12:00."}},
		{every, fetcher.Status{Next: at, LoginDelay: 5 * time.Minute}, false, Standing{Short: "14:05", Sentence: "Next fetch at 14:05. This server allows a fetch every 5 minutes."}},
		{every, fetcher.Status{Next: at, Expires: true, ExpireDays: 30}, false, Standing{Short: "14:05", Sentence: "Next fetch at 14:05. This server deletes mail 30 days after it came."}},
		{localstore.Account{}, fetcher.Status{Expires: true}, false, Standing{Sentence: "Fetched when you ask. This server deletes mail as soon as it was read there."}},
		{every, fetcher.Status{Running: true}, true, Standing{Short: "fetching", Sentence: "Fetching now."}},
		{every, fetcher.Status{}, true, Standing{Short: "paused", Sentence: "Paused: nothing is fetched by itself."}},
		{localstore.Account{}, fetcher.Status{}, true, Standing{Sentence: "Fetched when you ask."}},
		{every, fetcher.Status{Next: at, Failures: 1, Advice: broke}, false, Standing{"waiting", "Waiting until 14:05 after 1 failure. It broke. Mend it.", true}},
		{localstore.Account{}, fetcher.Status{Failures: 1, Advice: broke}, false, Standing{"failed", "It broke. Mend it.", true}},
		{every, fetcher.Status{Stopped: true, Advice: broke}, false, Standing{"stopped", "Nothing runs by itself until the password is changed. It broke. Mend it.", true}},
	} {
		if d := cmp.Diff(c.want, NewStanding(c.a, c.s, c.paused, noon)); d != "" {
			t.Error(d)
		}
	}
	if PauseLabel(false) == PauseLabel(true) {
		t.Error("the menu does not say what it does")
	}
}

func TestSecretsSaysWhere(t *testing.T) {
	for _, c := range []struct {
		state      fetcher.SecretState
		says, tick string
		possible   bool
	}{
		{fetcher.SecretState{Place: fetcher.InKeyring}, "desktop's keyring", "desktop's keyring", true},
		{fetcher.SecretState{Place: fetcher.InFile, File: true}, "sealed with your passphrase", "sealed with your passphrase", true},
		{fetcher.SecretState{Place: fetcher.InMemory}, "in memory only", "in memory until you quit", false},
		{fetcher.SecretState{Place: fetcher.InMemory, File: true, Locked: true}, "until you unlock it", "is locked", false},
	} {
		label, possible := KeepPassword(c.state)
		if got := Secrets(c.state); !strings.Contains(got, c.says) || !strings.Contains(label, c.tick) || possible != c.possible {
			t.Errorf("%+v: %q, %q, possible: %t", c.state, got, label, possible)
		}
	}
	for _, c := range []struct{ first, second, says string }{
		{"short", "short", "8 characters"}, {"long enough", "long enouhg", "not the same"}, {"long enough", "long enough", ""},
	} {
		if got := CheckPassphrase(c.first, c.second); !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("%q, %q: %q", c.first, c.second, got)
		}
	}
}

func TestFound(t *testing.T) {
	a := localstore.Account{Protocol: "pop3", Host: "mail.example.org", Port: 995, Security: localstore.TLS, User: "ines"}
	near := a
	near.Host, near.Security = "127.0.0.1", localstore.Plain
	for _, c := range []struct {
		account       localstore.Account
		safety        fetcher.Safety
		level         Level
		says, agreeTo string
	}{
		{a, fetcher.SafetyVerified, Safe, "Safe:", ""},
		{near, fetcher.SafetyVerified, Safe, "Not encrypted, but safe: 127.0.0.1 is this machine", ""},
		{a, fetcher.SafetyUnproved, Doubt, "could have been forged", "mail.example.org is my provider's"},
		{a, fetcher.SafetyUnknownKey, Doubt, "certificate of mail.example.org is not trusted", "this fingerprint"},
		{a, fetcher.SafetyOpen, Exposed, "could read your password", "unprotected"},
		{near, fetcher.SafetyOpen, Doubt, "is this machine", "within this machine"},
	} {
		got := NewFound(fetcher.Discovery{Account: c.account, Safety: c.safety, Source: "DNS"})
		if got.Safe != c.level || !strings.Contains(got.Safety, c.says) || !strings.Contains(got.Agree, c.agreeTo) || (got.Agree == "") != (c.agreeTo == "") {
			t.Errorf("%s: %+v", c.safety, got)
		}
		if (got.Agree != "") != c.safety.NeedsConsent() {
			t.Errorf("%s: consent is asked for: %t", c.safety, got.Agree != "")
		}
		if got.Safe != Safe && !strings.Contains(got.Safety, "Your password has not been sent") {
			t.Errorf("%s: %q", c.safety, got.Safety)
		}
	}
	if got := NewFound(fetcher.Discovery{Account: a, Safety: fetcher.SafetyVerified, Source: "DNS"}); got.Title != "POP3 at mail.example.org" || got.Where != "Port 995, user ines, from DNS." {
		t.Errorf("%+v", got)
	}
}

func TestAttempt(t *testing.T) {
	for _, c := range []struct {
		a          fetcher.Attempt
		sign, want string
	}{
		{fetcher.Attempt{What: "Try it"}, "under way", "Try it…"},
		{fetcher.Attempt{What: "Try it", Detail: "POP3"}, "done", "Try it: POP3"},
		{fetcher.Attempt{What: "Try it", Err: errors.New("closed")}, "failed", "Try it: closed"},
		{fetcher.Attempt{What: "Try it", Err: &net.DNSError{Name: "x", Server: "y", IsNotFound: true}}, "failed", "Try it: no such entry"},
		{fetcher.Attempt{What: "Try it", Err: fmt.Errorf("dial: %w", syscall.ECONNREFUSED)}, "failed", "Try it: nothing answers there"},
		{fetcher.Attempt{What: "Try it", Err: context.DeadlineExceeded}, "failed", "Try it: no answer in time"},
		{fetcher.Attempt{What: "Try it", Detail: "nothing there", Err: errors.New("closed")}, "failed", "Try it: nothing there"},
	} {
		if Sign(c.a) != c.sign || Attempt(c.a) != c.want {
			t.Errorf("%+v: %q, %q", c.a, Sign(c.a), Attempt(c.a))
		}
	}
}

func TestCheckAddress(t *testing.T) {
	for _, c := range []struct{ address, password, says string }{
		{"ines@example.org", "x", ""}, {" ines@example.org ", "x", "whole mail address"}, {"ines", "x", "whole mail address"},
		{"@example.org", "x", "whole mail address"}, {"ines@", "x", "whole mail address"}, {"a@b@c", "x", "one @"},
		{"ines@example.org", "", "password too"}, {"ines@exam\r\nple.org", "x", "whole mail address"},
	} {
		if got := CheckAddress(strings.TrimSpace(c.address), c.password); c.says != "" && c.address[0] != ' ' && !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("%q: %q", c.address, got)
		}
	}
}

func TestPage(t *testing.T) {
	for hint, want := range map[string]string{
		"Make one at https://account.example.org/app-passwords, then type it.": "https://account.example.org/app-passwords",
		"See https://example.org/a.b.":                                         "https://example.org/a.b",
		"Nothing here, http://example.org neither.":                            "",
	} {
		if got := Page(hint); got != want {
			t.Errorf("%q: %q, want %q", hint, got, want)
		}
	}
}

package main

import (
	"encoding/json"
	"flag"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/postoffice/postofficetest"
)

func TestAccountFlags(t *testing.T) {
	before := localstore.Account{
		Name: "Home", Host: "pop.example.org", Port: 995, Protocol: "pop3", Security: localstore.TLS, User: "fred",
		DeleteWithMine: true, EveryMinutes: 10,
	}
	after := before
	after.DeleteAfterDays, after.DeleteWithMine, after.SizeLimit, after.Security = 14, false, 1<<20, localstore.STARTTLS
	after.OAuth.Command = []string{"get-token", "--for", "fred"}
	for _, c := range []struct {
		why  string
		from localstore.Account
		args string
		want localstore.Account
	}{
		{"nothing given", before, "", before},
		{
			"what is given changes", before,
			"--delete-after=14 --delete-with-mine=false --size-limit=1048576 --security=starttls --token-command=get-token|--for|fred", after,
		},
		{"POP1 by default", localstore.Account{}, "--host=h --user=u", localstore.Account{Host: "h", User: "u", Protocol: "pop1", Port: 109, Security: localstore.TLS}},
		{"POP3 by its port", localstore.Account{}, "--host=h --port=110 --plain", localstore.Account{Host: "h", Protocol: "pop3", Port: 110, Security: localstore.Plain}},
		{"POP3 by name", localstore.Account{}, "--host=h --protocol=pop3", localstore.Account{Host: "h", Protocol: "pop3", Port: 995, Security: localstore.TLS}},
		{"POP3 with STLS", localstore.Account{}, "--host=h --security=starttls", localstore.Account{Host: "h", Protocol: "pop3", Port: 110, Security: localstore.STARTTLS}},
		{"POP2", localstore.Account{}, "--host=h --protocol=pop2 --mailboxes=a,b,", localstore.Account{Host: "h", Protocol: "pop2", Port: 109, Security: localstore.TLS, Mailboxes: []string{"a", "b"}}},
		{"a bad port stays to be refused", localstore.Account{}, "--host=h --port=0", localstore.Account{Host: "h", Protocol: "pop1", Security: localstore.TLS}},
	} {
		t.Run(c.why, func(t *testing.T) {
			flags := flag.NewFlagSet("test", flag.ContinueOnError)
			f := accountFlags(flags)
			var args []string
			for _, arg := range strings.Fields(c.args) {
				args = append(args, strings.ReplaceAll(arg, "|", " "))
			}
			if err := flags.Parse(args); err != nil {
				t.Fatal(err)
			}
			got, err := f.apply(c.from)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestConsent(t *testing.T) {
	d := fetcher.Discovery{Account: localstore.Account{Host: "pop.example.org", PinnedKey: "abcd"}}
	for _, c := range []struct {
		safety fetcher.Safety
		accept string
		says   string // "" if it is enough
	}{
		{fetcher.SafetyOpen, "open", ""},
		{fetcher.SafetyOpen, "", "not protected.*--accept open"},
		{fetcher.SafetyOpen, "unproved", "--accept open"},
		{fetcher.SafetyUnproved, "unproved", ""},
		{fetcher.SafetyUnproved, "open", "nothing proves.*--accept unproved"},
		{fetcher.SafetyUnknownKey, "abcd", ""},
		{fetcher.SafetyUnknownKey, "abce", "fingerprint.*--accept abcd"},
	} {
		d.Safety = c.safety
		err := consent(d, c.accept)
		if (err == nil) != (c.says == "") || err != nil && exitCode(err) != exitAsk {
			t.Errorf("%s, %q: %v", c.safety, c.accept, err)
		}
		if err != nil {
			session{t: t}.says(c.says, err.Error())
		}
	}
}

// decode reads what a command printed as JSON.
func decode[T any](t *testing.T, printed string) []T {
	t.Helper()
	var out []T
	if err := json.Unmarshal([]byte(printed), &out); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	return out
}

// add makes an account at a post office on loopback.
func (s session) add(addr string, more ...string) string {
	s.t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(s.run(exitOK, append([]string{
		"account", "add", "--host", host, "--port", port, "--user", postofficetest.User, "--mailboxes", "inbox", "--plain",
	}, more...)...))
}

// TestSeveralAccounts fetches two at once and looks at all lists as JSON.
func TestSeveralAccounts(t *testing.T) {
	s := newSession(t)
	t.Setenv("RESTANTE_PASSWORD", postofficetest.Password)
	letter := []byte("From: Ann <ann@example.org>\nSubject: hello\n\nGood day.\n")
	one := s.add(postofficetest.Start(t, nil, letter).Addr, "--name", "one")
	two := s.add(postofficetest.Start(t, nil, letter, []byte("Subject: other\n\nBye.\n")).Addr, "--name", "two", "--delete")
	s.run(exitOK, "account", "change", "--every", "15", "--delete-after", "7", one)
	accounts := decode[jsonAccount](t, s.run(exitOK, "account", "list", "--json"))
	if len(accounts) != 2 || accounts[0].EveryMinutes != 15 || accounts[0].DeleteAfterDays != 7 || accounts[0].Mode != "RETR" || accounts[1].Mode != "RDEL" {
		t.Errorf("%+v", accounts)
	}
	out := s.run(exitOK, "fetch", "--all")
	s.says("one: 1 collected.*1 left there", out)
	s.says("two: 2 collected.*2 removed there", out)
	s.says("one: 0 collected, 1 already known", s.run(exitOK, "fetch", "--account", one, one))
	fetches := decode[jsonFetch](t, s.run(exitOK, "journal", "--json"))
	if len(fetches) != 3 || fetches[0].Account != one || fetches[0].Known != 1 || fetches[0].Cause != "click" {
		t.Errorf("%+v", fetches)
	}
	s.says("RDEL +click +2 collected, 0 known, 2 removed", s.run(exitOK, "journal", "--account", two, "--limit", "1"))
	boxes := decode[jsonMailbox](t, s.run(exitOK, "list", "--json"))
	if len(boxes) != 2 || boxes[0].Total+boxes[1].Total != 3 {
		t.Errorf("%+v", boxes)
	}
	if messages := decode[jsonMessage](t, s.run(exitOK, "list", "--json", "1")); len(messages) != 1 || messages[0].Subject != "hello" || messages[0].Seen {
		t.Errorf("%+v", messages)
	}
	s.says("no command for that", s.run(exitFailed, "offers", one))
}

func TestSecrets(t *testing.T) {
	s := newSession(t)
	office := postofficetest.Start(t, nil)
	t.Setenv("RESTANTE_PASSPHRASE", "correct horse")
	s.says("kept in file; the sealed file is open", s.run(exitOK, "secrets", "--seal"))
	t.Setenv("RESTANTE_PASSWORD", postofficetest.Password)
	id := s.add(office.Addr, "--keyring")
	t.Setenv("RESTANTE_PASSWORD", "")
	s.says("0 collected", s.run(exitOK, "fetch", id))
	t.Setenv("RESTANTE_PASSPHRASE", "wrong horse")
	s.says("not the passphrase", s.run(exitFailed, "fetch", id))
	t.Setenv("RESTANTE_PASSPHRASE", "")
	s.says("locked", s.run(exitOK, "secrets"))
	s.says("is not known", s.run(exitAsk, "fetch", id))
}

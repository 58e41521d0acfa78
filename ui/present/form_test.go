package present

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

func TestEveryKindOfAccountGoesThereAndBack(t *testing.T) {
	base := localstore.Account{ID: "x", Name: "n", Protocol: "pop3", Host: "mail.example.org", Port: 995, Security: localstore.TLS, User: "ines", Address: "ines@example.org"}
	for name, change := range map[string]func(*localstore.Account){
		"plain POP3":    func(*localstore.Account) {},
		"STLS":          func(a *localstore.Account) { a.Security, a.Port = localstore.STARTTLS, 110 },
		"by SCRAM":      func(a *localstore.Account) { a.Auth = string(popclient.AuthSCRAM) },
		"after 14 days": func(a *localstore.Account) { a.DeleteAfterDays, a.DeleteWithMine = 14, true },
		"deleting":      func(a *localstore.Account) { a.Delete = true },
		"limit":         func(a *localstore.Account) { a.SizeLimit = 1_500_000 },
		"schedule":      func(a *localstore.Account) { a.EveryMinutes, a.AtStart = 15, true },
		"pinned":        func(a *localstore.Account) { a.PinnedKey = "abcd" },
		"token command": func(a *localstore.Account) {
			a.Auth, a.OAuth.Command = string(popclient.AuthOAuthBearer), []string{"token", "--for", "a b"}
		},
		"token browser": func(a *localstore.Account) {
			a.Auth = string(popclient.AuthXOAuth2)
			a.OAuth = localstore.OAuth{ClientID: "c", AuthURL: "https://a.example/auth", TokenURL: "https://a.example/token", Scopes: []string{"mail", "offline"}}
		},
		"POP2 folders": func(a *localstore.Account) { a.Protocol, a.Port, a.Mailboxes = "pop2", 109, []string{"inbox", "lists"} },
		"POP1": func(a *localstore.Account) {
			a.Protocol, a.Port, a.DataReply, a.Format = "pop1", 109, localstore.DataReplyNone, "mmdf"
		},
	} {
		a := base
		change(&a)
		got, err := NewForm(a).Account(a)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(a, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

func TestPolicyAndSignInFaults(t *testing.T) {
	for want, spoil := range map[string]func(*Form){
		"after how many days":       func(f *Form) { f.After = Afters.Label("days") },
		"whole number up to 10,000": func(f *Form) { f.After, f.Days = Afters.Label("days"), "many" },
		"minutes between":           func(f *Form) { f.Every = "-1" },
		"number of megabytes":       func(f *Form) { f.LargerThan = "NaN" },
		"takes a mailbox as a whole": func(f *Form) {
			f.Protocol, f.After, f.Days = Protocols.Label("pop1"), Afters.Label("days"), "14"
		},
		"POP2 has no STLS":       func(f *Form) { f.Protocol, f.Security = Protocols.Label("pop2"), Securities.Label(localstore.STARTTLS) },
		"prints an access token": func(f *Form) { f.Auth = Auths.Label(tokenByCommand) },
		"begin with https://":    func(f *Form) { f.Auth, f.AuthURL = Auths.Label(tokenByBrowser), "http://a.example" },
		"type the client id": func(f *Form) {
			f.Auth, f.AuthURL, f.TokenURL = Auths.Label(tokenByBrowser), "https://a.example", "https://a.example"
		},
		"command holds a line": func(f *Form) { f.Command = "a\nb" },
	} {
		f := NewForm(localstore.Account{})
		f.Host, f.User = "mail.example.org", "ines"
		spoil(&f)
		if _, err := f.Account(localstore.Account{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

func TestDefaultPorts(t *testing.T) {
	for _, c := range []struct {
		protocol string
		security localstore.Security
		want     int
	}{
		{"pop3", localstore.TLS, 995}, {"pop3", localstore.STARTTLS, 110}, {"pop3", localstore.Plain, 110},
		{"pop2", localstore.Plain, 109}, {"pop1", localstore.TLS, 109},
	} {
		if got := DefaultPort(Protocols.Label(c.protocol), Securities.Label(c.security)); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.protocol, c.security, got, c.want)
		}
	}
	if len(SecuritiesOf(Protocols.Label("pop3"))) != 3 || len(SecuritiesOf(Protocols.Label("pop1"))) != 2 {
		t.Error("STLS is POP3's alone")
	}
}

func TestPolicySentences(t *testing.T) {
	for want, a := range map[string]localstore.Account{
		"Mail stays at the server.":                                          {},
		"The server deletes what is safe on this disk.":                      {Delete: true},
		"Mail stays at the server for 1 day.":                                {DeleteAfterDays: 1},
		"Mail stays at the server for 14 days, or until you delete it here.": {DeleteAfterDays: 14, DeleteWithMine: true},
		"Mail stays at the server until you delete it here.":                 {DeleteWithMine: true},
	} {
		if got := Policy(a); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if !strings.HasPrefix(WhatNow(a), want) {
			t.Errorf("%q", WhatNow(a))
		}
	}
	for want, a := range map[string]localstore.Account{
		"What has been here for 14 days is deleted there.":                             {DeleteAfterDays: 14},
		"What has been here for 14 days, and what you deleted here, is deleted there.": {DeleteAfterDays: 14, DeleteWithMine: true},
		"What you deleted here is deleted there.":                                      {DeleteWithMine: true},
		"Of messages from 5.0 MB on, only the header comes.":                           {SizeLimit: 5_000_000},
	} {
		if got := Consequence(a, popclient.Leave); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

func TestChoiceOfAnUnknownValueIsTheDefault(t *testing.T) {
	if got := Protocols.Label("pop9"); got != "POP3" {
		t.Error(got)
	}
	if got := Protocols.Value("?"); got != "pop3" {
		t.Error(got)
	}
}

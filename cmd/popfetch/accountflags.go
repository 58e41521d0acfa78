package main

import (
	"flag"
	"fmt"
	"strings"

	"restante.app/localstore"
)

// settings are the flags that describe an account. Those that were not given leave
// what is there.
type settings struct {
	flags        *flag.FlagSet
	acc          localstore.Account // what the flags say
	boxes        string
	security     string
	tokenCommand string
	plain        bool
}

func accountFlags(flags *flag.FlagSet) *settings {
	f := &settings{flags: flags}
	f.reach()
	f.policy()
	return f
}

// reach are the flags that say how an account is reached.
func (f *settings) reach() {
	flags, acc := f.flags, &f.acc
	flags.StringVar(&acc.Name, "name", "", "what to call it; the user and host if empty")
	flags.StringVar(&acc.Address, "address", "", "the mail address that it is for")
	flags.StringVar(&acc.Protocol, "protocol", "", "pop1, pop2 or pop3; by its port if empty")
	flags.StringVar(&acc.Host, "host", "", "the post office")
	flags.IntVar(&acc.Port, "port", 0, "its port; the protocol's usual one if not given: 995 or 110 for POP3, 109 for the others")
	flags.StringVar(&acc.User, "user", "", "the user name there")
	flags.StringVar(&f.boxes, "mailboxes", "", "the mailboxes, with commas between; the user name if empty; POP3 has one alone")
	flags.StringVar(&f.security, "security", "", "tls, starttls or plain; tls if empty")
	flags.BoolVar(&f.plain, "plain", false, "no TLS, as --security plain")
	flags.BoolVar(&acc.PlainConsent, "plain-consent", false, "send the password unprotected even to another machine")
	flags.StringVar(&acc.PinnedKey, "pin", "", "the hex SHA-256 of the one server key to trust")
	flags.StringVar(&acc.Auth, "auth", "", "how to log in, such as scram-sha-256, plain, userpass, xoauth2; the best on offer if empty")
	flags.StringVar(&f.tokenCommand, "token-command", "", "the command that prints an access token, and its arguments, with spaces between; no shell")
	flags.StringVar(&acc.OAuth.ClientID, "client-id", "", "the ID that the provider gave this program, for signing in with the browser")
	flags.StringVar(&acc.Format, "format", "", "a POP1 maildrop's format: mbox, mboxo, mboxrd, mboxcl, mboxcl2, mmdf, tenex, bare; detected if empty")
	flags.StringVar((*string)(&acc.DataReply), "data-reply", "", "what POP1's RCEV gets: 'none' or 'ok'; detected if empty")
	flags.BoolVar(&acc.RememberInKey, "keyring", false, "keep the password ("+passwordVariable+") in the keyring or the sealed file")
}

// policy are the flags that say what becomes of the mail.
func (f *settings) policy() {
	flags, acc := f.flags, &f.acc
	flags.BoolVar(&acc.Delete, "delete", false, "collect by RDEL unless told otherwise: the post office deletes what is safely here")
	flags.IntVar(&acc.DeleteAfterDays, "delete-after", 0, "delete at the post office what was collected so many days ago; 0: it stays")
	flags.BoolVar(&acc.DeleteWithMine, "delete-with-mine", false, "delete at the post office what was deleted here")
	flags.Int64Var(&acc.SizeLimit, "size-limit", 0, "collect only the header of messages from so many octets on; 0: all of them whole")
	flags.IntVar(&acc.EveryMinutes, "every", 0, "minutes between two fetches while the workstation runs; 0: none by itself")
	flags.BoolVar(&acc.AtStart, "at-start", false, "fetch when the workstation starts")
}

// apply changes acc as the flags say, and fills in what an account can't be without.
func (f *settings) apply(acc localstore.Account) (localstore.Account, error) {
	set := map[string]func(){
		"name": func() { acc.Name = f.acc.Name }, "address": func() { acc.Address = f.acc.Address },
		"protocol": func() { acc.Protocol = f.acc.Protocol }, "host": func() { acc.Host = f.acc.Host },
		"port": func() { acc.Port = f.acc.Port }, "user": func() { acc.User = f.acc.User },
		"mailboxes": func() { acc.Mailboxes = list(f.boxes) }, "security": func() { acc.Security = localstore.Security(f.security) },
		"plain": func() {
			if f.plain {
				acc.Security = localstore.Plain
			}
		},
		"plain-consent": func() { acc.PlainConsent = f.acc.PlainConsent }, "pin": func() { acc.PinnedKey = f.acc.PinnedKey },
		"auth": func() { acc.Auth = f.acc.Auth }, "token-command": func() { acc.OAuth.Command = strings.Fields(f.tokenCommand) },
		"client-id": func() { acc.OAuth.ClientID = f.acc.OAuth.ClientID },
		"format":    func() { acc.Format = f.acc.Format }, "data-reply": func() { acc.DataReply = f.acc.DataReply },
		"keyring": func() { acc.RememberInKey = f.acc.RememberInKey }, "delete": func() { acc.Delete = f.acc.Delete },
		"delete-after":     func() { acc.DeleteAfterDays = f.acc.DeleteAfterDays },
		"delete-with-mine": func() { acc.DeleteWithMine = f.acc.DeleteWithMine },
		"size-limit":       func() { acc.SizeLimit = f.acc.SizeLimit }, "every": func() { acc.EveryMinutes = f.acc.EveryMinutes },
		"at-start": func() { acc.AtStart = f.acc.AtStart },
	}
	given := map[string]bool{}
	f.flags.Visit(func(one *flag.Flag) {
		if given[one.Name] = true; set[one.Name] != nil {
			set[one.Name]()
		}
	})
	if given["plain"] && given["security"] && f.plain && f.security != string(localstore.Plain) {
		return acc, fmt.Errorf("%w: --plain and --security %s exclude each other", errUsage, f.security)
	}
	return usual(acc, given["port"]), nil
}

// usual fills in what was not said. A port that was given stays, whatever it is.
func usual(acc localstore.Account, port bool) localstore.Account {
	if acc.Security == "" {
		acc.Security = localstore.TLS
	}
	if acc.Protocol == "" {
		if acc.Protocol = "pop1"; acc.Port == 110 || acc.Port == 995 || acc.Security == localstore.STARTTLS {
			acc.Protocol = "pop3"
		}
	}
	if acc.Port == 0 && !port {
		switch {
		case acc.Protocol != "pop3":
			acc.Port = 109 // RFC 923 lists it for POP
		case acc.Security == localstore.TLS:
			acc.Port = 995
		default:
			acc.Port = 110
		}
	}
	return acc
}

// list divides what stands between commas.
func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

package present

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
)

// Found is what was found for a mail address, in plain words.
type Found struct {
	Title  string // "POP3 at mail.example.org"
	Where  string // the port, the user, where that is known from
	Safety string // how safe it is, a sentence
	Safe   Level
	Agree  string // what to tick before the password is sent, "" if nothing
}

// Level is how safe a line is. It is shown by a lock and by words, never by colour
// alone.
type Level int

// The levels.
const (
	Safe    Level = iota // a closed lock
	Doubt                // a closed lock with a question
	Exposed              // an open lock
)

// NewFound describes what a discovery found.
func NewFound(d fetcher.Discovery) Found {
	a := d.Account
	f := Found{
		Title: fmt.Sprintf("%s at %s", Protocols.Label(a.Protocol), a.Host),
		Where: fmt.Sprintf("Port %d, user %s", a.Port, a.User),
	}
	if d.Source != "" {
		f.Where += ", from " + d.Source
	}
	f.Where += "."
	switch d.Safety {
	case fetcher.SafetyVerified:
		f.Safety, f.Safe = "Safe: the line is encrypted and the server has proved its name.", Safe
		if a.Security == localstore.Plain { // Discover calls that verified within this machine alone
			f.Safety = fmt.Sprintf("Not encrypted, but safe: %s is this machine, and nothing leaves it.", a.Host)
		}
	case fetcher.SafetyUnproved:
		f.Safety, f.Safe = fmt.Sprintf("Encrypted, but nothing proves that %s is where mail of your address belongs: that answer could have been forged. Your password has not been sent.", a.Host), Doubt
		f.Agree = fmt.Sprintf("I know that %s is my provider's server", a.Host)
	case fetcher.SafetyUnknownKey:
		f.Safety, f.Safe = fmt.Sprintf("Encrypted, but the certificate of %s is not trusted: it may be your own server, or somebody in between. Your password has not been sent.", a.Host), Doubt
		f.Agree = "I have compared this fingerprint with the owner's: trust this key and no other"
	default:
		f.Safety, f.Safe = fmt.Sprintf("Not safe: %s offers no encryption. Everybody on the way could read your password and your mail. Your password has not been sent.", a.Host), Exposed
		f.Agree = "Send my password and mail unprotected all the same"
		if here(a.Host) {
			f.Safety = fmt.Sprintf("Not encrypted, but %s is this machine: nothing leaves it. Your password has not been sent.", a.Host)
			f.Agree = "Send my password without encryption within this machine"
			f.Safe = Doubt
		}
	}
	return f
}

// here tells whether a host is this machine.
func here(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

var page = regexp.MustCompile(`https://[^\s<>"]+[^\s<>".,;:)]`)

// Page returns the first web address of a hint, "" if there is none.
func Page(hint string) string { return page.FindString(hint) }

// CheckAddress says what is wrong with what was typed for a new account, "" if
// nothing is.
func CheckAddress(address, password string) string {
	local, domain, ok := strings.Cut(strings.TrimSpace(address), "@")
	switch {
	case !ok || local == "" || domain == "" || strings.ContainsAny(address, "\r\n\x00 "):
		return "Type your whole mail address, such as ines@example.org."
	case strings.Contains(domain, "@"):
		return "A mail address holds one @."
	case password == "":
		return "Type your password too: it is sent only where the line is safe, or where you agree."
	}
	return ""
}

// Sign names the state of an attempt.
func Sign(a fetcher.Attempt) string {
	switch {
	case a.Err != nil:
		return "failed"
	case a.Detail == "":
		return "under way"
	}
	return "done"
}

// Attempt says what was tried and what came of it.
func Attempt(a fetcher.Attempt) string {
	switch {
	case a.Err != nil && a.Detail != "":
		return a.What + ": " + a.Detail
	case a.Err != nil:
		return a.What + ": " + why(a.Err)
	case a.Detail == "":
		return a.What + "…"
	}
	return a.What + ": " + a.Detail
}

// why gives the cause of an error in a few words where it is a common one.
func why(err error) string {
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case ok && dns.IsNotFound:
		return "no such entry"
	case ok && dns.IsTimeout, errors.Is(err, context.DeadlineExceeded), errors.Is(err, popclient.ErrTimeout):
		return "no answer in time"
	case popclient.NothingListens(err):
		return "nothing answers there"
	}
	return err.Error()
}

// WhatNow says at the end of a discovery what "Add and fetch" will do.
func WhatNow(a localstore.Account) string {
	return Policy(a) + " You can change that, and everything else, under Edit account."
}

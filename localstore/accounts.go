package localstore

import (
	"crypto/rand"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"go.etcd.io/bbolt"
)

// The longest names, in octets. A line of any of the protocols has room for them.
const (
	maxName      = 255
	maxMailboxes = 1000
)

// Accounts returns all accounts, sorted by name, then id.
func (s *Store) Accounts() ([]Account, error) {
	var all []Account
	err := s.meta.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAccounts).ForEach(func(_, v []byte) error {
			a, err := decodeRecord[Account](v)
			if err != nil {
				return damaged(s.meta.path, "has a damaged account", err)
			}
			all = append(all, a)
			return nil
		})
	})
	slices.SortStableFunc(all, func(a, b Account) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// Account returns one account, or ErrNotFound.
func (s *Store) Account(id string) (Account, error) {
	var a Account
	err := s.meta.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketAccounts).Get([]byte(id))
		if v == nil {
			return notFound("There is no account %q.", id)
		}
		var err error
		if a, err = decodeRecord[Account](v); err != nil {
			return damaged(s.meta.path, "has a damaged account", err)
		}
		return nil
	})
	return a, err
}

// PutAccount adds an account if its ID is "", and gives it one; else it changes
// that account. It returns what it stored. ErrInvalid says which field can't be
// accepted, ErrNotFound that there is no account of that ID.
func (s *Store) PutAccount(a Account) (Account, error) {
	if a.Protocol == "" {
		a.Protocol = "pop1"
	}
	if err := validAccount(&a); err != nil {
		return Account{}, err
	}
	a.Mailboxes = slices.Clone(a.Mailboxes)
	added := a.ID == ""
	if added {
		a.ID = strings.ToLower(rand.Text())
	}
	record, err := encoding.Marshal(a)
	if err != nil {
		return Account{}, invalid("The account can't be stored: %v.", err)
	}
	return a, s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketAccounts)
		if !added && b.Get([]byte(a.ID)) == nil {
			return notFound("There is no account %q.", a.ID)
		}
		return b.Put([]byte(a.ID), record)
	})
}

// DeleteAccount removes an account. Its mailboxes and their mail stay.
func (s *Store) DeleteAccount(id string) error {
	return s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketAccounts)
		if b.Get([]byte(id)) == nil {
			return notFound("There is no account %q.", id)
		}
		return b.Delete([]byte(id))
	})
}

func validAccount(a *Account) error {
	if len(a.Mailboxes) > maxMailboxes {
		return invalid("The account has more than %d mailboxes.", maxMailboxes)
	}
	texts := map[string]string{
		"account's name": a.Name, "host": a.Host, "user name": a.User, "pinned key": a.PinnedKey,
		"protocol": a.Protocol, "mailbox format": a.Format,
	}
	for what, text := range texts {
		if err := validText(what, text); err != nil {
			return err
		}
	}
	for _, name := range a.Mailboxes {
		if name == "" {
			return invalid("A mailbox of the account has no name.")
		}
		if err := validText("mailbox's name", name); err != nil {
			return err
		}
	}
	switch {
	case a.Host == "":
		return invalid("The host is missing.")
	case strings.ContainsAny(a.Host, " \t/@"):
		return invalid("The host %q can't be used: enter a name such as mail.example.org or an address.", a.Host)
	case a.User == "":
		return invalid("The user name is missing.")
	case a.Port < 1 || a.Port > 65535:
		return invalid("The port %d can't be used: enter a number from 1 to 65535 (%s).", a.Port, usualPorts(a))
	case !slices.Contains([]Security{TLS, STARTTLS, Plain}, a.Security):
		return invalid("The security %q is not known.", a.Security)
	case !slices.Contains([]string{"pop1", "pop2", "pop3"}, a.Protocol):
		return invalid("The protocol %q is not known.", a.Protocol)
	case a.Security == STARTTLS && a.Protocol != "pop3":
		return invalid("Only POP3 can begin TLS on an open line: choose TLS or no protection for %s.", strings.ToUpper(a.Protocol))
	case !slices.Contains([]DataReply{DataReplyAuto, DataReplyNone, DataReplyFirst}, a.DataReply):
		return invalid("The reading %q of the reply to RCEV is not known.", a.DataReply)
	}
	return validPolicy(a)
}

func usualPorts(a *Account) string {
	switch {
	case a.Protocol != "pop3":
		return "109 is usual"
	case a.Security == TLS:
		return "995 is usual"
	}
	return "110 is usual"
}

// mechanisms are the names of package popclient's Auth.
var mechanisms = []string{"", "scram-sha-256-plus", "scram-sha-256", "oauthbearer", "xoauth2", "plain", "login", "cram-md5", "apop", "userpass"}

func validPolicy(a *Account) error {
	switch {
	case !slices.Contains(mechanisms, a.Auth):
		return invalid("The way to log in %q is not known.", a.Auth)
	case a.DeleteAfterDays < 0 || a.DeleteAfterDays > 3650:
		return invalid("Mail can't be deleted after %d days: enter 1 to 3650, or 0 for never.", a.DeleteAfterDays)
	case a.SizeLimit < 0:
		return invalid("The size limit %d can't be used: enter a number of octets, or 0 for none.", a.SizeLimit)
	case a.EveryMinutes < 0 || a.EveryMinutes > 7*24*60:
		return invalid("Mail can't be fetched every %d minutes: enter 1 to 10080, or 0 for by hand.", a.EveryMinutes)
	case len(a.OAuth.Command) > 100 || len(a.OAuth.Scopes) > 100:
		return invalid("The sign-in's settings have too many parts.")
	case len(a.OAuth.Command) > 0 && a.OAuth.Command[0] == "":
		return invalid("The command that prints a token is missing: only arguments for it are there.")
	}
	for _, text := range slices.Concat(a.OAuth.Command, a.OAuth.Scopes, []string{a.OAuth.ClientID}) {
		if len(text) > 4096 || strings.ContainsAny(text, "\r\n\x00") || !utf8.ValidString(text) {
			return invalid("The sign-in's settings hold a text that is too long or has a line break.")
		}
	}
	for _, address := range []string{a.OAuth.AuthURL, a.OAuth.TokenURL} {
		if !validSignIn(address) {
			return invalid("The sign-in's address %.100q can't be used: it begins with https.", address)
		}
	}
	return validText("mail address", a.Address)
}

// validSignIn takes an address on this machine without TLS, for tests and gateways.
func validSignIn(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(address) > 2048 {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// validText refuses what no line of a protocol can carry.
func validText(what, text string) error {
	switch {
	case len(text) > maxName:
		return invalid("The %s is longer than %d octets.", what, maxName)
	case strings.ContainsAny(text, "\r\n\x00"):
		return invalid("The %s holds a line break or a NUL.", what)
	case !utf8.ValidString(text):
		return invalid("The %s is not valid UTF-8.", what)
	}
	return nil
}

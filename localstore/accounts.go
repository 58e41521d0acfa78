package localstore

import (
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"go.etcd.io/bbolt"
)

// The longest names, in octets. A line of POP1 has room for more.
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
		return invalid("The port %d can't be used: enter a number from 1 to 65535 (109 is usual).", a.Port)
	case a.Security != TLS && a.Security != Plain:
		return invalid("The security %q is not known.", a.Security)
	case a.Protocol != "pop1":
		return invalid("The protocol %q is not known.", a.Protocol)
	case !slices.Contains([]DataReply{DataReplyAuto, DataReplyNone, DataReplyFirst}, a.DataReply):
		return invalid("The reading %q of the reply to RCEV is not known.", a.DataReply)
	}
	return nil
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

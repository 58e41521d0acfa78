package present

import (
	"slices"
	"strings"

	"restante.app/localstore"
)

// Destinations are the mailboxes among places that mail can be put into, or gone to. Those
// of accounts are named with their account, as most of them are called inbox.
func Destinations(places []Place) []Place {
	var out []Place
	account := ""
	for _, p := range places {
		switch {
		case p.Heading:
			account = p.Name
		case p.All:
		default:
			p.Name = InAccount(p, account)
			out = append(out, p)
		}
	}
	return out
}

// Others are the Destinations that mail of one place can be put into.
func Others(places []Place, from Place) []Place {
	return slices.DeleteFunc(Destinations(places), func(p Place) bool { return !Lands(from, p) })
}

// InAccount names a mailbox with the name of its account, if it has one.
func InAccount(p Place, account string) string {
	if p.Account == "" || account == "" {
		return p.Name
	}
	return account + " / " + p.Name
}

// Lands tells whether messages of one place can be put into another.
func Lands(from, to Place) bool {
	return !to.Heading && !to.All && to.Mailbox != 0 && to.Mailbox != from.Mailbox
}

// Carried says what becomes of messages that are dragged, if they are let go now. to is
// the place under the pointer.
func Carried(n int, to Place, lands, isCopy bool) string {
	what := Count(n, "message")
	switch {
	case !lands:
		return what
	case isCopy:
		return "Copy " + what + " to " + to.Name
	case to.Role == localstore.Trash:
		return "Delete " + what
	}
	return "Move " + what + " to " + to.Name
}

// NextPlace returns the next place whose name begins with a letter, -1 if none does.
func NextPlace(places []Place, after int, letter rune) int {
	begin := folded(string(letter))
	for i := range places {
		at := (after + 1 + i) % len(places)
		if !places[at].Heading && strings.HasPrefix(folded(places[at].Name), begin) {
			return at
		}
	}
	return -1
}

// PlaceNames says by mailbox where a message is, as short as that is clear: of an account
// with one mailbox its name.
func PlaceNames(places []Place) map[localstore.MailboxID]string {
	boxes := map[string]int{}
	for _, p := range places {
		if !p.Heading && !p.All {
			boxes[p.Account]++
		}
	}
	out := map[localstore.MailboxID]string{}
	account := ""
	for _, p := range places {
		switch {
		case p.Heading:
			account = p.Name
		case p.All:
		case p.Account != "" && boxes[p.Account] == 1:
			out[p.Mailbox] = account
		default:
			out[p.Mailbox] = InAccount(p, account)
		}
	}
	return out
}

// NextUnreadPlace returns the next mailbox with unread mail, or the one before, -1 if there
// is none. What is in the trash is not worth going to.
func NextUnreadPlace(places []Place, from, by int) int {
	n := len(places)
	for i := 1; i < n; i++ {
		at := ((from+by*i)%n + n) % n
		if p := places[at]; !p.Heading && !p.All && p.Unread != "" {
			return at
		}
	}
	return -1
}

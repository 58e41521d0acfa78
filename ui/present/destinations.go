package present

import (
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

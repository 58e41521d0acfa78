package present

import (
	"fmt"
	"slices"

	"restante.app/localstore"
)

// Place is a line of the mailbox pane: an account's heading or one of its
// mailboxes.
type Place struct {
	Account string // its id
	Mailbox localstore.MailboxID
	Name    string
	Unread  string // "" for none
	Total   int
	Heading bool
	State   string // of a heading: when it is fetched next, or why it is not
	Fault   bool   // of a heading: the last fetch failed
}

// Places lists the accounts with their mailboxes and, by id, how they stand. Mail of an account that was
// removed is under a heading of its own.
func Places(accounts []localstore.Account, boxes []localstore.Mailbox, standings map[string]Standing) []Place {
	var out []Place
	add := func(id, name string) {
		out = append(out, Place{Account: id, Name: name, Heading: true, State: standings[id].Short, Fault: standings[id].Fault})
		for _, m := range boxes {
			if m.Account != id {
				continue
			}
			p := Place{Account: id, Mailbox: m.ID, Name: m.Name, Total: m.Total}
			if m.Unread > 0 {
				p.Unread = Number(m.Unread)
			}
			out = append(out, p)
		}
	}
	known := map[string]bool{}
	for _, a := range accounts {
		known[a.ID] = true
		add(a.ID, a.Name)
	}
	var gone []string
	for _, m := range boxes {
		if !known[m.Account] && m.Total > 0 && !slices.Contains(gone, m.Account) {
			gone = append(gone, m.Account)
		}
	}
	for _, id := range gone {
		add(id, "Kept from a removed account")
	}
	return out
}

// Empty says what to do where a list has nothing to show.
func Empty(accounts int, chosen bool) (title, next string) {
	switch {
	case accounts == 0:
		return "No post office yet", "Set up an account: you need your mail address and its password."
	case !chosen:
		return "No mailbox chosen", "Choose one on the left."
	}
	return "No mail here yet", "Press Fetch (F5) to collect what is waiting at the post office."
}

// Title names the window.
func Title(p Place) string {
	if p.Name == "" {
		return "Restante"
	}
	if p.Unread != "" {
		return fmt.Sprintf("%s (%s unread) — Restante", p.Name, p.Unread)
	}
	return p.Name + " — Restante"
}

// Caption says beside the toolbar what is shown: the mailbox and how full it is.
func Caption(p Place) string {
	switch {
	case p.Heading || p.Name == "":
		return ""
	case p.Unread != "":
		return fmt.Sprintf("%s: %s, %s unread", p.Name, Count(p.Total, "message"), p.Unread)
	}
	return fmt.Sprintf("%s: %s", p.Name, Count(p.Total, "message"))
}

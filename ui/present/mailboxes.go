package present

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"restante.app/fetcher"
	"restante.app/localstore"
)

// Place is a line of the mailbox pane: an account's heading or one of its
// mailboxes.
type Place struct {
	Account string // its id
	Mailbox localstore.MailboxID
	Name    string
	Unread  string // "" for none
	Fresh   int    // how many are unread, in the trash too
	Total   int
	Heading bool
	State   string // of a heading: when it is fetched next, or why it is not
	Fault   bool   // of a heading: the last fetch failed
	Role    localstore.Role
	Flat    bool // shown without threads
	All     bool // the inboxes of all accounts as one
}

// Places lists the accounts with their mailboxes and, by id, how they stand; what is the
// owner's own; and mail of accounts that were removed under a heading of its own. Of
// several accounts the inboxes come first, as one.
func Places(accounts []localstore.Account, boxes []localstore.Mailbox, standings map[string]Standing) []Place {
	p := places{boxes: boxes, standings: standings}
	if len(accounts) > 1 {
		p.inboxes(accounts)
	}
	known := map[string]bool{"": true}
	for _, a := range accounts {
		known[a.ID] = true
		p.account(a.ID, a.Name)
	}
	p.own()
	var gone []string
	for _, m := range boxes {
		if !known[m.Account] && m.Total > 0 && !slices.Contains(gone, m.Account) {
			gone = append(gone, m.Account)
		}
	}
	for _, id := range gone {
		p.account(id, "Kept from a removed account")
	}
	return p.out
}

// places are lines in the making.
type places struct {
	boxes     []localstore.Mailbox
	standings map[string]Standing
	out       []Place
}

func (p *places) add(m localstore.Mailbox) {
	line := Place{Account: m.Account, Mailbox: m.ID, Name: m.Name, Total: m.Total, Fresh: m.Unread, Role: m.Role, Flat: m.Flat}
	if m.Unread > 0 && m.Role != localstore.Trash {
		line.Unread = Number(m.Unread)
	}
	p.out = append(p.out, line)
}

// inboxes adds the first mailbox of each account, as one.
func (p *places) inboxes(accounts []localstore.Account) {
	sum := localstore.Mailbox{ID: fetcher.Inboxes, Name: "All inboxes", Flat: true}
	for _, a := range accounts {
		first := fetcher.Inbox(a)
		i := slices.IndexFunc(p.boxes, func(m localstore.Mailbox) bool { return m.Account == a.ID && m.Source == first })
		if i >= 0 {
			sum.Total += p.boxes[i].Total
			sum.Unread += p.boxes[i].Unread
		}
	}
	p.add(sum)
	p.out[len(p.out)-1].All = true
}

func (p *places) account(id, name string) {
	p.out = append(p.out, Place{Account: id, Name: name, Heading: true, State: p.standings[id].Short, Fault: p.standings[id].Fault})
	for _, m := range p.boxes {
		if m.Account == id {
			p.add(m)
		}
	}
}

// own adds the mailboxes that belong to no account: the owner's by name, then the archive
// and the trash.
func (p *places) own() {
	order := map[localstore.Role]int{localstore.Archive: 1, localstore.Trash: 2}
	var own []localstore.Mailbox
	for _, m := range p.boxes {
		if m.Account == "" {
			own = append(own, m)
		}
	}
	if len(own) == 0 {
		return
	}
	slices.SortStableFunc(own, func(a, b localstore.Mailbox) int {
		return cmp.Or(order[a.Role]-order[b.Role], strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	p.out = append(p.out, Place{Name: "On this disk", Heading: true})
	for _, m := range own {
		p.add(m)
	}
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

// NotDeleted says why a place is not deleted by a key, and what can be.
func NotDeleted(p Place) string {
	if p.Heading {
		return "An account is removed under Edit account, where it says what becomes of its mail."
	}
	return "Only mailboxes that you made can be deleted. To delete messages, choose them in the list first."
}

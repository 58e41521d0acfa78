package present

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"restante.app/fetcher"
	"restante.app/popclient"
)

// Listed is a line of the list of what is at the server.
type Listed struct {
	From, Subject, Date, Size, State string
	New                              bool // it was never collected
}

// NewListed makes the line of a message at the server.
func NewListed(m fetcher.ListedMessage, now time.Time) Listed {
	l := Listed{From: m.Summary.FromName, Subject: m.Summary.Subject, Date: Date(m.Summary.Date, now), State: "not here", New: !m.Known}
	if m.Offer.Size >= 0 {
		l.Size = Size(m.Offer.Size)
	}
	if l.From == "" {
		l.From = m.Summary.FromAddress
	}
	unread := l.From == "" && l.Subject == ""
	switch {
	case unread:
		l.Subject = fmt.Sprintf("Message %s (its header was not read)", Number(m.Offer.Number))
	case l.Subject == "":
		l.Subject = "(no subject)"
	}
	if l.From == "" && !unread {
		l.From = "(no sender)"
	}
	switch {
	case m.Partial:
		l.State = "header here"
	case m.Known && m.Here != 0:
		l.State = "here"
	case m.Known:
		l.State = "deleted here"
	}
	return l
}

// The columns by which messages at the server are sorted.
const (
	ByFrom = iota
	BySubject
	ByState
	ByDate
	BySize
)

// SortListed returns the order of messages at the server by a column: their places in
// items.
func SortListed(items []fetcher.ListedMessage, column int, descending bool) []int {
	order := make([]int, len(items))
	rows := make([]Listed, len(items))
	for i := range items {
		order[i] = i
		if column == ByFrom || column == BySubject || column == ByState {
			rows[i] = NewListed(items[i], time.Time{})
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		var n int
		switch column {
		case ByFrom:
			n = strings.Compare(strings.ToLower(rows[a].From), strings.ToLower(rows[b].From))
		case BySubject:
			n = strings.Compare(strings.ToLower(rows[a].Subject), strings.ToLower(rows[b].Subject))
		case ByState:
			n = strings.Compare(rows[a].State, rows[b].State)
		case BySize:
			n = cmp.Compare(items[a].Offer.Size, items[b].Offer.Size)
		default: // a server lists the oldest first; few of them have a date that was read
			n = cmp.Compare(items[a].Offer.Number, items[b].Offer.Number)
		}
		if descending {
			return -n
		}
		return n
	})
	return order
}

// Pick is what is chosen of the messages at a server.
type Pick struct {
	Items  []fetcher.ListedMessage
	Octets int64
	Whole  int // that are on this disk whole, or were and were deleted here
}

// NewPick sums up what is chosen.
func NewPick(items []fetcher.ListedMessage) Pick {
	p := Pick{Items: items}
	for _, m := range items {
		p.Octets += max(0, m.Offer.Size)
		if deletable(m) {
			p.Whole++
		}
	}
	return p
}

// deletable tells whether a message at the server may be deleted there without
// collecting it: it was collected whole.
func deletable(m fetcher.ListedMessage) bool { return m.Known && !m.Partial && !m.Offer.Ambiguous }

// Sum says how much is chosen.
func (p Pick) Sum() string {
	if len(p.Items) == 0 {
		return "Nothing chosen"
	}
	return fmt.Sprintf("%s chosen, %s", Count(len(p.Items), "message"), Size(p.Octets))
}

// Choose returns the selections that an action makes of what is chosen. DeleteKnown
// takes those alone that are here.
func (p Pick) Choose(c popclient.Choice) []popclient.Selection {
	var out []popclient.Selection
	for _, m := range p.Items {
		if c == popclient.DeleteKnown && !deletable(m) {
			continue
		}
		out = append(out, popclient.Selection{Offer: m.Offer, Choice: c})
	}
	return out
}

// Warning says what an action does that can't be taken back, "" if it does nothing of
// that kind.
func (p Pick) Warning(c popclient.Choice) string {
	switch c {
	case popclient.TakeDelete:
		return fmt.Sprintf("Restante collects %s (%s). The server deletes what is then safe on this disk; after that the only copy is here.", Count(len(p.Items), "message"), Size(p.Octets))
	case popclient.DeleteKnown:
		s := fmt.Sprintf("The server deletes %s. After that the only copy is on this disk.", Count(p.Whole, "message"))
		if gone := p.gone(); gone > 0 {
			s += fmt.Sprintf(" Of those, %s here before: no copy will be left.", plural(gone, "was deleted", "were deleted"))
		}
		if rest := len(p.Items) - p.Whole; rest > 0 {
			s += fmt.Sprintf("\n\n%s not on this disk as a whole and %s at the server.", plural(rest, "message is", "messages are"), map[bool]string{true: "stays", false: "stay"}[rest == 1])
		}
		return s
	}
	return ""
}

// gone counts those chosen that were deleted here.
func (p Pick) gone() int {
	n := 0
	for _, m := range p.Items {
		if deletable(m) && m.Here == 0 {
			n++
		}
	}
	return n
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Waiting sums up a listing.
func Waiting(l fetcher.Listing) string {
	var octets int64
	fresh := 0
	for _, m := range l.Items {
		octets += max(0, m.Offer.Size)
		if !m.Known {
			fresh++
		}
	}
	if len(l.Items) == 0 {
		return l.Mailbox + " is empty at the server."
	}
	rest := Number(fresh) + " not here yet"
	switch fresh {
	case 0:
		rest = "nothing new"
	case len(l.Items):
		rest = "none of it here yet"
	}
	return fmt.Sprintf("%s: %s at the server, %s; %s.", l.Mailbox, Count(len(l.Items), "message"), Size(octets), rest)
}

// Missing says of a message whose header alone is here how much is at the server.
func Missing(listed int64) string {
	if listed < 0 {
		return "Only the header of this message is here; the rest is still at the server."
	}
	return fmt.Sprintf("Only the header of this message is here. The whole message, %s, is still at the server.", Size(listed))
}

// SeveralRows says the same where there are threads among what is chosen.
func SeveralRows(n int) (title, next string) {
	return Count(n, "row") + " chosen", "What you do is done to all messages of the threads, and can be undone in one step. One click on a row goes back to it alone."
}

// Several says that more than one message is chosen.
func Several(n int) (title, next string) {
	return Count(n, "message") + " chosen", "Delete removes them, U marks them unread. One click on a message goes back to it alone."
}

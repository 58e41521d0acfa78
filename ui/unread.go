package ui

import (
	"slices"

	"restante.app/localstore"
	"restante.app/ui/present"
)

// lookAhead is of how many rows at once it is read whether they are unread.
const lookAhead = 200

// fresh is a row that is not read, or has something in it that is not.
type fresh struct {
	row  int                  // -1 for none
	open localstore.MessageID // within a closed thread, 0 if the row is chosen as it is
}

// nextUnread chooses the next message that is not read, or the one before, beginning anew
// at the other end of the list. Without any it calls none.
func (p *listPane) nextUnread(by int, none func()) {
	core, mailbox, rows, turn := p.desk.core, p.mailbox, p.rows, p.loads
	from := p.list.SelectedRow()
	work(p.desk, "Looking for unread mail", func() (fresh, error) { return seekUnread(core, mailbox, rows, from, by) }, func(u fresh) {
		switch {
		case turn != p.loads: // the list is another by now
		case u.row < 0:
			none()
		case u.open != 0:
			p.then.wanted = u.open
			p.load()
		default:
			p.list.Select(u.row)
		}
	})
}

// seekUnread looks for unread mail from a row on, round the list. It reads the store.
func seekUnread(core Core, m localstore.MailboxID, rows present.Outline, from, by int) (fresh, error) {
	order := round(rows.Len(), from, by)
	for part := range slices.Chunk(order, lookAhead) {
		items := make([]present.Item, len(part))
		for i, row := range part {
			items[i] = rows.At(row)
		}
		d, err := readDetails(core, m, items)
		if err != nil {
			return fresh{row: -1}, err
		}
		k := newKnown()
		k.keep(d)
		for i, at := range items {
			t := k.threads[at.Thread]
			switch {
			case at.Open: // its messages have rows of their own
			case part[i] == from && (at.Message != 0 || t.Messages == 1): // is being read
			case at.Message != 0 && !k.entries[at.Message].Flags.Has(localstore.Seen), at.Message == 0 && t.Messages == 1 && t.Unread > 0:
				return fresh{row: part[i]}, nil
			case at.Message == 0 && t.Unread > 0:
				return firstUnread(core, m, at.Thread, part[i])
			}
		}
	}
	return fresh{row: -1}, nil
}

// firstUnread finds the oldest message of a thread that is not read.
func firstUnread(core Core, m localstore.MailboxID, thread localstore.ThreadID, row int) (fresh, error) {
	_, entries, err := readReplies(core, m, thread)
	slices.SortStableFunc(entries, func(a, b localstore.Entry) int { return a.Summary.Date.Compare(b.Summary.Date) })
	for _, e := range entries {
		if !e.Flags.Has(localstore.Seen) {
			return fresh{row, e.ID}, err
		}
	}
	return fresh{row: row}, err
}

// round returns all rows once, from the one after a row on, or the one before.
func round(n, from, by int) []int {
	out := make([]int, 0, n)
	if from < 0 && by < 0 {
		from = 0
	}
	for i := 1; i <= n; i++ {
		out = append(out, ((from+by*i)%n+n)%n)
	}
	return out
}

// stepUnread goes to the next unread message, in other mailboxes too, or the one before.
func (w *Window) stepUnread(by int) {
	w.list.nextUnread(by, func() {
		at := present.NextUnreadPlace(w.sidebar.places, w.sidebar.list.SelectedRow(), by)
		if at < 0 {
			w.deeds.say("There is no unread mail.", false)
			return
		}
		w.list.then.unread = by
		w.sidebar.list.Select(at)
	})
}

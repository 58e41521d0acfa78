package ui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"restante.app/localstore"
	"restante.app/ui/present"
)

// mostOpen is how many threads are opened at once.
const mostOpen = 1000

// readReplies reads the messages that a thread has in a mailbox, in the order in which
// they are shown below its row.
func readReplies(core Core, m localstore.MailboxID, thread localstore.ThreadID) ([]present.Reply, []localstore.Entry, error) {
	members, err := core.ThreadMembers(m, []localstore.ThreadID{thread})
	if err != nil {
		return nil, nil, err
	}
	entries, err := core.Entries(ids(members))
	return present.Replies(entries), entries, err
}

// foldBy opens and closes threads with Right and Left, and goes from a message to its
// thread and from that to its first message. It tells whether the key was for that.
func (p *listPane) foldBy(name fyne.KeyName) bool {
	row := p.list.SelectedRow()
	at := p.item(row)
	if !p.rows.Threaded() || name != fyne.KeyLeft && name != fyne.KeyRight {
		return false
	}
	switch {
	case at.Thread == 0:
	case name == fyne.KeyRight && at.Open:
		p.list.Select(row + 1)
	case name == fyne.KeyRight && at.Message == 0:
		p.unfold(at.Thread)
	case name == fyne.KeyLeft && at.Open:
		p.fold(at.Thread)
	case name == fyne.KeyLeft && at.Message != 0:
		p.list.Select(p.rows.Find(present.Key{Thread: at.Thread}))
	}
	return true
}

// Pressed is part of rowlist.Presser: a click on a thread's triangle opens or closes it.
func (p *listPane) Pressed(i int, x float32) bool {
	at := p.item(i)
	if at.Message != 0 || p.known.threads[at.Thread].Messages < 2 {
		return false
	}
	if from := p.foldAt(); x < from-4 || x > from+foldRoom {
		return false
	}
	if at.Open {
		p.fold(at.Thread)
	} else {
		p.unfold(at.Thread)
	}
	return true
}

// foldAt is where the triangles begin in the rows.
func (p *listPane) foldAt() float32 {
	if p.cols.stacked {
		return columnGap
	}
	x, _ := p.cols.at(p.list.RowWidth())
	return x[p.cols.flex]
}

// unfold shows the messages of a thread below its row.
func (p *listPane) unfold(thread localstore.ThreadID) {
	type read struct {
		replies []present.Reply
		entries []localstore.Entry
	}
	core, mailbox := p.desk.core, p.mailbox
	work(p.desk, "Reading the thread", func() (r read, err error) {
		r.replies, r.entries, err = readReplies(core, mailbox, thread)
		return r, err
	}, func(r read) {
		if mailbox != p.mailbox || !p.rows.Threaded() {
			return
		}
		p.known.keep(details{entries: r.entries})
		p.refold(p.rows.With(thread, r.replies))
		if row := p.rows.Find(present.Key{Thread: thread}); row == p.list.SelectedRow() {
			p.list.Reveal(min(row+len(r.replies), p.rows.Len()-1))
			p.list.Reveal(row)
		}
	})
}

// fold hides the messages of a thread. If one of them is chosen, the thread is.
func (p *listPane) fold(thread localstore.ThreadID) { p.close(p.rows.With(thread, nil)) }

// foldAll hides the messages of all threads.
func (p *listPane) foldAll() { p.close(p.rows.WithAll(nil)) }

// close shows the same list with fewer threads open.
func (p *listPane) close(rows present.Outline) {
	was := p.item(p.list.SelectedRow())
	p.refold(rows)
	row := p.list.SelectedRow()
	if was.Message != 0 && row >= 0 && p.item(row).Message == 0 && p.list.PickedCount() == 1 {
		p.Selected(row)
	}
}

// unfoldAll shows the messages of the threads, of so many as are read in no time.
func (p *listPane) unfoldAll() {
	type read struct {
		open map[localstore.ThreadID][]present.Reply
		all  bool
	}
	core, mailbox, threads := p.desk.core, p.mailbox, p.rows.Threads(sortable)
	work(p.desk, "Reading the threads", func() (r read, err error) {
		r.open = map[localstore.ThreadID][]present.Reply{}
		for part := range slices.Chunk(threads, 500) {
			rows, err := core.ThreadRows(mailbox, part)
			if err != nil {
				return r, err
			}
			for _, row := range rows {
				if len(r.open) == mostOpen {
					return r, nil
				}
				if row.Messages > 1 {
					if r.open[row.Thread], _, err = readReplies(core, mailbox, row.Thread); err != nil {
						return r, err
					}
				}
			}
		}
		r.all = len(threads) < sortable
		return r, nil
	}, func(r read) {
		if mailbox != p.mailbox || !p.rows.Threaded() {
			return
		}
		p.refold(p.rows.WithAll(r.open))
		if !r.all {
			p.desk.tell(present.OpenedThreads(len(r.open)))
		}
	})
}

// refold shows the same list with other threads open.
func (p *listPane) refold(rows present.Outline) {
	p.take(listing{rows: rows, at: p.item(p.list.SelectedRow()).Key()})
}

// selectedThread shows the newest message of a thread.
func (p *listPane) selectedThread(thread localstore.ThreadID) {
	if t, known := p.known.threads[thread]; known {
		p.open.message(t.Newest())
		return
	}
	core, mailbox := p.desk.core, p.mailbox
	work(p.desk, "Reading the thread", func() ([]present.Thread, error) {
		return readThreads(core, mailbox, []localstore.ThreadID{thread})
	}, func(t []present.Thread) {
		if at := p.item(p.list.SelectedRow()); len(t) == 1 && mailbox == p.mailbox && at.Key() == (present.Key{Thread: thread}) && p.list.PickedCount() == 1 {
			p.known.keep(details{threads: t})
			p.open.message(t[0].Newest())
		}
	})
}

// several says what is chosen, where that is more than one row.
func (p *listPane) several() (title, next string) {
	if n, known := p.messages(); known {
		return present.Several(n)
	}
	return present.SeveralRows(p.list.PickedCount())
}

// messages returns how many messages are chosen, those of chosen threads among them, as
// far as that is known; else it is how many rows.
func (p *listPane) messages() (n int, known bool) {
	n = p.list.PickedCount()
	if !p.rows.Threaded() {
		return n, true
	}
	if n > threadCache {
		return n, false
	}
	messages, threads := p.chosen()
	sum := len(messages)
	for _, id := range threads {
		t, known := p.known.threads[id]
		if !known {
			return n, false
		}
		sum += t.Messages
	}
	return sum, true
}

// Opened is part of rowlist.Opener: a double click opens and closes a thread, and goes to
// the text of a message.
func (p *listPane) Opened(i int) {
	at := p.item(i)
	switch {
	case at.Open:
		p.fold(at.Thread)
	case at.Message == 0 && p.known.threads[at.Thread].Messages > 1:
		p.unfold(at.Thread)
	default:
		p.open.pointer.read()
	}
}

// Offer is part of rowlist.Offerer.
func (p *listPane) Offer(at fyne.Position) { p.open.pointer.offer(at) }

// Carried is part of rowlist.Carrier.
func (p *listPane) Carried(at fyne.Position) { p.open.pointer.carried(at) }

// Dropped is part of rowlist.Carrier.
func (p *listPane) Dropped() { p.open.pointer.dropped() }

// word says of a row what a script wants to know: whether it is a thread, and how far the
// message stands in.
func (p *listPane) word(i int) string {
	at := p.item(i)
	switch t := p.known.threads[at.Thread]; {
	case at.Open:
		return "open"
	case at.Depth > 0:
		return fmt.Sprint("depth ", at.Depth)
	case at.Message == 0 && t.Messages > 1:
		return fmt.Sprint("closed ", t.Messages)
	}
	return ""
}

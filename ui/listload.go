package ui

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"restante.app/localstore"
	"restante.app/ui/present"
)

// query is what is asked of a mailbox when its rows are read.
type query struct {
	mailbox localstore.MailboxID
	flat    bool
	cols    columns
	open    []localstore.ThreadID // to be open again
	at      present.Key           // the chosen row
	single  localstore.MessageID  // what it stands for, if that is one message
	wanted  localstore.MessageID
	next    present.Key
	back    present.Key // the row that was chosen before a search
	first   bool        // nothing is shown yet
}

// listing is a mailbox's rows. refused is set if it is too large to be sorted as asked
// for, and is in the order of dates instead, newest first.
type listing struct {
	rows    present.Outline
	refused bool
	renamed map[localstore.ThreadID]localstore.ThreadID // threads that have become part of others
	shown   details                                     // of the first rows, where nothing is shown yet
	// Where what was asked for is now, nothing for what is gone.
	at, wanted, next, back present.Key
}

// load reads the mailbox's rows anew, keeping what is chosen and what is open.
func (p *listPane) load() {
	p.loads++
	if p.hits != nil {
		p.hits.again()
		return
	}
	if p.mailbox == 0 {
		return
	}
	turn, core, q := p.loads, p.desk.core, p.query()
	work(p.desk, "Reading the mailbox", func() (listing, error) { return readShown(core, q) },
		func(l listing) {
			if turn != p.loads {
				return
			}
			p.meanwhile(&l, q)
			p.known.keep(l.shown)
			p.take(l)
			if l.refused {
				p.cols.Sort, p.cols.Descending = colDate, true
				p.header.Refresh()
				p.desk.tell("Sorted by date", fmt.Sprintf("This mailbox holds %s. Up to %s are sorted by other columns than the date.",
					present.Count(l.rows.Len(), map[bool]string{false: "message", true: "thread"}[l.rows.Threaded()]), present.Number(sortable)))
			}
		})
}

// query is what there is to ask now.
func (p *listPane) query() query {
	at := p.item(p.list.SelectedRow())
	q := query{mailbox: p.mailbox, flat: p.flat, cols: *p.cols, at: at.Key(), wanted: p.then.wanted, next: p.then.next, first: p.rows.Len() == 0}
	alone := at.Thread == 0 || at.Message == 0 && p.known.threads[at.Thread].Messages == 1
	if p.flat || alone && p.list.PickedCount() < 2 {
		q.single = p.message()
	}
	if q.open = p.openThreads(); p.before != nil {
		q.open, q.back = p.before.open, p.before.at
	}
	return q
}

// meanwhile makes up for what was done in the list while it was read.
func (p *listPane) meanwhile(l *listing, q query) {
	if now := p.item(p.list.SelectedRow()).Key(); now != q.at {
		l.at = now
	}
	if p.then.next != q.next {
		l.next = p.then.next
	}
	opened := p.rows.Opened()
	if p.before != nil {
		return
	}
	for thread, replies := range opened {
		if !q.flat && !slices.Contains(q.open, thread) {
			l.rows = l.rows.With(thread, replies)
		}
	}
	for _, thread := range q.open {
		if _, open := opened[thread]; !open && !q.flat {
			l.rows = l.rows.With(thread, nil)
		}
	}
}

// readShown reads the rows of a mailbox and, where nothing is shown yet, what the first of
// them show, so that they come with it.
func readShown(core Core, q query) (listing, error) {
	l, err := readListing(core, q)
	if err != nil || !q.first {
		return l, err
	}
	some := make([]present.Item, min(l.rows.Len(), around))
	for i := range some {
		some[i] = l.rows.At(i)
	}
	l.shown, err = readDetails(core, q.mailbox, some)
	return l, err
}

// readListing reads the rows of a mailbox in the order of a column.
func readListing(core Core, q query) (listing, error) {
	if q.flat {
		refs, refused, err := inOrder(core, q.mailbox, q.cols)
		at := present.Key{Message: cmp.Or(q.single, q.at.Message)}
		return listing{rows: present.NewOutline(refs), refused: refused, at: at, wanted: present.Key{Message: q.wanted}, next: present.Key{Message: q.next.Message}, back: present.Key{Message: q.back.Message}}, err
	}
	refs, refused, err := threadsInOrder(core, q.mailbox, q.cols)
	if err != nil {
		return listing{}, err
	}
	r := regroup{core: core, mailbox: q.mailbox, open: map[localstore.ThreadID][]present.Reply{}, renamed: map[localstore.ThreadID]localstore.ThreadID{}}
	for _, thread := range q.open {
		if err := r.reopen(thread); err != nil {
			return listing{}, err
		}
	}
	l := listing{refused: refused, renamed: r.renamed}
	at := q.at
	if q.single != 0 { // what comes into its thread is not chosen with it
		at = present.Key{Message: q.single}
	}
	if l.at, err = r.locate(at); err != nil {
		return listing{}, err
	}
	if l.wanted, err = r.locate(present.Key{Message: q.wanted}); err != nil {
		return listing{}, err
	}
	if l.next, err = r.locate(q.next); err != nil {
		return listing{}, err
	}
	if l.back, err = r.locate(q.back); err != nil {
		return listing{}, err
	}
	l.rows = present.NewThreads(refs, r.open)
	return l, nil
}

// take shows other rows. What is chosen stays chosen, and what was in sight stays where
// it was, unless that is the top of the list, where new mail comes in.
func (p *listPane) take(l listing) {
	chosen := l.rows.Find(l.at)
	top, above := p.list.Top()
	inSight := -1
	if top > 0 && top < p.rows.Len() {
		inSight = l.rows.Find(p.rows.At(top).Key())
	}
	if p.before != nil && p.hits == nil {
		inSight, above = l.rows.Find(p.before.top), p.before.above
		p.before = nil
	}
	picked := p.stillThere(&l)
	p.rows = l.rows
	// What is known may be otherwise by now.
	clear(p.known.asked)
	p.list.SetLength(p.rows.Len(), chosen)
	p.list.SetPicked(picked)
	if inSight >= 0 {
		p.list.ScrollTo(inSight, above)
	}
	if from, to := p.list.InSight(); p.then.reveal && chosen >= 0 && (chosen < from || chosen >= to-1) {
		p.list.ScrollTo(chosen-(to-from)/2, 0) // with what is around it
	}
	p.then.reveal = false
	p.hintEmpty()
	p.choose(&l, chosen)
	if p.rows.Len() > 0 && p.known.has(p.rows.At(0)) {
		p.seen()
	}
	p.fetchInSight(true)
	if by := p.then.unread; by != 0 {
		p.then.unread = 0
		p.nextUnread(by, func() {})
	}
}

// hintEmpty says what to do where there are no rows.
func (p *listPane) hintEmpty() {
	empty := p.rows.Len() == 0
	p.hint.set(empty, 1, true)
	if empty {
		p.seen()
	}
	switch {
	case !empty:
	case p.hits != nil:
		p.hint.say(present.NothingFound())
	default:
		p.hint.offer("Fetch…", p.open.fetch)
	}
}

// choose chooses what was waiting for the rows.
func (p *listPane) choose(l *listing, chosen int) {
	if p.hits != nil {
		l.wanted = present.Key{Message: p.then.wanted}
		l.next = p.then.next
	}
	wanted, next, back := p.rows.Find(l.wanted), p.rows.Find(l.next), p.rows.Find(l.back)
	switch {
	case wanted >= 0:
		p.then.wanted = 0
		p.list.Select(wanted)
	case chosen >= 0, p.list.PickedCount() > 0:
		return
	case p.then.row >= 0 && next >= 0:
		p.list.Select(next)
	case back >= 0:
		p.list.Select(back)
	case p.then.row >= 0 && p.rows.Len() > 0:
		p.list.Select(p.then.row)
	default:
		p.open.none(p.rows.Len())
	}
	p.then.next, p.then.row = present.Key{}, -1
}

// stillThere returns where what is chosen is among other rows, if it is more than one.
func (p *listPane) stillThere(l *listing) []int {
	if p.list.PickedCount() < 2 {
		return nil
	}
	var keys []present.Key
	for _, i := range p.list.Picked() {
		k := p.item(i).Key()
		if now, renamed := l.renamed[k.Thread]; renamed {
			k.Thread = now
		}
		keys = append(keys, k)
	}
	return l.rows.FindAll(keys)
}

// regroup finds threads that are open, and what was chosen, in a mailbox as it is now.
type regroup struct {
	core    Core
	mailbox localstore.MailboxID
	open    map[localstore.ThreadID][]present.Reply
	renamed map[localstore.ThreadID]localstore.ThreadID
}

// reopen reads a thread that was open. One that has no two messages any more closes.
func (r *regroup) reopen(thread localstore.ThreadID) error {
	rows, err := r.core.ThreadRows(r.mailbox, []localstore.ThreadID{thread})
	if err != nil || len(rows) == 0 {
		return err
	}
	if now := rows[0].Thread; now != thread {
		r.renamed[thread], thread = now, now
	}
	if rows[0].Messages < 2 || r.open[thread] != nil {
		return nil
	}
	replies, _, err := readReplies(r.core, r.mailbox, thread)
	r.open[thread] = replies
	return err
}

// locate finds a thread, or a message whose thread is opened if it is not alone in it.
// What is not in the mailbox is nothing.
func (r *regroup) locate(k present.Key) (present.Key, error) {
	thread := k.Thread
	switch {
	case k == (present.Key{}):
		return k, nil
	case thread == 0:
		var err error
		if thread, err = r.core.ThreadOf(k.Message); errors.Is(err, localstore.ErrNotFound) {
			return present.Key{}, nil
		} else if err != nil {
			return present.Key{}, err
		}
	}
	rows, err := r.core.ThreadRows(r.mailbox, []localstore.ThreadID{thread})
	if err != nil || len(rows) == 0 {
		return present.Key{}, err
	}
	if k.Message == 0 {
		return present.Key{Thread: rows[0].Thread}, nil
	}
	members, err := r.core.ThreadMembers(r.mailbox, []localstore.ThreadID{thread})
	if err != nil || !slices.Contains(ids(members), k.Message) {
		return present.Key{}, err
	}
	return present.Key{Thread: rows[0].Thread, Message: k.Message}, r.reopen(thread)
}

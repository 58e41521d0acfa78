package ui

import (
	"restante.app/localstore"
	"restante.app/ui/present"
)

const (
	cacheSize   = 2000 // entries kept in memory
	threadCache = 400  // threads, each with some entries of its own
	around      = 60   // rows above and below those in sight that are read with them
)

// known is what was read of a mailbox's messages and threads.
type known struct {
	entries map[localstore.MessageID]localstore.Entry
	threads map[localstore.ThreadID]present.Thread
	asked   map[present.Key]bool
}

func newKnown() known {
	return known{map[localstore.MessageID]localstore.Entry{}, map[localstore.ThreadID]present.Thread{}, map[present.Key]bool{}}
}

// has tells whether an item was read.
func (k *known) has(at present.Item) bool {
	if at.Message != 0 {
		_, there := k.entries[at.Message]
		return there
	}
	_, there := k.threads[at.Thread]
	return there
}

// ask notes that an item is asked for, and tells whether it was not yet.
func (k *known) ask(at present.Item) bool {
	key := asked(at.Thread, at.Message)
	was := k.asked[key]
	k.asked[key] = true
	return !was
}

// asked names what is asked for: of a message, in whatever thread, the message.
func asked(t localstore.ThreadID, m localstore.MessageID) present.Key {
	if m != 0 {
		return present.Key{Message: m}
	}
	return present.Key{Thread: t}
}

// keep takes over what was read.
func (k *known) keep(d details) {
	if len(k.entries) > cacheSize {
		clear(k.entries)
	}
	if len(k.threads) > threadCache {
		clear(k.threads)
	}
	for _, e := range d.entries {
		k.entries[e.ID] = e
		delete(k.asked, asked(0, e.ID))
	}
	for _, t := range d.threads {
		k.threads[t.Thread] = t
		delete(k.asked, asked(t.Thread, 0))
	}
}

// details are what is shown of some items.
type details struct {
	entries []localstore.Entry
	threads []present.Thread
}

// readDetails reads what is shown of some items of a mailbox.
func readDetails(core Core, m localstore.MailboxID, of []present.Item) (d details, err error) {
	var messages []localstore.MessageID
	var threads []localstore.ThreadID
	for _, k := range of {
		if k.Message != 0 {
			messages = append(messages, k.Message)
		} else {
			threads = append(threads, k.Thread)
		}
	}
	if len(messages) > 0 {
		if d.entries, err = core.Entries(messages); err != nil {
			return d, err
		}
	}
	if len(threads) > 0 {
		d.threads, err = readThreads(core, m, threads)
	}
	return d, err
}

// readThreads reads what is shown of some threads of a mailbox.
func readThreads(core Core, m localstore.MailboxID, threads []localstore.ThreadID) ([]present.Thread, error) {
	rows, err := core.ThreadRows(m, threads)
	if err != nil {
		return nil, err
	}
	var recent []localstore.MessageID
	for _, r := range rows {
		recent = append(recent, r.Recent...)
	}
	entries, err := core.Entries(recent)
	if err != nil {
		return nil, err
	}
	byID := make(map[localstore.MessageID]localstore.Entry, len(entries))
	for _, e := range entries {
		byID[e.ID] = e
	}
	out := make([]present.Thread, len(rows))
	for i, r := range rows {
		out[i].ThreadRow = r
		for _, id := range r.Recent {
			if e, there := byID[id]; there {
				out[i].Recent = append(out[i].Recent, e)
			}
		}
	}
	return out, nil
}

// fetchInSight asks for what is shown in the rows in sight, and some around them. again
// asks for what is known too.
func (p *listPane) fetchInSight(again bool) {
	from, to := p.list.InSight()
	from, to = max(0, from-around), min(p.rows.Len(), to+around)
	var want []present.Item
	for i := from; i < to; i++ {
		at := p.rows.At(i)
		if (again || !p.known.has(at)) && p.known.ask(at) {
			want = append(want, at)
		}
	}
	if len(want) == 0 {
		return
	}
	core, mailbox := p.desk.core, p.mailbox
	work(p.desk, "Reading the mailbox", func() (details, error) { return readDetails(core, mailbox, want) },
		func(d details) {
			if mailbox == p.mailbox {
				p.known.keep(d)
				p.list.Refresh()
				p.seen()
			}
		})
}

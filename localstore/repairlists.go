package localstore

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	"go.etcd.io/bbolt"
)

// contents makes the records of the bodies fit the messages, and the table of identities anew.
func (p *repairer) contents() error {
	if err := p.emptyTable(p.s.identities); err != nil {
		return err
	}
	var identities *hashes
	return p.each(bucketContents, func(tx *bbolt.Tx, k, v []byte) (err error) {
		if identities == nil {
			if identities, err = p.s.identities.in(tx); err != nil {
				return err
			}
		}
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		c, err := decodeContent(v)
		if err != nil {
			return err
		}
		c.Messages = 0
		if st := p.bodies[contentID(n)]; st != nil && st.whole {
			c.Messages = st.uses
		}
		if err := tx.Bucket(bucketContents).Put(k, c.encode()); err != nil {
			return err
		}
		return identities.add(identityRow(c.Identity, contentID(n)))
	}, func(*bbolt.Tx) error {
		if identities == nil {
			return nil
		}
		h := identities
		identities = nil
		return h.finish()
	})
}

// emptyTable empties a table of hashes.
func (p *repairer) emptyTable(t *hashTable) error {
	err := p.empty(t.rows, t.log)
	if err != nil {
		return err
	}
	return p.s.meta.update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketStore).Delete(t.mark) })
}

func (p *repairer) empty(buckets ...[]byte) error {
	return p.s.meta.update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
}

func isListed(tx *bbolt.Tx, id contentID) bool {
	return tx.Bucket(bucketContents).Get(u64(uint64(id))) != nil
}

func (p *repairer) head(tx *bbolt.Tx, k, v []byte) error {
	h, err := decodeHead(v)
	if err != nil {
		return err
	}
	is, replaced := p.replacedBy[h.Whole]
	if replaced && is.intact {
		h.Whole = is.id
	}
	if replaced && !is.intact || tx.Bucket(bucketContents).Get(k[:8]) == nil || !isListed(tx, h.Whole) {
		return tx.Bucket(bucketHeads).Delete(k)
	}
	return tx.Bucket(bucketHeads).Put(k, h.encode())
}

// lists makes the lists of messages and threads anew, from the records of the messages.
func (p *repairer) lists() error {
	if err := p.empty(bucketRefs, bucketCounts, bucketMembers, bucketThreads); err != nil {
		return err
	}
	if !p.linksGood() {
		if !p.meta.AllLost {
			p.note("Messages that belong together only by one that was deleted may stand apart now.")
		}
		if err := errors.Join(p.emptyTable(p.s.links), p.empty(bucketJoins)); err != nil {
			return err
		}
	}
	l := lister{links: p.s.links, added: map[MailboxID][]Ref{}, counts: map[MailboxID]counts{}}
	if err := p.each(bucketMessages, l.message, l.end); err != nil {
		return err
	}
	return p.marks(l.counts)
}

// lister enters messages into the lists and threads.
type lister struct {
	links  *hashTable
	t      *threader // of the present transaction
	added  map[MailboxID][]Ref
	counts map[MailboxID]counts
}

func (l *lister) message(tx *bbolt.Tx, k, v []byte) (err error) {
	if l.t == nil {
		l.t = newThreader(tx)
		if l.t.links, err = l.links.in(tx); err != nil {
			return err
		}
	}
	id, err := parseU64(k)
	if err != nil {
		return err
	}
	m, err := decodeMessage(v)
	if err != nil {
		return err
	}
	flags, err := readFlags(tx, MessageID(id))
	if err != nil {
		return err
	}
	c := l.counts[m.Mailbox]
	if c.Total++; !flags.Has(Seen) {
		c.Unread++
	}
	l.counts[m.Mailbox] = c
	l.added[m.Mailbox] = append(l.added[m.Mailbox], Ref{ID: MessageID(id), Date: m.Date})
	thread, err := l.t.add(MessageID(id), m.Mailbox, m.Date, linksOf(&m))
	if err != nil || thread == m.Thread {
		return err
	}
	m.Thread = thread
	record, err := m.encode()
	if err != nil {
		return err
	}
	return tx.Bucket(bucketMessages).Put(k, record)
}

func (l *lister) end(tx *bbolt.Tx) error {
	for box, refs := range l.added {
		if err := insertRefs(tx.Bucket(bucketRefs), box, refs); err != nil {
			return err
		}
	}
	clear(l.added)
	if l.t == nil {
		return nil
	}
	t := l.t
	l.t = nil
	return t.finish()
}

// linksSince is the version of which the table of links is.
const linksSince = 3

// linksGood tells whether what is known of the threads' ids can stay: all of it is there,
// and no thread has become itself.
func (p *repairer) linksGood() bool {
	for _, name := range [][]byte{bucketStore, bucketLinks, bucketNewLinks, bucketJoins, bucketMessages} {
		if p.meta.AllLost || p.meta.Doubt || p.meta.Lost[string(name)] || p.version < linksSince {
			return false
		}
	}
	joined := true
	err := p.each(bucketJoins, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(v)
		if err == nil {
			_, err = rootOf(tx, ThreadID(n))
		}
		joined = joined && err == nil && len(k) == 8
		return nil
	})
	c := &checker{s: p.s, ctx: p.ctx, linked: newLinkTable(0)}
	return errors.Join(err, c.links()) == nil && c.r.OK() && joined
}

// marks puts the counts, and removes the flags of what is not there.
func (p *repairer) marks(total map[MailboxID]counts) error {
	err := p.each(bucketFlags, func(tx *bbolt.Tx, k, _ []byte) error {
		if tx.Bucket(bucketMessages).Get(k) == nil {
			return tx.Bucket(bucketFlags).Delete(k)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.s.meta.update(func(tx *bbolt.Tx) error {
		for box, c := range total {
			if err := tx.Bucket(bucketCounts).Put(u64(uint64(box)), c.encode()); err != nil {
				return err
			}
		}
		return nil
	})
}

// state makes what says how the files hang together, and what is left to be done.
func (p *repairer) state() error {
	if err := p.empty(bucketSources, bucketShards, bucketPending, bucketChanges, bucketImports, bucketDeeds, bucketDeedNotes); err != nil {
		return err
	}
	err := p.s.meta.update(func(tx *bbolt.Tx) error {
		if err := p.sources(tx); err != nil {
			return err
		}
		for id, number := range p.dropped {
			if err := tx.Bucket(bucketPending).Put(u64(uint64(id)), u32(number)); err != nil {
				return err
			}
		}
		return errors.Join(p.shardMarks(tx), p.sequences(tx))
	})
	p.tellLost()
	return err
}

// sources enters the mailboxes under where their mail comes from. Of two that would be the
// same one gets another name.
func (p *repairer) sources(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketSources)
	for _, id := range slices.Sorted(maps.Keys(p.boxes)) {
		m := p.boxes[id]
		key := sourceKey(m.Account, m.Source)
		switch {
		case m.Role == Archive || m.Role == Trash:
			key = sourceKey("", roleSource(m.Role))
		case m.Role != Fetched || m.Account == "" || m.Source == "":
			m.Role, m.Account, m.Source = Own, "", ""
			key = sourceKey("", m.Name)
		}
		for n := 2; b.Get(key) != nil; n++ {
			m = mailboxRecord{Name: p.boxes[id].Name + " " + strconv.Itoa(n), Role: Own, Flat: m.Flat}
			key = sourceKey("", m.Name)
		}
		if err := errors.Join(b.Put(key, u64(uint64(id))), putMailbox(tx, id, m)); err != nil {
			return err
		}
	}
	return nil
}

func (p *repairer) shardMarks(tx *bbolt.Tx) error {
	marks, last := map[uint32]contentID{}, uint32(0)
	for number := range p.shards {
		marks[number], last = 0, max(last, number)
		if p.trusted {
			marks[number] = p.old.marks[number]
		}
	}
	for id, st := range p.bodies {
		p.next = max(p.next, id+1)
		marks[st.shard] = max(marks[st.shard], id)
	}
	for number, mark := range marks {
		if err := tx.Bucket(bucketShards).Put(u32(number), u64(uint64(mark))); err != nil {
			return err
		}
	}
	b := tx.Bucket(bucketStore)
	if last > 0 {
		if err := b.Put(keyLanes, lanes{last, 0}.encode()); err != nil {
			return err
		}
	} else if err := b.Delete(keyLanes); err != nil {
		return err
	}
	if seq := tx.Bucket(bucketContents); seq.Sequence()+1 < uint64(p.next) {
		if err := seq.SetSequence(uint64(p.next) - 1); err != nil {
			return err
		}
	}
	return errors.Join(b.Delete(keyThreaded), b.Put(keySchema, u32(schema)), b.Put(keyID, p.id), b.Put(keyBatch, u64(p.lastBatch())))
}

// tellLost says what may be missing, and what to do about it.
func (p *repairer) tellLost() {
	for _, l := range []struct {
		bucket []byte
		text   string
	}{
		{bucketAccounts, "Accounts may be lost: add those that are missing."},
		{bucketSettings, "Settings may be lost: look through them."},
		{bucketMailboxes, "Mailboxes may have lost their names."},
		{bucketJournal, "Past fetches may be missing from the journal."},
		{bucketFlags, "Messages may have lost their marks: read, starred, answered."},
		{bucketSeen, "Mail that was deleted here may come again with the next fetch, if it is still at the post office."},
		{bucketIDs, "Mail that is still at the post office may be collected once more; what is here already is not doubled."},
	} {
		if p.meta.AllLost || p.meta.Lost[string(l.bucket)] {
			p.note("%s", l.text)
		}
	}
}

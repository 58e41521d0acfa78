package localstore

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// lastPlace is where a message was.
type lastPlace struct {
	mailbox MailboxID
	date    int64
}

// relist lists again what has no record: messages that others tell of, and bodies that
// nothing points to but are not known to be deleted or never committed.
func (p *repairer) relist() error {
	places, err := p.places()
	if err != nil {
		return err
	}
	known := map[contentID]bool{}
	for _, l := range p.lost {
		known[l.content] = true
	}
	for _, id := range slices.Sorted(maps.Keys(p.bodies)) {
		st := p.bodies[id]
		switch {
		case st.uses > 0 || known[id] || p.isBad(id):
		case st.dead || p.uncommitted(id, st.shard):
			p.dropped[id] = st.shard
		default:
			p.lost = append(p.lost, lostRecord{content: id})
		}
	}
	ids, err := p.idsOf()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(p.lost, 200) {
		err := p.s.meta.update(func(tx *bbolt.Tx) error {
			for _, l := range some {
				if err := p.relistOne(tx, l, places[l.id], ids[l.content]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *repairer) isBad(id contentID) bool {
	if p.badContents == nil {
		p.badContents = map[contentID]bool{}
		for i := range p.badOnes {
			p.badContents[p.badOnes[i].record.Content] = true
		}
	}
	return p.badContents[id]
}

// uncommitted tells whether a body was on its way when a process died: no receipt was given
// for it, and it is at the post office still. Where that is not certain, it is kept.
func (p *repairer) uncommitted(id contentID, shard uint32) bool {
	if !p.trusted {
		return false
	}
	if _, pending := p.old.pending[id]; pending {
		return true
	}
	mark, listed := p.old.marks[shard]
	lane := shard == p.old.lanes[0] || shard == p.old.lanes[1]
	return !listed || lane && id > mark
}

// places finds where the messages without records were.
func (p *repairer) places() (map[MessageID]lastPlace, error) {
	wanted, found := map[MessageID]bool{}, map[MessageID]lastPlace{}
	for _, l := range p.lost {
		wanted[l.id] = true
	}
	if len(wanted) == 0 {
		return found, nil
	}
	return found, p.each(bucketMembers, func(_ *bbolt.Tx, k, v []byte) error {
		box, err := parseU64(v)
		if err != nil || len(k) != memberLength || box == 0 || box >= maxGuessed {
			return nil //nolint:nilerr // what can't be read tells nothing
		}
		if r := refAt(k[8:]); wanted[r.ID] {
			found[r.ID] = lastPlace{MailboxID(box), r.Date}
		}
		return nil
	})
}

// knownID is what is kept under a server's id.
type knownID struct {
	mailbox MailboxID
	uidl    string
	record  uidlRecord
}

// idsOf finds the servers' ids of what has no record.
func (p *repairer) idsOf() (map[contentID]knownID, error) {
	wanted, found := map[contentID]bool{}, map[contentID]knownID{}
	for _, l := range p.lost {
		wanted[l.content] = true
	}
	if len(wanted) == 0 {
		return found, nil
	}
	return found, p.each(bucketIDs, func(_ *bbolt.Tx, k, v []byte) error {
		r, uidl, err := decodeUIDL(v)
		if err != nil {
			return err
		}
		n, err := parseU64(k[:8])
		if wanted[r.Content] && !r.ByHeader {
			found[r.Content] = knownID{MailboxID(n), string(uidl), r}
		}
		return err
	})
}

// relistOne makes the record of a message anew.
func (p *repairer) relistOne(tx *bbolt.Tx, l lostRecord, at lastPlace, id knownID) error {
	st := p.bodies[l.content]
	if st == nil {
		p.note("Some messages are lost with all that was known of them.")
		return nil
	}
	t, _, err := p.tailOf(l.content, st.shard)
	if err != nil {
		return err
	}
	m := messageRecord{Content: l.content, Collected: t.Collected, Size: t.Size, Format: boundText(t.Format, maxFormat), Listed: -1}
	if m.Collected <= 0 {
		m.Collected = p.o.Now().UnixMilli()
	}
	if l.origin == 0 {
		if l.origin = id.mailbox; l.origin == 0 {
			l.origin = p.boxOf(t.Account, t.Source)
		}
	}
	if id.mailbox != 0 && id.mailbox == l.origin {
		m.UIDL, m.Listed, m.Partial = []byte(id.uidl), id.record.Listed, id.record.Partial
	}
	if st.whole {
		if err := p.describe(tx, &m); err != nil {
			return err
		}
	}
	if err := p.locate(tx, &m, l.origin, at); err != nil {
		return err
	}
	messages := tx.Bucket(bucketMessages)
	switch {
	case l.id == 0 || messages.Get(u64(uint64(l.id))) != nil:
		n, err := messages.NextSequence()
		if err != nil {
			return err
		}
		l.id = MessageID(n)
	case uint64(l.id) > messages.Sequence():
		if err := messages.SetSequence(uint64(l.id)); err != nil {
			return err
		}
	}
	return p.putRecord(tx, badMessage{l.id, true, m})
}

// locate puts a record into the mailbox where it was, else into Recovered.
func (p *repairer) locate(tx *bbolt.Tx, m *messageRecord, origin MailboxID, at lastPlace) (err error) {
	if at.mailbox == 0 {
		if at.mailbox, err = p.recovered(tx); err != nil {
			return err
		}
		p.r.Recovered++
	} else {
		p.r.Relisted++
	}
	if err := p.box(tx, at.mailbox); err != nil {
		return err
	}
	if origin == 0 {
		origin = at.mailbox
	}
	if m.Mailbox = at.mailbox; origin != at.mailbox {
		m.Origin = origin
	}
	return nil
}

// describe makes the summary of a message anew.
func (p *repairer) describe(tx *bbolt.Tx, m *messageRecord) error {
	c, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(m.Content))))
	if err != nil {
		return err
	}
	head, err := p.headOfBody(m.Content, &c)
	if err != nil {
		return err
	}
	summary := summarize(p.s, head)
	m.setSummary(&summary)
	m.Size = c.Size
	return nil
}

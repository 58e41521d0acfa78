package localstore

import (
	"encoding/binary"
	"fmt"
)

// changes are what one transaction has changed, and all that it takes to change it back.
type changes struct {
	flags  []flagChange
	moves  []moveChange
	copies []MessageID
	boxes  []removedMailbox
}

// flagChange is one message's flags: the bits that changed, and what they were.
type flagChange struct {
	id           MessageID
	changed, old Flags
}

// moveChange is one message's way from a mailbox to another.
type moveChange struct {
	id       MessageID
	from, to MailboxID
	before   MailboxID // messageRecord.Before, as it was
}

type removedMailbox struct {
	id     MailboxID
	record mailboxRecord
}

func (c *changes) messages() int { return len(c.flags) + len(c.moves) + len(c.copies) }
func (c *changes) empty() bool   { return c.messages()+len(c.boxes) == 0 }

// The letters that a group of changes begins with.
const (
	groupFlags  = 'f'
	groupMoves  = 'm'
	groupCopies = 'c'
	groupBox    = 'b'
)

// group is what messages that were changed alike have in common.
type group struct {
	letter  byte
	numbers [3]uint64
}

// width is how many numbers of a group are on the disk.
func (g group) width() int {
	switch g.letter {
	case groupFlags:
		return 2
	case groupMoves:
		return 3
	}
	return 0
}

// encode encodes changes as groups of messages that were changed alike.
func (c *changes) encode() ([]byte, error) {
	order, ids := []group{}, map[group][]MessageID{}
	add := func(id MessageID, g group) {
		if ids[g] == nil {
			order = append(order, g)
		}
		ids[g] = append(ids[g], id)
	}
	for _, f := range c.flags {
		add(f.id, group{groupFlags, [3]uint64{uint64(f.changed), uint64(f.old)}})
	}
	for _, m := range c.moves {
		add(m.id, group{groupMoves, [3]uint64{uint64(m.from), uint64(m.to), uint64(m.before)}})
	}
	for _, id := range c.copies {
		add(id, group{letter: groupCopies})
	}
	var p []byte
	for _, g := range order {
		p = append(p, g.letter)
		for _, n := range g.numbers[:g.width()] {
			p = binary.AppendUvarint(p, n)
		}
		p = binary.AppendUvarint(p, uint64(len(ids[g])))
		last := MessageID(0)
		for _, id := range ids[g] {
			p = binary.AppendVarint(p, int64(id-last))
			last = id
		}
	}
	for _, b := range c.boxes {
		record, err := encoding.Marshal(b.record)
		if err != nil {
			return nil, err
		}
		p = binary.AppendUvarint(append(p, groupBox), uint64(b.id))
		p = append(binary.AppendUvarint(p, uint64(len(record))), record...)
	}
	return p, nil
}

var errChanges = fmt.Errorf("%w: a note of changes", errRecord)

// numbers reads numbers from the start of p.
type numbers struct {
	p   []byte
	bad bool
}

func (r *numbers) next() uint64 {
	n, used := binary.Uvarint(r.p)
	if used <= 0 {
		r.p, r.bad = nil, true
		return 0
	}
	r.p = r.p[used:]
	return n
}

func (r *numbers) step() int64 {
	n, used := binary.Varint(r.p)
	if used <= 0 {
		r.p, r.bad = nil, true
		return 0
	}
	r.p = r.p[used:]
	return n
}

func decodeChanges(p []byte) (changes, error) {
	var c changes
	for r := (numbers{p: p}); len(r.p) > 0; {
		g := group{letter: r.p[0]}
		r.p = r.p[1:]
		switch g.letter {
		case groupFlags, groupMoves, groupCopies:
			for i := range g.width() {
				g.numbers[i] = r.next()
			}
			id := MessageID(0)
			for n := r.next(); n > 0 && !r.bad; n-- {
				id += MessageID(r.step())
				c.add(id, g)
			}
		case groupBox:
			b := removedMailbox{id: MailboxID(r.next())}
			n := r.next()
			if r.bad || n > uint64(len(r.p)) {
				return changes{}, errChanges
			}
			var err error
			if b.record, err = decodeRecord[mailboxRecord](r.p[:n]); err != nil {
				return changes{}, err
			}
			r.p = r.p[n:]
			c.boxes = append(c.boxes, b)
		default:
			return changes{}, errChanges
		}
		if r.bad {
			return changes{}, errChanges
		}
	}
	return c, nil
}

func (c *changes) add(id MessageID, g group) {
	n := g.numbers
	switch g.letter {
	case groupFlags:
		c.flags = append(c.flags, flagChange{id, Flags(n[0]), Flags(n[1])})
	case groupMoves:
		c.moves = append(c.moves, moveChange{id, MailboxID(n[0]), MailboxID(n[1]), MailboxID(n[2])})
	case groupCopies:
		c.copies = append(c.copies, id)
	}
}

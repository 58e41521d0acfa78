package search

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"go.etcd.io/bbolt"
)

// Segments are joined by eights of about one size, so that a document is written anew a
// few times at most and a search looks into few of them.
const (
	mergeWidth  = 8
	smallest    = 1000    // documents of a segment of the first size
	mergeOctets = 8 << 20 // written in one transaction
)

// Merge joins segments if enough have come together, and tells whether it did. It may
// take long; searches and updates go on meanwhile. Cancelled, it leaves everything as
// it was.
func (x *Index) Merge(ctx context.Context) (bool, error) {
	x.merging.Lock()
	defer x.merging.Unlock()
	var chosen []segmentInfo
	err := x.view(func(tx *bbolt.Tx) error {
		infos, err := listSegments(tx)
		chosen = choose(infos)
		return err
	})
	if err != nil || len(chosen) == 0 {
		return false, err
	}
	m := &merger{x: x, infos: chosen, w: newSegmentWriter()}
	if err := m.run(ctx); err != nil {
		return false, errors.Join(err, x.abandon(m))
	}
	return true, x.forget() // to remove a segment is to read it
}

// choose returns segments that are to be joined, none if none are.
func choose(infos []segmentInfo) []segmentInfo {
	sizes := map[int][]segmentInfo{}
	for _, info := range infos {
		if info.dead > info.docs/3 {
			return []segmentInfo{info}
		}
		size := 0
		for limit := uint32(smallest); info.docs >= limit && size < 6; limit *= mergeWidth {
			size++
		}
		sizes[size] = append(sizes[size], info)
	}
	for size := range 7 {
		if some := sizes[size]; len(some) >= mergeWidth {
			return some
		}
	}
	return nil
}

// merger joins segments. What it has written so far is in a segment that is not listed.
type merger struct {
	x      *Index
	infos  []segmentInfo
	w      *segmentWriter
	number uint32
	rows   [][]uint32 // the new row of each row, none for the deleted
	after  []byte     // the last term done
	list   listWriter
	deltas []uint32
	merged []docRow
}

func (m *merger) run(ctx context.Context) error {
	err := m.x.update(func(tx *bbolt.Tx) (err error) {
		m.number, err = nextSegment(tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := m.x.view(m.documents); err != nil {
		return err
	}
	for done := len(m.merged) == 0; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.x.view(func(tx *bbolt.Tx) (err error) { done, err = m.terms(tx); return err }); err != nil {
			return err
		}
		if err := m.x.update(func(tx *bbolt.Tx) error { return m.w.write(tx, m.number) }); err != nil {
			return err
		}
		if err := m.x.forget(); err != nil {
			return err
		}
	}
	return m.x.update(func(tx *bbolt.Tx) error {
		if len(m.merged) > 0 {
			if err := errors.Join(m.w.list(tx, m.number), m.carryDead(tx)); err != nil {
				return err
			}
		}
		for _, info := range m.infos {
			if err := drop(tx, info.number); err != nil {
				return err
			}
		}
		return nil
	})
}

// abandon removes what a merge has written.
func (x *Index) abandon(m *merger) error {
	return x.update(func(tx *bbolt.Tx) error {
		err := tx.Bucket(bucketSegments).DeleteBucket(u32(m.number))
		if tx.Bucket(bucketSegments).Bucket(u32(m.number)) == nil {
			return nil // there was none yet, or there is none now
		}
		return err
	})
}

// carryDead marks what was deleted while the segments were being joined.
func (m *merger) carryDead(tx *bbolt.Tx) error {
	var rows []uint32
	for i := range m.infos {
		info, err := decodeInfo(u32(m.infos[i].number), tx.Bucket(bucketList).Get(u32(m.infos[i].number)))
		if err != nil {
			return err
		}
		s, err := openSegment(tx, info)
		if err != nil {
			return err
		}
		for row, to := range m.rows[i] {
			if to != none && s.isDead(uint32(row)) {
				rows = append(rows, to)
			}
		}
	}
	info := m.w.info
	info.number = m.number
	return markDead(tx, info, rows)
}

// documents joins the tables of documents.
func (m *merger) documents(tx *bbolt.Tx) error {
	at := make([]uint32, len(m.infos))
	segments := make([]*segment, len(m.infos))
	m.rows = make([][]uint32, len(m.infos))
	for i, info := range m.infos {
		s, err := openSegment(tx, info)
		if err != nil {
			return err
		}
		segments[i] = s
		m.rows[i] = make([]uint32, info.docs)
	}
	for {
		best, row := -1, docRow{}
		for i, s := range segments {
			for at[i] < s.docs && s.isDead(at[i]) {
				m.rows[i][at[i]] = none
				at[i]++
			}
			if at[i] == s.docs {
				continue
			}
			if r := s.row(at[i]); best < 0 || newer(r.date, r.id, row.date, row.id) {
				best, row = i, r
			}
		}
		if best < 0 {
			break
		}
		m.rows[best][at[best]] = uint32(len(m.merged))
		at[best]++
		m.merged = append(m.merged, row)
	}
	if len(m.merged) > 0 {
		m.w.documents(m.merged)
	}
	return nil
}

// terms joins the next terms, and tells whether they were the last.
func (m *merger) terms(tx *bbolt.Tx) (done bool, err error) {
	all := make([]*terms, len(m.infos))
	for i, info := range m.infos {
		s, err := openSegment(tx, info)
		if err != nil {
			return false, err
		}
		// No term is the last one with an octet of zero behind it.
		t, ok := s.from(append(slices.Clone(m.after), 0))
		if ok {
			all[i] = t
		}
	}
	var least []*terms // those at the first term
	var rows [][]uint32
	for m.w.octets < mergeOctets {
		least, rows = least[:0], rows[:0]
		for i, t := range all {
			if t == nil {
				continue
			}
			order := -1
			if len(least) > 0 {
				order = bytes.Compare(t.b.term, least[0].b.term)
			}
			if order < 0 {
				least, rows = least[:0], rows[:0]
			}
			if order <= 0 {
				least, rows = append(least, t), append(rows, m.rows[i])
			}
		}
		if len(least) == 0 {
			m.w.end()
			return true, nil
		}
		m.after = append(m.after[:0], least[0].b.term...)
		m.join(least, rows)
		for i, t := range all {
			if t != nil && bytes.Equal(t.b.term, m.after) && !t.next() {
				all[i] = nil
			}
		}
	}
	return false, nil
}

// part is a list on its way into a joined one.
type part struct {
	p    *postings
	rows []uint32
	row  uint32 // the new one
}

// next goes to the next document that is not deleted.
func (p *part) next() {
	for {
		r := p.p.next()
		if r == none {
			p.row = none
			return
		}
		if p.row = p.rows[r]; p.row != none {
			return
		}
	}
}

// join writes the list of the term m.after, which some are at, each with its new rows.
func (m *merger) join(some []*terms, rows [][]uint32) {
	parts := make([]part, len(some))
	for i, t := range some {
		parts[i] = part{p: t.s.list(&t.b.entry).iter(), rows: rows[i]}
		parts[i].next()
	}
	m.list.reset(plainField(Field(m.after[0])))
	for {
		// Segments have their documents of one time together: the first goes on for long
		// before the second comes in.
		var first *part
		second := none
		for i := range parts {
			switch p := &parts[i]; {
			case p.row == none:
			case first == nil || p.row < first.row:
				if first != nil {
					second = first.row
				}
				first = p
			default:
				second = min(second, p.row)
			}
		}
		if first == nil {
			break
		}
		for ; first.row < second; first.next() {
			m.deltas = m.deltas[:0]
			if !m.list.plain {
				m.deltas = first.p.differences(m.deltas)
			}
			m.list.add(first.row, m.deltas)
		}
	}
	if m.list.df > 0 {
		m.w.add(m.after, &m.list)
	}
}

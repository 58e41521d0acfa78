package localstore

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// List is the rows of one mailbox, or of several as if they were one, in the order of
// their dates, read a page at a time. It follows what changes in the store. It is safe
// for use by several goroutines.
//
// It keeps where each chunk of rows begins, about 40 octets for some two hundred rows, and reads
// that anew after a commit.
type List struct {
	s      *Store
	bucket []byte
	boxes  []MailboxID

	mu    sync.Mutex
	db    *bbolt.DB // the file that the index is of: a compaction makes another
	txid  int       // of the transaction that the index is of, -1 for none
	index []listChunk
	total int
}

// listChunk is a chunk of rows: its lower bound, and its place in the mailbox.
type listChunk struct {
	bound Ref
	box   int // index of List.boxes
	rows  int
	above int // rows of the same mailbox before it
}

// List returns the messages of some mailboxes as one list.
func (s *Store) List(mailboxes ...MailboxID) *List {
	return &List{s: s, bucket: bucketRefs, boxes: distinct(mailboxes), txid: -1}
}

// Threads returns the threads of a mailbox by the date of their newest message in it. The
// ID of a row is a ThreadID.
func (s *Store) Threads(mailbox MailboxID) *List {
	return &List{s: s, bucket: bucketThreads, boxes: []MailboxID{mailbox}, txid: -1}
}

func distinct(ids []MailboxID) []MailboxID {
	ids = slices.Sorted(slices.Values(ids))
	return slices.Compact(ids)
}

// Len returns the number of rows.
func (l *List) Len() (int, error) {
	n := 0
	err := l.view(func(*bbolt.Tx) error {
		n = l.total
		return nil
	})
	return n, err
}

// Page returns up to n rows from the one at from on, counted from 0, the newest or the
// oldest first. Beyond the last row there are none.
func (l *List) Page(from, n int, newestFirst bool) ([]Ref, error) {
	var rows []Ref
	err := l.view(func(tx *bbolt.Tx) error {
		first := from
		if newestFirst {
			first = l.total - from - n
		}
		last := min(l.total, first+n)
		first = max(0, first)
		if from < 0 || n <= 0 || first >= last {
			return nil
		}
		var err error
		rows, err = l.read(tx, first, last-first)
		return err
	})
	if newestFirst {
		slices.Reverse(rows)
	}
	return rows, err
}

// Find returns where a row is, counted as in Page, and whether it is there.
func (l *List) Find(r Ref, newestFirst bool) (at int, there bool, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		for box := range l.boxes {
			n, found, err := l.rank(tx, box, r)
			if err != nil {
				return err
			}
			at += n
			there = there || found
		}
		if newestFirst {
			at = max(0, l.total-1-at)
		}
		return nil
	})
	return at, there, err
}

// view runs fn in a transaction that the index is of.
func (l *List) view(fn func(tx *bbolt.Tx) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.s.meta.view(func(tx *bbolt.Tx) error {
		if l.db != tx.DB() || l.txid != tx.ID() {
			if err := l.build(tx); err != nil {
				l.txid = -1
				return damaged(l.s.meta.path, "has a damaged list of messages", err)
			}
			l.db, l.txid = tx.DB(), tx.ID()
		}
		if err := fn(tx); err != nil {
			return damaged(l.s.meta.path, "has a damaged list of messages", err)
		}
		return nil
	})
}

// build reads where the chunks of the mailboxes begin.
func (l *List) build(tx *bbolt.Tx) error {
	l.index, l.total = l.index[:0], 0
	rows := tx.Bucket(l.bucket)
	for box, id := range l.boxes {
		above := 0
		err := eachRefChunk(rows, id, func(key, chunk []byte) error {
			if len(chunk)%refLength != 0 {
				return errRecord
			}
			n := len(chunk) / refLength
			l.index = append(l.index, listChunk{bound: refAt(key[8:]), box: box, rows: n, above: above})
			above += n
			return nil
		})
		if err != nil {
			return err
		}
		l.total += above
	}
	if len(l.boxes) > 1 {
		slices.SortStableFunc(l.index, func(a, b listChunk) int { return compareRefs(a.bound, b.bound) })
	}
	return nil
}

// rank returns how many rows of a mailbox are before r, and whether r is one of them.
func (l *List) rank(tx *bbolt.Tx, box int, r Ref) (n int, there bool, err error) {
	i, _ := slices.BinarySearchFunc(l.index, r, func(c listChunk, r Ref) int {
		if compareRefs(c.bound, r) <= 0 {
			return -1
		}
		return 1
	})
	for i--; i >= 0 && l.index[i].box != box; i-- {
	}
	if i < 0 {
		return 0, false, nil
	}
	refs, err := l.chunk(tx, l.index[i])
	if err != nil {
		return 0, false, err
	}
	n, there = slices.BinarySearchFunc(refs, r, compareRefs)
	return l.index[i].above + n, there, nil
}

func (l *List) chunk(tx *bbolt.Tx, c listChunk) ([]Ref, error) {
	key := refKey(l.boxes[c.box], c.bound)
	return appendRefs(make([]Ref, 0, c.rows), tx.Bucket(l.bucket).Get(key))
}

// read merges the rows of the mailboxes from the one at first on.
func (l *List) read(tx *bbolt.Tx, first, n int) ([]Ref, error) {
	from, skip, err := l.start(tx, first)
	if err != nil {
		return nil, err
	}
	heads := make([]*listHead, 0, len(l.boxes))
	for _, id := range l.boxes {
		h := &listHead{c: tx.Bucket(l.bucket).Cursor(), mailbox: id}
		if err := h.seek(from); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	out := make([]Ref, 0, n)
	for len(out) < n {
		var least *listHead
		for _, h := range heads {
			if len(h.rows) > 0 && (least == nil || compareRefs(h.rows[0], least.rows[0]) < 0) {
				least = h
			}
		}
		if least == nil {
			break
		}
		if skip--; skip < 0 {
			out = append(out, least.rows[0])
		}
		if err := least.advance(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// start finds a row not far before the one at first, and how many are between.
func (l *List) start(tx *bbolt.Tx, first int) (from Ref, skip int, err error) {
	before := func(i int) (int, error) {
		n := 0
		for box := range l.boxes {
			k, _, err := l.rank(tx, box, l.index[i].bound)
			if err != nil {
				return 0, err
			}
			n += k
		}
		return n, nil
	}
	low, high, at := 0, len(l.index), 0
	for high-low > 1 {
		mid := (low + high) / 2
		n, err := before(mid)
		if err != nil {
			return from, 0, err
		}
		if n <= first {
			low, at = mid, n
		} else {
			high = mid
		}
	}
	if low == 0 {
		return Ref{Date: math.MinInt64}, first, nil
	}
	return l.index[low].bound, first - at, nil
}

// listHead goes through the rows of one mailbox.
type listHead struct {
	c       *bbolt.Cursor
	mailbox MailboxID
	rows    []Ref // of the present chunk, that are still to come
}

func (h *listHead) seek(from Ref) error {
	want := refKey(h.mailbox, from)
	k, v := h.c.Seek(want)
	if k == nil || string(k) != string(want) {
		if k == nil {
			k, v = h.c.Last()
		} else {
			k, v = h.c.Prev()
		}
		if !h.own(k) { // from is before the first row
			k, v = h.c.Seek(u64(uint64(h.mailbox)))
		}
	}
	if err := h.take(k, v); err != nil {
		return err
	}
	for len(h.rows) > 0 && compareRefs(h.rows[0], from) < 0 {
		if err := h.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (h *listHead) own(k []byte) bool {
	return len(k) == refKeyLength && binary.BigEndian.Uint64(k) == uint64(h.mailbox)
}

func (h *listHead) take(k, v []byte) (err error) {
	h.rows = h.rows[:0]
	if h.own(k) {
		h.rows, err = appendRefs(make([]Ref, 0, len(v)/refLength), v)
	}
	return err
}

func (h *listHead) advance() error {
	if h.rows = h.rows[1:]; len(h.rows) > 0 {
		return nil
	}
	return h.take(h.c.Next())
}

package localstore

import (
	"encoding/binary"
	"errors"
	"time"

	"go.etcd.io/bbolt"
)

// What an operation changes is noted in the transaction that changes it: so a million
// messages take no memory, and what was done before a crash can still be undone.

// Kind is what an operation does to messages.
type Kind uint8

// The kinds. Their numbers are on the disk.
const (
	Moved Kind = 1 + iota
	Copied
	Marked
	BoxDeleted // a mailbox, of which the messages went to the trash
)

// Deed is an operation that was cut off: the process died, or the store failed.
type Deed struct {
	Undo  Undo
	Kind  Kind
	To    MailboxID // that messages were moved or copied to, 0 if there were several
	Of    int       // messages that it was to be done to
	Began time.Time
}

// deedRecord is what is kept of an operation beside its changes.
type deedRecord struct {
	Kind  Kind      `cbor:"1,keyasint"`
	To    MailboxID `cbor:"2,keyasint,omitempty"`
	Of    int       `cbor:"3,keyasint,omitempty"`
	Done  bool      `cbor:"4,keyasint,omitempty"` // it came to its end
	Began int64     `cbor:"5,keyasint,omitempty"` // Unix seconds
	N     int       `cbor:"6,keyasint,omitempty"` // changes to messages
	Notes uint32    `cbor:"7,keyasint,omitempty"` // the last note that it has
}

// What can be undone: the last operations, and no more changes than that.
const (
	mostDeeds   = 100
	mostChanges = 5_000_000
)

// maxDropped is how many notes of forgotten operations one transaction removes.
const maxDropped = 1000

// deed notes one operation while it goes on.
type deed struct {
	s      *Store
	number uint64 // 0 before the first change
	record deedRecord
}

func (s *Store) newDeed(k Kind, to MailboxID) *deed {
	return &deed{s: s, record: deedRecord{Kind: k, To: to, Began: s.o.Now().Unix()}}
}

// undo returns what undoes all that was committed.
func (d *deed) undo() Undo { return Undo{deed: d.number, n: d.record.N} }

// note notes changes within the transaction that makes them. Once that is committed, the
// caller goes on with the deed that it returns. done says that these are the last.
func (d *deed) note(tx *bbolt.Tx, c *changes, done bool) (*deed, error) {
	next := *d
	if c.empty() && (d.number == 0 || !done) {
		return &next, nil
	}
	deeds := tx.Bucket(bucketDeeds)
	if next.number == 0 {
		var err error
		if next.number, err = deeds.NextSequence(); err != nil {
			return nil, err
		}
		if err := dropDeeds(tx, d.s.firstDeed); err != nil {
			return nil, err
		}
	}
	if !c.empty() {
		next.record.Notes++
		next.record.N += c.messages()
		notes := tx.Bucket(bucketDeedNotes)
		notes.FillPercent = 1
		p, err := c.encode()
		if err != nil {
			return nil, err
		}
		if err := notes.Put(noteKey(next.number, next.record.Notes), p); err != nil {
			return nil, err
		}
	}
	next.record.Done = done
	return &next, putDeed(tx, next.number, next.record)
}

func putDeed(tx *bbolt.Tx, number uint64, r deedRecord) error {
	p, err := encoding.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketDeeds).Put(u64(number), p)
}

// end notes that a deed goes no further, though it was not done whole: whoever began it knows.
func (d *deed) end() error {
	if d.number == 0 {
		return nil
	}
	return d.s.update(func(tx *bbolt.Tx) error {
		d.record.Done = true
		return putDeed(tx, d.number, d.record)
	})
}

// readDeed returns what is kept of an operation. ok is false for one that can't be undone.
func readDeed(tx *bbolt.Tx, number uint64) (r deedRecord, ok bool, err error) {
	v := tx.Bucket(bucketDeeds).Get(u64(number))
	if v == nil {
		return r, false, nil
	}
	r, err = decodeRecord[deedRecord](v)
	return r, err == nil, err
}

const noteKeyLength = 12

// noteKey is a key of bucketDeedNotes.
func noteKey(deed uint64, note uint32) []byte {
	return binary.BigEndian.AppendUint32(u64(deed), note)
}

// lastNote returns the last changes of an operation that are not undone. key is nil if
// there are none.
func lastNote(tx *bbolt.Tx, deed uint64) (key []byte, c changes, err error) {
	cur := tx.Bucket(bucketDeedNotes).Cursor()
	var v []byte
	k, _ := cur.Seek(noteKey(deed+1, 0))
	if k == nil {
		k, v = cur.Last()
	} else {
		k, v = cur.Prev()
	}
	if len(k) != noteKeyLength || binary.BigEndian.Uint64(k) != deed {
		return nil, c, nil
	}
	c, err = decodeChanges(v)
	return append(key, k...), c, err
}

// dropDeeds forgets what nobody undoes any more: all but the last operations, and those
// that came to their end before the store was opened, but none that goes on.
func dropDeeds(tx *bbolt.Tx, first uint64) error {
	deeds := tx.Bucket(bucketDeeds)
	last, messages := deeds.Sequence(), 0
	var gone [][]byte
	c := deeds.Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Prev() {
		number, err := parseU64(k)
		if err != nil {
			return err
		}
		r, err := decodeRecord[deedRecord](v)
		if err != nil {
			return err
		}
		messages += r.N
		old := number+mostDeeds <= last || messages > mostChanges
		if now := number >= first; r.Done && (old || !now) || old && !now {
			gone = append(gone, append([]byte(nil), k...))
		}
	}
	for _, k := range gone {
		if err := deeds.Delete(k); err != nil {
			return err
		}
	}
	return dropNotes(tx)
}

// dropNotes removes notes of operations that are forgotten. What is left of much goes with
// the next operation.
func dropNotes(tx *bbolt.Tx) error {
	deeds, notes := tx.Bucket(bucketDeeds), tx.Bucket(bucketDeedNotes)
	var gone [][]byte
	c := notes.Cursor()
	for k, _ := c.First(); len(k) == noteKeyLength && len(gone) < maxDropped; {
		if deeds.Get(k[:8]) != nil {
			k, _ = c.Seek(noteKey(binary.BigEndian.Uint64(k)+1, 0))
			continue
		}
		gone = append(gone, append([]byte(nil), k...))
		k, _ = c.Next()
	}
	for _, k := range gone {
		if err := notes.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// CutOff returns the operations that were cut off, the last one last: what was done of
// them is there, and each can be undone.
func (s *Store) CutOff() ([]Deed, error) {
	var all []Deed
	err := s.meta.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketDeeds).ForEach(func(k, v []byte) error {
			number, err := parseU64(k)
			if err != nil {
				return err
			}
			r, err := decodeRecord[deedRecord](v)
			if err != nil || r.Done || number >= s.firstDeed {
				return err
			}
			all = append(all, Deed{Undo: Undo{number, r.N}, Kind: r.Kind, To: r.To, Of: r.Of, Began: time.Unix(r.Began, 0)})
			return nil
		})
	})
	if err != nil {
		return nil, s.damagedDeeds(err)
	}
	return all, nil
}

func (s *Store) damagedDeeds(err error) error {
	if !errors.Is(err, errRecord) {
		return err
	}
	return damaged(s.meta.path, "has a damaged list of what can be undone", err)
}

package localstore

import (
	"crypto/sha256"
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// The servers' unique ids are kept in the order in which they came, so that new ones are
// neighbours, whatever they look like. A table of hashes finds them.

// idKey is a key of bucketIDs.
func idKey(mailbox MailboxID, number uint64) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(mailbox))
	return binary.BigEndian.AppendUint64(key, number)
}

// idRow is a row of the ids' hashes. They are a part of SHA-256, so that no server can make
// many that are alike. The whole id is in the record.
func idRow(mailbox MailboxID, uidl []byte, number uint64) hashRow {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 8+64), uint64(mailbox))
	sum := sha256.Sum256(append(key, uidl...))
	return hashRow{binary.BigEndian.Uint64(sum[:8]), number}
}

// idIndex is what is known under the servers' ids, within a transaction.
type idIndex struct {
	records *bbolt.Bucket
	tx      *bbolt.Tx
	open    func(*bbolt.Tx) (*hashes, error)
	hashes  *hashes // nil until they are needed
	last    foundID // what was looked for is mostly looked for again, or put
}

func openIDs(tx *bbolt.Tx, open func(*bbolt.Tx) (*hashes, error)) *idIndex {
	return &idIndex{records: tx.Bucket(bucketIDs), tx: tx, open: open}
}

// foundID is an id and its record. The number is 0 if it has none.
type foundID struct {
	mailbox MailboxID
	uidl    string
	number  uint64
	record  uidlRecord
}

// readIDs opens the index for a reading transaction.
func (s *Store) readIDs(tx *bbolt.Tx) *idIndex { return openIDs(tx, s.idsRead.in) }

// writeIDs opens the index for a writing transaction, of which finish is the end.
func (s *Store) writeIDs(tx *bbolt.Tx) *idIndex { return openIDs(tx, s.ids.in) }

// get returns what is known under an id. ok is false for an id that is new or can't be one.
func (x *idIndex) get(mailbox MailboxID, uidl string) (r uidlRecord, ok bool, err error) {
	found, err := x.find(mailbox, uidl)
	return found.record, found.number != 0 && err == nil, err
}

func (x *idIndex) find(mailbox MailboxID, uidl string) (foundID, error) {
	if x.last.mailbox == mailbox && x.last.uidl == uidl {
		return x.last, nil
	}
	found := foundID{mailbox: mailbox, uidl: uidl}
	if uidl == "" || len(uidl) > maxUIDL {
		return found, nil
	}
	if err := x.openHashes(); err != nil {
		return found, err
	}
	err := x.hashes.each(idRow(mailbox, []byte(uidl), 0).hash, func(number uint64) (more bool, err error) {
		v := x.records.Get(idKey(mailbox, number))
		if v == nil {
			return true, nil // another mailbox's
		}
		r, other, err := decodeUIDL(v)
		if err != nil || string(other) != uidl {
			return true, err
		}
		found.number, found.record = number, r
		return false, nil
	})
	if err == nil {
		x.last = found
	}
	return found, err
}

func (x *idIndex) openHashes() (err error) {
	if x.hashes == nil {
		x.hashes, err = x.open(x.tx)
	}
	return err
}

// put keeps a record under an id, in the place of the one that is there.
func (x *idIndex) put(mailbox MailboxID, uidl string, r uidlRecord) error {
	found, err := x.find(mailbox, uidl)
	if err != nil {
		return err
	}
	if found.number != 0 {
		found.record = r
		return x.write(found)
	}
	number, err := x.records.NextSequence()
	if err != nil {
		return err
	}
	return x.restore(mailbox, uidl, number, r)
}

// restore keeps an id that the table does not have under a number of its own.
func (x *idIndex) restore(mailbox MailboxID, uidl string, number uint64, r uidlRecord) error {
	if err := x.openHashes(); err != nil {
		return err
	}
	if err := x.hashes.add(idRow(mailbox, []byte(uidl), number)); err != nil {
		return err
	}
	return x.write(foundID{mailbox, uidl, number, r})
}

func (x *idIndex) write(id foundID) error {
	x.records.FillPercent = 1
	x.last = foundID{}
	if err := x.records.Put(idKey(id.mailbox, id.number), id.record.encode(id.uidl)); err != nil {
		return err
	}
	x.last = id
	return nil
}

// finish writes what was put to the table of hashes.
func (x *idIndex) finish() error {
	if x.hashes == nil {
		return nil
	}
	return x.hashes.finish()
}

// How many records a walk looks at for an id before it asks the hashes.
const (
	lookAhead  = 8
	fewJumps   = 4 // in a row, beyond which it mostly does not look
	jumpsALook = 8
)

// idWalk finds ids of a mailbox, of which each is mostly the next one, or one soon after
// that: a server lists its mail in the order in which it came.
type idWalk struct {
	x       *idIndex
	mailbox MailboxID
	c       *bbolt.Cursor
	placed  bool     // the cursor is on the record before those to come
	from    uint64   // the number of the first record to come, unless it is placed
	ended   bool     // there are no more
	ahead   [][]byte // records that the cursor has passed and nobody has asked for
	look    int      // how many there may be
	jumps   int      // ids in a row that were not found ahead
}

func (x *idIndex) walk(mailbox MailboxID) *idWalk {
	return &idWalk{x: x, mailbox: mailbox, c: x.records.Cursor(), ahead: make([][]byte, 0, lookAhead), look: lookAhead}
}

// find returns what is known under an id.
func (w *idWalk) find(uidl string) (r uidlRecord, ok bool, err error) {
	for i := range w.look {
		if i == len(w.ahead) && !w.more() {
			break
		}
		if v := w.ahead[i]; len(v) <= uidlLength || string(v[uidlLength:]) == uidl {
			w.ahead, w.look, w.jumps = append(w.ahead[:0], w.ahead[i+1:]...), lookAhead, 0
			r, _, err = decodeUIDL(v)
			return r, err == nil, err
		}
	}
	found, err := w.x.find(w.mailbox, uidl)
	if err != nil || found.number == 0 {
		return r, false, err
	}
	w.jump(found.number)
	return found.record, true, nil
}

// jump goes on after a record.
func (w *idWalk) jump(number uint64) {
	w.placed, w.ended, w.from, w.ahead, w.look = false, false, number+1, w.ahead[:0], 0
	if w.jumps++; w.jumps <= fewJumps || w.jumps%jumpsALook == 0 {
		w.look = 1
	}
}

// more looks at one more record of the mailbox, if there is one.
func (w *idWalk) more() bool {
	if w.ended {
		return false
	}
	var k, v []byte
	if w.placed {
		k, v = w.c.Next()
	} else {
		k, v = w.c.Seek(idKey(w.mailbox, w.from))
	}
	w.placed = true
	if len(k) != 16 || MailboxID(binary.BigEndian.Uint64(k)) != w.mailbox {
		w.ended = true
		return false
	}
	w.ahead = append(w.ahead, v)
	return true
}

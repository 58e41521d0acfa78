package localstore

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// To read the flags of a million messages takes some ten milliseconds, too much for each
// commit of a fetch while somebody types a search. So what a search has read of them is
// kept in memory, and what changes since is noted.

// mostNoted bounds the changes of flags that are noted in memory. Beyond them all flags are
// read again.
const mostNoted = 1 << 16

// flagLog changes flags, and knows which messages have which. The sequence of bucketFlags
// goes up with every transaction that changes any; what was rolled back leaves it behind.
type flagLog struct {
	mu    sync.Mutex
	notes map[uint64][]MessageID // by sequence: whose flags changed
	noted int                    // of notes

	// The transaction that changes flags, or the last one that did.
	tx    *bbolt.Tx
	last  uint64 // its sequence
	whole bool   // notes[last] is all that it has changed

	read bool // the sets are
	at   uint64
	sets map[string]*search.IDSet // by name, of the transaction with the sequence at
}

// put changes the flags of a message.
func (l *flagLog) put(tx *bbolt.Tx, id MessageID, f Flags) error {
	if err := l.note(tx, id); err != nil {
		return err
	}
	b := tx.Bucket(bucketFlags)
	if f == 0 {
		return b.Delete(u64(uint64(id)))
	}
	return b.Put(u64(uint64(id)), u32(uint32(f)))
}

// note notes that a transaction changes the flags of a message. A reader looks at the notes
// up to the sequence that it sees, and those are of what is committed.
func (l *flagLog) note(tx *bbolt.Tx, id MessageID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tx != tx {
		n, err := tx.Bucket(bucketFlags).NextSequence()
		if err != nil {
			return err
		}
		l.drop(n, n) // one with this number was rolled back
		if !l.read {
			l.drop(0, n)
		}
		l.tx, l.last, l.whole = tx, n, true
	}
	if !l.whole {
		return nil
	}
	if l.noted++; l.noted > mostNoted {
		l.drop(0, l.last)
		l.read, l.sets, l.whole = false, nil, false
		return nil
	}
	if l.notes == nil {
		l.notes = map[uint64][]MessageID{}
	}
	l.notes[l.last] = append(l.notes[l.last], id)
	return nil
}

// drop forgets notes, from one to another.
func (l *flagLog) drop(from, to uint64) {
	for n, some := range l.notes {
		if from <= n && n <= to {
			l.noted -= len(some)
			delete(l.notes, n)
		}
	}
	if len(l.notes) == 0 {
		l.noted = 0
	}
}

// flagged returns the messages with each flag as a transaction sees them. The sets do not
// change any more.
func (l *flagLog) flagged(tx *bbolt.Tx) (map[string]*search.IDSet, error) {
	seen := tx.Bucket(bucketFlags).Sequence()
	if sets, err := l.follow(tx, seen); sets != nil || err != nil {
		return sets, err
	}
	all, err := readFlagged(tx)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.read || seen > l.at {
		l.drop(0, seen)
		l.read, l.at, l.sets = true, seen, all
	}
	return all, nil
}

// follow brings the sets to what a transaction sees. It returns none where the notes do not
// say enough for that.
func (l *flagLog) follow(tx *bbolt.Tx, seen uint64) (map[string]*search.IDSet, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.read || seen < l.at {
		return nil, nil
	}
	if seen == l.at {
		return l.sets, nil
	}
	var changed []MessageID
	for n := l.at + 1; n <= seen; n++ {
		if len(l.notes[n]) == 0 { // it was changed while nobody noted
			return nil, nil
		}
		changed = append(changed, l.notes[n]...)
	}
	next := make(map[string]*search.IDSet, len(l.sets))
	for name, set := range l.sets {
		next[name] = set.Clone()
	}
	for _, id := range changed {
		f, err := readFlags(tx, id)
		if err != nil {
			return nil, err
		}
		for name, flag := range flagsByName {
			if f.Has(flag) {
				next[name].Add(uint64(id))
			} else {
				next[name].Remove(uint64(id))
			}
		}
	}
	l.drop(0, seen)
	l.at, l.sets = seen, next
	return next, nil
}

// readFlagged reads the messages with each flag.
func readFlagged(tx *bbolt.Tx) (map[string]*search.IDSet, error) {
	all := map[string]*search.IDSet{}
	var sets [32]*search.IDSet // by bit
	for name, flag := range flagsByName {
		all[name] = &search.IDSet{}
		sets[bits.TrailingZeros32(uint32(flag))] = all[name]
	}
	err := tx.Bucket(bucketFlags).ForEach(func(k, v []byte) error {
		if len(k) != 8 || len(v) != 4 {
			return nil
		}
		for left := binary.BigEndian.Uint32(v); left != 0; left &= left - 1 {
			if set := sets[bits.TrailingZeros32(left)]; set != nil {
				set.Add(binary.BigEndian.Uint64(k))
			}
		}
		return nil
	})
	return all, err
}

package dom

import (
	"sync"
	"sync/atomic"
)

// Nodes are kept in blocks. Those of a long document are packed, and unpacked for who asks
// for a node of theirs: so many are at once as hold what is in sight, with what is around it.
const (
	blockBits = 9
	blockSize = 1 << blockBits
	mostLive  = 12
)

// table is the records of a document, by their index. It may be read from several
// goroutines once it is sealed.
type table struct {
	count  int32
	blocks []block
	mu     sync.Mutex
	live   []int32 // the blocks that can be packed again, those first that were unpacked before others
}

// block is blockSize records, the last of a table fewer.
type block struct {
	records atomic.Pointer[[]record] // nil while they are packed alone
	used    atomic.Bool              // since the last look for what to let go of
	packed  []byte                   // nil while they can be changed
}

// at is a record, not to be changed.
func (t *table) at(i int32) *record {
	b := &t.blocks[i>>blockBits]
	records := b.records.Load()
	if records == nil {
		records = t.unpack(i >> blockBits)
	}
	if !b.used.Load() {
		b.used.Store(true)
	}
	return &(*records)[i&(blockSize-1)]
}

// add appends a record before the table is sealed.
func (t *table) add(r record) (i int32) {
	i = t.count
	if i&(blockSize-1) == 0 {
		t.grow()
	}
	records := t.blocks[i>>blockBits].records.Load()
	*records = append(*records, r)
	t.count++
	return i
}

func (t *table) grow() {
	if len(t.blocks) == cap(t.blocks) { // blocks are not to be copied
		more := make([]block, len(t.blocks), 2*len(t.blocks)+1)
		for i := range t.blocks {
			more[i].records.Store(t.blocks[i].records.Load())
		}
		t.blocks = more
	}
	t.blocks = t.blocks[:len(t.blocks)+1]
	var records []record
	if len(t.blocks) > 1 {
		records = make([]record, 0, blockSize)
	}
	t.blocks[len(t.blocks)-1].records.Store(&records)
}

// seal ends the changes, and packs the records if they are many.
func (t *table) seal() {
	if len(t.blocks) <= mostLive {
		return
	}
	p := newPacker()
	for i := range t.blocks {
		b := &t.blocks[i]
		b.packed = p.pack(*b.records.Load(), int32(i)<<blockBits)
		b.records.Store(nil)
	}
}

// unpack unpacks a block, and lets go of another if there are too many.
func (t *table) unpack(i int32) *[]record {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := &t.blocks[i]
	if records := b.records.Load(); records != nil { // somebody else was faster
		return records
	}
	for len(t.live) >= mostLive {
		old := &t.blocks[t.live[0]]
		if old.used.Swap(false) {
			t.live = append(t.live[1:], t.live[0])
			continue
		}
		old.records.Store(nil)
		t.live = t.live[1:]
	}
	records := unpack(b.packed, i<<blockBits)
	b.used.Store(true)
	b.records.Store(&records)
	t.live = append(t.live, i)
	return &records
}

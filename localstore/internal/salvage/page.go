package salvage

import (
	"bytes"
	"encoding/binary"
)

// Lengths of what stands in pages.
const (
	elementLength = 16
	bucketHead    = 16
	maxKey        = 32 << 10
)

// element is a record of a leaf page, or a bucket.
type element struct {
	bucket     bool
	key, value []byte
}

// leaf returns the records of a leaf page that lie within it. whole is false if some do
// not, or are out of order.
func (p *page) leaf() (all []element, whole bool) {
	whole = p.flags == leafPage
	table := headLength + p.count*elementLength
	if !whole || table > len(p.data) {
		return nil, false
	}
	for i := range p.count {
		at := headLength + i*elementLength
		e := p.data[at:]
		flags, from := binary.NativeEndian.Uint32(e), int64(at)+int64(binary.NativeEndian.Uint32(e[4:]))
		key, value := int64(binary.NativeEndian.Uint32(e[8:])), int64(binary.NativeEndian.Uint32(e[12:]))
		if flags > 1 || from < int64(table) || key > maxKey || from+key+value > int64(len(p.data)) {
			whole = false
			continue
		}
		x := element{flags == 1, p.data[from : from+key : from+key], p.data[from+key : from+key+value : from+key+value]}
		if n := len(all); n > 0 && bytes.Compare(all[n-1].key, x.key) >= 0 {
			whole = false
		}
		all = append(all, x)
	}
	return all, whole
}

// child is an element of a branch page.
type child struct {
	key  []byte
	page uint64
}

// branch returns the children of a branch page, as leaf does.
func (p *page) branch() (all []child, whole bool) {
	table := headLength + p.count*elementLength
	if p.flags != branchPage || p.count == 0 || table > len(p.data) {
		return nil, false
	}
	whole = true
	for i := range p.count {
		at := headLength + i*elementLength
		e := p.data[at:]
		from, key := int64(at)+int64(binary.NativeEndian.Uint32(e)), int64(binary.NativeEndian.Uint32(e[4:]))
		if from < int64(table) || key > maxKey || from+key > int64(len(p.data)) {
			whole = false
			continue
		}
		x := child{p.data[from : from+key : from+key], binary.NativeEndian.Uint64(e[8:])}
		if n := len(all); n > 0 && bytes.Compare(all[n-1].key, x.key) >= 0 {
			whole = false
			continue
		}
		all = append(all, x)
	}
	return all, whole
}

// bucketOf reads what the value of a bucket says: where its root is or, where that is 0,
// the page itself.
func bucketOf(value []byte) (root, sequence uint64, inline *page, ok bool) {
	if len(value) < bucketHead {
		return 0, 0, nil, false
	}
	root, sequence = binary.NativeEndian.Uint64(value), binary.NativeEndian.Uint64(value[8:])
	if root != 0 {
		return root, sequence, nil, true
	}
	p := value[bucketHead:]
	if len(p) < headLength {
		return 0, sequence, nil, false
	}
	return 0, sequence, &page{flags: binary.NativeEndian.Uint16(p[8:]), count: int(binary.NativeEndian.Uint16(p[10:])), data: p}, true
}

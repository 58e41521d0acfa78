package tnef

import "encoding/binary"

// reader reads numbers and octets, none where they end.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.b)) {
		r.b, r.bad = nil, true
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) uint16() uint16 {
	if v := r.take(2); v != nil {
		return binary.LittleEndian.Uint16(v)
	}
	return 0
}

func (r *reader) uint32() int64 {
	if v := r.take(4); v != nil {
		return int64(binary.LittleEndian.Uint32(v))
	}
	return 0
}

// padded takes octets and what fills them up to a multiple of four.
func (r *reader) padded(n int64) []byte {
	v := r.take(n)
	if rest := (4 - n%4) % 4; v != nil {
		r.take(min(rest, int64(len(r.b))))
	}
	return v
}

// properties reads a list of MAPI properties ([MS-OXTNEF] section 2.1.3.4). Of a
// property with several values, the first counts.
func (m *Message) properties(b []byte, each func(id, kind uint16, value []byte)) {
	r := reader{b: b}
	count := r.uint32()
	for n := int64(0); n < min(count, maxProperties) && !r.bad && len(r.b) > 0; n++ {
		kind, id := r.uint16(), r.uint16()
		if id >= 0x8000 {
			r.name()
			id = 0 // a name of its own is none that we know
		}
		if v, ok := r.value(kind); ok {
			each(id, kind, v)
		}
	}
	m.Damaged = m.Damaged || r.bad
}

// name skips the name of a property.
func (r *reader) name() {
	r.take(16)
	if r.uint32() == 0 {
		r.uint32()
		return
	}
	r.padded(r.uint32())
}

// value reads the value, or the values, of a property.
func (r *reader) value(kind uint16) (v []byte, ok bool) {
	size := int64(4)
	several := kind&severalFlag != 0
	switch kind &^ severalFlag {
	case 0x02, 0x03, 0x04, 0x0a, 0x0b:
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		size = 8
	case 0x48:
		size = 16
	case typeString, typeUnicode, typeObject, typeBinary:
		count := r.uint32()
		for i := int64(0); i < count && !r.bad && (len(r.b) > 0 || i == 0); i++ {
			one := r.padded(r.uint32())
			if i == 0 {
				v = one
			}
		}
		return v, !r.bad && count > 0
	default:
		r.bad = true
		return nil, false
	}
	if several {
		return nil, r.take(r.uint32()*size) != nil && false
	}
	v = r.take(size)
	return v, v != nil
}

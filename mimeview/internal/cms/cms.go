// Package cms finds what a message of the Cryptographic Message Syntax (RFC 5652,
// S/MIME) holds, without checking or decrypting anything. It reads BER in one pass,
// with lengths of either form, and allocates no more than the octets it is given.
package cms

import "bytes"

// Kind is what a CMS message is.
type Kind uint8

// Kinds.
const (
	Unknown Kind = iota
	Signed
	Encrypted // enveloped or authenticated-enveloped data
	Compressed
)

// The content types of RFC 5652 and RFC 5083 below 1.2.840.113549.1.
var (
	arc        = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01}
	signed     = []byte{7, 2}
	enveloped  = []byte{7, 3}
	encrypted  = []byte{7, 6}
	compressed = []byte{9, 16, 1, 9}
	sealed     = []byte{9, 16, 1, 23}
)

// Tags of BER.
const (
	tagInteger = 0x02
	tagOctets  = 0x04
	tagOID     = 0x06
	tagSeq     = 0x30
	tagSet     = 0x31
	tagZero    = 0xa0 // [0], constructed
	tagPieces  = 0x24 // an octet string in pieces
)

// maxDepth bounds how deep octet strings lie in pieces.
const maxDepth = 8

// Read tells what kind a message is, and for signed data what is signed, nil if that
// stands elsewhere (RFC 8551 section 3.5.3).
func Read(b []byte) (kind Kind, content []byte) {
	info, _, _ := take(b, tagSeq)
	oid, rest, ok := take(info, tagOID)
	if !ok {
		return Unknown, nil
	}
	oid, ok = bytes.CutPrefix(oid, arc)
	switch {
	case !ok:
		return Unknown, nil
	case bytes.Equal(oid, enveloped), bytes.Equal(oid, encrypted), bytes.Equal(oid, sealed):
		return Encrypted, nil
	case bytes.Equal(oid, compressed):
		return Compressed, nil
	case bytes.Equal(oid, signed):
		return Signed, signedContent(rest)
	}
	return Unknown, nil
}

// signedContent reads the content of SignedData (RFC 5652 section 5.1).
func signedContent(b []byte) []byte {
	b, _, _ = take(b, tagZero)
	b, _, _ = take(b, tagSeq)
	_, b, _ = take(b, tagInteger)
	_, b, _ = take(b, tagSet) // the digests' algorithms
	b, _, _ = take(b, tagSeq)
	_, b, _ = take(b, tagOID)
	b, _, ok := take(b, tagZero)
	if !ok {
		return nil
	}
	return octets(b, 0)
}

// octets reads an octet string, whole or in pieces.
func octets(b []byte, depth int) []byte {
	if whole, _, ok := take(b, tagOctets); ok {
		return whole
	}
	pieces, _, ok := take(b, tagPieces)
	if !ok || depth == maxDepth {
		return nil
	}
	var out []byte
	for len(pieces) > 0 {
		_, _, rest, ok := next(pieces)
		if !ok {
			break
		}
		out = append(out, octets(pieces[:len(pieces)-len(rest)], depth+1)...)
		pieces = rest
	}
	return out
}

// take reads an element that must have a tag.
func take(b []byte, want byte) (inside, rest []byte, ok bool) {
	tag, inside, rest, ok := next(b)
	if !ok || tag != want {
		return nil, nil, false
	}
	return inside, rest, true
}

// next reads an element. What is cut off ends where b does.
func next(b []byte) (tag byte, inside, rest []byte, ok bool) {
	tag, n, b, ok := header(b)
	switch {
	case !ok:
		return 0, nil, nil, false
	case n < 0:
		inside, rest = indefinite(b)
	default:
		n = min(n, int64(len(b)))
		inside, rest = b[:n], b[n:]
	}
	return tag, inside, rest, true
}

// header reads a tag of one octet and a length, -1 if that is indefinite.
func header(b []byte) (tag byte, n int64, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, 0, nil, false
	}
	tag, n, b = b[0], int64(b[1]), b[2:]
	switch {
	case n < 0x80:
		return tag, n, b, true
	case n == 0x80:
		return tag, -1, b, true
	}
	count := int(n & 0x7f)
	if count > 7 || count > len(b) {
		return 0, 0, nil, false
	}
	n = 0
	for _, c := range b[:count] {
		n = n<<8 | int64(c)
	}
	return tag, n, b[count:], true
}

// indefinite finds the end of an element of indefinite length, whose inside b
// begins with.
func indefinite(b []byte) (inside, rest []byte) {
	depth := 1
	for at := b; ; {
		tag, n, after, ok := header(at)
		switch {
		case !ok:
			return b, nil
		case tag == 0 && n == 0:
			if depth--; depth == 0 {
				return b[:len(b)-len(at)], after
			}
			at = after
		case n < 0:
			depth++
			at = after
		default:
			at = after[min(n, int64(len(after))):]
		}
	}
}

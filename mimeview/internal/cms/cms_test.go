package cms

import (
	"bytes"
	"strings"
	"testing"
)

// element makes BER: of indefinite length if its tag is marked so.
func element(tag byte, inside ...[]byte) []byte {
	b := bytes.Join(inside, nil)
	if len(b) < 0x80 {
		return append([]byte{tag, byte(len(b))}, b...)
	}
	return append([]byte{tag, 0x82, byte(len(b) >> 8), byte(len(b))}, b...)
}

func endless(tag byte, inside ...[]byte) []byte {
	return append(append([]byte{tag, 0x80}, bytes.Join(inside, nil)...), 0, 0)
}

func oid(last ...byte) []byte { return element(tagOID, arc, last) }

func TestRead(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("signed text ", 100))
	version, digests := element(tagInteger, []byte{1}), element(tagSet, element(tagSeq, oid(9)))
	whole := element(tagSeq, oid(signed...), element(tagZero, element(tagSeq, version, digests,
		element(tagSeq, oid(7, 1), element(tagZero, element(tagOctets, text))), element(tagSet))))
	pieces := endless(tagSeq, oid(signed...), endless(tagZero, endless(tagSeq, version, endless(tagSet, endless(tagSeq, oid(9))),
		endless(tagSeq, oid(7, 1), endless(tagZero, endless(tagPieces, element(tagOctets, text[:100]), element(tagOctets, text[100:])))), element(tagSet))))
	detached := element(tagSeq, oid(signed...), element(tagZero, element(tagSeq, version, digests, element(tagSeq, oid(7, 1)))))
	for name, c := range map[string]struct {
		in   []byte
		kind Kind
		want []byte
	}{
		"whole": {whole, Signed, text}, "in pieces": {pieces, Signed, text}, "detached": {detached, Signed, nil},
		"enveloped": {element(tagSeq, oid(enveloped...)), Encrypted, nil}, "sealed": {element(tagSeq, oid(sealed...)), Encrypted, nil},
		"compressed": {element(tagSeq, oid(compressed...)), Compressed, nil}, "data": {element(tagSeq, oid(7, 1)), Unknown, nil},
		"nothing": {nil, Unknown, nil}, "text": {[]byte("text"), Unknown, nil}, "a long length": {[]byte{tagSeq, 0xff, 1}, Unknown, nil},
	} {
		if kind, got := Read(c.in); kind != c.kind || !bytes.Equal(got, c.want) {
			t.Errorf("%s: kind %d, %q", name, kind, got)
		}
	}
	for n := range whole {
		if _, got := Read(whole[:n]); !bytes.HasPrefix(text, got) {
			t.Errorf("cut at %d: %q", n, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(element(tagSeq, oid(signed...), endless(tagZero, element(tagSeq))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, got := Read(b); len(got) > len(b) {
			t.Errorf("%d octets of %d", len(got), len(b))
		}
	})
}

package tnef

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

// TestDecompress has the examples of [MS-OXRTFCP] section 3.
func TestDecompress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0": "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
		"1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0":                                       "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
		"0f000000030000004d454c4100000000616263":                                                             "abc",
		"0f00000003000000000000000000000061":                                                                 "",
		"00":                                                                                                 "",
	} {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := decompress(b, 1<<20); string(got) != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
		if got := decompress(b, 2); len(got) > 2 {
			t.Errorf("%s is not bounded: %q", in, got)
		}
	}
}

func attribute(level byte, id uint16, v []byte) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{level}, id)
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = append(binary.LittleEndian.AppendUint32(b, uint32(len(v))), v...)
	return append(b, 0, 0)
}

func stream(attributes ...[]byte) []byte {
	return append([]byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}, bytes.Join(attributes, nil)...)
}

// property makes one of those with a length.
func property(id, kind uint16, v string) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	if id >= 0x8000 {
		b = append(b, make([]byte, 16)...)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = append(binary.LittleEndian.AppendUint32(b, 3), "x\x00y\x00"...)
	}
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = append(binary.LittleEndian.AppendUint32(b, uint32(len(v))), v...)
	return append(b, make([]byte, (4-len(v)%4)%4)...)
}

func properties(list ...[]byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(list))), bytes.Join(list, nil)...)
}

func TestRead(t *testing.T) {
	t.Parallel()
	inner := stream(attribute(1, attBody, []byte("within\x00")))
	whole := stream(
		attribute(1, attOEMCodepage, []byte{0xe3, 4, 0, 0, 0, 0, 0, 0}),
		attribute(1, attSubject, []byte("subject\x00")),
		attribute(1, attMessageProps, properties(property(0x8001, typeString, "x"), property(0x1000, typeString, "body\x00"),
			[]byte{2, 0, 5, 0, 1, 0, 0, 0}, []byte{0x40, 0, 6, 0, 1, 2, 3, 4, 5, 6, 7, 8}, property(0x1013, typeBinary, "<p>html"))),
		attribute(2, attAttachRendData, nil),
		attribute(2, attAttachTitle, []byte("SHORT~1.TXT\x00")),
		attribute(2, attAttachData, []byte("data")),
		attribute(2, attAttachmentProps, properties(property(0x3707, typeUnicode, "l\x00o\x00"), property(0x370e, typeString, "text/plain\x00"), property(0x3712, typeString, "a@b\x00"))),
		attribute(2, attAttachRendData, nil),
		attribute(2, attAttachmentProps, properties(property(0x3701, typeObject, strings.Repeat("i", 16)+string(inner)))),
	)
	m, ok := Read(whole, 1<<20)
	if !ok || m.Damaged || m.Codepage != 1251 || string(m.Subject) != "subject" || string(m.Text) != "body" || string(m.HTML) != "<p>html" || len(m.Attachments) != 2 {
		t.Fatalf("%v %+v", ok, m)
	}
	a, b := m.Attachments[0], m.Attachments[1]
	if string(a.Name) != "SHORT~1.TXT" || string(a.WideName) != "l\x00o\x00" || a.Type != "text/plain" || a.ID != "a@b" || string(a.Octets) != "data" || a.Message {
		t.Errorf("%+v", a)
	}
	if !b.Message || !bytes.Equal(b.Octets, inner) {
		t.Errorf("%+v", b)
	}
	for n := range whole {
		if m, _ := Read(whole[:n], 1<<20); len(m.Attachments) > 2 {
			t.Errorf("cut at %d: %+v", n, m)
		}
	}
	if _, ok := Read([]byte("nothing of the kind"), 10); ok {
		t.Error("text is read as TNEF")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(stream(attribute(1, attMessageProps, properties(property(0x1009, typeBinary, "1234567890123456LZFu"), property(0x8001, typeUnicode, "x"))), attribute(2, attAttachData, []byte("x"))))
	f.Add(stream(attribute(2, attAttachmentProps, properties(property(0x3701, typeObject, strings.Repeat("i", 20))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 1 << 16
		m, _ := Read(b, most)
		n := len(m.HTML) + len(m.Text) + len(m.Wide)
		for _, a := range m.Attachments {
			n = max(n, len(a.Octets))
		}
		if n > 3*len(b) || len(m.RTF) > most || len(m.Attachments) > maxAttachments {
			t.Errorf("%d octets of %d, RTF of %d", n, len(b), len(m.RTF))
		}
	})
}

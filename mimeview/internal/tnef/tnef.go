// Package tnef reads Microsoft's Transport Neutral Encapsulation Format, the
// winmail.dat of Outlook ([MS-OXTNEF]): the texts of a message and its attachments.
// It never fails: what is cut off or makes no sense is left out. It allocates no more
// than the octets that it is given, and a bounded amount for compressed text.
package tnef

import (
	"bytes"
	"encoding/binary"
)

// Message is what a TNEF stream holds. Octets are slices of the stream, in the
// charset of Codepage (a number of Windows', 0 if unknown) but where they are UTF-8.
type Message struct {
	Codepage    int
	Subject     []byte
	Text        []byte // the plain body
	Wide        []byte // the plain body in UTF-16 (little-endian)
	HTML        []byte
	RTF         []byte // decompressed; it may have HTML within
	Attachments []Attachment
	// Damaged tells that the stream ends early or has attributes that make no sense.
	Damaged bool
}

// Attachment is a file, or a message within.
type Attachment struct {
	Name     []byte // in the message's charset
	WideName []byte // in UTF-16 (little-endian), better than Name where it is there
	Type     string // media type as claimed, "" if none
	ID       string // Content-ID as claimed
	Octets   []byte
	Message  bool // Octets are a TNEF stream of their own
}

// Bounds of a stream.
const (
	maxAttachments = 1000
	maxProperties  = 100_000
)

// Attributes, by the low half of their identifiers ([MS-OXTNEF] section 2.1.3).
const (
	attSubject         = 0x8004
	attBody            = 0x800c
	attAttachData      = 0x800f
	attAttachTitle     = 0x8010
	attAttachRendData  = 0x9002
	attMessageProps    = 0x9003
	attAttachmentProps = 0x9005
	attOEMCodepage     = 0x9007
)

// Is tells whether octets begin as a TNEF stream does.
func Is(b []byte) bool { return bytes.HasPrefix(b, []byte{0x78, 0x9f, 0x3e, 0x22}) }

// Read reads a stream. most bounds the octets of the decompressed body. ok is false
// if b is no TNEF.
func Read(b []byte, most int) (m Message, ok bool) {
	if !Is(b) || len(b) < 6 {
		return Message{}, false
	}
	b = b[6:] // the signature and a key
	for len(b) > 0 {
		if len(b) < 9 {
			m.Damaged = true
			break
		}
		id, n := binary.LittleEndian.Uint16(b[1:]), int64(binary.LittleEndian.Uint32(b[5:]))
		b = b[9:]
		if n > int64(len(b)) {
			n, m.Damaged = int64(len(b)), true
		}
		m.attribute(id, b[:n], most)
		b = b[n:]
		b = b[min(2, len(b)):] // a checksum, wrong in the wild
	}
	return m, true
}

// attribute takes an attribute into the message.
func (m *Message) attribute(id uint16, v []byte, most int) {
	switch id {
	case attSubject:
		m.Subject = text(v)
	case attBody:
		m.Text = text(v)
	case attOEMCodepage:
		if len(v) >= 4 {
			m.Codepage = int(binary.LittleEndian.Uint32(v) & 0xffff)
		}
	case attMessageProps:
		m.properties(v, func(id, kind uint16, v []byte) { m.property(id, kind, v, most) })
	case attAttachRendData:
		if len(m.Attachments) < maxAttachments {
			m.Attachments = append(m.Attachments, Attachment{})
		}
	case attAttachTitle:
		if a := m.last(); a.Name == nil {
			a.Name = text(v)
		}
	case attAttachData:
		if a := m.last(); a.Octets == nil {
			a.Octets = v
		}
	case attAttachmentProps:
		a := m.last()
		m.properties(v, a.property)
	}
}

// last is the attachment being read.
func (m *Message) last() *Attachment {
	if len(m.Attachments) == 0 {
		m.Attachments = append(m.Attachments, Attachment{})
	}
	return &m.Attachments[len(m.Attachments)-1]
}

// text cuts a string where it ends.
func text(v []byte) []byte {
	v, _, _ = bytes.Cut(v, []byte{0})
	return v
}

// Types of properties ([MS-OXCDATA] section 2.11.1).
const (
	typeString  = 0x1e
	typeUnicode = 0x1f
	typeObject  = 0x0d
	typeBinary  = 0x102
	typeInt     = 0x03
	severalFlag = 0x1000
)

// property takes one of the message.
func (m *Message) property(id, kind uint16, v []byte, most int) {
	switch {
	case id == 0x0037 && kind == typeString:
		m.Subject = text(v)
	case id == 0x1000 && kind == typeString:
		m.Text = text(v)
	case id == 0x1000 && kind == typeUnicode:
		m.Wide = v
	case id == 0x1013 && (kind == typeBinary || kind == typeString):
		m.HTML = v
	case id == 0x1009 && kind == typeBinary:
		m.RTF = decompress(v, most)
	case id == 0x3fde && kind == typeInt: // PidTagInternetCodepage
		if n := int(binary.LittleEndian.Uint32(v)); n > 0 && n < 1<<16 {
			m.Codepage = n
		}
	}
}

// property takes one of an attachment.
func (a *Attachment) property(id, kind uint16, v []byte) {
	switch {
	case id == 0x3707 || id == 0x3704 && a.WideName == nil || id == 0x3001 && a.Name == nil && a.WideName == nil:
		switch kind {
		case typeUnicode:
			a.WideName = v
		case typeString:
			a.Name = text(v)
		}
	case id == 0x370e:
		a.Type = narrow(kind, v)
	case id == 0x3712:
		a.ID = narrow(kind, v)
	case id == 0x3701 && kind == typeBinary:
		a.Octets = v
	case id == 0x3701 && kind == typeObject && len(v) > 16:
		a.Octets = v[16:] // behind the identifier of an interface
		a.Message = Is(a.Octets)
	}
}

// narrow reads a string that is ASCII.
func narrow(kind uint16, v []byte) string {
	if kind == typeUnicode {
		v = bytes.ReplaceAll(v, []byte{0}, nil)
	}
	return string(text(v))
}

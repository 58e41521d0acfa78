package localstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// content is what meta.bolt keeps of a body. It outlives the body, so that mail
// the owner deleted is still known.
type content struct {
	Identity Identity
	Sum      uint64 // XXH64 of the octets as received
	Shard    uint32
	Chunks   uint32 // pieces before the tail, chunkSize octets each
	Prefix   uint32 // octets before the message
	Suffix   uint32 // octets after it
	Size     int64  // octets of the message
	Messages uint32 // that point to it; the body is gone when none does
}

const contentLength = 1 + len(Identity{}) + 2*8 + 5*4

// received is the number of octets received, with what stood around the message.
func (c *content) received() int64 { return int64(c.Prefix) + c.Size + int64(c.Suffix) }

func (c *content) encode() []byte {
	p := append(make([]byte, 0, contentLength), 1)
	p = append(p, c.Identity[:]...)
	p = binary.BigEndian.AppendUint64(p, c.Sum)
	p = binary.BigEndian.AppendUint32(p, c.Shard)
	p = binary.BigEndian.AppendUint32(p, c.Chunks)
	p = binary.BigEndian.AppendUint32(p, c.Prefix)
	p = binary.BigEndian.AppendUint32(p, c.Suffix)
	p = binary.BigEndian.AppendUint32(p, c.Messages)
	return binary.BigEndian.AppendUint64(p, uint64(c.Size))
}

func decodeContent(p []byte) (content, error) {
	var c content
	if len(p) != contentLength || p[0] != 1 {
		return c, fmt.Errorf("%w: a content of %d octets", errRecord, len(p))
	}
	p = p[1:]
	p = p[copy(c.Identity[:], p):]
	c.Sum, p = binary.BigEndian.Uint64(p), p[8:]
	c.Shard = binary.BigEndian.Uint32(p)
	c.Chunks = binary.BigEndian.Uint32(p[4:])
	c.Prefix = binary.BigEndian.Uint32(p[8:])
	c.Suffix = binary.BigEndian.Uint32(p[12:])
	c.Messages = binary.BigEndian.Uint32(p[16:])
	c.Size = int64(binary.BigEndian.Uint64(p[20:]))
	if c.Size < 0 || c.received() < 0 || c.received()/chunkSize < int64(c.Chunks) {
		return c, fmt.Errorf("%w: a content of %d octets in %d chunks", errRecord, c.Size, c.Chunks)
	}
	return c, nil
}

// tailLength returns how many octets are in the last piece of the body.
func (c *content) tailLength() int64 { return c.received() - int64(c.Chunks)*chunkSize }

// tailRecord is the last piece of a body. It says enough of the body to build
// meta.bolt anew from the shards alone.
type tailRecord struct {
	content
	Codec     codec
	Collected int64 // Unix milliseconds
	Format    string
	Account   string
	Source    string
	Data      []byte // the last piece, as Codec says
}

// appendHead appends everything but Data, which the caller appends. patchCodec
// sets the codec when it is known.
func (t *tailRecord) appendHead(p []byte) []byte {
	p = append(p, 1, byte(t.Codec))
	p = binary.BigEndian.AppendUint32(p, t.Chunks)
	p = binary.BigEndian.AppendUint32(p, t.Prefix)
	p = binary.BigEndian.AppendUint32(p, t.Suffix)
	p = binary.BigEndian.AppendUint64(p, uint64(t.Size))
	p = binary.BigEndian.AppendUint64(p, uint64(t.Collected))
	p = binary.BigEndian.AppendUint64(p, t.Sum)
	p = append(p, t.Identity[:]...)
	for _, s := range []string{t.Format, t.Account, t.Source} {
		p = binary.AppendUvarint(p, uint64(len(s)))
		p = append(p, s...)
	}
	return p
}

func patchCodec(record []byte, c codec) { record[1] = byte(c) }

const tailFixed = 2 + 3*4 + 3*8 + len(Identity{})

func decodeTail(p []byte) (tailRecord, error) {
	var t tailRecord
	if len(p) < tailFixed || p[0] != 1 {
		return t, fmt.Errorf("%w: the end of a body, %d octets", errRecord, len(p))
	}
	t.Codec = codec(p[1])
	t.Chunks = binary.BigEndian.Uint32(p[2:])
	t.Prefix = binary.BigEndian.Uint32(p[6:])
	t.Suffix = binary.BigEndian.Uint32(p[10:])
	t.Size = int64(binary.BigEndian.Uint64(p[14:]))
	t.Collected = int64(binary.BigEndian.Uint64(p[22:]))
	t.Sum = binary.BigEndian.Uint64(p[30:])
	p = p[38:]
	p = p[copy(t.Identity[:], p):]
	for _, s := range []*string{&t.Format, &t.Account, &t.Source} {
		n, used := binary.Uvarint(p)
		if used <= 0 || n > uint64(len(p)-used) {
			return t, fmt.Errorf("%w: the origin of a body", errRecord)
		}
		*s = string(p[used : used+int(n)])
		p = p[used+int(n):]
	}
	t.Data = p
	if t.Size < 0 || t.received() < 0 || t.tailLength() < 0 || t.tailLength() > maxPiece {
		return t, fmt.Errorf("%w: a body of %d octets in %d chunks", errRecord, t.Size, t.Chunks)
	}
	return t, nil
}

// messageRecord is a message of a mailbox. After a version and the ids of content and
// thread it is CBOR, a map with small integer keys: a later version may add keys, and none
// changes its meaning.
type messageRecord struct {
	Content contentID `cbor:"-"`
	// Thread is the one that it entered, see rootOf; 0 in records from before version 3.
	Thread ThreadID `cbor:"-"`

	Mailbox   MailboxID `cbor:"1,keyasint"`
	Date      int64     `cbor:"3,keyasint"` // of the Ref
	Collected int64     `cbor:"4,keyasint"` // Unix milliseconds
	Size      int64     `cbor:"5,keyasint"`
	Format    string    `cbor:"6,keyasint,omitempty"`
	UIDL      []byte    `cbor:"7,keyasint,omitempty"` // any octets
	Listed    int64     `cbor:"9,keyasint,omitempty"` // as in custody.Delivery
	Partial   bool      `cbor:"10,keyasint,omitempty"`
	Origin    MailboxID `cbor:"11,keyasint,omitempty"` // that it came for, 0 if that is Mailbox
	Before    MailboxID `cbor:"12,keyasint,omitempty"` // that it was in before the trash
	// The date field of the header: Unix seconds and minutes east of Greenwich.
	Sent *[2]int64 `cbor:"8,keyasint,omitempty"`

	FromName    string   `cbor:"16,keyasint,omitempty"`
	FromAddress string   `cbor:"17,keyasint,omitempty"`
	To          string   `cbor:"18,keyasint,omitempty"`
	Subject     string   `cbor:"19,keyasint,omitempty"`
	MessageID   string   `cbor:"20,keyasint,omitempty"`
	InReplyTo   string   `cbor:"21,keyasint,omitempty"`
	References  []string `cbor:"22,keyasint,omitempty"`
	Attachments bool     `cbor:"23,keyasint,omitempty"`
}

// The length of what stands before the CBOR, by the record's version. The first had no thread.
const (
	messageHead1 = 1 + 8
	messageHead2 = 1 + 8 + 8
)

// encode encodes a message. The writer patches the ids in where it alone knows them.
func (m *messageRecord) encode() ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(512)
	head := append(make([]byte, 0, messageHead2), 2)
	head = binary.BigEndian.AppendUint64(head, uint64(m.Content))
	buf.Write(binary.BigEndian.AppendUint64(head, uint64(m.Thread)))
	if err := encoding.MarshalToBuffer(m, &buf); err != nil {
		return nil, fmt.Errorf("%w: %w", errRecord, err)
	}
	return buf.Bytes(), nil
}

func patchContent(record []byte, id contentID) {
	binary.BigEndian.PutUint64(record[1:], uint64(id))
}

func patchThread(record []byte, id ThreadID) {
	binary.BigEndian.PutUint64(record[messageHead1:], uint64(id))
}

// messageFields returns the CBOR of a message's record.
func messageFields(p []byte) ([]byte, error) {
	switch {
	case len(p) >= messageHead1 && p[0] == 1:
		return p[messageHead1:], nil
	case len(p) >= messageHead2 && p[0] == 2:
		return p[messageHead2:], nil
	}
	return nil, fmt.Errorf("%w: a message of %d octets", errRecord, len(p))
}

func decodeMessage(p []byte) (messageRecord, error) {
	fields, err := messageFields(p)
	if err != nil {
		return messageRecord{}, err
	}
	m, err := decodeRecord[messageRecord](fields)
	m.Content = contentID(binary.BigEndian.Uint64(p[1:]))
	if p[0] == 2 {
		m.Thread = ThreadID(binary.BigEndian.Uint64(p[messageHead1:]))
	}
	return m, err
}

// setSummary takes over a summary whose fields are within bounds.
func (m *messageRecord) setSummary(s *Summary) {
	m.FromName, m.FromAddress, m.To, m.Subject = s.FromName, s.FromAddress, s.To, s.Subject
	m.MessageID, m.InReplyTo, m.References = s.MessageID, s.InReplyTo, s.References
	m.Attachments = s.Attachments
	m.Date = m.Collected / 1000
	if !s.Date.IsZero() {
		_, offset := s.Date.Zone()
		m.Date = s.Date.Unix()
		m.Sent = &[2]int64{m.Date, int64(offset / 60)}
	}
}

func (m *messageRecord) entry(id MessageID, flags Flags) Entry {
	e := Entry{
		ID: id, Mailbox: m.Mailbox, Flags: flags, Size: m.Size, Format: m.Format,
		Collected: time.UnixMilli(m.Collected), Partial: m.Partial, UIDL: string(m.UIDL), Listed: m.Listed,
		Summary: Summary{
			FromName: m.FromName, FromAddress: m.FromAddress, To: m.To, Subject: m.Subject,
			MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References,
			Attachments: m.Attachments,
		},
	}
	if e.Origin = m.origin(); e.Origin&copyOrigin != 0 {
		e.Origin = 0
	}
	if m.Sent != nil {
		zone := time.FixedZone("", int(max(-24*60, min(24*60, m.Sent[1])))*60)
		e.Summary.Date = time.Unix(m.Sent[0], 0).In(zone)
	}
	return e
}

// copyOrigin is the bit of the origin of a copy, which came for no mailbox; the rest is
// the copy's own number.
const copyOrigin MailboxID = 1 << 63

// origin returns the mailbox under which bucketSeen and bucketUIDLs have the message.
func (m *messageRecord) origin() MailboxID {
	if m.Origin != 0 {
		return m.Origin
	}
	return m.Mailbox
}

// place puts the record into a mailbox. Where it came from stays.
func (m *messageRecord) place(mailbox MailboxID) {
	m.Origin, m.Mailbox = m.origin(), mailbox
	if m.Origin == mailbox {
		m.Origin = 0
	}
}

// mailboxRecord is a mailbox without its counts, which are in bucketCounts.
type mailboxRecord struct {
	Account string `cbor:"1,keyasint"`
	Source  string `cbor:"2,keyasint"`
	Name    string `cbor:"3,keyasint"`
	Role    Role   `cbor:"4,keyasint,omitempty"`
	Flat    bool   `cbor:"5,keyasint,omitempty"`
}

// decoding bounds what a damaged record can cost.
var decoding = must(cbor.DecOptions{
	DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 8,
	MaxArrayElements: 1 << 12, MaxMapPairs: 1 << 10,
}.DecMode())

var encoding = must(cbor.EncOptions{Sort: cbor.SortNone}.UserBufferEncMode())

// must serves the two constants above, which hold no input.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func decodeRecord[T any](p []byte) (T, error) {
	var v T
	if err := decoding.Unmarshal(p, &v); err != nil {
		return v, fmt.Errorf("%w: %w", errRecord, err)
	}
	return v, nil
}

// counts is what a mailbox holds.
type counts struct{ Total, Unread int64 }

func (c counts) encode() []byte {
	return binary.BigEndian.AppendUint64(u64(uint64(c.Total)), uint64(c.Unread))
}

func decodeCounts(p []byte) (counts, error) {
	if len(p) != 16 {
		return counts{}, fmt.Errorf("%w: counts of %d octets", errRecord, len(p))
	}
	return counts{int64(binary.BigEndian.Uint64(p)), int64(binary.BigEndian.Uint64(p[8:]))}, nil
}

package localstore

import (
	"bytes"
	"fmt"
	"mime"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// newBody is what takes the place of a body that is not whole.
type newBody struct {
	id     contentID
	intact bool // only how it was stored was damaged: its octets are those received
	lost   bool // nothing was left of it
}

// replaceBodies gives each message whose octets are not whole what is left of them, as a
// body of its own in a shard of its own. What a server's id stood for is forgotten, so that
// the next fetch brings the message again if it is there.
func (p *repairer) replaceBodies() error {
	if len(p.badOnes) == 0 {
		return nil
	}
	bad := p.badOnes
	p.badOnes = nil
	number := p.newShardNumber()
	name := shardName(number)
	fresh := filepath.Join(p.fresh, name)
	var made []content
	p.firstNew()
	first := p.next
	err := refill(fresh, p.o.LockTimeout, [][]byte{bucketShard, bucketBodies}, func(f *filler) error {
		for i := range bad {
			b := &bad[i]
			if _, done := p.replacedBy[b.record.Content]; done {
				continue
			}
			c, err := p.replaceBody(f, number, b)
			if err != nil {
				return err
			}
			made = append(made, c)
		}
		return p.shardHead(f, number, p.lastBatch())
	})
	if err != nil {
		return err
	}
	p.shards[number] = &oldShard{name: name, number: number, batch: p.lastBatch()}
	p.s.shards.elsewhere[number] = fresh
	p.r.Files = append(p.r.Files, filepath.ToSlash(name))
	if err := p.registerNew(first, made); err != nil {
		return err
	}
	return p.rewriteAll(bad)
}

func (p *repairer) rewriteAll(bad []badMessage) error {
	for some := range slices.Chunk(bad, 500) {
		err := p.s.meta.update(func(tx *bbolt.Tx) error {
			for i := range some {
				if err := p.rewrite(tx, &some[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *repairer) newShardNumber() uint32 {
	last := uint32(0)
	if p.old.last < 1<<20 {
		last = p.old.last
	}
	for number := range p.shards {
		last = max(last, number)
	}
	return last + 1
}

func (p *repairer) lastBatch() uint64 {
	last := uint64(0)
	if p.old.batch < maxGuessed {
		last = p.old.batch
	}
	for _, sh := range p.shards {
		last = max(last, sh.batch)
	}
	return last
}

// firstNew finds a number that no body has, listed or not.
func (p *repairer) firstNew() {
	_ = p.s.meta.view(func(tx *bbolt.Tx) error {
		p.next = contentID(tx.Bucket(bucketContents).Sequence())
		return nil
	})
	for id := range p.bodies {
		p.next = max(p.next, id)
	}
	p.next++
}

// replaceBody stores what is left of a body.
func (p *repairer) replaceBody(f *filler, number uint32, b *badMessage) (content, error) {
	old := b.record.Content
	l, err := p.leftOf(old)
	if err != nil {
		return content{}, err
	}
	made := newBody{id: p.next, intact: l.intact, lost: l.octets == 0}
	p.next++
	p.replacedBy[old] = made
	c := content{Shard: number, Prefix: l.prefix, Suffix: l.suffix, Size: l.octets - int64(l.prefix) - int64(l.suffix), Chunks: l.chunks}
	canon, sum, at, chunk := newCanonicalizer(), xxhash.New(), int64(0), uint32(0)
	put := f.put(p.ctx)
	var last []byte
	take := func(piece []byte, end bool) error {
		_, _ = sum.Write(piece) // documented never to fail
		from, to := max(0, int64(c.Prefix)-at), min(int64(len(piece)), int64(c.Prefix)+c.Size-at)
		if from < to {
			_, _ = canon.Write(piece[from:to]) // as well
		}
		at += int64(len(piece))
		if end {
			last = piece
			return nil
		}
		chunk++
		return put(string(bucketBodies), bodyKey(made.id, chunk-1), append([]byte{byte(codecRaw)}, piece...), true)
	}
	if made.lost {
		last = p.stub(&b.record)
		c.Size = int64(len(last))
		err = take(last, true)
	} else {
		err = p.eachPiece(old, take)
	}
	if err != nil {
		return c, err
	}
	c.Sum, c.Identity = sum.Sum64(), canon.identity()
	t := tailRecord{content: c, Collected: b.record.Collected, Format: boundText(b.record.Format, maxFormat), Account: l.account, Source: l.source}
	return c, put(string(bucketBodies), bodyKey(made.id, tail), append(t.appendHead(nil), last...), true)
}

// left is what can be read of a body.
type left struct {
	octets          int64
	chunks          uint32
	prefix, suffix  uint32
	account, source string
	intact          bool
}

func (p *repairer) leftOf(id contentID) (l left, err error) {
	st := p.bodies[id]
	if st == nil {
		return l, nil
	}
	var listed *content
	_ = p.s.meta.view(func(tx *bbolt.Tx) error {
		if c, err := decodeContent(tx.Bucket(bucketContents).Get(u64(uint64(id)))); err == nil {
			listed = &c
		}
		return nil
	})
	t, ended, err := p.tailOf(id, st.shard)
	if err != nil {
		return l, err
	}
	c := listed
	if c == nil && ended {
		c = &t.content
	}
	l.account, l.source = t.Account, t.Source
	sum, end := xxhash.New(), false
	err = p.eachPiece(id, func(piece []byte, isEnd bool) error {
		l.octets += int64(len(piece))
		_, _ = sum.Write(piece) // documented never to fail
		if isEnd {
			end = true
		} else {
			l.chunks++
		}
		return nil
	})
	if err != nil || c == nil {
		return l, err
	}
	l.intact = listed != nil && listed.Sum == sum.Sum64() && listed.received() == l.octets
	if end && c.Chunks == 0 || p.hasPiece(id, st.shard) {
		l.prefix = c.Prefix
	}
	if end {
		l.suffix = c.Suffix
	}
	if int64(l.prefix)+int64(l.suffix) > l.octets {
		l.prefix, l.suffix = 0, 0
	}
	return l, nil
}

// hasPiece tells whether the first chunk of a body can be read.
func (p *repairer) hasPiece(id contentID, number uint32) (ok bool) {
	f, err := p.s.shards.get(number)
	if err != nil {
		return false
	}
	err = f.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketBodies).Get(bodyKey(id, 0))
		if len(v) == 0 {
			return errNoPiece
		}
		_, err := p.s.unpack.unpack(codec(v[0]), v[1:], chunkSize)
		return err
	})
	return err == nil
}

// eachPiece calls fn with the pieces of a body that can be read, in their order. The last
// has another length than the others.
func (p *repairer) eachPiece(id contentID, fn func(piece []byte, end bool) error) error {
	f, err := p.s.shards.get(p.bodies[id].shard)
	if err != nil {
		return err
	}
	return f.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketBodies).Cursor()
		for k, v := c.Seek(bodyKey(id, 0)); k != nil; k, v = c.Next() {
			other, chunk, err := parseBodyKey(k)
			if err != nil || other != id {
				return err
			}
			if len(v) == 0 {
				continue
			}
			if chunk != tail {
				if piece, err := p.s.unpack.unpack(codec(v[0]), v[1:], chunkSize); err == nil {
					if err := fn(piece, false); err != nil {
						return err
					}
				}
				continue
			}
			t, err := decodeTail(v)
			if err != nil {
				continue
			}
			if piece, err := p.s.unpack.unpack(t.Codec, t.Data, int(t.tailLength())); err == nil {
				if err := fn(piece, true); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// registerNew lists the bodies that were made.
func (p *repairer) registerNew(first contentID, made []content) error {
	return p.s.meta.update(func(tx *bbolt.Tx) error {
		contents, harmed := tx.Bucket(bucketContents), tx.Bucket(bucketHarmed)
		for i := range made {
			id := first + contentID(i)
			p.bodies[id] = &bodyState{shard: made[i].Shard, whole: true, listed: true}
			if err := contents.Put(u64(uint64(id)), made[i].encode()); err != nil {
				return err
			}
		}
		for old, is := range p.replacedBy {
			if st := p.bodies[old]; st != nil {
				p.dropped[old] = st.shard
			}
			if is.intact {
				continue
			}
			if err := harmed.Put(u64(uint64(is.id)), harmedRecord{Lost: is.lost, At: p.o.Now()}.encode()); err != nil {
				return err
			}
		}
		return contents.SetSequence(uint64(p.next) - 1)
	})
}

// rewrite gives a message the body that took the place of its own.
func (p *repairer) rewrite(tx *bbolt.Tx, b *badMessage) error {
	m, is := &b.record, p.replacedBy[b.record.Content]
	if err := tx.Bucket(bucketSeen).Delete(seenKey(m.Content, m.origin())); err != nil {
		return err
	}
	m.Content = is.id
	if b.fresh && is.lost { // neither its record nor its octets
		p.dropped[is.id] = p.bodies[is.id].shard
		return p.unlist(m)
	}
	if b.fresh {
		if err := p.describe(tx, m); err != nil {
			return err
		}
	}
	if !is.intact {
		m.UIDL, m.Partial = nil, false
		p.name(tx, b.id, m, is.lost)
	}
	return p.putRecord(tx, *b)
}

// unlist takes back that a message was listed again.
func (p *repairer) unlist(m *messageRecord) error {
	p.note("Some messages are lost with all that was known of them.")
	if box := p.boxes[m.Mailbox]; box.Role == Own && box.Name == RecoveredName {
		p.r.Recovered--
	} else {
		p.r.Relisted--
	}
	return nil
}

// name adds a message to those that are named as harmed.
func (p *repairer) name(tx *bbolt.Tx, id MessageID, m *messageRecord, lost bool) {
	if len(p.r.Harmed) == maxHarmed {
		p.r.More++
		return
	}
	box := p.boxes[m.Mailbox]
	h := Harmed{
		Message: id, Account: box.Account, Mailbox: box.Name, From: m.FromAddress, Subject: m.Subject,
		Date: time.Unix(m.Date, 0), Lost: lost,
	}
	if a, err := decodeRecord[Account](tx.Bucket(bucketAccounts).Get([]byte(box.Account))); err == nil && a.Name != "" {
		h.Account = a.Name
	}
	p.r.Harmed = append(p.r.Harmed, h)
}

// stub makes a message of what the list knows of one that is lost.
func (p *repairer) stub(m *messageRecord) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	text := func(s string) string { return mime.QEncoding.Encode("utf-8", oneLine(s)) }
	from := text(m.FromName)
	if m.FromAddress != "" {
		from = strings.TrimSpace(from + " <" + oneLine(m.FromAddress) + ">")
	}
	field("From", from)
	field("To", text(m.To))
	field("Subject", text(m.Subject))
	if m.Sent != nil {
		e := m.entry(0, 0)
		field("Date", e.Summary.Date.Format(time.RFC1123Z))
	}
	for name, ids := range map[string][]string{"Message-ID": {m.MessageID}, "In-Reply-To": {m.InReplyTo}, "References": m.References} {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
		for i, id := range ids {
			ids[i] = "<" + oneLine(id) + ">"
		}
		field(name, strings.Join(ids, "\r\n "))
	}
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(&b, "\r\nThis message is lost: the mail store was damaged, and the repair of %s found\r\nnothing of it but what the list knew, which stands above.\r\n\r\n"+
		"If it still lies at the post office, the next fetch brings it again. A backup may\r\nhave it too.\r\n", p.o.Now().Format("2006-01-02"))
	return b.Bytes()
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}

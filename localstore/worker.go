package localstore

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"restante.app/localstore/custody"
)

// worker prepares messages: hashes, identity, summary, compression. As many run
// as there are processors.
type worker struct {
	s     *Store
	sum   *xxhash.Digest
	canon *canonicalizer
	pack  *packer
}

func newWorker(s *Store) (*worker, error) {
	pack, err := newPacker(s.packLimit)
	if err != nil {
		return nil, err
	}
	return &worker{s: s, sum: xxhash.New(), canon: newCanonicalizer(), pack: pack}, nil
}

func (w *worker) run() {
	for {
		select {
		case it := <-w.s.work:
			if !it.in.dropped.Load() {
				w.prepare(it)
			}
			close(it.ready)
		case <-w.s.stop:
			return
		}
	}
}

// buffers are those of stored records, used again after each commit.
var buffers sync.Pool

func getBuffer() *[]byte {
	if b, ok := buffers.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func (w *worker) prepare(it *item) {
	d := it.d
	t := tailRecord{
		Format: boundText(d.Format, maxFormat), Account: it.in.run.Account, Source: it.in.run.Mailbox,
		Collected: w.s.o.Now().UnixMilli(),
	}
	var suffix []byte
	if d.Suffix != nil {
		suffix = d.Suffix()
	}
	t.Prefix, t.Size, t.Suffix = uint32(len(d.Prefix)), int64(len(d.Octets)), uint32(len(suffix))

	w.sum.Reset()
	for _, part := range [][]byte{d.Prefix, d.Octets, suffix} {
		_, _ = w.sum.Write(part) // documented never to fail
	}
	t.Sum = w.sum.Sum64()
	w.canon.reset()
	_, _ = w.canon.Write(d.Octets)
	t.Identity = w.canon.identity()

	it.content = t.content
	it.err = describe(w.s, it, &t, &d, d.Octets)

	it.stored = getBuffer()
	record, c := w.pack.pack(t.appendHead((*it.stored)[:0]), len(w.s.work) == 0, d.Prefix, d.Octets, suffix)
	patchCodec(record, c)
	*it.stored = record

	// What compression saved is room for more mail.
	it.d = custody.Delivery{}
	if d.Done != nil {
		d.Done()
	}
	if saved := it.weight - int64(len(record)) - itemWeight; saved > 0 {
		it.weight -= saved
		w.s.flight.Release(saved)
	}
}

// describe makes the message's record.
func describe(s *Store, it *item, t *tailRecord, d *custody.Delivery, octets []byte) error {
	if len(d.UIDL) <= maxUIDL { // a longer one is none: cut, it might be another's
		it.uidl = d.UIDL
	}
	it.listed, it.collected, it.partial = d.Listed, t.Collected, d.Partial
	m := messageRecord{
		Mailbox: it.in.mailbox, Collected: t.Collected, Size: t.Size,
		Format: t.Format, UIDL: []byte(it.uidl), Listed: d.Listed, Partial: d.Partial,
	}
	summary := summarize(s, octets)
	m.setSummary(&summary)
	it.messageID = m.MessageID
	it.date, it.links = m.Date, linksOf(&m)
	var err error
	it.message, err = m.encode()
	return err
}

// The bounds on what a Summary may hold, in octets.
const (
	maxFormat     = 32
	maxUIDL       = 512
	maxField      = 1 << 10
	maxReferences = 50
	summaryHeader = 256 << 10
	summaryBody   = 8 << 10
)

// summarize calls Options.Summarize and holds it to its contract.
func summarize(s *Store, octets []byte) (sum Summary) {
	if s.o.Summarize == nil {
		return Summary{}
	}
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("a message can't be summarized", "panic", fmt.Sprint(p))
			sum = Summary{}
		}
	}()
	sum = s.o.Summarize(headOf(octets))
	for _, field := range []*string{&sum.FromName, &sum.FromAddress, &sum.To, &sum.Subject, &sum.MessageID, &sum.InReplyTo} {
		*field = boundText(*field, maxField)
	}
	if n := len(sum.References); n > maxReferences {
		sum.References = append(sum.References[:1:1], sum.References[n-maxReferences+1:]...)
	}
	for i, ref := range sum.References {
		sum.References[i] = boundText(ref, maxField)
	}
	// What comes out of the store's seconds and minutes is what goes in.
	if year := sum.Date.Year(); year < 1 || year > 9999 {
		sum.Date = time.Time{}
	}
	return sum
}

// headOf returns the header of a message and the start of its body.
func headOf(octets []byte) []byte {
	head := octets[:min(len(octets), summaryHeader)]
	for at := 0; ; {
		lf := bytes.IndexByte(head[at:], '\n')
		if lf < 0 {
			return head
		}
		at += lf + 1
		if rest := head[at:]; bytes.HasPrefix(rest, []byte("\n")) || bytes.HasPrefix(rest, []byte("\r\n")) {
			return octets[:min(len(octets), at+summaryBody)]
		}
	}
}

// boundText makes text that is valid UTF-8 of at most limit octets.
func boundText(s string, limit int) string {
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

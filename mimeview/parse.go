package mimeview

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Budget bounds the work on one message. What lies beyond it is not shown, and a
// notice says so. A field of 0 means that of DefaultBudget.
type Budget struct {
	Depth         int // of parts within parts
	Parts         int
	HeaderOctets  int64 // of one header
	DecodedOctets int64 // of the message read, and again of all its parts decoded
	TextOctets    int64 // of the text shown
	Time          time.Duration
}

// DefaultBudget is what the zero Budget means.
var DefaultBudget = Budget{
	Depth: 50, Parts: 1000, HeaderOctets: 1 << 20, DecodedOctets: 256 << 20, TextOctets: 16 << 20, Time: 10 * time.Second,
}

func (b Budget) orDefault() Budget {
	d := DefaultBudget
	if b.Depth > 0 {
		d.Depth = b.Depth
	}
	if b.Parts > 0 {
		d.Parts = b.Parts
	}
	if b.HeaderOctets > 0 {
		d.HeaderOctets = b.HeaderOctets
	}
	if b.DecodedOctets > 0 {
		d.DecodedOctets = b.DecodedOctets
	}
	if b.TextOctets > 0 {
		d.TextOctets = b.TextOctets
	}
	if b.Time > 0 {
		d.Time = b.Time
	}
	return d
}

// Options are how a message is to be read.
type Options struct {
	Budget Budget
	// Charset, if not "", is that of all text, whatever the message says of it. One that
	// means nothing is passed over.
	Charset string
}

// parser is a message being read.
type parser struct {
	view         *View
	budget       Budget
	until        time.Time
	parts        int
	decoded      int64 // octets of bodies so far
	shown        int64 // octets of text so far
	charset      string
	forced       string // by the options
	detections   int
	marked       int64 // octets of HTML so far
	within       int   // the message being read, as Body.Within
	bodies       []piece
	held         []func() // texts to show if there are no others
	notes        map[string]bool
	formed       bool // one of the forms of an alternative gave text
	alternatives int  // how many multipart/alternative are around the part being read
}

// Parse reads a message. It always returns something to show. Only r's reading can
// take longer than the budget's time.
func Parse(r *io.SectionReader, o Options) *View {
	b := o.Budget.orDefault()
	p := &parser{view: &View{}, budget: b, until: time.Now().Add(b.Time), forced: charsetName(o.Charset), notes: map[string]bool{}}
	var octets bytes.Buffer
	octets.Grow(int(min(max(r.Size(), 0), 1<<20)) + bytes.MinRead)
	if _, err := octets.ReadFrom(io.LimitReader(r, b.DecodedOctets)); err != nil {
		p.note(fmt.Sprintf("Only a part of this message could be read: %v.", err))
	}
	if r.Size() > b.DecodedOctets {
		p.note("This message is very long; only its beginning is shown.")
	}
	p.message(octets.Bytes())
	return p.view
}

func (p *parser) note(s string) {
	if s = Clean(s, 500); !p.notes[s] && len(p.notes) < 50 {
		p.notes[s] = true
		p.view.Notices = append(p.view.Notices, s)
	}
}

// message reads the whole message into the view.
func (p *parser) message(octets []byte) {
	octets = lineFeeds(octets)
	fields, body, odd := splitHeader(octets, p.budget.HeaderOctets)
	if len(fields) == 0 {
		p.source(octets, "This could not be read as a mail message, so its source is shown.")
		return
	}
	if odd {
		p.note("The header of this message is malformed; some of it may be missing.")
	}
	p.charset = p.headCharset(fields)
	p.header(fields)
	p.part(entity{fields: fields, body: body}, 0)
	p.finish(body)
}

// source shows octets as they are.
func (p *parser) source(b []byte, why string) {
	p.view.Raw = len(b) > 0
	p.view.Text = p.limit(func(b []byte) string {
		s, _ := toUTF8(b, first(p.forced, p.charset))
		return s
	}, b)
	if p.view.Raw {
		p.view.Bodies = []Body{{Text: p.view.Text}}
		p.note(why)
	}
}

// limit makes text of octets, within what is left of the budget for it.
func (p *parser) limit(decode func([]byte) string, b []byte) string {
	s := p.bounded(decode, b, max(p.budget.TextOctets-p.shown, 0))
	p.shown += int64(len(s))
	return s
}

// bounded makes text of octets, and no more than left of either.
func (p *parser) bounded(decode func([]byte) string, b []byte, left int64) string {
	cut := int64(len(b)) > left
	if cut {
		b = b[:left]
	}
	s := decode(b)
	if int64(len(s)) > left {
		s, cut = s[:left], true
	}
	if cut {
		p.note("The text is very long; only its beginning is shown. The source has all of it.")
		s = strings.ToValidUTF8(s, "")
	}
	return lineEnds(s)
}

// lineEnds makes every line end a single \n, and drops octets of zero.
func lineEnds(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return s
}

// lineFeeds turns the line ends of a message into such that there are, where it has
// none but carriage returns, as old Macintoshes wrote it.
func lineFeeds(b []byte) []byte {
	if bytes.IndexByte(b, '\n') >= 0 || bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	return bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
}

// maxHeaders bounds how many fields a view lists.
const maxHeaders = 1000

// header fills what the view says of the message as a whole.
func (p *parser) header(fields []field) {
	v := p.view
	v.From, v.To, v.Cc = p.people(fields, "From"), p.people(fields, "To"), p.people(fields, "Cc")
	v.Bcc, v.ReplyTo = p.people(fields, "Bcc"), p.people(fields, "Reply-To")
	v.Subject = Clean(text(get(fields, "Subject"), p.charset), maxSubject)
	v.Date = date(rawText(get(fields, "Date"), ""))
	if count(fields, "From") > 1 {
		p.note("This message has more than one From field: it may not be from whom it seems.")
	}
	if v.Date.IsZero() && get(fields, "Date") != nil {
		p.note("The date of this message can't be read.")
	}
	shown := int64(0)
	for i, f := range fields {
		if shown += int64(len(f.value)); i == maxHeaders || shown > p.budget.HeaderOctets {
			p.note("The header has more fields than are listed; the others are in the source.")
			break
		}
		v.Headers = append(v.Headers, Header{Clean(f.name, 200), Clean(text(f.value, p.charset), maxField)})
	}
}

// people reads all fields of a name as one list of addresses.
func (p *parser) people(fields []field, name string) []Address {
	var out []Address
	for _, f := range fields {
		if strings.EqualFold(f.name, name) && len(out) < maxAddresses {
			out = append(out, addresses(f.value, p.charset, maxAddresses-len(out))...)
		}
	}
	return out
}

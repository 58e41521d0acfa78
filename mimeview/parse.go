package mimeview

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
)

// Budget bounds the work on one message. What lies beyond it is not shown, and a
// notice says so.
type Budget struct {
	Octets        int64 // of the message that are read at all
	Depth         int   // of parts within parts
	Parts         int
	HeaderOctets  int   // of one header
	DecodedOctets int64 // of all parts together
	TextOctets    int   // of the text shown
	Time          time.Duration
}

// DefaultBudget is what the zero Budget means.
var DefaultBudget = Budget{
	Octets: 256 << 20, Depth: 50, Parts: 1000, HeaderOctets: 1 << 20, DecodedOctets: 256 << 20, TextOctets: 32 << 20, Time: 10 * time.Second,
}

// Options are how a message is to be read.
type Options struct{ Budget Budget }

// parser is a message being read.
type parser struct {
	view         *View
	budget       Budget
	until        time.Time
	parts        int
	decoded      int64
	texts        []string
	html         []string
	notes        map[string]bool
	alternatives int // how many multipart/alternative are around the part being read
}

// Parse reads a message. It always returns something to show.
func Parse(r *io.SectionReader, o Options) *View {
	b := o.Budget
	if b == (Budget{}) {
		b = DefaultBudget
	}
	p := &parser{view: &View{}, budget: b, until: time.Now().Add(b.Time), notes: map[string]bool{}}
	octets, err := io.ReadAll(io.LimitReader(r, b.Octets))
	if err != nil {
		p.note(fmt.Sprintf("Only a part of this message could be read: %v.", err))
	}
	if int64(len(octets)) < r.Size() {
		p.note("This message is very long; only its beginning is shown.")
	}
	p.message(octets)
	return p.view
}

func (p *parser) note(s string) {
	if !p.notes[s] && len(p.notes) < 50 {
		p.notes[s] = true
		p.view.Notices = append(p.view.Notices, s)
	}
}

// message reads the whole message into the view.
func (p *parser) message(octets []byte) {
	fields, body, odd := splitHeader(octets, p.budget.HeaderOctets)
	if len(fields) == 0 {
		p.raw(octets)
		return
	}
	if odd {
		p.note("The header of this message is malformed; some of it may be missing.")
	}
	p.header(fields)
	p.part(entity{fields: fields, body: body}, 0)
	v := p.view
	v.Text = strings.Join(p.texts, "\n\n")
	v.HTML = strings.Join(p.html, "\n")
	if strings.TrimSpace(v.Text) == "" && v.HTML != "" {
		v.Text = TextOf(v.HTML)
	}
	if len(v.Text) > p.budget.TextOctets {
		v.Text = strings.ToValidUTF8(v.Text[:p.budget.TextOctets], "")
		p.note("The text is very long; only its beginning is shown. The source has all of it.")
	}
	if strings.TrimSpace(v.Text) == "" && len(v.Parts) == 0 && len(bytes.TrimSpace(body)) > 0 {
		v.Text, v.Raw = source(body), true
		p.note("Nothing in this message could be read as text, so its source is shown.")
	}
}

// raw shows a message that has no header at all.
func (p *parser) raw(octets []byte) {
	p.view.Raw = true
	p.view.Text = source(octets)
	if len(p.view.Text) > p.budget.TextOctets {
		p.view.Text = strings.ToValidUTF8(p.view.Text[:p.budget.TextOctets], "")
	}
	p.note("This could not be read as a mail message, so its source is shown.")
}

func source(b []byte) string {
	s, _ := toUTF8(b, "")
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// header fills what the view says of the message as a whole.
func (p *parser) header(fields []field) {
	v := p.view
	v.From, v.To, v.Cc = p.people(fields, "From"), p.people(fields, "To"), p.people(fields, "Cc")
	v.Bcc, v.ReplyTo = p.people(fields, "Bcc"), p.people(fields, "Reply-To")
	v.Subject = Clean(text(get(fields, "Subject")), maxSubject)
	v.Date = date(string(get(fields, "Date")))
	if count(fields, "From") > 1 {
		p.note("This message has more than one From field: it may not be from whom it seems.")
	}
	if v.Date.IsZero() && get(fields, "Date") != nil {
		p.note("The date of this message can't be read.")
	}
	for i, f := range fields {
		if i == 1000 {
			p.note("The header has more than 1,000 fields; the others are in the source.")
			break
		}
		v.Headers = append(v.Headers, Header{Clean(f.name, 200), Clean(text(f.value), maxField)})
	}
}

// people reads all fields of a name as one list of addresses.
func (p *parser) people(fields []field, name string) []Address {
	var out []Address
	for _, f := range fields {
		if strings.EqualFold(f.name, name) && len(out) < 1000 {
			out = append(out, addresses(f.value)...)
		}
	}
	return out
}

var addressParser = mail.AddressParser{WordDecoder: &words}

// addresses reads a list of addresses, strictly if that works, else by its commas
// and angle brackets.
func addresses(value []byte) []Address {
	if len(value) > 64<<10 {
		value = value[:64<<10]
	}
	if list, err := addressParser.ParseList(string(value)); err == nil {
		out := make([]Address, len(list))
		for i, a := range list {
			out[i] = Address{Clean(a.Name, maxName), Clean(a.Address, maxName)}
		}
		return out
	}
	var out []Address
	for _, s := range commas(text(value)) {
		if a, ok := looseAddress(s); ok && len(out) < 1000 {
			out = append(out, a)
		}
	}
	return out
}

// commas splits at commas and semicolons outside of quotes and brackets.
func commas(s string) []string {
	var out []string
	depth, quoted, start := 0, false, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<' || c == '(':
			depth++
		case (c == '>' || c == ')') && depth > 0:
			depth--
		case (c == ',' || c == ';') && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func looseAddress(s string) (Address, bool) {
	s = strings.TrimSpace(s)
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		name := strings.Trim(strings.TrimSpace(s[:open]), `"'`)
		address := strings.TrimSpace(strings.Trim(s[open:], "<> "))
		return Address{Clean(name, maxName), Clean(address, maxName)}, true
	}
	if open := strings.IndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		return Address{Clean(s[open+1:len(s)-1], maxName), Clean(strings.TrimSpace(s[:open]), maxName)}, true
	}
	s = strings.Trim(s, `"`)
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.Contains(s, "@") {
		s = strings.TrimSpace(s[i+1:]) // "undisclosed-recipients:"
	}
	if s == "" {
		return Address{}, false
	}
	if strings.Contains(s, "@") && !strings.Contains(s, " ") {
		return Address{"", Clean(s, maxName)}, true
	}
	return Address{Clean(s, maxName), ""}, true
}

package mimeview

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// entity is a part: its header and its body, encoded as it came.
type entity struct {
	fields []field
	body   []byte
}

// part reads one part, and those within it.
func (p *parser) part(e entity, depth int) {
	p.parts++
	switch {
	case depth > p.budget.Depth:
		p.beyond(e, "This message has parts nested too deep; what is beyond is listed as an attachment.")
		return
	case p.parts > p.budget.Parts:
		p.note("This message has too many parts; the others are in its source only.")
		return
	case time.Now().After(p.until):
		p.note("This message takes too long to read; the rest is in its source only.")
		return
	}
	t := contentType(get(e.fields, "Content-Type"), p.charset)
	d := contentType(get(e.fields, "Content-Disposition"), p.charset)
	name := first(d.params["filename"], t.params["name"], d.params["name"], t.params["filename"], t.params["file"])
	attached := d.value == "attachment" || name != "" && d.value != "inline"
	switch {
	case strings.HasPrefix(t.value, "multipart/"):
		p.multipart(e, t, depth)
	case t.value == "message/rfc822" || t.value == "message/global" || t.value == "message/news":
		p.embedded(e, t, d, name, depth)
	case isTNEF(t.value, name):
		p.outlook(e, t, name, depth)
	case isCMS(t.value, name):
		p.cms(e, t, name, depth)
	case isCalendar(t.value):
		p.calendar(e, t, d, name)
	case depth == 0 && readable(t.value) && (name == "" || d.value != "attachment" && !p.binary(e)):
		p.named(e, t, d, name)
	case attached:
		p.attachText(e, t, d, name)
	case readable(t.value) && !p.hasForm(t.value):
		p.named(e, t, d, name)
	default:
		p.attachText(e, t, d, name)
	}
}

// binary tells whether a part that calls itself text is none. What it decodes for
// that does not count.
func (p *parser) binary(e entity) bool {
	e.body = e.body[:min(len(e.body), 64<<10)]
	before := p.decoded
	b, _ := p.decode(e)
	p.decoded = before
	return bytes.IndexByte(b, 0) >= 0
}

// readable tells whether a part of this type is text to read.
func readable(mediaType string) bool {
	switch mediaType {
	case "", "text", "plain", "message/delivery-status", "message/disposition-notification", "message/partial", "message/external-body",
		"message/feedback-report", "message/global-delivery-status", "message/global-headers", "message/rfc822-headers":
		return true
	case "text/calendar", "text/csv", "text/x-vcard", "text/vcard", "text/directory", "text/css", "text/javascript", "text/xml", "text/x-amp-html":
		return false
	}
	return strings.HasPrefix(mediaType, "text/")
}

// hasForm tells whether a text besides plain and HTML would say again what another
// form of it has said already.
func (p *parser) hasForm(mediaType string) bool {
	return p.alternatives > 0 && p.formed && mediaType != "" && mediaType != "text/plain" && mediaType != "text/html"
}

// named takes a part as text to read, and lists it if it has a file's name.
func (p *parser) named(e entity, t, d typed, name string) {
	if name != "" {
		part := p.attach(e, t, d, name)
		e = entity{slices.DeleteFunc(slices.Clone(e.fields), func(f field) bool { return strings.EqualFold(f.name, "Content-Transfer-Encoding") }), part.Octets}
	}
	p.text(e, t)
}

// text takes a part as text to read.
func (p *parser) text(e entity, t typed) {
	if t.value == "text/html" {
		p.htmlPart(e, t)
		return
	}
	p.plain(e, t)
}

// attachText lists a part as an attachment, and keeps its text in case that there
// is no other.
func (p *parser) attachText(e entity, t, d typed, name string) {
	part := p.attach(e, t, d, name)
	if strings.HasPrefix(t.value, "text/") && bytes.IndexByte(part.Octets, 0) < 0 || p.strange(t.value, part.Octets) {
		p.held = append(p.held, func() {
			p.text(entity{body: part.Octets}, t)
		})
	}
}

// strange tells whether a part of a type that is none is text all the same.
func (p *parser) strange(mediaType string, octets []byte) bool {
	return !strings.Contains(mediaType, "/") && utf8.Valid(octets) && bytes.IndexByte(octets, 0) < 0
}

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

// beyond keeps what is not read as an attachment.
func (p *parser) beyond(e entity, why string) {
	p.note(why)
	p.add(Part{Type: "application/octet-stream", Octets: e.body, Notice: why}, "", "")
	p.held = append(p.held, func() { p.plain(entity{body: e.body}, typed{}) })
}

// embedded lists a message within the message as an attachment, and shows what it
// says behind a line or two of its header.
func (p *parser) embedded(e entity, t, d typed, name string, depth int) {
	part := p.attach(e, t, d, name)
	show := func() {
		fields, body, _ := splitHeader(part.Octets, p.budget.HeaderOctets)
		if len(fields) == 0 {
			p.plain(entity{body: part.Octets}, typed{})
			return
		}
		outer := *p
		p.charset, p.within, p.alternatives, p.formed = p.headCharset(fields), part.Index+1, 0, false
		p.readText(p.caption(fields))
		p.part(entity{fields, body}, depth+1)
		p.charset, p.within, p.alternatives, p.formed = outer.charset, outer.within, outer.alternatives, outer.formed
	}
	if d.value == "attachment" {
		p.held = append(p.held, show)
		return
	}
	show()
}

// caption stands above the text of a message within the message.
func (p *parser) caption(fields []field) string {
	var b strings.Builder
	b.WriteString("---------- Message within this message ----------\n")
	for _, name := range []string{"From", "Date", "Subject"} {
		if v := get(fields, name); v != nil {
			b.WriteString(name + ": " + Clean(text(v, p.charset), maxSubject) + "\n")
		}
	}
	return b.String()
}

// maxDetections bounds the texts whose charset is told by their letters.
const maxDetections = 50

// toText decodes a part's octets, and says so if their charset is not known.
func (p *parser) toText(b []byte, charset string) string {
	if p.forced != "" {
		s, _ := toUTF8(b, p.forced)
		return s
	}
	s, known := toUTF8(b, charset)
	if !known && !ascii(b) && p.detections < maxDetections {
		p.detections++
		if name := detect(b); name != "" {
			if d, ok := library(b, name); ok && strings.Count(d, "\uFFFD") <= len(d)/50 {
				s = d
			}
		}
	}
	if name := charsetName(charset); !known && name != "" && name != "us-ascii" && name != "utf-8" && !ascii(b) {
		p.note(fmt.Sprintf("The charset %q is not known; the text was guessed.", Clean(charset, 60)))
	}
	return s
}

// attach lists a part as an attachment.
func (p *parser) attach(e entity, t, d typed, name string) Part {
	part := Part{Type: t.value, Inline: d.value == "inline"}
	part.Octets, part.Notice = p.decode(e)
	part.Location = Clean(rawText(get(e.fields, "Content-Location"), ""), maxHref)
	part.ID = Clean(strings.Trim(rawText(get(e.fields, "Content-Id"), ""), "<> "), 500)
	part.Inline = part.Inline || part.ID != "" && d.value == ""
	made := ""
	if strings.HasPrefix(t.value, "message/") && name == "" {
		fields, _, _ := splitHeader(part.Octets, p.budget.HeaderOctets)
		if made = Clean(text(get(fields, "Subject"), ""), 80); made != "" {
			made = strings.NewReplacer("/", "_", `\`, "_").Replace(made) + ".eml"
		}
	}
	return p.add(part, name, made)
}

// add lists an attachment. made is a name for one that claims none.
func (p *parser) add(part Part, claimed, made string) Part {
	if part.Type == "" || !strings.Contains(part.Type, "/") {
		part.Type = "application/octet-stream"
	}
	part.Type = Clean(part.Type, 100)
	part.Index, part.Within = len(p.view.Parts), p.within
	part.Claimed = Clean(claimed, 255)
	if len(part.Octets) > 0 && part.Type != "message/rfc822" {
		part.True = trueType(part.Octets)
	}
	shape := part.Type
	if generic(shape) {
		shape = part.True
	}
	part.Name = SafeName(first(claimed, made), shape, part.Index)
	part.Class = part.class()
	if part.Suspicious = suspicious(claimed, &part); part.Suspicious && part.Notice == "" {
		part.Notice = warning(&part)
	}
	p.view.Parts = append(p.view.Parts, part)
	return part
}

// warning says why a part is suspicious.
func warning(p *Part) string {
	switch {
	case p.Class == Program:
		return "This is a program, or opens as one: it can do whatever you can do on this machine."
	case p.disguised():
		return fmt.Sprintf("This is not what it claims to be: its content is %s.", p.True)
	case p.True == "image/svg+xml" || strings.EqualFold(filepath.Ext(p.Name), ".svg"):
		return "A drawing like this can hold scripts and links, which a browser runs when it opens it."
	default:
		return "The name of this file is made to look like another kind of file."
	}
}

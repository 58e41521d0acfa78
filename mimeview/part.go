package mimeview

import (
	"bytes"
	"fmt"
	"regexp"
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
	name := first(d.params["filename"], t.params["name"], d.params["name"], t.params["filename"])
	attached := d.value == "attachment" || name != "" && d.value != "inline"
	switch {
	case strings.HasPrefix(t.value, "multipart/"):
		p.multipart(e, t, depth)
	case t.value == "message/rfc822" || t.value == "message/global" || t.value == "message/news":
		p.embedded(e, t, d, name, depth)
	case depth == 0 && readable(t.value) && (name == "" || d.value != "attachment" && !p.binary(e)):
		p.text(e, t)
	case attached:
		p.attachText(e, t, d, name)
	case readable(t.value) && !p.hasForm(t.value):
		p.text(e, t)
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
	return p.alternatives > 0 && p.formed && mediaType != "text/plain" && mediaType != "text/html"
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
		charset, html, alternatives, formed := p.charset, p.html, p.alternatives, p.formed
		p.charset, p.html, p.alternatives, p.formed = declared(fields), nil, 0, false
		p.texts = append(p.texts, p.caption(fields))
		p.part(entity{fields, body}, depth+1)
		p.charset, p.html, p.alternatives, p.formed = charset, html, alternatives, formed
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

// multipart reads the parts of a multipart body.
func (p *parser) multipart(e entity, t typed, depth int) {
	bodies, whole := split(e.body, t.params["boundary"], max(p.budget.Parts-p.parts+1, 1))
	if len(bodies) == 0 {
		bodies, whole = split(e.body, guessBoundary(e.body), max(p.budget.Parts-p.parts+1, 1))
	}
	if len(bodies) == 0 {
		if len(bytes.TrimSpace(e.body)) > 0 {
			p.note("The parts of this message could not be told apart, so it is shown as one text.")
			p.plain(entity{body: e.body}, typed{})
		}
		return
	}
	if !whole {
		p.note("The end of this message is missing or was cut off.")
	}
	parts := make([]entity, len(bodies))
	for i, b := range bodies {
		parts[i] = subEntity(b, p.budget.HeaderOctets)
		if t.value == "multipart/digest" && get(parts[i].fields, "Content-Type") == nil {
			parts[i].fields = append(parts[i].fields, field{"Content-Type", []byte("message/rfc822")})
		}
	}
	if t.value == "multipart/alternative" {
		p.alternative(parts, depth)
		return
	}
	for _, sub := range parts {
		p.part(sub, depth+1)
	}
}

// alternative reads forms of the same: the text is that of the plain one if it says
// anything, else that of the HTML.
func (p *parser) alternative(parts []entity, depth int) {
	texts, html := len(p.texts), len(p.html)
	formed := p.formed
	p.formed = false
	p.alternatives++
	for _, sub := range parts {
		p.part(sub, depth+1)
	}
	p.alternatives--
	if p.alternatives == 0 && strings.TrimSpace(strings.Join(p.texts[texts:], "")) == "" {
		p.texts = p.texts[:texts]
		for _, h := range p.html[html:] {
			p.texts = append(p.texts, p.textOf(h))
		}
	}
	p.formed = p.formed || formed
}

// subEntity reads the header of a part, which may have none.
func subEntity(b []byte, most int64) entity {
	if len(b) > 0 && (b[0] == '\n' || bytes.HasPrefix(b, []byte("\r\n"))) {
		return entity{body: bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("\r")), []byte("\n"))}
	}
	fields, body, _ := splitHeader(b, most)
	return entity{fields, body}
}

// split cuts a multipart body at its boundary. whole is false if the closing one
// is missing.
func split(body []byte, boundary string, most int) (parts [][]byte, whole bool) {
	if boundary == "" {
		return nil, false
	}
	mark := []byte("--" + strings.TrimRight(boundary, " "))
	start := -1
	for at := 0; at < len(body); {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			break
		}
		i += at
		if i > 0 && body[i-1] != '\n' {
			at = i + len(mark)
			continue
		}
		line, next := lineAt(body, i)
		tail := bytes.TrimRight(line[min(len(mark), len(line)):], " \t")
		closing := string(tail) == "--"
		if len(tail) > 0 && !closing {
			at = next
			continue
		}
		if start >= 0 && len(parts) < most {
			parts = append(parts, cut(body[start:i]))
		}
		if closing {
			return parts, true
		}
		start, at = next, next
	}
	if start >= 0 && start <= len(body) && len(parts) < most {
		parts = append(parts, body[start:])
	}
	return parts, false
}

// cut takes the line end off that belongs to the boundary behind.
func cut(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// guessBoundary finds the boundary of a multipart body whose header lost it: a line
// that has the form of one, with a part's header below it or with a closing one.
func guessBoundary(body []byte) string {
	body = body[:min(len(body), 64<<10)]
	for at, tries := 0, 0; at < len(body) && tries < 20; {
		l, next := lineAt(body, at)
		at = next
		l = bytes.TrimRight(l, " \t")
		if !bytes.HasPrefix(l, []byte("--")) || len(l) < 3 || len(l) > 80 || len(bytes.Trim(l, "-=_")) == 0 {
			continue
		}
		tries++
		head := body[next:min(len(body), next+8)]
		if bytes.EqualFold(head, []byte("Content-")) || bytes.Contains(body[next:], append([]byte("\n"), append(bytes.Clone(l), "--"...)...)) {
			return string(l[2:])
		}
	}
	return ""
}

// plain takes a part as plain text, without the files that stand uuencoded in it.
func (p *parser) plain(e entity, t typed) {
	b, _ := p.decode(e)
	rest, files := uudecode(b)
	for _, f := range files {
		p.decoded += int64(len(f.octets))
		p.add(Part{Type: "application/octet-stream", Octets: f.octets, Notice: f.notice}, f.name, "")
	}
	s := p.limit(func(b []byte) string { return p.toText(b, t.params["charset"]) }, rest)
	if strings.EqualFold(t.params["format"], "flowed") {
		s = reflow(s, strings.EqualFold(t.params["delsp"], "yes"))
	}
	if t.value == "text/enriched" || t.value == "text/richtext" {
		s = plainEnriched(s, t.value == "text/richtext")
	}
	p.formed = p.formed || strings.TrimSpace(s) != ""
	p.texts = append(p.texts, strings.TrimRight(s, "\n")+"\n")
}

// toText decodes a part's octets, and says so if their charset is not known.
func (p *parser) toText(b []byte, charset string) string {
	s, known := toUTF8(b, charset)
	if name := charsetName(charset); !known && name != "" && name != "us-ascii" && name != "utf-8" && !ascii(b) {
		p.note(fmt.Sprintf("The charset %q is not known; the text was guessed.", Clean(charset, 60)))
	}
	return s
}

// enriched are the formatting commands of RFC 1896 (text/enriched) and RFC 1341
// (text/richtext).
var (
	enriched    = regexp.MustCompile(`(?i)<(?:param|comment)>[^<]{0,200}</(?:param|comment)>|</?[a-z-]{1,30}>`)
	richNewline = regexp.MustCompile(`(?i)\n*(?:<nl>|</?paragraph>)\n?`)
	newlines    = regexp.MustCompile(`\n+`)
)

// plainEnriched takes the formatting out of such a text. In it, one line end is a
// blank, and more of them are one less.
func plainEnriched(s string, rich bool) string {
	if rich {
		s = strings.ReplaceAll(richNewline.ReplaceAllString(s, "\n\n"), "<lt>", "<<")
	}
	s = strings.ReplaceAll(s, "<<", "\x00")
	s = enriched.ReplaceAllString(s, "")
	s = newlines.ReplaceAllStringFunc(s, func(n string) string {
		switch {
		case len(n) == 1:
			return " "
		case rich:
			return n[:len(n)/2]
		}
		return n[1:]
	})
	return strings.ReplaceAll(s, "\x00", "<")
}

func (p *parser) htmlPart(e entity, t typed) {
	b, _ := p.decode(e)
	decode := func(b []byte) string { return p.toText(b, first(t.params["charset"], metaCharset(b))) }
	s := p.bounded(decode, b, p.budget.TextOctets)
	p.html = append(p.html, s)
	if p.alternatives == 0 {
		p.texts = append(p.texts, p.textOf(s))
	}
}

// textOf is TextOf within the budget.
func (p *parser) textOf(html string) string {
	return p.limit(func(b []byte) string { return TextOf(string(b)) }, []byte(html))
}

// metaCharset reads the charset that an HTML body names itself.
func metaCharset(b []byte) string {
	b = bytes.ToLower(b[:min(len(b), 2048)])
	i := bytes.Index(b, []byte("charset="))
	if i < 0 || !bytes.Contains(b[:i], []byte("<meta")) {
		return ""
	}
	s := strings.Trim(string(b[i+8:min(len(b), i+60)]), `"' `)
	return s[:len(s)-len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz0123456789-_"))]
}

// attach lists a part as an attachment.
func (p *parser) attach(e entity, t, d typed, name string) Part {
	part := Part{Type: t.value, Inline: d.value == "inline"}
	part.Octets, part.Notice = p.decode(e)
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
	part.Index = len(p.view.Parts)
	part.Claimed = Clean(claimed, 255)
	part.Name = SafeName(first(claimed, made), part.Type, part.Index)
	part.Suspicious = suspicious(claimed, part)
	p.view.Parts = append(p.view.Parts, part)
	return part
}

package mimeview

import (
	"bytes"
	"fmt"
	"strings"
	"time"
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
	t := contentType(get(e.fields, "Content-Type"))
	d := contentType(get(e.fields, "Content-Disposition"))
	name := first(d.params["filename"], t.params["name"])
	attached := d.value == "attachment" || name != "" && d.value != "inline"
	switch {
	case strings.HasPrefix(t.value, "multipart/"):
		p.multipart(e, t, depth)
	case t.value == "message/rfc822" || t.value == "message/global":
		p.attach(e, t, d, name)
	case attached && t.value != "":
		p.attach(e, t, d, name)
	case t.value == "" || t.value == "text/plain" || t.value == "text" || strings.HasPrefix(t.value, "text/") && !known[t.value]:
		p.plain(e, t, name)
	case t.value == "text/html":
		p.htmlPart(e, t)
	case strings.HasPrefix(t.value, "message/") && t.value != "message/partial" && t.value != "message/external-body":
		p.plain(e, t, name)
	default:
		p.attach(e, t, d, name)
	}
}

// known are texts that are no text to read.
var known = map[string]bool{"text/html": true, "text/calendar": true, "text/csv": true, "text/x-vcard": true, "text/vcard": true, "text/directory": true, "text/css": true, "text/javascript": true, "text/xml": true}

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
	p.add(Part{Type: "application/octet-stream", Octets: e.body, Notice: why}, "")
}

// multipart reads the parts of a multipart body.
func (p *parser) multipart(e entity, t typed, depth int) {
	boundary := t.params["boundary"]
	if boundary == "" {
		boundary = guessBoundary(e.body)
	}
	bodies, whole := split(e.body, boundary, p.budget.Parts-p.parts+1)
	if len(bodies) == 0 {
		p.note("The parts of this message could not be told apart, so it is shown as one text.")
		p.plain(entity{body: e.body}, typed{}, "")
		return
	}
	if !whole {
		p.note("The end of this message is missing or was cut off.")
	}
	parts := make([]entity, len(bodies))
	for i, b := range bodies {
		parts[i] = subEntity(b, p.budget.HeaderOctets)
	}
	if t.value == "multipart/alternative" {
		p.alternative(parts, depth)
		return
	}
	for _, sub := range parts {
		if t.value == "multipart/digest" && get(sub.fields, "Content-Type") == nil {
			sub.fields = append(sub.fields, field{"Content-Type", []byte("message/rfc822")})
		}
		p.part(sub, depth+1)
	}
}

// alternative reads forms of the same: the text is that of the plain one if it says
// anything, else that of the HTML.
func (p *parser) alternative(parts []entity, depth int) {
	texts, html := len(p.texts), len(p.html)
	p.alternatives++
	for _, sub := range parts {
		p.part(sub, depth+1)
	}
	p.alternatives--
	if strings.TrimSpace(strings.Join(p.texts[texts:], "")) == "" && p.alternatives == 0 {
		p.texts = p.texts[:texts]
		for _, h := range p.html[html:] {
			p.texts = append(p.texts, TextOf(h))
		}
	}
}

// subEntity reads the header of a part, which may have none.
func subEntity(b []byte, most int) entity {
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
	mark := []byte("--" + boundary)
	start := -1
	for at := 0; at < len(body); {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			break
		}
		i += at
		end := bytes.IndexByte(body[i:], '\n')
		next := len(body)
		if end >= 0 {
			next = i + end + 1
		}
		tail := bytes.TrimRight(body[i+len(mark):next], " \t\r\n")
		closing := string(tail) == "--"
		if i > 0 && body[i-1] != '\n' || len(tail) > 0 && !closing {
			at = i + len(mark)
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

// guessBoundary finds the boundary of a multipart body whose header lost it.
func guessBoundary(body []byte) string {
	for l := range bytes.Lines(body[:min(len(body), 64<<10)]) {
		l = bytes.TrimRight(l, " \t\r\n")
		if bytes.HasPrefix(l, []byte("--")) && len(l) > 6 && len(l) < 80 && bytes.Count(body[:min(len(body), 1<<20)], l) > 1 {
			return string(l[2:])
		}
	}
	return ""
}

// plain takes a part as text to read.
func (p *parser) plain(e entity, t typed, name string) {
	b := p.decode(e)
	rest, files := uudecode(b)
	for _, f := range files {
		p.add(Part{Type: "application/octet-stream", Octets: f.octets}, f.name)
	}
	s, ok := toUTF8(rest, t.params["charset"])
	if !ok && t.params["charset"] != "" {
		p.note(fmt.Sprintf("The charset %q is not known; the text was guessed.", Clean(t.params["charset"], 60)))
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.EqualFold(t.params["format"], "flowed") {
		s = reflow(s, strings.EqualFold(t.params["delsp"], "yes"))
	}
	p.texts = append(p.texts, strings.TrimRight(s, "\n")+"\n")
	_ = name
}

func (p *parser) htmlPart(e entity, t typed) {
	s, ok := toUTF8(p.decode(e), first(t.params["charset"], metaCharset(e.body)))
	if !ok && t.params["charset"] != "" {
		p.note(fmt.Sprintf("The charset %q is not known; the text was guessed.", Clean(t.params["charset"], 60)))
	}
	p.html = append(p.html, s)
	if p.alternatives == 0 {
		p.texts = append(p.texts, TextOf(s))
	}
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
func (p *parser) attach(e entity, t, d typed, name string) {
	part := Part{Type: t.value, Octets: p.decode(e), Inline: d.value == "inline"}
	part.ID = Clean(strings.Trim(string(get(e.fields, "Content-Id")), "<> "), 500)
	if t.value == "message/rfc822" && name == "" {
		fields, _, _ := splitHeader(part.Octets, p.budget.HeaderOctets)
		name = first(Clean(text(get(fields, "Subject")), 80), "message") + ".eml"
	}
	p.add(part, name)
}

func (p *parser) add(part Part, claimed string) {
	if part.Type == "" {
		part.Type = "application/octet-stream"
	}
	part.Type = Clean(part.Type, 100)
	part.Index = len(p.view.Parts)
	part.Claimed = Clean(claimed, 255)
	part.Name = SafeName(claimed, part.Type, part.Index)
	part.Suspicious = suspicious(claimed, part)
	p.view.Parts = append(p.view.Parts, part)
}

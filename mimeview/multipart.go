package mimeview

import (
	"bytes"
	"slices"
	"strings"
)

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
	if p.sealed(t, parts) {
		return
	}
	if t.value == "multipart/alternative" {
		p.alternative(parts, depth)
		return
	}
	for _, sub := range parts {
		p.part(sub, depth+1)
	}
}

// alternative reads forms of the same.
func (p *parser) alternative(parts []entity, depth int) {
	from, formed := len(p.bodies), p.formed
	p.formed = false
	p.alternatives++
	forms := make([][]piece, len(parts))
	for i, sub := range parts {
		p.part(sub, depth+1)
		forms[i] = slices.Clone(p.bodies[from:])
		p.bodies = p.bodies[:from]
	}
	p.alternatives--
	p.bodies = append(p.bodies, merge(forms)...)
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
		parts = append(parts, cutShort(body[start:], string(mark)+"--"))
	}
	return parts, false
}

// cutShort takes off what is left of a closing boundary in which a message was cut off.
func cutShort(b []byte, closing string) []byte {
	const least = 4 // "--" alone begins a signature
	at := bytes.LastIndexByte(b, '\n') + 1
	if n := len(b) - at; at > 0 && n >= least && n < len(closing) && string(b[at:]) == closing[:n] {
		return cut(b[:at])
	}
	return b
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

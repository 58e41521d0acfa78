package mimeview

import (
	"bytes"
	"regexp"
	"strings"

	"restante.app/mimeview/internal/rtf"
)

// piece is a body being put together.
type piece struct {
	Body
	event bool // of a calendar: no form of what stands beside it
	said  bool // the text of it stands in another piece, or its own Text
}

// says tells whether a piece has plain text.
func (b piece) says() bool { return strings.TrimSpace(b.Text) != "" }

// flat is the plain form as one reads it.
func (b Body) flat() string {
	if b.Flowed {
		return reflow(b.Text, b.DelSp)
	}
	return b.Text
}

// add a body to what there is to read.
func (p *parser) read(b piece) {
	b.Within = p.within
	p.bodies = append(p.bodies, b)
}

// readText adds a plain text.
func (p *parser) readText(s string) { p.read(piece{Body: Body{Text: s}}) }

// finish fills in the plain forms of HTML that has none, and looks for other texts
// if nothing says anything.
func (p *parser) finish(body []byte) {
	if p.compose(); strings.TrimSpace(p.view.Text) == "" {
		for _, show := range p.held {
			show()
		}
		p.compose()
	}
	v := p.view
	if strings.TrimSpace(v.Text) != "" || len(bytes.TrimSpace(body)) == 0 {
		return
	}
	if len(v.Parts) == 0 {
		p.source(body, "Nothing in this message could be read as text, so its source is shown.")
		return
	}
	v.Text = p.onlyParts()
	if v.HTML == "" {
		v.Bodies = []Body{{Text: v.Text}}
	}
}

// onlyParts is what is said in place of a text.
func (p *parser) onlyParts() string {
	switch n := len(p.view.Parts); {
	case p.view.Encrypted != "":
		return "[This message is encrypted.]\n"
	case n == 1:
		return "[This message has no text, only an attachment.]\n"
	default:
		return "[This message has no text, only attachments.]\n"
	}
}

// compose makes the view's text and bodies of the pieces.
func (p *parser) compose() {
	v := p.view
	v.HTML, v.Bodies = "", nil
	var texts []string
	for i := range p.bodies {
		b := &p.bodies[i]
		if b.HTML != "" && !b.said {
			b.Text, b.said = p.textOf(b.HTML), true
			if !b.says() {
				b.Text = ""
			}
		}
		if b.HTML == "" && !b.says() {
			continue
		}
		if v.HTML == "" && b.Within == 0 {
			v.HTML = b.HTML
		}
		v.Bodies = append(v.Bodies, b.Body)
		if b.says() {
			texts = append(texts, b.flat())
		}
	}
	v.Text = strings.Join(texts, "\n")
}

// maxMergeable bounds the HTML that is looked through to see whether it says anything.
const maxMergeable = 4 << 10

// empty tells whether HTML shows nothing.
func empty(html string) bool {
	if len(html) > maxMergeable {
		return false
	}
	lower := strings.ToLower(html)
	return !strings.Contains(lower, "<img") && !strings.Contains(lower, "url(") && !strings.Contains(lower, "background=") && strings.TrimSpace(TextOf(html)) == ""
}

// merge makes bodies of the forms of one thing. Each form is a list, as it may
// consist of several bodies itself: that of HTML is the last one that shows anything,
// and the plain ones give it its text.
func merge(forms [][]piece) []piece {
	rich := -1
	for i, f := range forms {
		for _, b := range f {
			if b.HTML != "" && !empty(b.HTML) {
				rich = i
			}
		}
	}
	var out, plain, events []piece
	for i, f := range forms {
		for _, b := range f {
			switch {
			case b.event:
				events = append(events, b)
			case i == rich:
				out = append(out, b)
			case b.HTML == "" && b.says():
				plain = append(plain, b)
			}
		}
	}
	if rich < 0 {
		return append(plain, events...)
	}
	if len(plain) > 0 {
		give(out, plain)
	}
	return append(out, events...)
}

// give makes a plain form that of the first HTML in a list; the others have none,
// as it says what they say.
func give(list, plain []piece) {
	text := plain[0].Body
	if len(plain) > 1 {
		all := make([]string, len(plain))
		for i, b := range plain {
			all[i] = b.flat()
		}
		text = Body{Text: strings.Join(all, "\n")}
	}
	for i := range list {
		b := &list[i]
		if b.HTML == "" || b.said {
			continue
		}
		b.Text, b.Flowed, b.DelSp, b.said = text.Text, text.Flowed, text.DelSp, true
		text = Body{}
	}
}

// plain takes a part as plain text, without the files that stand encoded in it.
func (p *parser) plain(e entity, t typed) {
	b, _ := p.decode(e)
	if (t.value == "text/rtf" || t.value == "text/richtext" || t.value == "application/rtf") && rtf.Is(b) {
		p.richText(b)
		return
	}
	p.armoured(b)
	rest, files := uudecode(b)
	rest, more := ydecode(rest)
	for _, f := range append(files, more...) {
		if len(p.view.Parts) >= p.budget.Parts {
			p.note("This message has too many parts; the others are in its source only.")
			break
		}
		p.decoded += int64(len(f.octets))
		p.add(Part{Type: "application/octet-stream", Octets: f.octets, Notice: f.notice}, f.name, "")
	}
	s := p.limit(func(b []byte) string { return p.toText(b, t.params["charset"]) }, rest)
	if t.value == "text/enriched" || t.value == "text/richtext" {
		s = plainEnriched(s, t.value == "text/richtext")
	}
	body := Body{Text: strings.TrimRight(s, "\n") + "\n", Flowed: strings.EqualFold(t.params["format"], "flowed")}
	body.DelSp = body.Flowed && strings.EqualFold(t.params["delsp"], "yes")
	p.formed = p.formed || strings.TrimSpace(s) != ""
	p.read(piece{Body: body})
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
	s := p.markup(func(b []byte) string { return p.toText(b, first(t.params["charset"], metaCharset(b))) }, b)
	location := first(string(get(e.fields, "Content-Location")), string(get(e.fields, "Content-Base")))
	p.read(piece{Body: Body{HTML: s, Location: Clean(rawText([]byte(location), p.charset), maxHref)}})
}

// markup makes HTML of octets, within what is left of the budget for it.
func (p *parser) markup(decode func([]byte) string, b []byte) string {
	s := p.bounded(decode, b, max(p.budget.TextOctets-p.marked, 0))
	p.marked += int64(len(s))
	return s
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

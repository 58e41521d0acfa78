package mimeview

import (
	"fmt"
	"strings"

	"restante.app/mimeview/internal/rtf"
	"restante.app/mimeview/internal/tnef"
)

// isTNEF tells whether a part is the winmail.dat of Outlook.
func isTNEF(mediaType, name string) bool {
	return mediaType == "application/ms-tnef" || mediaType == "application/vnd.ms-tnef" || mediaType == "application/x-tnef" ||
		generic(mediaType) && (strings.EqualFold(name, "winmail.dat") || strings.EqualFold(name, "win.dat"))
}

// outlook reads a part that calls itself TNEF as what it contains, or lists it if it
// is none.
func (p *parser) outlook(e entity, t typed, name string, depth int) {
	octets, notice := p.decode(e)
	if !tnef.Is(octets) {
		p.add(Part{Type: t.value, Octets: octets, Notice: notice}, name, "")
		return
	}
	p.winmail(octets, depth)
}

// winmail reads a TNEF stream.
func (p *parser) winmail(octets []byte, depth int) {
	if depth > p.budget.Depth {
		p.beyond(entity{body: octets}, "This message has parts nested too deep; what is beyond is listed as an attachment.")
		return
	}
	m, _ := tnef.Read(octets, int(max(min(p.budget.DecodedOctets-p.decoded, p.budget.TextOctets), 0)))
	p.decoded += int64(len(m.RTF))
	if m.Damaged {
		p.note("A part of this message in Outlook's own format is damaged; it may not be complete.")
	}
	p.outlookBody(m)
	for _, a := range m.Attachments {
		if p.parts++; p.parts > p.budget.Parts {
			p.note("This message has too many parts; the others are in its source only.")
			return
		}
		switch name := outlookString(a.WideName, a.Name, m.Codepage); {
		case a.Message:
			p.readText("---------- Message within this message ----------\n" + Clean(name, maxSubject) + "\n")
			p.winmail(a.Octets, depth+1)
		case len(a.Octets) > 0 || name != "":
			p.add(Part{Type: strings.ToLower(Clean(a.Type, 100)), Octets: a.Octets, ID: Clean(strings.Trim(a.ID, "<> "), 500), Inline: a.ID != ""}, name, "")
		}
	}
}

// outlookBody takes the texts. Outlook often sends the plain one outside as well.
func (p *parser) outlookBody(m tnef.Message) {
	page := codepage(m.Codepage)
	b := Body{
		HTML: p.markup(func(b []byte) string { return p.toText(b, first(metaCharset(b), page)) }, m.HTML),
		Text: p.limit(func([]byte) string { return outlookString(m.Wide, m.Text, m.Codepage) }, nil),
	}
	if len(m.RTF) > 0 && b.HTML == "" {
		b.HTML = p.markup(func(b []byte) string { return rtf.HTML(b, byCodepage) }, m.RTF)
	}
	if len(m.RTF) > 0 && b.HTML == "" && strings.TrimSpace(b.Text) == "" {
		b.Text = p.limit(func(b []byte) string { return rtf.Text(b, byCodepage) }, m.RTF)
	}
	var said *piece
	for i := range p.bodies {
		if o := &p.bodies[i]; o.Within == p.within && !o.event && (o.says() || o.HTML != "") {
			said = o
		}
	}
	switch {
	case said == nil || b.HTML == "" && strings.TrimSpace(b.Text) != "" && !again(said.Text, b.Text) && said.HTML == "":
		p.read(piece{Body: b, said: strings.TrimSpace(b.Text) != ""})
	case said.HTML == "" && b.HTML != "":
		said.HTML, said.said = b.HTML, true
	}
}

// again tells whether a text begins with what is said already, whatever the blanks.
func again(said, text string) bool {
	const most, enough = 64 << 10, 4 << 10
	squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return strings.Contains(squeezed(said[:min(len(said), most)]), squeezed(text[:min(len(text), enough)]))
}

// outlookString decodes a string that may be in UTF-16.
func outlookString(wide, narrow []byte, page int) string {
	if len(wide) > 0 {
		s, _ := library(wide[:len(wide)&^1], "utf-16le")
		s, _, _ = strings.Cut(s, "\x00")
		return s
	}
	s, _ := toUTF8(narrow, codepage(page))
	return s
}

// byCodepage decodes RTF's octets.
func byCodepage(b []byte, page int) string {
	if ascii(b) {
		return string(b)
	}
	s, _ := toUTF8(b, codepage(page))
	return s
}

// codepages are Windows' numbers of charsets that do not have them in their name.
var codepages = map[int]string{
	0: "", 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 10000: "macintosh", 10007: "x-mac-cyrillic", 20127: "us-ascii", 20866: "koi8-r",
	21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp", 50225: "iso-2022-kr", 51932: "euc-jp", 51949: "euc-kr", 54936: "gb18030",
	65000: "utf-7", 65001: "utf-8", 1200: "utf-16le", 1201: "utf-16be",
}

// codepage names a charset by its number.
func codepage(n int) string {
	name, ok := codepages[n]
	switch {
	case ok:
		return name
	case n >= 28591 && n <= 28606:
		return fmt.Sprintf("iso-8859-%d", n-28590)
	case n >= 1250 && n <= 1258 || n == 874:
		return fmt.Sprintf("windows-%d", n)
	}
	return fmt.Sprintf("ibm%d", n)
}

// richText takes a body in RTF.
func (p *parser) richText(octets []byte) {
	if html := p.markup(func(b []byte) string { return rtf.HTML(b, byCodepage) }, octets); html != "" {
		p.read(piece{Body: Body{HTML: html}})
		return
	}
	s := p.limit(func(b []byte) string { return rtf.Text(b, byCodepage) }, octets)
	p.formed = p.formed || strings.TrimSpace(s) != ""
	p.readText(strings.TrimRight(s, "\n") + "\n")
}

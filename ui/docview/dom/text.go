package dom

import (
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// TextOptions say how a plain text becomes a document.
type TextOptions struct {
	Flowed, DelSp    bool // RFC 3676
	Mono             bool
	BaseSize         float32 // px of the letters, 0 is 16
	Margin           float32 // around the text, in px
	Text, Back, Link color.NRGBA
	// Quotes are the colours of the levels of quotation, over and over.
	Quotes []color.NRGBA
}

// maxLevel is how deep quotations are told apart.
const maxLevel = 32

// maxText is how much text is read, in octets.
const maxText = 24 << 20

// A block is so many lines at most, and no longer than about so many octets: a document
// is placed block by block.
const (
	group     = 64
	groupSize = 8 << 10
)

// A text has so many links at most, quotations are boxes in so many places, and
// paragraphs go in another direction than those before.
const (
	maxLinks  = 20_000
	maxQuotes = 20_000
	maxTurns  = 20_000
)

// FromText makes a document of a plain text: quotations by their marks (RFC 3676
// section 4.5), which become boxes, links that can be followed, the signature dimmed.
// Format=flowed is undone where the message says that it was used. What it shows of
// control characters is nothing.
func FromText(text string, o TextOptions) *Document {
	if o.BaseSize <= 0 {
		o.BaseSize = 16
	}
	base := rootStyle(o.BaseSize)
	base.Color, base.Space, base.BreakWord = o.Text, PreWrap, true
	base.Bidi = PlainText
	if o.Mono {
		base.Family = Mono
	}
	d, root := &Document{}, &draft{style: base}
	if o.Margin > 0 {
		outer, around := *base, Length{o.Margin, Px}
		outer.Padding = [4]Length{around, around, around, around}
		root.style = &outer
	}
	if len(text) > maxText {
		text = text[:maxText]
		d.Notices = append(d.Notices, fmt.Sprintf("Only the first %d MB of the text are shown.", maxText>>20))
	}
	t := &texter{o: o, base: base, open: []*draft{root}}
	t.styles()
	eachParagraph(text, o, t.add)
	t.flush()
	d.seal(root, nil)
	return d
}

// paragraph is a line as it is shown, of a level of quotation.
type paragraph struct {
	text  string
	level int
}

// eachParagraph cuts a text into its lines, those of format=flowed joined.
func eachParagraph(text string, o TextOptions, visit func(paragraph)) {
	var joined []string // a paragraph that goes on
	at := 0             // its level
	end := func() {
		if len(joined) > 0 {
			visit(paragraph{strings.Join(joined, ""), at})
			joined = joined[:0]
		}
	}
	for len(text) > 0 {
		var s string
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			s, text = text[:i], text[i+1:]
		} else {
			s, text = text, ""
		}
		s = strings.TrimSuffix(s, "\r")
		level, rest := quoteLevel(s, o.Flowed)
		if o.Flowed {
			rest = strings.TrimPrefix(rest, " ")
		}
		sig := rest == "-- "
		if sig || level != at || rest == "" {
			end()
		}
		if n := len(joined) - 1; n >= 0 && o.DelSp {
			joined[n] = strings.TrimSuffix(joined[n], " ")
		}
		joined, at = append(joined, rest), level
		if !o.Flowed || sig || !strings.HasSuffix(rest, " ") {
			end()
		}
	}
	end()
}

// quoteLevel counts the marks of quotation before a line. Without format=flowed there
// may be blanks between them, and a line of From is no quotation.
func quoteLevel(s string, flowed bool) (level int, rest string) {
	rest = s
	for level < 1000 {
		t := rest
		if !flowed && level > 0 {
			t = strings.TrimPrefix(t, " ")
		}
		if !strings.HasPrefix(t, ">") {
			break
		}
		rest = t[1:]
		level++
	}
	if level == 1 && strings.HasPrefix(rest, "From ") {
		return 0, s
	}
	if !flowed && level > 0 {
		rest = strings.TrimPrefix(rest, " ")
	}
	return min(level, maxLevel), rest
}

// texter builds the tree of a text.
type texter struct {
	o      TextOptions
	base   *Style
	quotes []*Style // by level, 0 is unused
	turns  []*Style // the same for quotations from right to left
	inner  []*Style // of the text in them
	dim    *Style
	open   []*draft // the root and the quotations that are open
	lines  []string
	size   int  // of lines, in octets
	rtl    bool // the direction of lines: that of the first letter of each of their paragraphs
	blank  bool // the last of them is empty
	sig    bool
	links  map[*Style]*Style
	linked int
	quoted int
	turned int
}

func (t *texter) styles() {
	t.links = map[*Style]*Style{}
	t.quotes, t.turns, t.inner = []*Style{nil}, []*Style{nil}, []*Style{t.base}
	dim := *t.base
	dim.Color = mixed(t.o.Text, t.o.Back, 0.33)
	t.dim = &dim
	for level := 1; level <= maxLevel; level++ {
		c := mixed(t.o.Text, t.o.Back, 0.3)
		if n := len(t.o.Quotes); n > 0 {
			c = t.o.Quotes[(level-1)%n]
		}
		in := *t.base
		in.Color = c
		left, right := in, in
		left.Border[Left], left.Padding[Left] = Border{Width: 2, Color: c}, Length{10, Px}
		right.Border[Right], right.Padding[Right] = left.Border[Left], left.Padding[Left]
		t.quotes, t.turns, t.inner = append(t.quotes, &left), append(t.turns, &right), append(t.inner, &in)
	}
}

// mixed is a colour between two; share is that of the second.
func mixed(a, b color.NRGBA, share float32) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8(float32(x)*(1-share) + float32(y)*share) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

func (t *texter) add(p paragraph) {
	if p.level > 0 && t.quoted >= maxQuotes {
		p = paragraph{strings.Repeat("> ", p.level) + p.text, 0}
	}
	if p.level != len(t.open)-1 {
		t.flush()
		t.level(p.level, startsRTL(p.text))
	}
	if p.level == 0 && (p.text == "-- " || p.text == "--") {
		t.flush()
		t.sig = true
	}
	if (t.blank || len(t.lines) == 0) && p.text != "" {
		rtl := startsRTL(p.text)
		if rtl != t.rtl && t.turned < maxTurns {
			t.flush()
			t.turned++
		}
		t.rtl = rtl
	}
	t.lines, t.blank = append(t.lines, p.text), p.text == ""
	if t.size += len(p.text) + 1; len(t.lines) >= group || t.size >= groupSize {
		t.flush()
	}
}

// startsRTL tells whether a text goes from right to left by its first letter, as far as
// that is looked for.
func startsRTL(s string) bool {
	for i, r := range s {
		if i > 4<<10 {
			break
		}
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.R, bidi.AL:
			return true
		case bidi.L:
			return false
		}
	}
	return false
}

// level opens and closes quotations. The line beside them is where their first line begins.
func (t *texter) level(n int, rtl bool) {
	for len(t.open)-1 > n {
		t.open = t.open[:len(t.open)-1]
	}
	for len(t.open)-1 < n {
		level, styles := len(t.open), t.quotes
		if rtl {
			styles = t.turns
		}
		t.open = append(t.open, t.box(styles[level], level))
		t.open[level].fold = level == 1
		t.quoted++
	}
}

func (t *texter) box(st *Style, level int) *draft {
	n := &draft{style: st, quote: uint16(level)}
	t.open[len(t.open)-1].add(n)
	return n
}

// flush makes a block of the lines that were gathered.
func (t *texter) flush() {
	if len(t.lines) == 0 {
		return
	}
	level := len(t.open) - 1
	st := t.inner[level]
	if t.sig && level == 0 {
		st = t.dim
	}
	b := t.box(st, level)
	text := shown(strings.Join(t.lines, "\n"))
	if text == "" || strings.HasSuffix(text, "\n") {
		text += "\n" // an empty line is a line, too
	}
	t.lines, t.size, t.blank = t.lines[:0], 0, false
	t.fill(b, text)
}

// fill puts a text into a block, its links as such.
func (t *texter) fill(b *draft, text string) {
	at := 0
	put := func(s string, st *Style, l *Link) {
		if s != "" {
			n := &draft{kind: Text, text: s, style: st, quote: b.quote}
			if l != nil {
				n.rare().link = l
			}
			b.add(n)
		}
	}
	if t.linked >= maxLinks {
		put(text, b.style, nil)
		return
	}
	for _, f := range linksIn(text) {
		t.linked++
		put(text[at:f.start], b.style, nil)
		put(text[f.start:f.end], t.link(b.style), &Link{Href: f.href})
		at = f.end
	}
	put(text[at:], b.style, nil)
}

func (t *texter) link(st *Style) *Style {
	if l := t.links[st]; l != nil {
		return l
	}
	l := *st
	l.Color, l.Underline = t.o.Link, true
	t.links[st] = &l
	return &l
}

// shown is a text without what has no shape and may mislead: control characters, those
// that override the direction of the text around them, tags but those of flags. The
// separators of lines and paragraphs are line ends.
func shown(s string) string {
	if plainly(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	flag := false
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		tag := r >= 0xe0020 && r <= 0xe007f
		flag = r == '\U0001f3f4' || flag && tag
		switch {
		case r == '\u2028' || r == '\u2029':
			r = '\n'
		case r == '\n' || r == '\t':
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\u202d', r == '\u202e', r == '\ufeff', r == '\u180e',
			r >= 0x2061 && r <= 0x2064, r >= 0x206a && r <= 0x206f, r >= 0xfff9 && r <= 0xfffb, r == 0xe0001, tag && !flag:
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainly tells whether a text has no octet that what shown takes out begins with.
func plainly(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n' || c == '\t':
		case c < ' ' || c == 0x7f || c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xef || c == 0xf3:
			return false
		}
	}
	return utf8.ValidString(s)
}

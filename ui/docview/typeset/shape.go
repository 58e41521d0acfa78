package typeset

import (
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// wordKey names what was shaped once.
type wordKey struct {
	face *font.Face
	size float32
	rtl  bool
	text string
}

// word is a piece of text shaped in one face, from left to right.
type word struct {
	glyphs  []Glyph
	advance float32
}

// How much the cache of words may hold: those of a long letter, in about 1 MB.
const (
	maxWords  = 4_000
	maxCached = 48 // octets of a word that is kept
)

// shape sets a piece of text of one script and direction in a face.
func (f *Fonts) shape(text string, face *font.Face, size float32, rtl bool, script language.Script) *word {
	key := wordKey{face, size, rtl, text}
	if len(text) <= maxCached {
		if w := f.words[key]; w != nil {
			return w
		}
	}
	w := f.shapeAnew(text, face, size, rtl, script)
	if len(text) <= maxCached {
		if len(f.words) >= maxWords {
			clear(f.words)
		}
		key.text = string([]byte(text)) // the key must not keep the document
		f.words[key] = w
	}
	return w
}

func (f *Fonts) shapeAnew(text string, face *font.Face, size float32, rtl bool, script language.Script) *word {
	runes := []rune(text)
	at := make([]int, len(runes)+1) // of each character, in octets
	for i, n := 0, 0; i < len(runes); i++ {
		at[i] = n
		_, l := utf8.DecodeRuneInString(text[n:])
		n += l
		at[i+1] = n
	}
	dir := di.DirectionLTR
	if rtl {
		dir = di.DirectionRTL
	}
	// The shaper scales to whole sizes only, and rounds others up.
	whole := fixed.I(int(math.Ceil(float64(size))))
	scale := size / px(whole)
	out := f.shaper.Shape(shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: dir, Face: face, Size: whole, Script: script, Language: "en",
	})
	w := &word{glyphs: make([]Glyph, len(out.Glyphs))}
	for i, g := range out.Glyphs {
		a := px(g.Advance) * scale
		c := at[min(max(g.TextIndex(), 0), len(runes))]
		w.glyphs[i] = Glyph{ID: g.GlyphID, X: px(g.XOffset) * scale, Y: -px(g.YOffset) * scale, Advance: a, Cluster: int32(c), Blank: c < len(text) && (text[c] == ' ' || text[c:] == "\u00a0")}
		w.advance += a
	}
	return w
}

func px(v fixed.Int26_6) float32 { return float32(v) / 64 }

// part is a stretch of a text in one face and script.
type part struct {
	start, end int
	face       *font.Face
	script     language.Script
}

// parts cuts a text by script and by the faces that have its characters. Marks, joiners
// and selectors stay with what they stand behind.
func (f *Fonts) parts(text string, l Look, primary *font.Face) []part {
	if plain(text) {
		return []part{{0, len(text), primary, language.Latin}}
	}
	var out []part
	joined := false
	for i, r := range text {
		follows := len(out) > 0 && (joined || attaches(r))
		joined = r == '\u200d'
		if follows {
			out[len(out)-1].end = i + utf8.RuneLen(valid(r))
			continue
		}
		face := primary
		if _, ok := primary.NominalGlyph(r); !ok && !ignorable(r) {
			if other := f.standIn(r, l); other != nil {
				face = other
			}
		}
		script := language.LookupScript(r)
		n := i + width(text[i:])
		if len(out) > 0 {
			last := &out[len(out)-1]
			common := script == language.Common || script == language.Inherited
			if last.face == face && (last.script == script || common) {
				last.end = n
				continue
			}
			if last.face == face && last.script == language.Common {
				last.script, last.end = script, n
				continue
			}
		}
		out = append(out, part{i, n, face, script})
	}
	return out
}

func valid(r rune) rune {
	if !utf8.ValidRune(r) {
		return utf8.RuneError
	}
	return r
}

func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// plain tells whether a text is ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// attaches tells whether a character is seen with the one before it.
func attaches(r rune) bool {
	return r >= 0x300 && (unicode.Is(unicode.M, r) || r == '\u200d' || r == '\ufe0e' || r == '\ufe0f' || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f)
}

// ignorable tells whether a character is not seen at all.
func ignorable(r rune) bool {
	return r == '\u00ad' || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == '\ufeff' || r < ' '
}

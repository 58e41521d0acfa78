package typeset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/fontscan"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
)

// FaceSource is a font file and what it is for.
type FaceSource struct {
	Family Family
	Weight int // 100 to 900
	Italic bool
	Data   []byte
}

// ErrNoFont says that there is no font to set text in.
var ErrNoFont = errors.New("no font to set text in")

// Fonts are the faces to set text in. They belong to one goroutine at a time.
type Fonts struct {
	faces   []loaded
	system  *fontscan.FontMap // nil until a character needs it
	dir     string
	wanted  bool // the system's fonts may be used
	last    *font.Face
	asked   asked
	shaper  shaping.HarfbuzzShaper
	words   map[wordKey]*word
	chosen  map[Look]choice
	stand   map[standKey]*font.Face
	metrics map[metricKey]Metrics
}

type loaded struct {
	FaceSource
	face *font.Face
}

// choice is a face for a look, and what it lacks.
type choice struct {
	face        *font.Face
	bold, slant bool
}

// NewFonts reads faces. The first is used where nothing fits better.
func NewFonts(sources []FaceSource) (*Fonts, error) {
	f := &Fonts{words: map[wordKey]*word{}, chosen: map[Look]choice{}, stand: map[standKey]*font.Face{}, metrics: map[metricKey]Metrics{}}
	for _, s := range sources {
		face, err := font.ParseTTF(bytes.NewReader(s.Data))
		if err != nil {
			return nil, fmt.Errorf("a font of weight %d: %w", s.Weight, err)
		}
		f.faces = append(f.faces, loaded{s, face})
	}
	if len(f.faces) == 0 {
		return nil, ErrNoFont
	}
	f.shaper.SetFontCacheSize(64)
	return f, nil
}

// System lets the fonts installed on this machine stand in for characters that the
// given faces lack. They are looked for at the first such character; the list of them
// is kept in dir.
func (f *Fonts) System(dir string) { f.wanted, f.dir = true, dir }

// LastResort reads a font for the characters that neither the faces nor the system have:
// emoji, on a system without them.
func (f *Fonts) LastResort(data []byte) error {
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("the font of last resort: %w", err)
	}
	f.last = face
	clear(f.stand)
	return nil
}

// choose returns the face nearest to a look.
func (f *Fonts) choose(l Look) choice {
	key := Look{Family: l.Family, Weight: l.Weight, Italic: l.Italic}
	if c, ok := f.chosen[key]; ok {
		return c
	}
	best, least := 0, 1<<30
	for i, s := range f.faces {
		far := abs(s.Weight - key.Weight)
		if s.Family != key.Family {
			far += 10_000
			if s.Family != Sans {
				far += 10_000
			}
		}
		if s.Italic != key.Italic {
			far += 1000
		}
		if far < least {
			best, least = i, far
		}
	}
	s := f.faces[best]
	c := choice{s.face, key.Weight >= 600 && s.Weight < 550, key.Italic && !s.Italic}
	f.chosen[key] = c
	return c
}

func abs(n int) int { return max(n, -n) }

type standKey struct {
	r      rune
	bold   bool
	italic bool
	family Family
}

// standIn returns a face that has a character, nil if there is none.
func (f *Fonts) standIn(r rune, l Look) *font.Face {
	key := standKey{r, l.Weight >= 600, l.Italic, l.Family}
	if face, ok := f.stand[key]; ok {
		return face
	}
	if len(f.stand) > 1<<16 {
		clear(f.stand)
	}
	face := f.search(r, l)
	f.stand[key] = face
	return face
}

func (f *Fonts) search(r rune, l Look) *font.Face {
	for _, s := range f.faces {
		if has(s.face, r) {
			return s.face
		}
	}
	if face := f.installed(r, l); has(face, r) {
		return face
	}
	if has(f.last, r) {
		return f.last
	}
	return nil
}

func has(face *font.Face, r rune) bool {
	if face == nil {
		return false
	}
	_, ok := face.NominalGlyph(r)
	return ok
}

// installed returns the face of the system's fonts that fits a character best, nil if there
// is none. It may lack the character.
func (f *Fonts) installed(r rune, l Look) *font.Face {
	if !f.wanted {
		return nil
	}
	if f.system == nil {
		f.system = fontscan.NewFontMap(log.New(io.Discard, "", 0))
		if err := f.system.UseSystemFonts(f.dir); err != nil {
			f.wanted = false // without a list of fonts every character would look for it again
			return nil
		}
	}
	f.query(r, l)
	return f.system.ResolveFace(r)
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }

// asked is what the system's fonts were last asked for: asking for something else costs.
type asked struct {
	family Family
	weight int
	script language.Script
	emoji  bool
}

// query asks for fonts of a character's script, or they would be sought among those of
// the look's family alone. Emoji are those with colours where there are any.
func (f *Fonts) query(r rune, l Look) {
	now := asked{l.Family, l.Weight, language.LookupScript(r), r >= 0x1f1e6 && r <= 0x1faff}
	if f.asked == now {
		return
	}
	f.asked = now
	q := fontscan.Query{Aspect: font.Aspect{Weight: font.Weight(l.Weight), Style: font.StyleNormal}}
	if now.emoji {
		q.Families = append(q.Families, fontscan.Emoji)
	}
	q.Families = append(q.Families, []string{fontscan.SansSerif, fontscan.Serif, fontscan.Monospace}[l.Family])
	f.system.SetQuery(q)
	f.system.SetScript(now.script)
}

// Metrics are those of a font at a size, in px.
type Metrics struct {
	Ascent, Descent, Gap float32 // all positive
	XHeight              float32
	Underline            float32 // of its middle below the baseline
	Thickness            float32
}

type metricKey struct {
	face *font.Face
	size float32
}

// Metrics returns those of the face that a look is set in.
func (f *Fonts) Metrics(l Look) Metrics { return f.metricsOf(f.choose(l).face, l.Size) }

// MetricsOf returns those of a face, such as a run has.
func (f *Fonts) MetricsOf(face *font.Face, size float32) Metrics { return f.metricsOf(face, size) }

func (f *Fonts) metricsOf(face *font.Face, size float32) Metrics {
	key := metricKey{face, size}
	if m, ok := f.metrics[key]; ok {
		return m
	}
	if len(f.metrics) > 4096 {
		clear(f.metrics)
	}
	scale := size / float32(max(face.Upem(), 1))
	m := Metrics{Ascent: 0.9 * size, Descent: 0.25 * size, XHeight: 0.5 * size, Underline: 0.12 * size, Thickness: size / 16}
	if e, ok := face.FontHExtents(); ok {
		m.Ascent, m.Descent, m.Gap = e.Ascender*scale, -e.Descender*scale, e.LineGap*scale
	}
	// Whole pixels, as browsers have it: lines of one height keep their letters as sharp.
	m.Ascent, m.Descent, m.Gap = round(m.Ascent), round(m.Descent), round(m.Gap)
	if x := face.LineMetric(font.XHeight); x > 0 {
		m.XHeight = x * scale
	}
	if u := face.LineMetric(font.UnderlinePosition); u < 0 {
		m.Underline = -u * scale
	}
	if t := face.LineMetric(font.UnderlineThickness); t > 0 {
		m.Thickness = t * scale
	}
	f.metrics[key] = m
	return m
}

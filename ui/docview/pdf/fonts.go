package pdf

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/go-text/typesetting/font"
)

// fontSet is the fonts that the document uses, each with the glyphs that are used.
type fontSet struct {
	faces map[*font.Face]*embedded // the one that takes more glyphs
	all   []*embedded
}

// embedded is a font as it is written. Its glyphs are numbered as they come: a glyph
// that stands for another text is another one, so that what is copied is what was
// written.
type embedded struct {
	name   string // in resources
	ref    id
	face   *font.Face
	cids   map[cidKey]int
	glyphs [][]byte
	widths []int
	texts  []string
	box    [4]int
}

type cidKey struct {
	gid  font.GID
	text string
}

// maxCIDs is how many glyphs one font holds.
const maxCIDs = 60_000

// glyph returns the font that a glyph is in and its number there.
func (s *fontSet) glyph(o *objects, face *font.Face, gid font.GID, text string) (*embedded, int) {
	e := s.faces[face]
	if e == nil || len(e.glyphs) >= maxCIDs && e.cids[cidKey{gid, text}] == 0 {
		e = &embedded{name: fmt.Sprintf("F%d", len(s.all)), ref: o.reserve(), face: face, cids: map[cidKey]int{}}
		e.add(0, "")
		s.faces[face] = e
		s.all = append(s.all, e)
	}
	key := cidKey{gid, text}
	cid, ok := e.cids[key]
	if !ok {
		cid = e.add(gid, text)
		e.cids[key] = cid
	}
	return e, cid
}

func (e *embedded) add(gid font.GID, text string) int {
	upem := float64(max(e.face.Upem(), 1))
	width := int(min(max(float64(e.face.HorizontalAdvance(gid))*em/upem+0.5, 0), 16_000))
	outline, _ := e.face.GlyphDataOutline(uint16(gid)) // one without is blank
	e.glyphs = append(e.glyphs, newCharstring(outline.Segments, width, upem, &e.box))
	e.widths = append(e.widths, width)
	e.texts = append(e.texts, text)
	return len(e.glyphs) - 1
}

// write writes the fonts (ISO 32000-1 section 9.7): composite ones with the encoding
// Identity-H, whose codes are the glyphs' numbers.
func (s *fontSet) write(o *objects) {
	for _, e := range s.all {
		name := e.postScriptName()
		program := o.stream("/Subtype /CIDFontType0C", cffFont(name, e.glyphs, e.box), false)
		unicode := o.stream("", e.toUnicode(), false)
		ascent, descent := 800, -200
		if x, ok := e.face.FontHExtents(); ok {
			scale := em / float32(max(e.face.Upem(), 1))
			ascent, descent = int(x.Ascender*scale), int(x.Descender*scale)
		}
		descriptor := o.add(fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile3 %v >>",
			name, e.box[0], e.box[1], e.box[2], e.box[3], ascent, descent, ascent, program))
		cid := o.add(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %v /DW 0 /W [0 %s] >>",
			name, descriptor, strings.ReplaceAll(fmt.Sprint(e.widths), ",", "")))
		o.put(e.ref, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s-Identity-H /Encoding /Identity-H /DescendantFonts [%v] /ToUnicode %v >>", name, cid, unicode))
	}
}

// postScriptName is the font's name with the tag of a subset before it (section 9.6.4).
func (e *embedded) postScriptName() string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, e.face.Describe().Family)
	if name == "" {
		name = "Font"
	}
	h := fnv.New32a()
	_, _ = h.Write(slices.Concat(e.glyphs...))
	tag, v := make([]byte, 6), h.Sum32()
	for i := range tag {
		tag[i] = 'A' + byte(v%26)
		v /= 26
	}
	return string(tag) + "+" + name + "-" + e.name
}

// toUnicode is the map from glyphs to the text that they stand for (section 9.10.3).
func (e *embedded) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	var known []int
	for cid, text := range e.texts {
		if text != "" {
			known = append(known, cid)
		}
	}
	for part := range slices.Chunk(known, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, cid := range part {
			fmt.Fprintf(&b, "<%04X> <", cid)
			for _, u := range utf16.Encode([]rune(e.texts[cid])) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

package pdf

import (
	"encoding/binary"
	"math"

	"github.com/go-text/typesetting/font/opentype"
)

// A font is embedded as what is drawn of it: a Compact Font Format program (Adobe
// technical note 5176) made of the outlines that the glyphs have, whatever the font's
// own format is. It serves variable fonts, collections and fonts of the system alike,
// and nothing of a font's other tables gets into the file.

// em is the units that an em has in the fonts that are written.
const em = 1000

// Operators of dictionaries and charstrings that are used.
const (
	opRlineto   = 5
	opRrcurveto = 8
	opEndchar   = 14
	opRmoveto   = 21
)

// cffFont makes a CID-keyed font program of charstrings, whose numbers are the CIDs.
func cffFont(name string, glyphs [][]byte, box [4]int) []byte {
	head := []byte{1, 0, 4, 4}
	head = append(head, cffIndex([][]byte{[]byte(name)})...)
	strings := cffIndex([][]byte{[]byte("Adobe"), []byte("Identity")})
	strings = append(strings, 0, 0) // no global subroutines
	charset := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{2}, 1), uint16(max(len(glyphs)-2, 0)))
	if len(glyphs) < 2 {
		charset = []byte{0}
	}
	choice := binary.BigEndian.AppendUint16([]byte{3, 0, 1, 0, 0, 0}, uint16(len(glyphs))) // all use the one dictionary
	chars := cffIndex(glyphs)
	private := append(append(cffNumber(nil, 0), 20), append(cffNumber(nil, 0), 21)...) // widths are in the charstrings
	top := func(at [4]int) []byte {
		d := append(append(append(cffNumber(nil, 391), cffNumber(nil, 392)...), cffNumber(nil, 0)...), 12, 30)
		for _, v := range box {
			d = cffNumber(d, v)
		}
		d = append(d, 5)
		d = append(cffNumber(d, len(glyphs)), 12, 34)
		for i, op := range [][]byte{{15}, {12, 37}, {17}, {12, 36}} {
			d = append(cffOffset(d, at[i]), op...)
		}
		return d
	}
	dict := func(private int) []byte {
		return cffIndex([][]byte{append(cffOffset(cffNumber(nil, 4), private), 18)})
	}
	begin := len(head) + len(cffIndex([][]byte{top([4]int{})})) + len(strings)
	at := [4]int{begin, begin + len(charset), begin + len(charset) + len(choice), begin + len(charset) + len(choice) + len(chars)}
	out := append(append(head, cffIndex([][]byte{top(at)})...), strings...)
	out = append(append(append(out, charset...), choice...), chars...)
	out = append(out, dict(at[3]+len(dict(0)))...)
	return append(out, private...)
}

// cffIndex is a list of octets (section 5).
func cffIndex(of [][]byte) []byte {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(of)))
	if len(of) == 0 {
		return out
	}
	out = append(out, 4)
	at := uint32(1)
	out = binary.BigEndian.AppendUint32(out, at)
	for _, b := range of {
		at += uint32(len(b))
		out = binary.BigEndian.AppendUint32(out, at)
	}
	for _, b := range of {
		out = append(out, b...)
	}
	return out
}

// cffNumber is an integer in a dictionary or a charstring.
func cffNumber(out []byte, v int) []byte {
	switch {
	case v >= -107 && v <= 107:
		return append(out, byte(v+139))
	case v >= 108 && v <= 1131:
		v -= 108
		return append(out, byte(v>>8+247), byte(v))
	case v >= -1131 && v <= -108:
		v = -v - 108
		return append(out, byte(v>>8+251), byte(v))
	}
	v = min(max(v, math.MinInt16), math.MaxInt16)
	return append(out, 28, byte(v>>8), byte(v))
}

// cffOffset is an integer in a dictionary that always takes as many octets.
func cffOffset(out []byte, v int) []byte {
	return binary.BigEndian.AppendUint32(append(out, 29), uint32(v))
}

// charstring makes one of an outline (Adobe technical note 5177). It draws what it has
// a pen for: points are rounded where they lie, so that errors do not add up.
type charstring struct {
	out   []byte
	scale float64
	x, y  int
	args  []int
	op    byte
	box   *[4]int
}

// newCharstring makes a glyph of a width, in units of em.
func newCharstring(segments []opentype.Segment, width int, upem float64, box *[4]int) []byte {
	c := &charstring{scale: em / upem, box: box}
	c.out = cffNumber(c.out, width)
	for i := range segments {
		s := &segments[i]
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			c.to(opRmoveto, s.Args[:1])
		case opentype.SegmentOpLineTo:
			c.to(opRlineto, s.Args[:1])
		case opentype.SegmentOpQuadTo:
			c.to(opRrcurveto, cubic(s, segments, i))
		case opentype.SegmentOpCubeTo:
			c.to(opRrcurveto, s.Args[:3])
		}
	}
	c.flush()
	return append(c.out, opEndchar)
}

// cubic is a quadratic curve as a cubic one, from where the segment before it ends.
func cubic(s *opentype.Segment, all []opentype.Segment, i int) []opentype.SegmentPoint {
	from := opentype.SegmentPoint{}
	if i > 0 {
		before := all[i-1].ArgsSlice()
		from = before[len(before)-1]
	}
	toward := func(a, b opentype.SegmentPoint) opentype.SegmentPoint {
		return opentype.SegmentPoint{X: a.X + (b.X-a.X)*2/3, Y: a.Y + (b.Y-a.Y)*2/3}
	}
	return []opentype.SegmentPoint{toward(from, s.Args[0]), toward(s.Args[1], s.Args[0]), s.Args[1]}
}

// maxArgs is how many numbers may stand before an operator.
const maxArgs = 48

func (c *charstring) to(op byte, points []opentype.SegmentPoint) {
	if c.op != op || op == opRmoveto || len(c.args)+2*len(points) > maxArgs {
		c.flush()
	}
	c.op = op
	for _, p := range points {
		x, y := c.unit(p.X), c.unit(p.Y)
		c.args = append(c.args, x-c.x, y-c.y)
		c.x, c.y = x, y
		b := c.box
		b[0], b[1], b[2], b[3] = min(b[0], x), min(b[1], y), max(b[2], x), max(b[3], y)
	}
}

func (c *charstring) unit(v float32) int {
	return int(math.Round(math.Min(math.Max(float64(v)*c.scale, -8000), 8000)))
}

func (c *charstring) flush() {
	if len(c.args) == 0 {
		return
	}
	for _, v := range c.args {
		c.out = cffNumber(c.out, v)
	}
	c.out = append(c.out, c.op)
	c.args = c.args[:0]
}

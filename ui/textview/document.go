package textview

import (
	"strings"
	"unicode/utf8"
)

const (
	segmentSize = 32 << 10 // octets laid out at a time; row starts must fit uint16
	exactSize   = 64 << 10 // a text up to this is laid out whole, so its scroll bar never lies
	backtrack   = 1 << 10  // how far a paragraph that is too long is searched for a space
)

// segment is a stretch of the text that is laid out at once: whole paragraphs
// where they fit, else a part of one.
type segment struct {
	start, end int      // octets of the text
	home       int      // where it starts before its neighbour is laid out
	lines      int      // LFs in it
	rows       int      // rows, a guess while starts is nil
	starts     []uint16 // where rows start, counted from start
	level      uint8    // quote depth of the paragraph that it starts within
	cont       bool     // it starts within a paragraph
}

// document is a text in rows of one width. Only segments that someone looked at
// are laid out. A document always has at least one segment with one row.
type document struct {
	text  string
	segs  []segment
	width float32
	wrap  *wrapper
}

// place is a row: its segment and its number there.
type place struct{ seg, row int }

func newDocument(text string, w *wrapper, width float32) *document {
	d := &document{text: text, wrap: w}
	for start := 0; start < len(text); {
		end := cut(text, start)
		s := segment{start: start, end: end, home: start, lines: strings.Count(text[start:end], "\n")}
		if start > 0 && text[start-1] != '\n' {
			s.cont = true
			s.level = d.levelBefore(start)
		}
		d.segs = append(d.segs, s)
		start = end
	}
	if len(d.segs) == 0 || strings.HasSuffix(text, "\n") {
		d.segs = append(d.segs, segment{start: len(text), end: len(text), home: len(text)})
	}
	d.setWidth(width)
	return d
}

// levelBefore gives the quote depth of the paragraph that the last segment ends in.
func (d *document) levelBefore(end int) uint8 {
	last := &d.segs[len(d.segs)-1]
	if i := strings.LastIndexByte(d.text[last.start:end], '\n'); i >= 0 {
		return quoteLevel(d.text[last.start+i+1 : end])
	}
	if last.cont {
		return last.level
	}
	return quoteLevel(d.text[last.start:end])
}

// cut finds where the segment from start ends: after its last LF if it has one,
// else after a space, else between two characters.
func cut(text string, start int) int {
	end := start + segmentSize
	if end >= len(text) {
		return len(text)
	}
	if text[end] == '\n' {
		return end + 1
	}
	if i := strings.LastIndexByte(text[start:end], '\n'); i >= 0 {
		return start + i + 1
	}
	if i := strings.LastIndexByte(text[end-backtrack:end], ' '); i >= 0 {
		return end - backtrack + i + 1
	}
	for i := end; i > end-backtrack; i-- {
		if r, _ := utf8.DecodeRuneInString(text[i:]); utf8.RuneStart(text[i]) && !joins(r) {
			return i
		}
	}
	for !utf8.RuneStart(text[end]) && end > start+segmentSize-utf8.UTFMax {
		end--
	}
	return end
}

// setWidth takes a new width; all that was laid out is forgotten. Without a width
// nothing is laid out before someone looks.
func (d *document) setWidth(width float32) {
	d.width = max(width, 1)
	perRow := max(1, int(d.width/max(d.wrap.m.ascii['n'], 1)))
	for i := range d.segs {
		s := &d.segs[i]
		s.starts, s.start, s.end = nil, s.home, len(d.text)
		if i+1 < len(d.segs) {
			s.end = d.segs[i+1].home
		}
		s.rows = max(1, s.lines, (s.end-s.start)/perRow)
	}
	if width > 0 && len(d.text) <= exactSize {
		for i := range d.segs {
			d.layout(i)
		}
	}
}

// layout gives the row starts of a segment and makes its count of rows true. Where
// the segment ends within a paragraph, its last row, which the cut made short, goes
// to the next segment, unless that one is laid out already.
func (d *document) layout(i int) []uint16 {
	s := &d.segs[i]
	if s.starts == nil {
		starts := d.wrap.rows(make([]uint16, 0, s.rows+1), d.text[s.start:s.end], d.width)
		if len(starts) == 0 {
			starts = append(starts, 0)
		}
		if n := len(starts) - 1; n > 0 && i+1 < len(d.segs) && d.segs[i+1].cont && d.segs[i+1].starts == nil {
			s.end = s.start + int(starts[n])
			d.segs[i+1].start = s.end
			starts = starts[:n]
		}
		s.starts, s.rows = starts, len(starts)
	}
	return s.starts
}

// span gives the octets [start,end) of a row, line end included.
func (d *document) span(p place) (start, end int) {
	starts := d.layout(p.seg)
	s := &d.segs[p.seg]
	start, end = s.start+int(starts[p.row]), s.end
	if p.row+1 < len(starts) {
		end = s.start + int(starts[p.row+1])
	}
	return start, end
}

// find gives the row that shows the octet at offset.
func (d *document) find(offset int) place {
	seg := searchLast(len(d.segs), func(i int) bool { return d.segs[i].start <= offset })
	starts := d.layout(seg)
	if offset >= d.segs[seg].end && seg+1 < len(d.segs) {
		seg++ // its first row came to it just now
		starts = d.layout(seg)
	}
	row := searchLast(len(starts), func(i int) bool { return d.segs[seg].start+int(starts[i]) <= offset })
	return place{seg, row}
}

// searchLast gives the last i in [0,n) for which ok holds, or 0; ok must hold up to
// some i and fail from there on.
func searchLast(n int, ok func(int) bool) int {
	low, high := 0, n
	for low < high {
		if mid := (low + high) / 2; ok(mid) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return max(0, low-1)
}

// move gives the row n rows below p, or above for a negative n, and how many rows
// it went; the ends of the text stop it.
func (d *document) move(p place, n int) (place, int) {
	moved := 0
	for moved < n {
		room := len(d.layout(p.seg)) - 1 - p.row
		if step := min(room, n-moved); step > 0 {
			p.row += step
			moved += step
			continue
		}
		if p.seg == len(d.segs)-1 {
			return p, moved
		}
		p = place{p.seg + 1, 0}
		moved++
	}
	for moved > n {
		if step := min(p.row, moved-n); step > 0 {
			p.row -= step
			moved -= step
			continue
		}
		if p.seg == 0 {
			return p, moved
		}
		p.seg--
		p.row = len(d.layout(p.seg)) - 1
		moved--
	}
	return p, moved
}

// last gives the last row.
func (d *document) last() place {
	seg := len(d.segs) - 1
	return place{seg, len(d.layout(seg)) - 1}
}

// total gives the number of rows, partly guessed in a text of more than one segment.
func (d *document) total() int {
	n := 0
	for i := range d.segs {
		n += d.segs[i].rows
	}
	return n
}

// before gives the number of rows above p, partly guessed.
func (d *document) before(p place) int {
	n := p.row
	for i := range p.seg {
		n += d.segs[i].rows
	}
	return n
}

// at gives the row with about index rows above it.
func (d *document) at(index int) place {
	for i := range d.segs {
		guess := d.segs[i].rows
		if index < guess {
			actual := len(d.layout(i))
			return place{i, min(max(0, index*actual/guess), actual-1)}
		}
		index -= guess
	}
	return d.last()
}

// paragraph gives the octets [start,end) of the paragraph that holds the row p, as
// far as it lies in the row's segment, and its quote depth.
func (d *document) paragraph(p place) (start, end int, level uint8) {
	s := &d.segs[p.seg]
	row, _ := d.span(p)
	start, end = s.start, s.end
	if i := strings.LastIndexByte(d.text[s.start:row], '\n'); i >= 0 {
		start = s.start + i + 1
	}
	if i := strings.IndexByte(d.text[row:s.end], '\n'); i >= 0 {
		end = row + i + 1
	}
	if start == s.start && s.cont {
		return start, end, s.level
	}
	return start, end, quoteLevel(d.text[start:end])
}

// quoteLevel counts the ">" that a line starts with, spaces between them allowed.
func quoteLevel(line string) uint8 {
	level := uint8(0)
	for i := 0; i < len(line) && i < 64; i++ {
		switch line[i] {
		case '>':
			level++
		case ' ':
			if level == 0 {
				return 0
			}
		default:
			return level
		}
	}
	return level
}

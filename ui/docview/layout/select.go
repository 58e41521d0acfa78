package layout

import "restante.app/ui/docview/typeset"

// Rects are the places of the flat text between two offsets, those that touch a
// rectangle: for selections and marks. Rectangles beside each other on a line are one.
func (f *Flow) Rects(from, to int, within Rect) []Rect {
	if to <= from {
		return nil
	}
	f.asked()
	s := &selector{from: from, to: to, p: painter{f: f, r: within}}
	s.box(f.root, 0, 0)
	return s.out
}

type selector struct {
	from, to int
	p        painter
	out      []Rect
}

func (s *selector) box(b *box, x, y float32) {
	if s.p.beyond(b, x, y) || !b.fold.IsZero() {
		return
	}
	s.p.f.enter(b)
	if b.image != "" && b.text == nil && b.w > 0 && s.whole(int(b.start), int(b.end)) {
		s.add(Rect{x, y, b.w, b.h})
	}
	for _, k := range b.floats {
		s.box(k, x+k.x, y+k.y)
	}
	if int(b.start) < s.to {
		s.p.lines(b.text, y, func(l *line, y float32) {
			if l.Start < s.to {
				s.line(l, x, y)
			}
		})
	}
	s.p.kids(b, y, func(k *box) {
		if int(k.end) >= s.from && int(k.start) < s.to {
			s.box(k, x+k.x, y+k.y)
		}
	})
}

// whole tells whether all of a stretch is selected.
func (s *selector) whole(start, end int) bool {
	return start >= s.from && end <= s.to && (end > start || start > s.from && end < s.to)
}

func (s *selector) line(l *line, x, y float32) {
	for i := range l.Runs {
		r := &l.Runs[i]
		if len(r.Glyphs) == 0 {
			if r.End > s.from && r.Start < s.to && r.Width > 0 && !r.Span.Box {
				s.add(Rect{x + l.x + r.X, y + l.y, r.Width, l.Height()})
			}
			continue
		}
		s.run(r, Rect{x + l.x + r.X, y + l.y, 0, l.Height()})
	}
	for _, b := range l.boxes {
		s.box(b, x+b.x, y+b.y)
	}
	if l.Hard && l.End > s.from && l.End <= s.to && l.Start >= s.from && l.Line.Width == 0 {
		s.add(Rect{x + l.x, y + l.y, l.Height() / 4, l.Height()}) // an empty line
	}
}

// run adds the part of a run that is selected, at most one stretch for each.
func (s *selector) run(r *typeset.Run, at Rect) {
	if r.End <= s.from || r.Start >= s.to {
		return
	}
	pen, left, right := float32(0), float32(-1), float32(0)
	for i := 0; i < len(r.Glyphs); {
		from, to, w, n := clusterAt(r, i)
		if to > s.from && from < s.to {
			if left < 0 {
				left = pen
			}
			right = pen + w
		}
		pen += w
		i += n
	}
	if left >= 0 {
		s.add(Rect{at.X + left, at.Y, right - left, at.H})
	}
}

func (s *selector) add(r Rect) {
	if n := len(s.out); n > 0 {
		if last := &s.out[n-1]; last.Y == r.Y && last.H == r.H && r.X <= last.X+last.W+0.5 && r.X >= last.X {
			last.W = max(last.W, r.X+r.W-last.X)
			return
		}
	}
	s.out = append(s.out, r)
}

package layout

import "sort"

// PageBreaks are the places where to cut the document into pages at most so high:
// between lines and pictures where there is such a place. Everything is placed first.
// The last page ends with the document, which is not in the list.
func (f *Flow) PageBreaks(height float32) []float32 {
	f.All()
	end := max(f.root.h, f.root.bottom)
	if height < 1 || end <= height {
		return nil
	}
	var whole []extentOf
	f.uncut(f.root, 0, &whole)
	sort.Slice(whole, func(i, j int) bool { return whole[i].top < whole[j].top })
	var cuts []float32
	first := 0
	for top := float32(0); end-top > height+0.5; {
		cut := cutAbove(whole[first:], top, top+height)
		cuts = append(cuts, cut)
		top = cut
		for first < len(whole) && whole[first].top < top-height {
			first++
		}
	}
	return cuts
}

// extentOf is how far something reaches that no page should cut.
type extentOf struct{ top, bottom float32 }

func (f *Flow) uncut(b *box, y float32, out *[]extentOf) {
	if s := b.again; s != nil {
		f.enter(b)
		s.pinned = true
		defer func() {
			s.pinned, s.seen = false, 0
			f.trim()
		}()
	}
	if b.image != "" {
		*out = append(*out, extentOf{y, y + b.h})
	}
	if p := b.text; p != nil {
		for i := range p.batches {
			f.uncutLines(f.lines(p, i), y+p.batches[i].top, out)
		}
	}
	for _, k := range b.kids {
		f.uncut(k, y+k.y, out)
	}
	for _, k := range b.floats {
		f.uncut(k, y+k.y, out)
	}
}

func (f *Flow) uncutLines(lines []line, y float32, out *[]extentOf) {
	for i := range lines {
		l := &lines[i]
		*out = append(*out, extentOf{y + l.y, y + l.bottom()})
		for _, k := range l.boxes {
			f.uncut(k, y+k.y, out)
		}
	}
}

// cutAbove moves a cut up to where it goes through nothing; if that leaves less than
// a quarter of the page, what is there is cut after all.
func cutAbove(whole []extentOf, top, cut float32) float32 {
	best := cut
	for moved := true; moved; {
		moved = false
		for _, e := range whole {
			if e.top >= best {
				break
			}
			if e.bottom > best+0.5 && e.top > top && e.top < best {
				best, moved = e.top, true
				break
			}
		}
	}
	if best-top < (cut-top)/4 {
		return cut
	}
	return best
}

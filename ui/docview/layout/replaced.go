package layout

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

// picture lays out an image (CSS 2.1 sections 10.3.2 and 10.6.2): what the style asks
// for, else its own size, made smaller where that is wider than the room.
func (f *Flow) picture(n dom.Node, room, within float32) *box {
	b := f.newBox(n, within)
	edge := b.border.across() + b.padding.across()
	b.own().image = n.Image().Src
	w, h, there := f.pictureSize(n, within, room-edge)
	if !there {
		b.own().missing = true
		f.alternative(b, n, &w, &h, max(room-edge, 0))
	}
	b.w, b.h = w+edge, h+b.border.down()+b.padding.down()
	if w == 0 && h == 0 {
		b.w, b.h = 0, 0
	}
	b.close()
	return b
}

// natural is an image's own size in CSS px; there tells whether it has one.
type natural struct {
	w, h  float32
	there bool
}

// sizeOf is an image's own size, the same as long as the flow lives: what is laid out
// again comes to the same, whatever was loaded meanwhile.
func (f *Flow) sizeOf(src string) (w, h float32, there bool) {
	s, ok := f.sizes[src]
	if !ok {
		s.w, s.h, s.there = f.o.Size(src)
		f.sizes[src] = s
	}
	return s.w, s.h, s.there
}

// pictureSize is an image's content box. there is false if the image is not; then the
// size is what the style says, 0 where it says nothing.
func (f *Flow) pictureSize(n dom.Node, within, room float32) (w, h float32, there bool) {
	ow, oh, there := f.sizeOf(n.Image().Src)
	ow, oh = bound(f.px(ow)), bound(f.px(oh))
	st := n.Style()
	w, hasW := f.length(st.Width, within)
	h, hasH := f.length(st.Height, -1)
	if st.BorderBox {
		w -= f.borders(st).across() + f.paddings(st, within).across()
		h -= f.borders(st).down() + f.paddings(st, within).down()
	}
	w, h = max(w, 0), max(h, 0)
	ratio := float32(1)
	if there && ow > 0 && oh > 0 {
		ratio = oh / ow
	}
	switch {
	case hasW && hasH:
		if w > 0 && !there {
			ratio = h / w
		}
	case hasW && there:
		h = w * ratio
	case hasH && there:
		w = h / ratio
	case there:
		w, h = ow, oh
		if room > 0 && w > room {
			w, h = room, room*ratio
		}
	}
	free := !hasH || !hasW
	w, h = f.limit(st, within, w, h, ratio, there && (free || st.MaxWidth.Unit != dom.Auto && !hasH))
	return bound(w), bound(h), there
}

// limit holds a size within the style's limits, with its ratio where the height is free.
func (f *Flow) limit(st *dom.Style, within, w, h, ratio float32, keep bool) (float32, float32) {
	if most, ok := f.length(st.MaxWidth, within); ok && w > most {
		w = most
		if keep {
			h = w * ratio
		}
	}
	if least, ok := f.length(st.MinWidth, within); ok && w < least {
		w = least
		if keep {
			h = w * ratio
		}
	}
	if most, ok := f.length(st.MaxHeight, -1); ok && h > most {
		h = most
		if keep && ratio > 0 {
			w = h / ratio
		}
	}
	if least, ok := f.length(st.MinHeight, -1); ok && h < least {
		h = least
	}
	return w, h
}

// alternative sets the text that stands for an image which is not there.
func (f *Flow) alternative(b *box, n dom.Node, w, h *float32, room float32) {
	if n.Image().Alt == "" {
		if *w == 0 || *h == 0 {
			*w, *h = 0, 0
		}
		return
	}
	wide := *w
	set := f.set(n.Style())
	spans := typeset.List(typeset.Span{Text: n.Image().Alt, Start: n.Start(), Look: set.look, LineHeight: set.lineHeight, Ref: &ref{node: n}, BreakWord: true})
	if wide == 0 {
		_, most := f.paragraph(spans, n.Style(), 0).MinMax()
		wide = min(most, room)
	}
	text := f.paragraph(spans, n.Style(), 0)
	x, y := b.border[dom.Left]+b.padding[dom.Left], b.border[dom.Top]+b.padding[dom.Top]
	top := y
	var lines []line
	for len(lines) < 100 {
		set, ok := text.Next(max(wide, 1))
		if !ok || *h > 0 && len(lines) > 0 && y-top+set.Height() > *h {
			break
		}
		lines = append(lines, line{Line: set, x: x, y: y})
		y += set.Height()
	}
	if len(lines) > 0 {
		b.text = pinned(lines)
	}
	if *w == 0 {
		*w = wide
	}
	if *h == 0 {
		*h = y - top
	}
}

// pictureSpan is an image's width for tables and boxes that shrink to fit.
func (f *Flow) pictureSpan(n dom.Node) span {
	st := n.Style()
	edge := f.borders(st).across() + f.paddings(st, 0).across()
	w, _, there := f.pictureSize(n, -1, 0)
	if !there && w == 0 && n.Image().Alt != "" {
		set := f.set(st)
		least, most := f.paragraph(typeset.List(typeset.Span{Text: n.Image().Alt, Look: set.look, BreakWord: false}), st, 0).MinMax()
		return span{min(least, 200) + edge, most + edge}
	}
	s := span{w + edge, w + edge}
	if st.Width.Unit == dom.Percent || st.MaxWidth.Unit == dom.Percent {
		s.least = edge
	}
	return s
}

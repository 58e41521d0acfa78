package typeset

// origin is where the source was read from when a piece was the next to be made.
type origin struct {
	piece int
	from  place
}

// Mark is a place in a paragraph that lines can be set again from. It means the same in
// any Text of the same spans and options.
type Mark struct {
	section, source, line spot
	begun                 bool
}

// spot is an octet of a span's text.
type spot struct{ span, at int32 }

// Mark returns the place where the next line begins.
func (t *Text) Mark() Mark {
	m := Mark{begun: t.begun}
	source := place{t.source.span, t.source.at}
	line := source
	if t.next < len(t.pieces) {
		p := &t.pieces[t.next]
		line = place{p.span, p.start}
		for i := range t.reads {
			if t.reads[i].piece > t.next {
				break
			}
			source = t.reads[i].from
		}
	}
	m.section, m.source, m.line = small(t.levels.section(source)), small(source), small(line)
	return m
}

// Resume goes to a place: the lines that follow are those that followed when it was
// marked, given the same widths.
func (t *Text) Resume(m Mark) {
	t.pieces, t.reads, t.next, t.begun = t.pieces[:0], t.reads[:0], 0, m.begun
	t.levels.restart(m.section.large())
	source, line := m.source.large(), m.line.large()
	t.source.span, t.source.at, t.source.of = source.span, source.at, nil
	for ; t.load(t.next); t.next++ {
		p := &t.pieces[t.next]
		if !t.ends(p, line) {
			break
		}
	}
	if t.next < len(t.pieces) {
		if p := &t.pieces[t.next]; p.span == line.span && p.start < line.at && p.kind == glyphs {
			t.cutPiece(t.next, line.at-p.start)
			t.next++
		}
	}
}

// ends tells whether a piece lies before a place. One without text begins where it ends.
func (t *Text) ends(p *piece, at place) bool {
	if p.span != at.span {
		return p.span < at.span
	}
	return p.end <= at.at && p.end > p.start
}

func small(p place) spot { return spot{int32(p.span), int32(p.at)} }

func (p spot) large() place { return place{int(p.span), int(p.at)} }

// Again begins to set the same spans.
func (t *Text) Again() *Text {
	return &Text{fonts: t.fonts, spans: t.spans, o: t.o, rtl: t.rtl, strut: t.strut, levels: levels{spans: t.spans, base: t.levels.base}}
}

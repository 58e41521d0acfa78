package typeset

// Measure finds the width of the widest piece of a text that can't be broken, and that
// of all on one line between hard breaks (CSS 2.1 section 17.5.2.2), some pieces at a
// time.
type Measure struct {
	t            *Text
	next         int // piece
	least, most  float32
	word, line   float32 // since a line could end last, and since one had to
	ink, inkLine float32 // the same without blanks at the end
}

// Measure begins to measure a text and uses it up: Next has no more lines.
func (t *Text) Measure() *Measure {
	return &Measure{t: t, next: t.next, line: t.o.Indent, inkLine: t.o.Indent}
}

// MinMax measures all of a text.
func (t *Text) MinMax() (least, most float32) {
	m := t.Measure()
	for !m.Some(1 << 20) {
	}
	return m.Widths()
}

// Widths are what was found so far.
func (m *Measure) Widths() (least, most float32) {
	return max(m.least, m.ink), max(m.most, m.inkLine)
}

// Some looks at so many pieces and tells whether there are no more.
func (m *Measure) Some(pieces int) (done bool) {
	t := m.t
	for range pieces {
		if !t.settled(m.next) {
			return true
		}
		if m.next > maxHeld { // a long text is not held whole
			t.drop(m.next)
			m.next = 0
		}
		m.add(&t.pieces[m.next])
		m.next++
		t.next = m.next
	}
	return false
}

func (m *Measure) add(p *piece) {
	switch p.kind {
	case hard:
		m.flush()
		m.word, m.line, m.ink, m.inkLine = 0, 0, 0, 0
		return
	case tab:
		p.width = m.t.tabWidth(m.line)
	}
	m.word += p.width
	m.line += p.width
	if p.kind != blank {
		m.ink, m.inkLine = m.word, m.line
	}
	if sp := p.of; p.kind == glyphs && sp.BreakAll {
		for _, c := range p.clusters() {
			m.least = max(m.least, c.advance)
		}
		m.word, m.ink = 0, 0
	}
	if p.breaks {
		m.flush()
		m.word, m.ink = 0, 0
	}
}

func (m *Measure) flush() {
	m.least, m.most = max(m.least, m.ink), max(m.most, m.inkLine)
}

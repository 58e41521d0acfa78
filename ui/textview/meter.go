package textview

// tabColumns is how many digits apart tab stops are.
const tabColumns = 8

// maxWidths bounds the widths that are kept: a text may use every character there is.
const maxWidths = 1 << 14

// meter knows how wide characters are in one face and size. Its answers cost a
// look-up; only a character's first use measures.
type meter struct {
	measure func(string) float32 // width of a string as it will be drawn
	ascii   [128]float32
	other   map[rune]float32
	marks   map[string]float32
	tab     float32
}

func newMeter(measure func(string) float32) *meter {
	m := &meter{measure: measure, other: make(map[rune]float32), marks: make(map[string]float32)}
	for c := ' '; c < 0x7f; c++ {
		m.ascii[c] = measure(string(c))
	}
	m.tab = tabColumns * m.ascii['0']
	if m.tab <= 0 {
		m.tab = 1
	}
	return m
}

// advance gives the width of g when it starts at x. Only tabs depend on x.
func (m *meter) advance(g glyph, x float32) float32 {
	switch {
	case g.mark != "":
		return m.mark(g.mark)
	case g.none:
		return 0
	case g.r == '\t':
		return m.nextTab(x) - x
	case g.r < 128:
		return m.ascii[g.r]
	case joins(g.r):
		return 0
	case wide(g.r):
		return m.rune(kin(g.r))
	default:
		return m.rune(g.r)
	}
}

func (m *meter) nextTab(x float32) float32 {
	return float32(int(x/m.tab)+1) * m.tab
}

func (m *meter) rune(r rune) float32 {
	w, known := m.other[r]
	if !known {
		if len(m.other) >= maxWidths {
			clear(m.other)
		}
		w = m.measure(string(r))
		m.other[r] = w
	}
	return w
}

func (m *meter) mark(s string) float32 {
	w, known := m.marks[s]
	if !known {
		w = m.measure(s)
		m.marks[s] = w
	}
	return w
}

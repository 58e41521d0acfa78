package typeset

import "golang.org/x/text/unicode/bidi"

// maxLevel is max_depth of UAX 9.
const maxLevel = 125

// paragraphLevels are the embedding levels of a paragraph's characters by UAX 9, rules
// X1 to I2. The library finds directions but not levels, and text in text in the other
// direction can't be put in order without them. Controls have the level of what they
// stand behind.
func paragraphLevels(text []rune, base uint8) []uint8 {
	b := newBidi(text, base)
	b.explicit()
	b.sequences()
	for i := range text {
		if b.removed[i] {
			b.levels[i] = base
			if i > 0 {
				b.levels[i] = b.levels[i-1]
			}
		}
	}
	b.whitespace()
	return b.levels
}

// bidiText is a paragraph whose levels are being resolved.
type bidiText struct {
	text    []rune
	base    uint8
	class   []bidi.Class // as in the tables
	types   []bidi.Class // as resolved so far
	levels  []uint8
	removed []bool // by rule X9
	match   []int  // of an isolate's initiator its PDI and the other way, -1 if there is none (BD9)
}

func newBidi(text []rune, base uint8) *bidiText {
	n := len(text)
	b := &bidiText{
		text: text, base: base, class: make([]bidi.Class, n), types: make([]bidi.Class, n), levels: make([]uint8, n),
		removed: make([]bool, n), match: make([]int, n),
	}
	var open []int
	for i, r := range text {
		p, _ := bidi.LookupRune(r)
		c := p.Class()
		b.class[i], b.types[i], b.match[i] = c, c, -1
		switch {
		case initiates(c):
			open = append(open, i)
		case c == bidi.PDI && len(open) > 0:
			k := open[len(open)-1]
			open = open[:len(open)-1]
			b.match[i], b.match[k] = k, i
		}
	}
	return b
}

func initiates(c bidi.Class) bool { return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI }

// status is an entry of the directional status stack.
type status struct {
	level    uint8
	override bidi.Class
	isolate  bool
}

const noOverride = bidi.ON

// explicitState is the state of rules X1 to X8.
type explicitState struct {
	stack             []status
	isolates, embeds  int // that overflowed
	validIsolateCount int
}

func (s *explicitState) top() status { return s.stack[len(s.stack)-1] }

// push opens an embedding or an isolate, and tells whether it could.
func (s *explicitState) push(rtl bool, override bidi.Class, isolate bool) bool {
	level := (s.top().level + 2) &^ 1
	if rtl {
		level = (s.top().level + 1) | 1
	}
	if level > maxLevel || s.isolates > 0 || s.embeds > 0 {
		return false
	}
	s.stack = append(s.stack, status{level, override, isolate})
	return true
}

// popIsolate closes an isolate with all embeddings in it (rule X6a).
func (s *explicitState) popIsolate() {
	switch {
	case s.isolates > 0:
		s.isolates--
	case s.validIsolateCount > 0:
		s.embeds = 0
		for !s.top().isolate {
			s.stack = s.stack[:len(s.stack)-1]
		}
		s.stack = s.stack[:len(s.stack)-1]
		s.validIsolateCount--
	}
}

// popEmbedding closes an embedding (rule X7).
func (s *explicitState) popEmbedding() {
	switch {
	case s.isolates > 0:
	case s.embeds > 0:
		s.embeds--
	case !s.top().isolate && len(s.stack) > 1:
		s.stack = s.stack[:len(s.stack)-1]
	}
}

// explicit applies rules X1 to X8.
func (b *bidiText) explicit() {
	s := &explicitState{stack: []status{{b.base, noOverride, false}}}
	for i, c := range b.class {
		switch c {
		case bidi.RLE, bidi.LRE, bidi.RLO, bidi.LRO:
			b.removed[i] = true
			override := noOverride
			switch c {
			case bidi.RLO:
				override = bidi.R
			case bidi.LRO:
				override = bidi.L
			}
			if !s.push(c == bidi.RLE || c == bidi.RLO, override, false) && s.isolates == 0 {
				s.embeds++
			}
		case bidi.PDF:
			b.removed[i] = true
			s.popEmbedding()
		case bidi.LRI, bidi.RLI, bidi.FSI:
			b.at(i, s.top())
			if s.push(c == bidi.RLI || c == bidi.FSI && b.rtlIn(i), noOverride, true) {
				s.validIsolateCount++
			} else {
				s.isolates++
			}
		case bidi.PDI:
			s.popIsolate()
			b.at(i, s.top())
		case bidi.BN:
			b.removed[i] = true
		case bidi.B:
			b.levels[i] = b.base
		default:
			b.at(i, s.top())
		}
	}
}

func (b *bidiText) at(i int, s status) {
	b.levels[i] = s.level
	if s.override != noOverride {
		b.types[i] = s.override
	}
}

// rtlIn tells the direction of an FSI by its first strong character (rules P2 and P3).
func (b *bidiText) rtlIn(i int) bool {
	end := b.match[i]
	if end < 0 {
		end = len(b.text)
	}
	for i++; i < end; i++ {
		switch c := b.class[i]; {
		case c == bidi.L:
			return false
		case c == bidi.R || c == bidi.AL:
			return true
		case initiates(c):
			if b.match[i] < 0 {
				return false
			}
			i = b.match[i]
		}
	}
	return false
}

// sequences finds the isolating run sequences (BD13) and resolves each.
func (b *bidiText) sequences() {
	var kept []int
	for i := range b.text {
		if !b.removed[i] {
			kept = append(kept, i)
		}
	}
	var all []*sequence
	waits := map[int]*sequence{} // by the PDI that they go on with
	for from := 0; from < len(kept); {
		to := from + 1
		for to < len(kept) && b.levels[kept[to]] == b.levels[kept[from]] {
			to++
		}
		first, last := kept[from], kept[to-1]
		s := waits[first]
		if s == nil {
			s = &sequence{b: b, level: b.levels[first], before: b.base, after: b.base}
			if from > 0 {
				s.before = b.levels[kept[from-1]]
			}
			all = append(all, s)
		}
		s.at = append(s.at, kept[from:to]...)
		s.after = b.base
		if to < len(kept) && !initiates(b.class[last]) {
			s.after = b.levels[kept[to]]
		}
		if initiates(b.class[last]) && b.match[last] >= 0 {
			waits[b.match[last]] = s
		}
		from = to
	}
	for _, s := range all {
		s.resolve()
	}
}

// whitespace puts separators, and the white space before them, at the base (rule L1).
func (b *bidiText) whitespace() {
	trailing := true
	for i := len(b.text) - 1; i >= 0; i-- {
		switch c := b.class[i]; {
		case c == bidi.B || c == bidi.S:
			b.levels[i], trailing = b.base, true
		case c == bidi.WS || initiates(c) || c == bidi.PDI || b.removed[i]:
			if trailing {
				b.levels[i] = b.base
			}
		default:
			trailing = false
		}
	}
}

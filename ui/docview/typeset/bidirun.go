package typeset

import (
	"sort"

	"golang.org/x/text/unicode/bidi"
)

// sequence is an isolating run sequence: characters of one level that are resolved
// together, whatever stands between them.
type sequence struct {
	b             *bidiText
	at            []int // in the paragraph
	level         uint8
	before, after uint8 // levels around it
	sos, eos      bidi.Class
	types         []bidi.Class
}

func direction(level uint8) bidi.Class {
	if level&1 == 1 {
		return bidi.R
	}
	return bidi.L
}

func (s *sequence) resolve() {
	s.sos, s.eos = direction(max(s.level, s.before)), direction(max(s.level, s.after))
	s.types = make([]bidi.Class, len(s.at))
	for k, i := range s.at {
		s.types[k] = s.b.types[i]
	}
	s.weak()
	s.separators()
	s.letters()
	s.brackets()
	s.neutrals()
	for k, i := range s.at {
		l := s.level
		switch t := s.types[k]; {
		case l&1 == 0 && t == bidi.R, l&1 == 1 && (t == bidi.L || t == bidi.EN || t == bidi.AN):
			l++
		case l&1 == 0 && (t == bidi.AN || t == bidi.EN):
			l += 2
		}
		s.b.levels[i] = l
	}
}

// weak applies rules W1 to W3.
func (s *sequence) weak() {
	prev, strong := s.sos, s.sos
	for k, t := range s.types {
		if t == bidi.NSM {
			t = prev
			if initiates(prev) || prev == bidi.PDI {
				t = bidi.ON
			}
		}
		prev = t
		switch t {
		case bidi.L, bidi.R, bidi.AL:
			strong = t
		case bidi.EN:
			if strong == bidi.AL {
				t = bidi.AN
			}
		}
		s.types[k] = t
	}
	for k, t := range s.types {
		if t == bidi.AL {
			s.types[k] = bidi.R
		}
	}
}

// separators applies rules W4 to W6.
func (s *sequence) separators() {
	t := s.types
	for k := 1; k+1 < len(t); k++ {
		same := t[k-1] == t[k+1]
		switch {
		case t[k] == bidi.ES && same && t[k-1] == bidi.EN:
			t[k] = bidi.EN
		case t[k] == bidi.CS && same && (t[k-1] == bidi.EN || t[k-1] == bidi.AN):
			t[k] = t[k-1]
		}
	}
	for k := 0; k < len(t); k++ {
		if t[k] != bidi.ET {
			continue
		}
		end := k
		for end < len(t) && t[end] == bidi.ET {
			end++
		}
		if k > 0 && t[k-1] == bidi.EN || end < len(t) && t[end] == bidi.EN {
			for ; k < end; k++ {
				t[k] = bidi.EN
			}
		}
		k = end - 1
	}
	for k := range t {
		if t[k] == bidi.ES || t[k] == bidi.ET || t[k] == bidi.CS {
			t[k] = bidi.ON
		}
	}
}

// letters applies rule W7: a number behind a left-to-right word is part of it.
func (s *sequence) letters() {
	strong := s.sos
	for k, t := range s.types {
		switch t {
		case bidi.L, bidi.R:
			strong = t
		case bidi.EN:
			if strong == bidi.L {
				s.types[k] = bidi.L
			}
		}
	}
}

// strongOf is how a type counts for neutrals: numbers are as right-to-left words.
func strongOf(t bidi.Class) bidi.Class {
	switch t {
	case bidi.EN, bidi.AN, bidi.R:
		return bidi.R
	case bidi.L:
		return bidi.L
	}
	return bidi.ON
}

// pair is a pair of brackets, by their places in the sequence.
type pair struct{ open, shut int }

// maxOpen is how many brackets may be open at once (BD16).
const maxOpen = 63

// pairs finds the brackets that belong together (BD16).
func (s *sequence) pairs() []pair {
	type opening struct {
		shut rune
		at   int
	}
	var stack []opening
	var out []pair
	for k, i := range s.at {
		if s.types[k] != bidi.ON {
			continue
		}
		p, _ := bidi.LookupRune(s.b.text[i])
		switch {
		case !p.IsBracket():
		case p.IsOpeningBracket():
			if len(stack) >= maxOpen {
				return nil
			}
			stack = append(stack, opening{canonical([]rune(bidi.ReverseString(string(s.b.text[i])))[0]), k})
		default:
			r := canonical(s.b.text[i])
			for n := len(stack) - 1; n >= 0; n-- {
				if stack[n].shut == r {
					out = append(out, pair{stack[n].at, k})
					stack = stack[:n]
					break
				}
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].open < out[j].open })
	return out
}

// canonical makes one of the two angle brackets that are equivalent.
func canonical(r rune) rune {
	if r == 0x232a {
		return 0x3009
	}
	return r
}

// brackets applies rule N0.
func (s *sequence) brackets() {
	own := direction(s.level)
	context, seen := s.sos, 0 // the last strong type before the pair
	for _, p := range s.pairs() {
		for ; seen < p.open; seen++ {
			if t := strongOf(s.types[seen]); t != bidi.ON {
				context = t
			}
		}
		found, to := false, own
		for k := p.open + 1; k < p.shut; k++ {
			t := strongOf(s.types[k])
			if t == own {
				found, to = true, own
				break
			}
			if t != bidi.ON {
				found, to = true, context
			}
		}
		if !found {
			continue
		}
		for _, k := range []int{p.open, p.shut} {
			s.types[k] = to
			for m := k + 1; m < len(s.at) && s.b.class[s.at[m]] == bidi.NSM; m++ {
				s.types[m] = to
			}
		}
	}
}

// neutrals applies rules N1 and N2.
func (s *sequence) neutrals() {
	t := s.types
	prev := s.sos
	for k := 0; k < len(t); {
		if d := strongOf(t[k]); d != bidi.ON {
			prev = d
			k++
			continue
		}
		end := k
		for end < len(t) && strongOf(t[end]) == bidi.ON {
			end++
		}
		next := s.eos
		if end < len(t) {
			next = strongOf(t[end])
		}
		to := direction(s.level)
		if prev == next {
			to = prev
		}
		for ; k < end; k++ {
			t[k] = to
		}
	}
}

package present

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Command is something to do that is found by its name.
type Command struct {
	Label string
	Where string // the menu that it is in, or what kind of thing it is
	Keys  string // "" for none
}

// MatchCommands returns the places of the commands that hold all the words typed, at the
// beginning of a word or within one, the best first. Case and accents do not count.
// Without words it returns all in their order.
func MatchCommands(all []Command, typed string) []int {
	words := strings.Fields(folded(typed))
	type match struct{ at, worth int }
	var found []match
	for i, c := range all {
		if worth, fits := fit(folded(c.Label), folded(c.Where), words); fits {
			found = append(found, match{i, worth})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.worth, a.worth) })
	out := make([]int, len(found))
	for i, m := range found {
		out[i] = m.at
	}
	return out
}

// What a word is worth by where it stands.
const (
	worthWhere = 1 // in the name of the menu
	worthIn    = 2 // within a word of the label
	worthWord  = 4 // at the beginning of one
	worthFirst = 8 // of the first one
)

// fit tells whether all words are found, and what that is worth.
func fit(label, where string, words []string) (worth int, fits bool) {
	for _, w := range words {
		switch i := strings.Index(label, w); {
		case i == 0:
			worth += worthFirst
		case begins(label, w):
			worth += worthWord
		case i > 0:
			worth += worthIn
		case strings.Contains(where, w):
			worth += worthWhere
		default:
			return 0, false
		}
	}
	return worth, true
}

// begins tells whether a word of a text begins with w.
func begins(text, w string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], w)
		if i < 0 {
			return false
		}
		if i += from; i == 0 || !unicode.IsLetter(rune(text[i-1])) && text[i-1] < 0x80 {
			return true
		}
		from = i + len(w)
	}
}

// folded is a text without case and accents.
func folded(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		plain = s // what can't be taken apart stays as it is
	}
	return strings.ToLower(plain)
}

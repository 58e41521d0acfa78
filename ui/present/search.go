package present

import (
	"strings"

	"restante.app/localstore"
)

// Hits says how much a search has found.
func Hits(r localstore.SearchResults) string {
	s := Count(r.Total, "message")
	if !r.Exact {
		s = "About " + s
	}
	switch {
	case r.Total == 0:
		s = "Nothing found"
	case r.Total > len(r.Hits):
		s += " found, the first " + Number(len(r.Hits)) + " are shown"
	default:
		s += " found"
	}
	switch {
	case r.Problem != nil:
		s += ". The index can't be completed: " + r.Problem.Error()
	case r.Pending > 0:
		s += ". " + Count(r.Pending, "message") + " still being indexed"
	}
	return s + "."
}

// SearchWord returns the word or the phrase of a query that is most worth marking in a
// message: the longest that has to be there, "" if there is none.
func SearchWord(query string) (word string) {
	take := func(s string) {
		if s = strings.Trim(s, "()*\""); len(s) > len(word) {
			word = s
		}
	}
	for i, part := range strings.Split(query, `"`) {
		if i%2 == 1 {
			take(part)
			continue
		}
		for _, w := range strings.Fields(part) {
			if !strings.HasPrefix(w, "-") && !strings.Contains(w, ":") && w != "OR" {
				take(w)
			}
		}
	}
	return word
}

// NothingFound says what to do where a search finds nothing.
func NothingFound() (title, next string) {
	return "Nothing found", "Try fewer words, or the beginning of one. from: to: subject: before: and more narrow a search down."
}

// FromSame is a search for all mail from the sender of a message, "" if it names none.
func FromSame(e localstore.Entry) string {
	address := strings.Trim(e.Summary.FromAddress, "\"“”„«»")
	if address == "" || strings.ContainsAny(address, " \t()\"") {
		return ""
	}
	return "from:" + address
}

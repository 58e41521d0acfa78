//go:build unix

package bench

import (
	"math/rand/v2"
	"slices"
	"strings"

	"restante.app/localstore/corpus"
)

// row is a row of the table: queries in our language and in the peers'.
type row struct {
	name                string
	ours, fts5, notmuch []string
	limit               float64 // ms at p99, whatever the size
}

func (r *row) add(ours, fts5, notmuch string) {
	r.ours, r.fts5, r.notmuch = append(r.ours, ours), append(r.fts5, fts5), append(r.notmuch, notmuch)
}

// perRow is how many queries a percentile is of.
func perRow() int {
	if full() {
		return 100
	}
	return 10
}

// drawn is what queries are made of.
type drawn struct{ common, rare, phrases, subjects, prefix3, prefix2 []string }

// questions draws queries from what the mail says, in ASCII: FTS5 knows no pairs of
// characters.
func questions(c *corpus.Corpus, documents int) []row {
	r := rand.New(rand.NewPCG(1, 5))
	d := draw(c, documents, r)
	one := func(from []string) string { return from[r.IntN(len(from))] }
	quote := func(s string) string { return `"` + s + `"` }
	rows := []row{
		{name: "common", limit: 50},
		{name: "rare", limit: 50},
		{name: "two-common", limit: 50},
		{name: "phrase", limit: 100},
		{name: "prefix3", limit: 50},
		{name: "prefix2", limit: 50},
		{name: "subject", limit: 50},
	}
	for range perRow() {
		w, v := one(d.common), one(d.common)
		rows[0].add(w, quote(w), quote(w))
		rows[2].add(w+" "+v, quote(w)+" "+quote(v), quote(w)+" and "+quote(v))
		w = one(d.rare)
		rows[1].add(w, quote(w), quote(w))
		w = one(d.phrases)
		rows[3].add(quote(w), quote(w), quote(w))
		w = one(d.prefix3)
		rows[4].add(w+"*", quote(w)+"*", w+"*")
		w = one(d.prefix2)
		rows[5].add(w+"*", quote(w)+"*", w+"*")
		w = one(d.subjects)
		rows[6].add("subject:"+w, "subject:"+quote(w), "subject:"+quote(w))
	}
	return rows
}

func draw(c *corpus.Corpus, documents int, r *rand.Rand) (d drawn) {
	count := map[string]int{}
	for i := 0; i < documents; i += max(1, documents/4000) {
		for _, w := range asciiWords(c.Message(i).Text) {
			count[w]++
		}
	}
	for w, n := range count {
		switch {
		case n > 400*min(documents, 4000)/4000:
			d.common = append(d.common, w)
		case n == 1 && len(w) > 4:
			d.rare = append(d.rare, w)
		}
	}
	slices.Sort(d.common) // a map has no order, and the questions are the same each time
	slices.Sort(d.rare)
	for len(d.phrases) < perRow() {
		m := c.Message(r.IntN(documents))
		words := asciiWords(m.Text)
		if len(words) < 8 {
			continue
		}
		n := r.IntN(len(words) - 1)
		if next := strings.Fields(m.Text); strings.Contains(strings.Join(next, " "), words[n]+" "+words[n+1]) {
			d.phrases = append(d.phrases, words[n]+" "+words[n+1])
		}
		if w := words[r.IntN(len(words))]; len(w) > 3 {
			d.prefix3, d.prefix2 = append(d.prefix3, w[:3]), append(d.prefix2, w[:2])
		}
		if s := asciiWords(m.Subject); len(s) > 1 {
			d.subjects = append(d.subjects, s[1+r.IntN(len(s)-1)])
		}
	}
	return d
}

// asciiWords returns the words that are nothing but letters and digits.
func asciiWords(s string) []string {
	var all []string
	for _, w := range strings.Fields(strings.ToLower(s)) {
		if strings.IndexFunc(w, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) < 0 {
			all = append(all, w)
		}
	}
	return all
}

package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tongue is a language: its frequent words, and syllables that make the others.
type tongue struct {
	id        string
	share     int // of 100 threads
	common    []string
	syllables []string
	dense     []rune // written without spaces, in these characters; nil for the others
	seed      uint64
}

// vocabulary is how many words a language has, beside numbers.
const vocabulary = 400_000

const english = "the of and to in a is that for it on was with as be by at this have from or are an not you we if " +
	"will can has all but they there would what when your which one about so more up out who time some no do mail " +
	"post office message letter meeting please thanks regards project report invoice order payment budget travel flight hotel " +
	"server password update release version question answer problem contract customer delivery address account week month year today tomorrow"

func tongues(seed uint64) []*tongue {
	latin := strings.Fields("ba be bi bo ca ce co da de di do fa fe fi ga ge ha he in ka ke la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to un va ve vi wa we yo za ter ing ment tion con pro per ver")
	german := append(strings.Fields("ä ö ü schen keit ung lich straß größ für über häu"), latin...)
	french := append(strings.Fields("é è ê ç à ô œu tion eur été ité ais"), latin...)
	russian := strings.Fields("ва ве во да де до за зе ка ко ла ле ма ми на не но по пра ра ре ро са се ста та те то ть ый ая ение ость")
	return []*tongue{
		{id: "en", share: 70, common: strings.Fields(english), syllables: latin, seed: seed ^ 1},
		{id: "de", share: 9, common: strings.Fields("der die das und in zu den ist nicht von mit für auf im dem Sie ich wir es eine Grüße Straße Müller Größe über können"), syllables: german, seed: seed ^ 2},
		{id: "fr", share: 6, common: strings.Fields("de la le et les des en un une du que est pour dans qui par sur au plus avec été où Noël élève ça"), syllables: french, seed: seed ^ 3},
		{id: "ru", share: 5, common: strings.Fields("и в не на я что с по это как он мы за из письмо почта спасибо встреча"), syllables: russian, seed: seed ^ 4},
		{id: "zh", share: 4, dense: runes(0x4E00, 3000), seed: seed ^ 5},
		{id: "ja", share: 3, dense: append(runes(0x3042, 70), runes(0x5E00, 1200)...), seed: seed ^ 6},
		{id: "ko", share: 3, dense: runes(0xAC00, 1800), seed: seed ^ 7},
	}
}

func runes(from rune, n int) []rune {
	all := make([]rune, n)
	for i := range all {
		all[i] = from + rune(i)
	}
	return all
}

// word returns the word of a rank, 0 the most frequent.
func (t *tongue) word(rank uint64) string {
	if rank < uint64(len(t.common)) {
		return t.common[rank]
	}
	r := rand.New(rand.NewPCG(t.seed, rank))
	if r.IntN(25) == 0 {
		return fmt.Sprint(r.IntN(100_000))
	}
	var b strings.Builder
	// Frequent words are short.
	n := 2 + r.IntN(2)
	if rank > 5_000 {
		n = 2 + r.IntN(4)
	}
	for range n {
		b.WriteString(t.syllables[r.IntN(len(t.syllables))])
	}
	return b.String()
}

// words draws words by Zipf's law.
func (t *tongue) words(r *rand.Rand) func() string {
	if t.dense != nil {
		z := rand.NewZipf(r, 1.2, 8, uint64(len(t.dense)-1))
		return func() string {
			n := 2 + r.IntN(7)
			s := make([]rune, n)
			for i := range s {
				// A multiplier spreads the frequent ones over the block.
				s[i] = t.dense[z.Uint64()*7919%uint64(len(t.dense))]
			}
			return string(s)
		}
	}
	z := rand.NewZipf(r, 1.08, 4, vocabulary-1)
	return func() string { return t.word(z.Uint64()) }
}

func (t *tongue) phrase(r *rand.Rand, least, most int) string {
	next := t.words(r)
	n := least + r.IntN(most-least+1)
	all := make([]string, n)
	for i := range all {
		all[i] = next()
	}
	if t.dense != nil {
		return strings.Join(all[:2], "")
	}
	return capital(strings.Join(all, " "))
}

// text makes n words in sentences and lines; an answer quotes some of them.
func (t *tongue) text(r *rand.Rand, n int, answer bool) string {
	next := t.words(r)
	var b strings.Builder
	b.Grow(n * 7)
	comma, stop := ", ", ". "
	if t.dense != nil {
		comma, stop = "，", "。"
		n = n * 2 / 3
	}
	column, first, quoted := 0, true, answer && n > 12
	for i := range n {
		if column == 0 && quoted && i < n/3 {
			b.WriteString("> ")
		}
		w := next()
		if first {
			w = capital(w)
		}
		b.WriteString(w)
		column += len(w) + 1
		end := r.IntN(12)
		first = end == 0
		switch {
		case column > 70:
			if first {
				b.WriteByte('.')
			}
			b.WriteByte('\n')
			column = 0
		case end == 0:
			b.WriteString(stop)
		case end == 1:
			b.WriteString(comma)
		case t.dense == nil:
			b.WriteByte(' ')
		}
	}
	b.WriteString("\n")
	return b.String()
}

func (t *tongue) name(r *rand.Rand) string {
	var b strings.Builder
	for range 2 + r.IntN(2) {
		b.WriteString(t.syllables[r.IntN(len(t.syllables))])
	}
	return capital(b.String())
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// plain keeps the letters that an address may have.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r < utf8.RuneSelf {
			return r
		}
		return -1
	}, s)
}

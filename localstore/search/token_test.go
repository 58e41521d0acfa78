package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, World":             "hello world",
		"Straße STRASSE":           "strasse strasse",
		"Élève e\u0301le\u0300ve":  "eleve eleve",
		"ŁÓDŹ Ørsted æon":          "lodz orsted aeon",
		"ﬁne ｆｕｌｌ x²":              "fine full x2",
		"ΣΊΣΥΦΟΣ σίσυφος":          "σισυφοσ σισυφοσ",
		"Ёлка":                     "елка",
		"co\u00ADoperate a\u200Db": "cooperate ab",
		"ann@mail.example.org":     "ann mail example org",
		"12,345.67":                "12 345 67",
		"東京都":                      "東京 京都 都",
		"Tシャツ":                     "t シャ ャツ ツ",
		"ｶﾞｷﾞ":                     "ガギ ギ",
		"か\u3099き":                 "がき き",
		"한국어":                      "한국 국어 어",
		"\u1112\u1161\u11AB":       "한",
		"สวัสดี":                   "สว วั ัส สด ดี ี",
		"ok 👍🏽!":                   "ok 👍",
		"عَرَبِيّ":                 "عربي",
		"\xff\xfe a":               "a",
		"":                         "",
	} {
		var got []string
		for _, tok := range tokens(text) {
			got = append(got, tok.term)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

func TestLongWords(t *testing.T) {
	got := tokens(strings.Repeat("é", 500) + " x")
	if len(got) != 2 || len(got[0].term) > maxTerm || !utf8.ValidString(got[0].term) || got[1].pos != 1 {
		t.Errorf("%v", got)
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		query, text, want string
		field             Field
	}{
		{"post off*", "A Post, an offer, the office", "A [Post], an [offer], the [office]", Any},
		{`"post office"`, "post the post office", "post the [post office]", Any},
		{"eleve", "les Élèves, un élève", "les Élèves, un [élève]", Any},
		{"京都", "東京都です", "東[京都]です", Any},
		{"東京都", "大東京都です", "大[東京都]です", Any},
		{"京", "東京都", "東[京]都", Any},
		{"-post office", "post office", "post [office]", Any},
		{"from:ann bob", "ann and bob", "ann and [bob]", Subject},
		{"from:ann bob", "Ann Bob", "[Ann] [Bob]", From},
		{"ann@example.org", "to Ann@Example.org!", "to [Ann@Example.org]!", To},
		{"is:unread", "unread", "unread", Any},
	} {
		q := mustParse(t, c.query, ParseOptions{})
		got, at := "", 0
		for _, s := range q.Spans(c.field, c.text) {
			got += c.text[at:s.From] + "[" + c.text[s.From:s.To] + "]"
			at = s.To
		}
		if got += c.text[at:]; got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	names := func(op, start string) []string { return []string{"inbox", "the office"} }
	for query, want := range map[string][]string{
		"fr":           {"from:"},
		"x is:un":      {"unread"},
		"is:":          {"unread", "read", "starred", "answered", "forwarded"},
		"has":          {"has:"},
		"(su":          {"subject:"},
		"-f":           {"from:", "filename:"},
		"in:":          {"inbox", `"the office"`},
		"hello ":       nil,
		"":             nil,
		"from:ann sma": {"smaller:"},
	} {
		var got []string
		for _, c := range Complete(query, len(query), names) {
			got = append(got, c.Text)
			if c.From < 0 || c.To != len(query) || c.From > c.To {
				t.Errorf("%q: %+v", query, c)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", query, d)
		}
	}
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{"Hello", "東京都 e\u0301", "\u1112\u1161\u11AB", "ｶﾞ", "\xff", "👍🏽"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var tok tokenizer
		tok.reset(s, 5)
		end, last := 0, 4
		for tok.scan() {
			if len(tok.term) == 0 || tok.start < 0 || tok.end > len(s) || tok.start >= tok.end || tok.pos != last+1 || tok.at < end {
				t.Fatalf("%q: %q at %d to %d, position %d after %d", s, tok.term, tok.start, tok.end, tok.pos, last)
			}
			end, last = tok.at, tok.pos
			if !utf8.Valid(tok.term) {
				t.Fatalf("%q: the term %q", s, tok.term)
			}
		}
		// What is folded already stays as it is.
		if once := tokens(s); len(s) < 100 {
			for _, w := range once {
				again := tokens(w.term)
				if len(again) > 0 && !slices.ContainsFunc(again, func(k token) bool { return k.term == w.term }) {
					t.Fatalf("%q folds to %q, and that to %v", s, w.term, again)
				}
			}
		}
	})
}

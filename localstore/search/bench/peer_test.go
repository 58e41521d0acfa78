package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"restante.app/localstore/corpus"
)

// row is a row of the table: queries in our language and in FTS5's.
type row struct {
	name         string
	ours, theirs []string
}

// perRow is how many queries a percentile is of.
func perRow() int {
	if full() {
		return 100
	}
	return 10
}

// questions draws queries from what the mail says, in ASCII: FTS5 knows no pairs of
// characters.
func questions(c *corpus.Corpus, documents int) []row {
	r := rand.New(rand.NewPCG(1, 5))
	var common, rare, phrases, subjects, prefix3, prefix2 []string
	count := map[string]int{}
	for i := 0; i < documents; i += max(1, documents/4000) {
		for _, w := range asciiWords(c.Message(i).Text) {
			count[w]++
		}
	}
	for w, n := range count {
		switch {
		case n > 400*min(documents, 4000)/4000:
			common = append(common, w)
		case n == 1 && len(w) > 4:
			rare = append(rare, w)
		}
	}
	for len(phrases) < perRow() {
		m := c.Message(r.IntN(documents))
		words := asciiWords(m.Text)
		if len(words) < 8 {
			continue
		}
		n := r.IntN(len(words) - 1)
		if next := strings.Fields(m.Text); strings.Contains(strings.Join(next, " "), words[n]+" "+words[n+1]) {
			phrases = append(phrases, words[n]+" "+words[n+1])
		}
		if w := words[r.IntN(len(words))]; len(w) > 3 {
			prefix3, prefix2 = append(prefix3, w[:3]), append(prefix2, w[:2])
		}
		if s := asciiWords(m.Subject); len(s) > 1 {
			subjects = append(subjects, s[1+r.IntN(len(s)-1)])
		}
	}
	draw := func(from []string) string { return from[r.IntN(len(from))] }
	rows := []row{{name: "common"}, {name: "rare"}, {name: "two-common"}, {name: "phrase"}, {name: "prefix3"}, {name: "prefix2"}, {name: "subject"}}
	add := func(n int, us, them string) {
		rows[n].ours, rows[n].theirs = append(rows[n].ours, us), append(rows[n].theirs, them)
	}
	quote := func(s string) string { return `"` + s + `"` }
	for range perRow() {
		w, v := draw(common), draw(common)
		add(0, w, quote(w))
		add(2, w+" "+v, quote(w)+" "+quote(v))
		w = draw(rare)
		add(1, w, quote(w))
		w = draw(phrases)
		add(3, quote(w), quote(w))
		w = draw(prefix3)
		add(4, w+"*", quote(w)+"*")
		w = draw(prefix2)
		add(5, w+"*", quote(w)+"*")
		w = draw(subjects)
		add(6, "subject:"+w, "subject:"+quote(w))
	}
	return rows
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

// fts5 has Python's SQLite do the same. It is false where there is none.
func fts5(t *testing.T, dir string, c *corpus.Corpus, rows []row, options string) (outcome, bool) {
	t.Helper()
	var o outcome
	probe := exec.Command("python3", "-c", "import sqlite3; sqlite3.connect(':memory:').execute('create virtual table t using fts5(a)')")
	if out, err := probe.CombinedOutput(); err != nil {
		fmt.Printf("no FTS5 here (%v: %s): our figures stand alone\n", err, strings.TrimSpace(string(out)))
		return o, false
	}
	writeDocuments(t, dir, c)
	queries := map[string]any{}
	for _, r := range rows {
		queries[r.name] = r.theirs
	}
	var extra []map[string]any
	for i := range 100 {
		extra = append(extra, record(c, *documents+i))
	}
	queries["extra"] = extra
	p, err := json.Marshal(queries)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "queries.json"), p, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("python3", filepath.Join("testdata", "fts5.py"), dir, options).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p, err = os.ReadFile(filepath.Join(dir, "results.json"))
	if err == nil {
		err = json.Unmarshal(p, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o, true
}

func record(c *corpus.Corpus, i int) map[string]any {
	d := document(c, i)
	return map[string]any{
		"id": d.ID, "date": d.Date, "subject": d.Subject, "from": d.From, "to": d.To, "files": strings.Join(d.Files, " "), "body": d.Body,
	}
}

func writeDocuments(t *testing.T, dir string, c *corpus.Corpus) {
	t.Helper()
	name := filepath.Join(dir, "documents.jsonl")
	if _, err := os.Stat(name); err == nil {
		return
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for i := range *documents {
		if err := enc.Encode(record(c, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

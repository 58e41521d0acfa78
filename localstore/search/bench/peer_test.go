//go:build unix

package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"restante.app/localstore/corpus"
)

// peer is another program that searches mail.
type peer struct {
	name    string
	result  string // the file that it leaves
	probe   []string
	run     []string
	lacking string // what to say where it is not there
	prepare func(*testing.T, string, *corpus.Corpus)
}

// fts5Peer is Python's SQLite; notmuchPeer is asked through its library, as a process for
// each question would cost more than the answer. It comes for the system's own Python.
var (
	fts5Peer = peer{
		name: "FTS5", result: "fts5.json", prepare: writeDocuments,
		probe:   []string{"python3", "-c", "import sqlite3; sqlite3.connect(':memory:').execute('create virtual table t using fts5(a)')"},
		run:     []string{"python3", filepath.Join("testdata", "fts5.py")},
		lacking: "install Python 3 with SQLite",
	}
	notmuchPeer = peer{
		name: "notmuch", result: "notmuch.json", prepare: writeMail,
		probe:   []string{"/usr/bin/python3", "-c", "import notmuch2, subprocess; subprocess.run(['notmuch', '--version'], check=True)"},
		run:     []string{"/usr/bin/python3", filepath.Join("testdata", "notmuch.py")},
		lacking: "install the packages notmuch and python3-notmuch2",
	}
)

// measure has a peer do what we do. It is nil where the peer is not there.
func (p *peer) measure(t *testing.T, dir string, c *corpus.Corpus) *outcome {
	t.Helper()
	if out, err := exec.Command(p.probe[0], p.probe[1:]...).CombinedOutput(); err != nil {
		fmt.Printf("no %s here, so it is left out: %s (%v: %s)\n", p.name, p.lacking, err, lastLine(out))
		return nil
	}
	p.prepare(t, dir, c)
	if out, err := exec.Command(p.run[0], append(p.run[1:], dir)...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", p.name, err, out)
	}
	octets, err := os.ReadFile(filepath.Join(dir, p.result))
	o := &outcome{}
	if err == nil {
		err = json.Unmarshal(octets, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// rounds is how often a hundred are added: the best is least disturbed by others.
const rounds = 5

// later returns the number of a document that comes in a round.
func later(round, i int) int { return *documents + 100*round + i }

// writeQueries leaves what all peers are asked, and the documents that come later.
func writeQueries(t *testing.T, dir string, c *corpus.Corpus, rows []row) {
	t.Helper()
	fts5, notmuch := map[string][]string{}, map[string][]string{}
	for _, r := range rows {
		fts5[r.name], notmuch[r.name] = r.fts5, r.notmuch
	}
	var extra [rounds][]map[string]any
	for round := range extra {
		for i := range 100 {
			extra[round] = append(extra[round], record(c, later(round, i)))
		}
	}
	p, err := json.Marshal(map[string]any{"fts5": fts5, "notmuch": notmuch, "extra": extra})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "queries.json"), p, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func record(c *corpus.Corpus, i int) map[string]any {
	d := document(c, i)
	return map[string]any{
		"id": d.ID, "date": d.Date, "subject": d.Subject, "from": d.From, "to": d.To, "files": strings.Join(d.Files, " "), "body": d.Body,
	}
}

func writeDocuments(t *testing.T, dir string, c *corpus.Corpus) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "documents.jsonl"))
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

// writeMail leaves a Maildir, and folders of what is added to it later.
func writeMail(t *testing.T, dir string, c *corpus.Corpus) {
	t.Helper()
	var err error
	write := func(folder string, i int) {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, folder, fmt.Sprintf("%d.x:2,", i)), c.Message(i).Octets, 0o600)
		}
	}
	for _, name := range []string{"mail/cur", "mail/new", "mail/tmp"} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(dir, name), 0o755))
	}
	for i := range *documents {
		write("mail/cur", i)
	}
	for round := range rounds {
		folder := fmt.Sprintf("extra/%d", round)
		err = errors.Join(err, os.MkdirAll(filepath.Join(dir, folder), 0o755))
		for i := range 100 {
			write(folder, later(round, i))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

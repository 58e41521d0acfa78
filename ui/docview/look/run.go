package look

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Width of the view that messages are compared in, in CSS px.
const Width = 700

// Look compares messages in both renderers.
type Look struct {
	Out    string // folder for the pictures
	Only   string // a part of the names to look at
	Record string // folder to keep the browser's pages in, "" for none
	Boxes  bool   // name the boxes that differ on the terminal, and frame them
}

// Result is what came of one message.
type Result struct {
	Fixture
	Score
	Far          []Far
	Ours, Theirs *Page
}

// Run compares messages with the browser of a name, one after the other.
func (l *Look) Run(ctx context.Context, browser string, all []Fixture) (results []Result, err error) {
	if err := os.MkdirAll(l.Out, 0o750); err != nil {
		return nil, err
	}
	b, err := Start(ctx, browser, Width)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := b.Close(); err == nil {
			err = e
		}
	}()
	v, err := NewView(Width, b.dir)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if !strings.Contains(f.Name, l.Only) {
			continue
		}
		r, err := l.one(ctx, b, v, f)
		if err != nil {
			return results, fmt.Errorf("%s: %w", f.Name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

func (l *Look) one(ctx context.Context, b *Browser, v *View, f Fixture) (Result, error) {
	r := Result{Fixture: f}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var err error
	if r.Theirs, err = b.Show(ctx, f.HTML, f.Load); err != nil {
		return r, err
	}
	r.Ours = v.Show(f.HTML, f.Load, true)
	if l.Record != "" && f.Own() {
		if err := l.record(&r); err != nil {
			return r, err
		}
	}
	r.Score, r.Far = Compare(r.Ours, r.Theirs)
	if l.Boxes {
		r.frame()
		fmt.Print(r.differences())
	}
	err = writeSheet(filepath.Join(l.Out, f.Name+".png"), r.Ours.Image, r.Theirs.Image)
	r.Ours.Image, r.Theirs.Image = nil, nil
	return r, err
}

// record keeps the browser's page, and goes on with it as it is kept, which is rounded:
// the tests judge by that.
func (l *Look) record(r *Result) error {
	if err := Record(l.Record, r.Name, r.Theirs, r.Ours.Stand); err != nil {
		return err
	}
	kept, err := Recorded(l.Record, r.Name)
	if err != nil {
		return err
	}
	kept.Image = r.Theirs.Image
	r.Theirs = kept
	return nil
}

// differences says in a line each which boxes are elsewhere.
func (r *Result) differences() string {
	var b strings.Builder
	for _, f := range r.Far {
		ours, theirs, words := "missing", "missing", ""
		if f.Ours != nil {
			ours, words = f.Ours.String(), r.Ours.excerpt(f.Ours)
		}
		if f.Theirs != nil {
			theirs, words = f.Theirs.String(), r.Theirs.excerpt(f.Theirs)
		}
		fmt.Fprintf(&b, "%s: %s; browser: %s: %q\n", r.Name, ours, theirs, words)
	}
	return b.String()
}

// excerpt is the beginning of what is in a box.
func (p *Page) excerpt(b *Box) string {
	var words []string
	for _, w := range p.Words[b.First:min(b.First+min(b.Count, 6), len(p.Words))] {
		words = append(words, w.Text)
	}
	return strings.Join(words, " ")
}

// Sort puts the worst first.
func Sort(all []Result) {
	sort.SliceStable(all, func(i, j int) bool { return all[i].Total() < all[j].Total() })
}

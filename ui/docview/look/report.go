package look

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Table is the scores as lines for a terminal, and what they come to.
func Table(all []Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-46s %6s %6s %6s %6s %6s %6s\n", "message", "total", "text", "boxes", "colour", "pixels", "height")
	for _, r := range all {
		fmt.Fprintf(&b, "%-46s %6.1f %6.1f %6.1f %6.1f %6.1f %6.1f\n", r.Name, 100*r.Total(), 100*r.Text, 100*r.Boxes, 100*r.Colors, 100*r.Pixels, r.height())
	}
	for _, own := range []bool{true, false} {
		if s, n := total(all, own); n > 0 {
			name := fmt.Sprintf("%d fixtures", n)
			if !own {
				name = fmt.Sprintf("%d messages of others", n)
			}
			fmt.Fprintf(&b, "%-46s %6.1f %6.1f %6.1f %6.1f %6.1f\n", name, 100*s.Total(), 100*s.Text, 100*s.Boxes, 100*s.Colors, 100*s.Pixels)
		}
	}
	return b.String()
}

// height is ours in percent of the browser's.
func (r *Result) height() float64 { return 100 * r.Ours.Height / max(r.Theirs.Height, 1) }

// total is the mean of the fixtures' scores, or of the others'.
func total(all []Result, own bool) (s Score, n int) {
	for _, r := range all {
		if r.Own() == own {
			n++
			s.Text, s.Boxes, s.Colors, s.Pixels = s.Text+r.Text, s.Boxes+r.Boxes, s.Colors+r.Colors, s.Pixels+r.Pixels
		}
	}
	if f := float64(n); n > 0 {
		s = Score{s.Text / f, s.Boxes / f, s.Colors / f, s.Pixels / f}
	}
	return s, n
}

var index = template.Must(template.New("").Funcs(template.FuncMap{
	"percent": func(v float64) string { return fmt.Sprintf("%.1f", 100*v) },
}).Parse(`<!DOCTYPE html>
<meta charset="utf-8"><title>The document view beside Chromium</title>
<style>body{font:14px sans-serif;margin:24px;background:#ddd} td,th{padding:2px 12px 2px 0;text-align:right} td:first-child,th:first-child{text-align:left} img{max-width:100%}</style>
<h1>The document view (left) beside Chromium (right)</h1>
<table><tr><th>message<th>total<th>text<th>boxes<th>colours<th>pixels</tr>
{{range .}}<tr><td><a href="#{{.Name}}">{{.Name}}</a><td>{{percent .Total}}<td>{{percent .Text}}<td>{{percent .Boxes}}<td>{{percent .Colors}}<td>{{percent .Pixels}}</tr>
{{end}}</table>
{{range .}}<h2 id="{{.Name}}">{{.Name}}: {{percent .Total}}</h2><img loading="lazy" src="{{.Name}}.png" alt="">
{{end}}`))

// WriteIndex writes the page that shows all the pictures, in the order of the results.
func WriteIndex(dir string, all []Result) error {
	var b bytes.Buffer
	if err := index.Execute(&b, all); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.html"), b.Bytes(), 0o600)
}

// The marks in the document between which the table of scores is.
const (
	docFrom = "<!-- scores: written by make look -->\n"
	docTo   = "<!-- end of scores -->\n"
)

// ErrNoTable says that a document has no place for the scores.
var ErrNoTable = errors.New("look: the document lacks the marks of the table of scores")

// WriteDoc puts the scores of the fixtures into a document, between its marks.
func WriteDoc(name string, all []Result) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), docFrom)
	_, after, ok2 := strings.Cut(rest, docTo)
	if !ok || !ok2 {
		return fmt.Errorf("%s: %w", name, ErrNoTable)
	}
	var b strings.Builder
	b.WriteString("\n| message | total | text | boxes | colours | pixels |\n|---|--:|--:|--:|--:|--:|\n")
	row := func(name string, s Score) {
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", name, 100*s.Total(), 100*s.Text, 100*s.Boxes, 100*s.Colors, 100*s.Pixels)
	}
	for _, r := range all {
		if r.Own() {
			row(r.Name, r.Score)
		}
	}
	if s, n := total(all, true); n > 0 {
		row(fmt.Sprintf("**%d fixtures**", n), s)
	}
	if s, n := total(all, false); n > 0 {
		row(fmt.Sprintf("**%d messages of others**", n), s)
	}
	return os.WriteFile(name, []byte(before+docFrom+b.String()+"\n"+docTo+after), 0o600)
}

const floorsFile = "floors.txt"

// WriteFloors keeps the scores of the fixtures in dir, in percent and rounded down, as
// what they may not fall below.
func WriteFloors(dir string, all []Result) error {
	var lines []string
	for _, r := range all {
		if r.Own() {
			lines = append(lines, fmt.Sprintf("%s %.0f %.0f %.0f\n", r.Name, math.Floor(100*r.Text), math.Floor(100*r.Boxes), math.Floor(100*r.Colors)))
		}
	}
	slices.Sort(lines)
	return os.WriteFile(filepath.Join(dir, floorsFile), []byte(strings.Join(lines, "")), 0o600)
}

// Floors returns what WriteFloors kept, by name.
func Floors(dir string) (map[string]Score, error) {
	text, err := os.ReadFile(filepath.Join(dir, floorsFile))
	if err != nil {
		return nil, err
	}
	floors := map[string]Score{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var name string
		var s Score
		if _, err := fmt.Sscan(lines.Text(), &name, &s.Text, &s.Boxes, &s.Colors); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", floorsFile, lines.Text(), err)
		}
		s.Text, s.Boxes, s.Colors = s.Text/100, s.Boxes/100, s.Colors/100
		floors[name] = s
	}
	return floors, nil
}

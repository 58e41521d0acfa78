package dom

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// readBy reads a text that counts as long, and tells how: whether in pieces, and how many
// elements were waited for.
func readBy(t *testing.T, text string, size int) (pieces bool, holds int) {
	t.Helper()
	o := inPieces(size).defaults()
	b, err := o.readSurveyed(surveyed(text, o.MaxDepth, o))
	if err != nil {
		t.Fatal(err)
	}
	return b.read.watched, len(b.read.holds)
}

// TestWhatMoves reads what a parser moves after it was gone through.
func TestWhatMoves(t *testing.T) {
	rows := strings.Repeat("<tr><td>one<td>two", 200)
	for _, c := range []struct {
		name, html string
		pieces     bool
		holds      int
	}{
		{"paragraphs", strings.Repeat("<p>some <b>words</b>", 300), true, 0},
		{"a table", "<table>" + rows + "</table>", true, 0},
		{"a text out of a table", "a<table>" + rows + "</tr>stray" + rows + "</table>b", true, 1},
		{"a text out of the first row", "<table>stray" + rows + "</table>", true, 0},
		{"a text that grows before a table", "a <b>b</b> c<table>" + rows + "</tr>d" + rows + "</tr>e</table>", true, 1},
		{"an element out of a table", "<table>" + rows + "</tr><div>" + strings.Repeat("<p>x", 200) + "</div>" + rows + "</table>", true, 1},
		{"two tables", strings.Repeat("<table>"+rows+"</tr>stray</table><p>x", 2) + strings.Repeat("<p>x", 3000), true, 2},
		{"many tables", strings.Repeat("<table>"+rows+"</tr>stray</table><p>x", 9), false, 0},
		{"formatting around a block", "<b>x<div>" + strings.Repeat("<p>y", 300) + "</b>z</div>", true, 1},
		{"links in links", "<a href=#a><div>" + strings.Repeat("<p>y", 300) + "<a href=#b>z", true, 1},
		{"a form that ends within", "<form><div>" + strings.Repeat("<p>y", 300) + "</form><p>z</div><p>a", true, 0},
		{"frames after all", strings.Repeat("<div> </div>", 300) + "<frameset><frame>", true, 1},
		{"a style sheet that is none", strings.Repeat("<p>x", 300) + "<svg><style>p{color:red}</style></svg>", false, 0},
		{"a body that is none", strings.Repeat("<p>x", 300) + "<template><body bgcolor=red></template>", false, 0},
		{"late attributes", "<p class=x>x" + strings.Repeat("<p>x", 300) + "<html class=a><body class=b text=red>", true, 0},
		{"attributes said twice", "<style>[id=b]{margin:1px}[id=c]{padding:1px}</style><body id=a id=b>" + strings.Repeat("<p>x", 300) + "<body id=c class=d><body class=e>", true, 0},
		{"a late style sheet", "<p class=x>x" + strings.Repeat("<p>x", 300) + "<style>.x{color:red}</style>", true, 0},
		{"content after the end", strings.Repeat("<p>x", 300) + "</body></html><!--c-->" + strings.Repeat("<p>x", 300), true, 0},
		{"plaintext", strings.Repeat("<p>x", 300) + "<plaintext>" + strings.Repeat("<p>x", 300), true, 0},
		{"no body", strings.Repeat("<meta name=x>", 300), true, 0},
		{"a comment", "<p>a<!--" + strings.Repeat("<p>x", 300) + "--><p>b", true, 0},
		{"a script", "<p>a<script>" + strings.Repeat("<p>x", 300) + "</script><p>b", true, 0},
		{"one long tag", "<p>a<p title='" + strings.Repeat("x", 10_000) + "'>b" + strings.Repeat("<p>x", 300), true, 0},
		{"lines that end in two ways", "<pre>\n" + strings.Repeat("a\r\nb\rc\n", 500) + "</pre>", true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{64, 333} {
				samePieces(t, c.html, size)
				if pieces, holds := readBy(t, c.html, size); pieces != c.pieces || holds != c.holds {
					t.Errorf("by %d: in pieces: %v, %d waited for", size, pieces, holds)
				}
			}
		})
	}
}

// TestFarRules reads what depends on what comes much later.
func TestFarRules(t *testing.T) {
	many := strings.Repeat("<p>x", 400)
	for name, text := range map[string]string{
		"first of many":      "<style>p:first-child{color:red}</style><div>" + many,
		"first of some":      "<style>p:first-child{color:red}</style><div>" + many[:200*4],
		"last of some":       "<style>p:last-child{color:red}p:nth-last-child(3){margin:1px}</style><div>" + many[:200*4] + "</div>",
		"in the last":        "<style>div:last-child b{color:red}</style><div><b>x</b>" + many + "</div><div><b>x</b>" + many + "</div>",
		"only":               "<style>div:only-child b{color:red}</style><div><b>x</b>" + many,
		"in disguise":        `<style>div:l\61st-child b{color:red}</style><div><b>x</b>` + many + "</div><div><b>x</b>" + many + "</div>",
		"empty":              "<style>div:empty{color:red}</style><div>" + strings.Repeat(" ", 400) + "<!--x-->" + strings.Repeat(" ", 400) + "x</div>",
		"behind some":        "<style>p+b{color:red}i~b{color:blue}</style><i>x</i>" + many + "</p><b>x</b>",
		"in every second":    "<style>div:nth-child(2n) b{color:red}</style>" + strings.Repeat("<div><b>x</b></div>", 400),
		"reversed":           "<ol reversed>" + strings.Repeat("<li>x", 400) + "</ol>",
		"columns":            "<table><colgroup>" + strings.Repeat("<col width=7>", 100) + "<tr><td>x</table>",
		"late columns":       "<table>" + strings.Repeat("<tr><td>x", 300) + "<col width=7></table>",
		"options":            "<select>" + strings.Repeat("<option>x", 300) + "<option selected>y</select>",
		"options alone":      strings.Repeat("<option>x", 300) + "<option selected>y",
		"parts of tables":    "<div>" + many + "<span style='display:table-cell'>x</span><span style='display:table-row'>y</span>" + many + "</div>",
		"margins at an edge": "<table><td>" + strings.Repeat("<div><p></p></div>", 400) + "x" + strings.Repeat("<div><p></p></div>", 400) + "</table>",
		"addresses":          strings.Repeat("<p id=a>x<a name=b>y</a>", 300) + "<p id=c>z",
		"blanks":             strings.Repeat("x <i> y </i> ", 900),
	} {
		t.Run(name, func(t *testing.T) {
			samePieces(t, text, 64, 333)
			for _, o := range []HTMLOptions{{Dark: true}, {MaxNodes: 100}, {MaxNodes: 500, Dark: true}} {
				o.segments = atOnce().segments
				want := ParseHTML(text, o)
				o.segments = inPieces(400).segments
				if diff := differ(want, ParseHTML(text, o)); diff != "" {
					t.Errorf("in pieces, %d nodes, dark: %v:\n%s", o.MaxNodes, o.Dark, diff)
				}
			}
		})
	}
}

// TestEmptyBefore asks what is behind whether it was empty.
func TestEmptyBefore(t *testing.T) {
	for before, want := range map[string]bool{"": true, " ": true, "a": false, "<b></b>": false, "<!--c-->": true} {
		text := "<style>div:empty+p{letter-spacing:7px}</style><div>" + before + "</div><p>x" + strings.Repeat("<p>y", 100)
		for _, o := range []HTMLOptions{atOnce(), inPieces(64)} {
			if got := first(ParseHTML(text, o), "x").Style().LetterSpace == 7; got != want {
				t.Errorf("%q: %v", before, got)
			}
		}
	}
}

// TestTreeIsLetGo counts what there is of the tree while it is read.
func TestTreeIsLetGo(t *testing.T) {
	for name, text := range map[string]string{
		"paragraphs": strings.Repeat("<p>x", 50_000),
		"rows":       "<table>" + strings.Repeat("<tr><td>x<td>y", 20_000),
		"not shown":  "<object>" + strings.Repeat("<p>x", 50_000),
	} {
		o := HTMLOptions{segments: segments{size: 1 << 16, tags: 500}}.defaults()
		s := surveyed(text, o.MaxDepth, o)
		r, ok := begin(s, o.segments, nil)
		if !ok {
			t.Fatal("the parser can't be looked into")
		}
		most, seen := 0, 0
		var kids func(n *html.Node)
		kids = func(n *html.Node) {
			for k := range r.children(n) {
				if seen++; seen%500 == 0 {
					count := 0
					for range r.root.Descendants() {
						count++
					}
					most = max(most, count)
				}
				kids(k)
			}
		}
		kids(r.root)
		if !r.end(s) || seen < 50_000 || most > 12_000 {
			t.Errorf("%s: %d of %d nodes at a time", name, most, seen)
		}
	}
}

// TestCalmed reads past what is left out.
func TestCalmed(t *testing.T) {
	c := &calmed{text: "0123456789"}
	c.leave(1, 2, "")
	c.leave(2, 3, "")
	c.leave(5, 5, "abc")
	c.leave(9, 10, "d")
	for _, settled := range []bool{false, true} {
		if settled {
			c.settle()
		}
		var out []byte
		r := c.reader()
		for b := make([]byte, 2); ; {
			n, err := r.Read(b)
			out = append(out, b[:n]...)
			if err == io.EOF {
				break
			}
		}
		if string(out) != "034abc5678d" || settled != (len(c.cuts) == 0) {
			t.Errorf("%q, %d cuts", out, len(c.cuts))
		}
	}
}

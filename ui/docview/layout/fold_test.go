package layout

import (
	"fmt"
	"strings"
	"testing"

	"restante.app/ui/docview/dom"
)

// TestFolds puts a line before a quotation, which folds it; what is folded takes no room
// and has no selection, and what comes behind it moves up.
func TestFolds(t *testing.T) {
	doc := dom.FromText("Yes.\n\n"+strings.Repeat("> quoted line\n", 20)+"\nBye", dom.TextOptions{})
	folded := map[dom.Node]bool{}
	o := options()
	o.Folded = func(n dom.Node) bool { return folded[n] }
	o.FoldLabel = func(lines int, is bool) string { return fmt.Sprintf("%d lines, %v", lines, is) }
	open := New(doc, o)
	open.All()
	var quote dom.Node
	for y := float32(0); y < 200 && quote.IsZero(); y += 4 {
		quote = open.At(20, y).Fold
	}
	if quote.IsZero() || !quote.Fold() {
		t.Fatal("no line to fold the quotation with")
	}
	folded[quote] = true
	shut := New(doc, o)
	shut.All()
	before, _ := open.Height()
	after, _ := shut.Height()
	if after > before/2 {
		t.Errorf("%v px high, and %v folded", before, after)
	}
	at := doc.Find("quoted line")[3]
	if r := shut.Rects(at.Start, at.End, everywhere); len(r) != 0 {
		t.Errorf("what is folded is at %v", r)
	}
	bye := doc.Find("Bye")[0]
	if r := shut.Rects(bye.Start, bye.End, everywhere); len(r) != 1 || r[0].Y > before/2 {
		t.Errorf("what comes behind it is at %v", r)
	}
}

// TestFewLinesAreNotFolded leaves a short quotation as it is.
func TestFewLinesAreNotFolded(t *testing.T) {
	o := options()
	o.Folded = func(dom.Node) bool { return true }
	o.FoldLabel = func(int, bool) string { return "label" }
	f := New(dom.FromText("> one\n> two\nx", dom.TextOptions{}), o)
	f.All()
	if r := f.Rects(0, 3, everywhere); len(r) != 1 {
		t.Errorf("a short quotation is folded: %v", r)
	}
}

// TestPages cuts between lines and beside pictures, never through them.
func TestPages(t *testing.T) {
	f := laid(t, strings.Repeat("<p>some text</p><img src=x height=90 style='display:block'>", 60))
	cuts := f.PageBreaks(400)
	if len(cuts) < 10 {
		t.Fatalf("%d cuts", len(cuts))
	}
	last := float32(0)
	for _, cut := range cuts {
		if cut <= last || cut-last > 400.5 {
			t.Errorf("a page from %v to %v", last, cut)
		}
		last = cut
		f.Items(everywhere, func(i *Item) bool {
			if (i.Kind == Picture || i.Kind == Glyphs) && i.Rect.Y < cut-0.5 && i.Rect.Y+i.Rect.H > cut+0.5 {
				t.Errorf("a cut at %v through %v", cut, i.Rect)
			}
			return true
		})
	}
}

// TestPagesOfWhatCanNotBeCut cuts a picture that is higher than a page.
func TestPagesOfWhatCanNotBeCut(t *testing.T) {
	f := laid(t, "<img src=x height=2000 style='display:block'>x")
	if cuts := f.PageBreaks(500); len(cuts) < 3 {
		t.Errorf("%v", cuts)
	}
}

// TestColumnsByContent gives a column with more in it more room.
func TestColumnsByContent(t *testing.T) {
	f := laid(t, "<table width=400 cellspacing=0><tr><td>short<td>"+strings.Repeat("long ", 100)+"</table>")
	at := f.doc.Find("long")[0]
	if r := f.Rects(at.Start, at.End, everywhere); len(r) != 1 || r[0].X < 30 || r[0].X > 130 {
		t.Errorf("%v", r)
	}
}

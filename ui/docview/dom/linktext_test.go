package dom

import (
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// TestLinksEndBeforePunctuation leaves out what belongs to the sentence.
func TestLinksEndBeforePunctuation(t *testing.T) {
	long := "http://a.example/" + strings.Repeat("x", 5000)
	for text, want := range map[string]string{
		"(see http://a.example/b).":                       "http://a.example/b",
		"http://a.example/b_(c), and":                     "http://a.example/b_(c)",
		"[http://a.example/b]])":                          "http://a.example/b",
		"{http://a.example/(b[c]d)}!?":                    "http://a.example/(b[c]d)",
		long + strings.Repeat(").", 2_000):                long,
		"http://a.example/" + strings.Repeat("x", 40_000): "",
	} {
		got := ""
		for _, n := range FromText(text, TextOptions{}).Links() {
			got += n.Link().Href
		}
		if got != want {
			t.Errorf("%.60q: %.80q, want %.80q", text, got, want)
		}
	}
}

// TestTextIsHeldOnce finds each node's text within the document's flat text, not beside it.
func TestTextIsHeldOnce(t *testing.T) {
	for _, d := range []*Document{
		FromText("one\n> two\nhttps://a.example\n\nשלום\n", TextOptions{}), parsed(t, "<ul><li>a<b>b</b><br>c</ul><img alt=x>"),
		Join(FromText("a\n", TextOptions{}), parsed(t, "<p>b")),
	} {
		from := uintptr(unsafe.Pointer(unsafe.StringData(d.Flat())))
		texts := 0
		each(d.Root, func(n Node) {
			if n.Text() == "" {
				return
			}
			texts++
			if at := uintptr(unsafe.Pointer(unsafe.StringData(n.Text()))); at != from+uintptr(n.Start()) {
				t.Errorf("%q is held at %x, not in the text at %x", n.Text(), at, from)
			}
		})
		if texts == 0 {
			t.Error("no text")
		}
	}
}

// TestFewBoxesForMuchText bounds what a text of short lines, links and quotations becomes.
func TestFewBoxesForMuchText(t *testing.T) {
	for name, line := range map[string]string{"line ends": "\n", "paragraphs": "a\n\n", "quotations": "> a\nb\n", "links": "a@b.co c\n", "both": "שלום\n\na\n\n"} {
		n := 200_000
		d := FromText(strings.Repeat(line, n), TextOptions{})
		boxes := 0
		each(d.Root, func(Node) { boxes++ })
		if boxes > 150_000 {
			t.Errorf("%s: %d boxes for %d lines", name, boxes, n)
		}
		if !strings.HasPrefix(d.Flat(), strings.Trim(line, "> ")[:1]) {
			t.Errorf("%s: the text begins with %.10q", name, d.Flat())
		}
	}
}

// TestAnchors finds the places that links within a document lead to.
func TestAnchors(t *testing.T) {
	d := Join(parsed(t, `<a href="#b">go</a><p id=a>one</p><h2><a name="b"></a>two</h2><p id=a>three</p><b id="mit Blank">four</b><p style="display:none" id=hidden>no</p>`),
		parsed(t, `<p id=a>five</p><p id=c>six</p>`))
	for name, want := range map[string]string{
		"a": "one", "b": "two", "mit Blank": "four", "mit%20Blank": "four", "c": "six", "": "go", "top": "go", "TOP": "go", "hidden": "", "A": "", "%zz": "",
	} {
		at, ok := d.Anchor(name)
		if ok != (want != "") || ok && !strings.HasPrefix(d.Flat()[at.Start:], want) {
			t.Errorf("%q leads to %v (%v), not to %q", name, at, ok, want)
		}
	}
	if d := parsed(t, strings.Repeat("<i id="+strings.Repeat("x", 300)+">x</i>", 3)); len(d.anchors) > 0 {
		t.Error("a name of any length is noted")
	}
	if d := parsed(t, "<p>"+manyNames(20_000)); len(d.anchors) > maxAnchors {
		t.Errorf("%d names", len(d.anchors))
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("<i id=n" + strconv.Itoa(i) + ">x</i>")
	}
	return b.String()
}

// TestTextAmongOthersHasAMargin gives a text the margin that was asked for, once.
func TestTextAmongOthersHasAMargin(t *testing.T) {
	d := Join(FromText("one\n> two\n", TextOptions{Margin: 8}), parsed(t, "<p>three"))
	root := child(child(d.Root, 0), 0)
	if want := (Length{8, Px}); root.Style().Padding != [4]Length{want, want, want, want} {
		t.Errorf("the padding is %v", root.Style().Padding)
	}
	for n := range root.Children() {
		if p := n.Style().Padding; p[Top].Value != 0 || p[Right].Value != 0 {
			t.Errorf("within it the padding is %v", p)
		}
	}
}

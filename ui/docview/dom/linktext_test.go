package dom

import (
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
			got += n.Link.Href
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
		each(d.Root, func(n *Node) {
			if n.Text == "" {
				return
			}
			texts++
			if at := uintptr(unsafe.Pointer(unsafe.StringData(n.Text))); at != from+uintptr(n.Start) {
				t.Errorf("%q is held at %x, not in the text at %x", n.Text, at, from)
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
		each(d.Root, func(*Node) { boxes++ })
		if boxes > 150_000 {
			t.Errorf("%s: %d boxes for %d lines", name, boxes, n)
		}
		if !strings.HasPrefix(d.Flat(), strings.Trim(line, "> ")[:1]) {
			t.Errorf("%s: the text begins with %.10q", name, d.Flat())
		}
	}
}

package dom

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// atOnce are options that have the whole tree made first, and inPieces such that read it
// while it is parsed.
func atOnce() HTMLOptions { return HTMLOptions{segments: segments{least: 1 << 30}} }

func inPieces(size int) HTMLOptions {
	return HTMLOptions{segments: segments{size: size, tags: 1 << 20, bundle: 1 + size/30}}
}

// traced goes through a tree and tells what it sees.
func traced(r *reading) string {
	var b strings.Builder
	var kids func(n *html.Node, depth int)
	kids = func(n *html.Node, depth int) {
		for k := range r.children(n) {
			fmt.Fprintf(&b, "%*d %q %q", depth, k.Type, k.Namespace, k.Data)
			for _, a := range k.Attr {
				fmt.Fprintf(&b, " %s:%s=%q", a.Namespace, a.Key, a.Val)
			}
			b.WriteByte('\n')
			kids(k, depth+1)
		}
	}
	kids(r.root, 1)
	return b.String()
}

// nodeSeen is all that a node says of itself.
type nodeSeen struct {
	kind         Kind
	tag          string
	style        Style
	start, end   int
	link         *Link
	image        *Image
	spans        [2]int
	widths       []Length
	marker, text string
	quote        int
	fold         bool
	parent       Node
}

// differ tells in what a document is not as it should be, "" for nothing.
func differ(want, got *Document) string {
	if !reflect.DeepEqual([]any{want.Flat(), want.Title, want.Canvas, want.Sources, want.Notices, want.anchors}, []any{got.Flat(), got.Title, got.Canvas, got.Sources, got.Notices, got.anchors}) {
		return fmt.Sprintf("%q %v\nnot %q %v", got.Flat(), got.Notices, want.Flat(), want.Notices)
	}
	others, stop := iter.Pull(got.Root.All())
	defer stop()
	for n := range want.Root.All() {
		o, ok := others()
		if !ok {
			return "there are fewer nodes"
		}
		if a, b := seen(n), seen(o); !reflect.DeepEqual(a, b) {
			return fmt.Sprintf("%+v\nnot %+v", b, a)
		}
	}
	if _, more := others(); more || len(want.styles) != len(got.styles) {
		return fmt.Sprintf("there are more nodes, or %d styles, not %d", len(got.styles), len(want.styles))
	}
	return ""
}

func seen(n Node) nodeSeen {
	s := nodeSeen{
		kind: n.Kind(), tag: n.Tag(), style: *n.Style(), start: n.Start(), end: n.End(), link: n.Link(), image: n.Image(),
		widths: n.Columns(), marker: n.Marker(), text: n.Text(), quote: n.Quote(), fold: n.Fold(),
	}
	s.spans[0], s.spans[1] = n.Spans()
	if p := n.Parent(); !p.IsZero() {
		s.parent = Node{i: p.i}
	}
	return s
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// samePieces fails unless a text comes to the same document however it is read. It tells
// how often a reading in pieces failed.
func samePieces(t failer, text string, sizes ...int) (fails int) {
	t.Helper()
	want := ParseHTML(text, atOnce())
	for _, size := range sizes {
		if diff := differ(want, ParseHTML(text, inPieces(size))); diff != "" {
			t.Fatalf("in pieces of %d of %.2000q:\n%s", size, text, diff)
		}
		o := inPieces(size).defaults()
		s := surveyed(text, o.MaxDepth, o)
		r, ok := begin(s, o.segments, nil)
		if !ok {
			t.Fatalf("the parser can't be looked into")
		}
		r.keep = size%2 == 1
		got := traced(r)
		if !r.end(s) {
			fails++
			continue
		}
		root, err := parseTree(s.reader())
		if err != nil {
			t.Fatalf("in pieces of %d of %q there is no error: %v", size, text, err)
		}
		if want := traced(&reading{root: root}); got != want {
			t.Fatalf("in pieces of %d of %q:\n%s", size, text, cmp.Diff(want, got))
		}
	}
	return fails
}

func fixtures(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, glob := range []string{"../look/testdata/*.html", "../raster/testdata/*.html", "../pdf/testdata/*.html"} {
		paths, err := filepath.Glob(glob)
		if err != nil || len(paths) == 0 {
			t.Fatal(glob, err)
		}
		for _, p := range paths {
			text, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
	}
	return out
}

// TestSegments reads documents in pieces of all sizes: they come to what they come to at
// once.
func TestSegments(t *testing.T) {
	for _, text := range fixtures(t) {
		samePieces(t, text, 64, 999)
	}
	all := strings.Join(fixtures(t), "")
	samePieces(t, all, 4096)
}

// TestSoup does the same to tags in no order.
func TestSoup(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	fails, reads := 0, 0
	for range 400 {
		fails += samePieces(t, soup(r.IntN, 5+r.IntN(120)), 1+r.IntN(40), 50+r.IntN(100))
		reads += 2
	}
	if fails == 0 || fails > reads/2 {
		t.Errorf("%d of %d readings fail", fails, reads)
	}
}

// soup is made of tags and words in no order.
func soup(pick func(int) int, n int) string {
	var b strings.Builder
	for range n {
		s := soups[pick(len(soups))]
		if name, ok := strings.CutPrefix(s, "<"); ok && pick(3) == 0 {
			name, _, _ = strings.Cut(strings.TrimSuffix(name, ">"), " ")
			s = "</" + name + ">"
		}
		b.WriteString(s)
	}
	return b.String()
}

var soups = []string{
	"<p>", "<p class=x>", "<b>", "<i>", "<a href=#x>", "<a name=x>", "<font color=red>", "<nobr>", "<div>", "<div id=d class='x y'>", "<span>", "<ul>", "<ol reversed>", "<li>",
	"<table>", "<table>", "<tr>", "<td>", "<td>", "<th>", "<tbody>", "<tfoot>", "<thead>", "<caption>", "<colgroup>", "<col width=9>", "<form>", "<input value=v>",
	"<input type=hidden>", "<select>", "<option>", "<option selected>", "<optgroup>", "<button>", "<svg>", "<math>", "<mi>", "<desc>", "<foreignObject>", "<template>",
	"<frameset>", "<frame>", "<noframes>", "<body bgcolor=blue>", "<html class=x>", "<head>", "<title>T", "<style>p{color:red}</style>", "<style>.x{margin:1px}",
	"<style>p+p,td~td{color:lime}li:last-child{color:teal}</style>", "<style>p:empty{margin:2px} div:nth-child(2n) b{color:navy}</style>", "<style>p:empty+p{color:gray}p:only-child{color:olive}</style>",
	"<textarea>", "<xmp>", "<plaintext>", "<noscript>", "<script>", "<iframe>", "<pre>", "<listing>", "<h1>", "<h2>", "<dl>", "<dd>", "<dt>", "<object>", "<marquee>",
	"<ruby>", "<rt>", "<br>", "<hr>", "<img src=a alt=b>", "<image>", "<!--c-->", "<!doctype html>", "<![CDATA[x]]>", "x", " y ", "\n", "z &amp; w", " ", "x", "word ", "&lt",
	"<center>", "<blockquote>", "<address>", "<details>", "<dialog>", "<map>", "<area>", "<embed>",
}

// FuzzSegments does the same to what the fuzzer thinks of.
func FuzzSegments(f *testing.F) {
	f.Add("<table><tr><td>a</table><b><p>x</b>y", uint8(8))
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		if len(text) > 20_000 {
			return
		}
		text = strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "")
		samePieces(t, text, int(size)+1, 300)
	})
}

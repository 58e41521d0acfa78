package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/cff"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/look"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
)

// faces are the program's fonts, and the system's for what these lack.
func faces(t testing.TB) *typeset.Fonts {
	t.Helper()
	f, err := typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans}, {Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
		{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic}, {Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.System(t.TempDir())
	return f
}

// written writes a document as PDF.
func written(t testing.TB, parse func(width float32) *dom.Document, o Options) []byte {
	t.Helper()
	o.Fonts = faces(t)
	o.Images = raster.NewImages(look.Part, 64<<20)
	var b bytes.Buffer
	err := Write(&b, func(width float32) *layout.Flow {
		return layout.New(parse(width), layout.Options{Width: width, Zoom: 1, Fonts: o.Fonts, Size: o.Images.Size})
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func html(text string) func(float32) *dom.Document {
	return func(width float32) *dom.Document { return dom.ParseHTML(text, dom.HTMLOptions{Width: width}) }
}

func number(page, pages int) string { return fmt.Sprintf("Page %d of %d", page, pages) }

var inBlack = dom.TextOptions{Text: color.NRGBA{A: 255}}

// letter is the message that most tests write; testdata has it.
func letter(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "letter.html"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var headed = Options{Subject: "Tides (and ebbs) \\ שלום", From: "Harbour <h@example.org>", Date: "27 November 2026", Number: number, Made: time.Unix(1_700_000_000, 0)}

// What the file says, word for word, is what the document says, and what is around it.
func TestTextIsAllThere(t *testing.T) {
	doc := dom.ParseHTML(letter(t), dom.HTMLOptions{})
	f := read(t, written(t, html(letter(t)), headed))
	var said strings.Builder
	pages := f.pages()
	for i, p := range pages {
		runs := f.text(p)
		all := strings.Join(runs, " ")
		for _, want := range []string{"Tides", "Harbour", "2026", fmt.Sprintf("Page %d of %d", i+1, len(pages))} {
			if !strings.Contains(all, want) {
				t.Errorf("page %d does not say %q", i+1, want)
			}
		}
		said.WriteString(strings.Join(runs, ""))
	}
	for _, w := range strings.Fields(doc.Flat()) {
		if w = strings.Trim(w, "•"); !hasRTL(w) && !strings.Contains(said.String(), w) {
			t.Errorf("%q is not in the file", w)
		}
	}
	if len(pages) < 2 {
		t.Errorf("%d pages", len(pages))
	}
}

func hasRTL(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x590 && r < 0x900 })
}

// Each line of a long text is on one page and in its order.
func TestLinesAreOnOnePage(t *testing.T) {
	var text strings.Builder
	for i := range 500 {
		fmt.Fprintf(&text, "line-%04d of so many\n", i)
	}
	f := read(t, written(t, func(float32) *dom.Document { return dom.FromText(text.String(), inBlack) }, Options{Paper: Letter, Number: number}))
	var got []string
	for _, p := range f.pages() {
		got = append(got, regexp.MustCompile(`line-\d{4}`).FindAllString(strings.Join(f.text(p), "\n"), -1)...)
		if !strings.Contains(p.dict, "/MediaBox [0 0 612 792]") {
			t.Errorf("a page of %s", p.dict)
		}
	}
	for i := range 500 {
		if len(got) != 500 || got[i] != fmt.Sprintf("line-%04d", i) {
			t.Fatalf("%d lines, those at %d are %q", len(got), i, got[max(min(i, len(got)-1), 0):][:min(1, len(got))])
		}
	}
}

func TestLinks(t *testing.T) {
	f := read(t, written(t, html(`<p>Go <a href="https://example.org/ä?q=(1)">to the harbour</a>, <a href="#here">here</a> or <a href="mailto:a@example.org">write</a></p>`), Options{}))
	page := f.pages()[0]
	_, annots, _ := strings.Cut(page.dict, "/Annots")
	var got []string
	for _, m := range reference.FindAllStringSubmatch(annots, -1) {
		n, _ := strconv.Atoi(m[1])
		d := f.objects[n].dict
		got = append(got, regexp.MustCompile(`/URI \((.*)\) >>`).FindStringSubmatch(d)[1])
		var r [4]float64
		_, at, _ := strings.Cut(d, "/Rect [")
		if _, err := fmt.Sscan(strings.TrimSuffix(at, "]"), &r[0], &r[1], &r[2]); err != nil || r[0] < margin || r[2] < r[0]+20 || r[1] < 600 || r[1] > 800 {
			t.Errorf("a link at %v: %v", r, err)
		}
	}
	if want := []string{`https://example.org/%C3%A4?q=\(1\)`, "mailto:a@example.org"}; !slices.Equal(got, want) {
		t.Errorf("links to %q, not %q", got, want)
	}
}

func TestAbout(t *testing.T) {
	f := read(t, written(t, html("<p>x"), headed))
	info := f.ref(f.trailer, "/Info").dict
	for _, want := range []string{"/Title " + textString(headed.Subject), "/Author " + textString(headed.From), "/CreationDate (D:20231114221320Z)"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is not in %s", want, info)
		}
	}
}

// The same document is the same file.
func TestSameAgain(t *testing.T) {
	a, b := written(t, html(letter(t)), headed), written(t, html(letter(t)), headed)
	if !bytes.Equal(a, b) {
		t.Error("two files of one document differ")
	}
}

// What can't be as narrow as the page is made smaller, and nothing is cut off.
func TestWideDocument(t *testing.T) {
	f := read(t, written(t, html(`<table width=1200><tr><td width=1100>left<td align=right>right</table>`), Options{}))
	content := string(f.ref(f.pages()[0].dict, "/Contents").data)
	var k float64
	if _, err := fmt.Sscanf(content, "q %f 0 0", &k); err != nil || k > perPx*0.6 || k < perPx*least {
		t.Errorf("made smaller by %v: %v", k/perPx, err)
	}
	for _, m := range regexp.MustCompile(`([\d.]+) [\d.]+ Tm`).FindAllStringSubmatch(content, -1) {
		if x, _ := strconv.ParseFloat(m[1], 64); margin+x*k > float64(A4.Width-margin) {
			t.Errorf("text at %v is beyond the page", x)
		}
	}
}

// The font programs hold the outlines that the glyphs have.
func TestFontProgram(t *testing.T) {
	face, err := font.ParseTTF(bytes.NewReader(fonts.Sans))
	if err != nil {
		t.Fatal(err)
	}
	o, s := newObjects(&bytes.Buffer{}), fontSet{faces: map[*fontFace]*embedded{}}
	var gids []font.GID
	for _, r := range "Ägpq%&@ 5" {
		gid, _ := face.NominalGlyph(r)
		gids = append(gids, gid)
		s.glyph(o, face, gid, string(r))
	}
	e := s.all[0]
	program, err := cff.Parse(cffFont("AAAAAA+Test", e.glyphs, e.box))
	if err != nil {
		t.Fatal(err)
	}
	if len(program.Charstrings) != len(gids)+1 {
		t.Fatalf("%d glyphs, not %d", len(program.Charstrings), len(gids)+1)
	}
	for i, gid := range gids {
		_, got, err := program.LoadGlyph(uint16(i + 1))
		if err != nil {
			t.Fatalf("glyph %d: %v", i, err)
		}
		want, _ := face.GlyphExtents(gid)
		for _, d := range []float32{float32(got.Min.X) - want.XBearing, float32(got.Max.Y) - want.YBearing, float32(got.Max.X) - want.XBearing - want.Width, float32(got.Min.Y) - want.YBearing - want.Height} {
			if d > 1 || d < -1 {
				t.Errorf("glyph %d reaches from %v to %v, not %+v", i, got.Min, got.Max, want)
			}
		}
	}
}

// full is a writer that has no room beyond so many octets.
type full struct{ left int }

var errFull = errors.New("no room")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestNoRoom(t *testing.T) {
	fonts := faces(t)
	for _, room := range []int{0, 100, 2000, 9000} {
		err := Write(&full{room}, func(width float32) *layout.Flow {
			return layout.New(html(letter(t))(width), layout.Options{Width: width, Zoom: 1, Fonts: fonts, Size: raster.NewImages(look.Part, 1<<20).Size})
		}, Options{Fonts: fonts, Number: number})
		if !errors.Is(err, errFull) {
			t.Errorf("with room for %d: %v", room, err)
		}
	}
}

// Whatever a document asks for, the file is one.
func TestDocumentsOfAllKinds(t *testing.T) {
	nan := math.Inf(1)
	for name, text := range map[string]string{
		"empty":    "",
		"endless":  `<div style="height:300000px;width:9999999px;border:9999px double red;border-radius:1e30px">x</div>`,
		"nothing":  `<table><tr><td></table><img src=x width=0 height=0>`,
		"letters":  `<p style="font-size:1000px;letter-spacing:-400px;line-height:0">huge</p><p style="font-size:0.001px">tiny</p>`,
		"infinite": fmt.Sprintf(`<p style="margin:%vpx;text-indent:%vpx">x</p>`, nan, nan),
		"pattern":  `<div style="width:5000px;height:3000px;background:url(cid:tile-1x1)">x</div><div style="height:90px;background:url(cid:tile-9x9) 1e9px 1e9px">x</div>`,
		"controls": "<pre>\x00\x01\x1b[31m\u202e\ufeff\ufffd \U0010ffff)\\(</pre>",
		"pictures": `<img src="cid:photo-500x400" style="opacity:.3;border-radius:40px"><img src="data:image/png;base64,AAAA"><img src="cid:spacer-3x3">`,
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, written(t, html(text), Options{Canvas: color.NRGBA{20, 30, 40, 255}, Subject: strings.Repeat("long ", 99), Number: number}))
			if len(f.pages()) == 0 {
				t.Error("no page")
			}
		})
	}
}

// Other programs read what is written, where they are installed.
func TestOtherReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, written(t, html(letter(t)), headed), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, ok := program(t, "pdftotext", "-layout", path, "-"); ok {
		text := strings.Join(strings.Fields(out), " ")
		for _, want := range []string{"office ffi fl", "Grüße", "x̂", "Page 1 of", "a link (with) brackets", "中文", "שלום עולם", "Spread"} {
			if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(text, "\u202b", ""), "\u202c", ""), want) {
				t.Errorf("pdftotext does not find %q in %q", want, text)
			}
		}
	}
	if out, ok := program(t, "qpdf", "--check", path); ok && !strings.Contains(out, "No syntax or stream encoding errors") {
		t.Errorf("qpdf: %s", out)
	}
	if out, ok := program(t, "pdffonts", path); ok {
		for _, l := range strings.Split(strings.TrimSpace(out), "\n")[2:] {
			if !strings.Contains(l, "CID Type 0C") || !strings.Contains(l, "yes yes yes") {
				t.Errorf("pdffonts: %s", l)
			}
		}
	}
	prefix := strings.TrimSuffix(path, ".pdf")
	if _, ok := program(t, "pdftoppm", "-r", "72", path, prefix); ok {
		pages, err := filepath.Glob(prefix + "*.ppm")
		if err != nil || len(pages) < 2 {
			t.Errorf("pdftoppm made %d pages: %v", len(pages), err)
		}
	}
}

// program runs one that may not be here.
func program(t *testing.T, name string, args ...string) (string, bool) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Logf("%s is not installed: the file was not read by it", name)
		return "", false
	}
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %s", name, err, out)
	}
	return string(out), true
}

func BenchmarkWrite(b *testing.B) {
	line := "The quick brown fox jumps over the lazy dog, 0123456789 times; then it rests in the shade of a tree.\n"
	fonts := faces(b)
	doc := dom.FromText(strings.Repeat(line, 10_000), inBlack) // 1 MB
	flow := layout.New(doc, layout.Options{Width: 680, Zoom: 1, Fonts: fonts, Size: raster.NewImages(nil, 1).Size})
	flow.All()
	for b.Loop() {
		var out bytes.Buffer
		if err := Write(&out, func(float32) *layout.Flow { return flow }, Options{Fonts: fonts, Number: number}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len())/1e6, "MB")
	}
}

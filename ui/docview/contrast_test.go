package docview

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/faces"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/look"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
	"restante.app/ui/theme"
)

// over is a colour on another that is opaque.
func over(c, under color.NRGBA) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*int(c.A) + int(y)*(255-int(c.A)) + 127) / 255) }
	return color.NRGBA{mix(c.R, under.R), mix(c.G, under.G), mix(c.B, under.B), 255}
}

// contrast is the ratio of WCAG 2.1, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	luminance := func(c color.NRGBA) float64 {
		linear := func(v uint8) float64 {
			f := float64(v) / 255
			if f <= 0.04045 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// settings are those of the view in both variants of the theme.
func settings(t *testing.T) map[string]setting {
	t.Helper()
	a := test.NewTempApp(t)
	out := map[string]setting{}
	for name, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
		a.Settings().SetTheme(theme.New(v))
		view := New(Options{Hands: Hands{Go: func(func()) {}, Do: func(func()) {}}})
		view.Resize(fyne.NewSize(700, 500))
		out[name] = view.setting()
	}
	if out["light"].dark || !out["dark"].dark {
		t.Fatalf("light %v, dark %v", out["light"].back, out["dark"].back)
	}
	return out
}

// TestMarksKeepContrast has text of every colour, selected and found: it is read as well
// as WCAG AA asks for (4.5 to 1), and what is not text is seen (3 to 1).
func TestMarksKeepContrast(t *testing.T) {
	for name, s := range settings(t) {
		for of, src := range map[string]Source{"window": {}, "sheet": {Sheet: true}} {
			d, l := s.forDocument(src), s.look(src)
			texts := append([]color.NRGBA{d.Text, d.Link, l.Fold}, d.Quotes...)
			if of == "sheet" && !s.dark {
				texts = texts[:3]
			}
			for laid, o := range map[string]color.NRGBA{"nothing": {}, "the selection": l.Selection, "what was found": l.Found} {
				for _, c := range texts {
					if got := contrast(c, over(o, l.Canvas)); got < 4.5 {
						t.Errorf("%s, %s: %v on %s is %.2f to 1", name, of, c, laid, got)
					}
				}
			}
			if got := contrast(l.Mark, l.Canvas); got < 3 {
				t.Errorf("%s, %s: the ring of a link is %.2f to 1", name, of, got)
			}
			thumb := over(s.thumb, l.Canvas)
			if s.onSheet(src) {
				thumb = over(sheetThumb, l.Canvas)
			}
			if got := contrast(thumb, l.Canvas); got < 3 {
				t.Errorf("%s, %s: the thumb of the scroll bar is %.2f to 1", name, of, got)
			}
		}
	}
}

// run is a text that is painted, and what is behind it.
type run struct {
	text        string
	at          layout.Rect
	color, back color.NRGBA
	large       bool
	unknown     bool // there is a picture behind it
}

// painted lays a document out and tells the runs of its text.
func painted(doc *dom.Document, f *typeset.Fonts, load func(string) []byte, canvas color.NRGBA) (runs []run) {
	images := raster.NewImages(load, 64<<20)
	flow := layout.New(doc, layout.Options{Width: look.Width, Zoom: 1, Fonts: f, Size: images.Size})
	flow.All()
	h, _ := flow.Height()
	if doc.Canvas.A > 0 {
		canvas = over(doc.Canvas, canvas)
	}
	var below []layout.Item
	flow.Items(layout.Rect{W: max(flow.Width(), look.Width), H: h}, func(i *layout.Item) bool {
		if i.Kind != layout.Glyphs {
			below = append(below, *i)
			return true
		}
		r := run{text: i.Run.Span.Text, at: i.Rect, back: canvas, color: i.Color}
		look := i.Run.Span.Look
		r.large = look.Size >= 24 || look.Size >= 18.66 && look.Weight >= 700
		x, y := i.Rect.X+i.Rect.W/2, i.Rect.Y+i.Rect.H/2
		for _, b := range below {
			if x < b.Rect.X || y < b.Rect.Y || x >= b.Rect.X+b.Rect.W || y >= b.Rect.Y+b.Rect.H {
				continue
			}
			switch b.Kind {
			case layout.Fill:
				r.back = over(b.Color, r.back)
				r.unknown = r.unknown && b.Color.A < 255
			case layout.Picture, layout.Tiles:
				r.unknown = true
			}
		}
		r.color = over(r.color, r.back)
		runs = append(runs, r)
		return true
	})
	return runs
}

// TestFixturesKeepContrastInTheDark recolours every message that look has: text that was
// read well on white is read well in the dark, against what is painted behind it.
func TestFixturesKeepContrastInTheDark(t *testing.T) {
	fixtures, err := look.Fixtures("look/testdata")
	if err != nil || len(fixtures) < 30 {
		t.Fatal(err, len(fixtures))
	}
	f, err := faces.Reading()
	if err != nil {
		t.Fatal(err)
	}
	all := settings(t)
	checked := 0
	for _, x := range fixtures {
		of := func(s setting) (runs []run) {
			d := s.forDocument(Source{Sheet: true})
			doc := dom.ParseHTML(x.HTML, dom.HTMLOptions{Width: look.Width, Dark: d.Dark, Text: d.Text, Back: d.Back, Link: d.Link})
			return painted(doc, f, x.Load, d.Back)
		}
		light := map[string]run{}
		for _, r := range of(all["light"]) {
			light[key(r)] = r
		}
		for _, r := range of(all["dark"]) {
			was, ok := light[key(r)]
			least := 4.5
			if r.large {
				least = 3
			}
			if r.unknown || ok && contrast(was.color, was.back) < least {
				continue
			}
			checked++
			if got := contrast(r.color, r.back); got < least {
				t.Errorf("%s: %.40q is %v on %v, %.2f to 1; it was %v on %v", x.Name, r.text, r.color, r.back, got, was.color, was.back)
			}
		}
	}
	if checked < 800 {
		t.Errorf("only %d runs were looked at", checked)
	}
}

func key(r run) string { return r.text + string(rune(int(r.at.X))) + string(rune(int(r.at.Y))) }

// TestPlainTextKeepsContrast has quotations of all levels, links and a signature.
func TestPlainTextKeepsContrast(t *testing.T) {
	f, err := faces.Reading()
	if err != nil {
		t.Fatal(err)
	}
	text := "plain https://example.org/\n> one\n>> two\n>>> three\n>>>> four\n>>>>> five https://example.org/\n\nbye\n-- \nthe signature a@example.org\n"
	for name, s := range settings(t) {
		for _, src := range []Source{{}, {Sheet: true}} {
			d := s.forDocument(src)
			runs := painted(dom.FromText(text, dom.TextOptions{Text: d.Text, Back: d.Back, Link: d.Link, Quotes: d.Quotes, BaseSize: d.Size}), f, nil, d.Back)
			if len(runs) < 10 {
				t.Fatalf("%d runs", len(runs))
			}
			for _, r := range runs {
				if got := contrast(r.color, r.back); got < 4.5 {
					t.Errorf("%s: %q is %v on %v, %.2f to 1", name, r.text, r.color, r.back, got)
				}
			}
		}
	}
}

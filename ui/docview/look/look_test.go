package look

import (
	"image/color"
	"path/filepath"
	"slices"
	"testing"
)

// TestFixtures judges the view by what a browser made of each fixture when it was last
// asked: words in the same order, boxes and colours no worse than they were.
func TestFixtures(t *testing.T) {
	all, err := Fixtures("testdata")
	if err != nil || len(all) == 0 {
		t.Fatalf("%d fixtures: %v", len(all), err)
	}
	floors, err := Floors("testdata")
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewView(Width, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		t.Run(f.Name, func(t *testing.T) {
			theirs, err := Recorded("testdata", f.Name)
			if err != nil {
				t.Fatal(err)
			}
			floor, ok := floors[f.Name]
			if !ok {
				t.Fatalf("no floor for it in %s: make look LOOK=-record makes one", floorsFile)
			}
			ours := v.Show(f.HTML, f.Load, false)
			s, far := Compare(ours, theirs)
			if s.Text < floor.Text {
				t.Errorf("words in the browser's order: %.3f, were %.2f", s.Text, floor.Text)
			}
			if s.Colors < floor.Colors {
				t.Errorf("colours: %.3f, were %.2f", s.Colors, floor.Colors)
			}
			if !slices.Equal(ours.Stand, theirs.Stand) {
				t.Logf("boxes are not compared: this machine lends it %q, and it was recorded with %q", ours.Stand, theirs.Stand)
				return
			}
			if s.Boxes < floor.Boxes {
				r := Result{Fixture: f, Far: far, Ours: ours, Theirs: theirs}
				t.Errorf("boxes: %.3f, were %.2f\n%s", s.Boxes, floor.Boxes, r.differences())
			}
		})
	}
}

// TestEveryFixtureIsWhole wants no floor or record without its fixture.
func TestEveryFixtureIsWhole(t *testing.T) {
	all, err := Fixtures("testdata")
	if err != nil {
		t.Fatal(err)
	}
	floors, err := Floors("testdata")
	if err != nil {
		t.Fatal(err)
	}
	records, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(floors) != len(all) || len(records) != len(all) {
		t.Errorf("%d fixtures, %d records of them, %d floors", len(all), len(records), len(floors))
	}
}

func page(words string, boxes ...Box) *Page {
	p := &Page{Boxes: boxes}
	for _, w := range words {
		p.Words = append(p.Words, Word{string(w), color.NRGBA{A: 255}, color.NRGBA{255, 255, 255, 255}})
	}
	return p
}

func TestCompare(t *testing.T) {
	red := color.NRGBA{255, 0, 0, 255}
	text := func(first int, x, y, w, h float64) Box {
		return Box{Kind: TextBox, First: first, Count: 1, X: x, Y: y, W: w, H: h}
	}
	painted := func(first, count int, c color.NRGBA) Box {
		return Box{Kind: PaintedBox, First: first, Count: count, W: 10, H: 10, Color: c}
	}
	for _, c := range []struct {
		name         string
		ours, theirs *Page
		want         Score
		far          int
	}{
		{"nothing", page(""), page(""), Score{Text: 1, Boxes: 1, Colors: 1}, 0},
		{"the same", page("abc", text(0, 1, 2, 3, 4)), page("abc", text(0, 1, 2, 3, 4)), Score{Text: 1, Boxes: 1, Colors: 1}, 0},
		{"4 px off", page("a", text(0, 5, 6, 7, 8)), page("a", text(0, 1, 2, 3, 4)), Score{Text: 1, Boxes: 1, Colors: 1}, 0},
		{"5 px off", page("a", text(0, 6, 2, 3, 4)), page("a", text(0, 1, 2, 3, 4)), Score{Text: 1, Boxes: 0, Colors: 1}, 1},
		{"3 % of its width off", page("a", text(0, 0, 15, 500, 9)), page("a", text(0, 0, 0, 500, 9)), Score{Text: 1, Boxes: 1, Colors: 1}, 0},
		{"another order", page("ab"), page("ba"), Score{Text: 0.5, Boxes: 1, Colors: 1}, 0},
		{"a word less", page("ac", text(1, 0, 0, 9, 9)), page("abc", text(2, 0, 0, 9, 9)), Score{Text: 0.8, Boxes: 1, Colors: 1}, 0},
		{"a word more", page("abc", text(1, 0, 0, 9, 9)), page("ac", text(1, 0, 0, 9, 9)), Score{Text: 0.8, Boxes: 1, Colors: 1}, 0},
		{"a box less", page("a"), page("a", text(0, 0, 0, 9, 9)), Score{Text: 1, Boxes: 0, Colors: 1}, 1},
		{"a box more", page("a", text(0, 0, 0, 9, 9)), page("a"), Score{Text: 1, Boxes: 0, Colors: 1}, 1},
		{"another background", page("a", painted(0, 1, red)), page("a", painted(0, 1, color.NRGBA{})), Score{Text: 1, Boxes: 1, Colors: 0.5}, 0},
		{"boxes without words", page("a", painted(0, 0, red), painted(1, 0, red)), page("a", painted(0, 0, red), painted(1, 0, red)), Score{Text: 1, Boxes: 1, Colors: 1}, 0},
		{"around other words", page("ab", painted(0, 2, red)), page("ab", painted(0, 1, red)), Score{Text: 1, Boxes: 0, Colors: 1}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, far := Compare(c.ours, c.theirs); got != c.want || len(far) != c.far {
				t.Errorf("%+v with %d boxes elsewhere, want %+v with %d", got, len(far), c.want, c.far)
			}
		})
	}
}

func TestRecordIsReadAsItWas(t *testing.T) {
	p := page("ab", Box{Kind: PaintedBox, First: 0, Count: 2, X: 0.5, Y: 1, W: 2, H: 3, Color: color.NRGBA{1, 2, 3, 4}}, Box{Kind: ImageBox, First: 1})
	p.Words[1].Color, p.Words[1].Back = color.NRGBA{9, 8, 7, 255}, color.NRGBA{}
	p.Width, p.Height = 700, 12.5
	dir := t.TempDir()
	if err := Record(dir, "x", p, []string{"Noto"}); err != nil {
		t.Fatal(err)
	}
	got, err := Recorded(dir, "x")
	if err != nil {
		t.Fatal(err)
	}
	if s, far := Compare(got, p); s.Total() != 1 || len(far) != 0 || got.Height != p.Height || got.Words[1] != p.Words[1] || !slices.Equal(got.Boxes, p.Boxes) || !slices.Equal(got.Stand, []string{"Noto"}) {
		t.Errorf("%+v, want %+v", got, p)
	}
}

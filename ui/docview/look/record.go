package look

import (
	"encoding/json"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// record is a browser's page as it is kept beside its fixture, so that the view can be
// judged without a browser: words joined by blanks, colours by runs of words.
type record struct {
	Width  float64
	Height float64
	Words  string
	Colors []run
	Boxes  []recordedBox
	Stand  []string `json:",omitempty"` // fonts that ours needed besides the program's own
}

type run struct {
	Words       int
	Color, Back string
}

type recordedBox struct {
	Kind  string
	Words [2]int     // the first, and how many
	At    [4]float64 // x, y, width, height
	Color string     `json:",omitempty"`
}

// Fixture is a message to look at.
type Fixture struct {
	Name string
	HTML string
	// Load returns the pictures in it.
	Load func(src string) []byte
}

// Fixtures returns those of a folder, by name.
func Fixtures(dir string) ([]Fixture, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []Fixture
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		all = append(all, Fixture{strings.TrimSuffix(filepath.Base(f), ".html"), string(text), Part})
	}
	return all, nil
}

// Record keeps what a browser made of a fixture in dir. stand are the fonts that our
// rendering needed besides the program's own.
func Record(dir, name string, p *Page, stand []string) error {
	rec := record{Width: tenth(p.Width), Height: tenth(p.Height), Stand: stand}
	var words []string
	for _, w := range p.Words {
		words = append(words, w.Text)
		c, back := hex(w.Color), hex(w.Back)
		if n := len(rec.Colors); n > 0 && rec.Colors[n-1].Color == c && rec.Colors[n-1].Back == back {
			rec.Colors[n-1].Words++
		} else {
			rec.Colors = append(rec.Colors, run{1, c, back})
		}
	}
	rec.Words = strings.Join(words, " ")
	for _, b := range p.Boxes {
		rec.Boxes = append(rec.Boxes, recordedBox{b.Kind.String(), [2]int{b.First, b.Count}, [4]float64{tenth(b.X), tenth(b.Y), tenth(b.W), tenth(b.H)}, hex(b.Color)})
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(rec); err != nil {
		return err
	}
	// A line a box, so that changes can be read.
	lines := strings.NewReplacer(`"Boxes":[`, "\"Boxes\":[\n", `},{"Kind"`, "},\n{\"Kind\"", `,"Colors"`, ",\n\"Colors\"", `},{"Words"`, "},\n{\"Words\"").Replace(text.String())
	return os.WriteFile(filepath.Join(dir, name+".json"), []byte(lines), 0o600)
}

// Recorded returns what Record kept.
func Recorded(dir, name string) (*Page, error) {
	text, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if err != nil {
		return nil, fmt.Errorf("%w: make look ARGS=-record makes it", err)
	}
	var rec record
	if err := json.Unmarshal(text, &rec); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	p := &Page{Width: rec.Width, Height: rec.Height, Stand: rec.Stand}
	words := strings.Fields(rec.Words)
	for _, r := range rec.Colors {
		c, _ := parseColor(r.Color)
		back, _ := parseColor(r.Back)
		for range r.Words {
			if len(p.Words) < len(words) {
				p.Words = append(p.Words, Word{words[len(p.Words)], c, back})
			}
		}
	}
	for _, b := range rec.Boxes {
		c, _ := parseColor(b.Color)
		kind := slices.Index([]string{TextBox.String(), PaintedBox.String(), ImageBox.String()}, b.Kind)
		if kind < 0 || len(p.Words) != len(words) {
			return nil, fmt.Errorf("%s.json: box of kind %q, or colours for %d of %d words", name, b.Kind, len(p.Words), len(words))
		}
		p.Boxes = append(p.Boxes, Box{Kind: BoxKind(kind), First: b.Words[0], Count: b.Words[1], X: b.At[0], Y: b.At[1], W: b.At[2], H: b.At[3], Color: c})
	}
	return p, nil
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// hex is "" for the zero value.
func hex(c color.NRGBA) string {
	switch c.A {
	case 0:
		return ""
	case 255:
		return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	}
	return fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A)
}

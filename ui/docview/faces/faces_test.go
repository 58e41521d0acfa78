package faces

import (
	"testing"

	"restante.app/ui/docview/typeset"
)

// TestReading sets a line in each family and weight with the program's fonts alone.
func TestReading(t *testing.T) {
	f, err := Reading()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[any]bool{}
	for _, l := range []typeset.Look{
		{Family: typeset.Sans, Size: 16, Weight: 400}, {Family: typeset.Sans, Size: 16, Weight: 600},
		{Family: typeset.Sans, Size: 16, Weight: 400, Italic: true}, {Family: typeset.Sans, Size: 16, Weight: 600, Italic: true},
		{Family: typeset.Mono, Size: 16, Weight: 400}, {Family: typeset.Mono, Size: 16, Weight: 600},
	} {
		line, ok := f.Paragraph([]typeset.Span{{Text: "Post", Look: l}}, typeset.Paragraph{Strut: l}).Next(1000)
		if !ok || len(line.Runs) != 1 || line.Width <= 0 {
			t.Fatalf("%+v: %+v", l, line)
		}
		if r := line.Runs[0]; r.Bold || r.Slant || seen[r.Face.Font] {
			t.Errorf("%+v has no face of its own", l)
		}
		seen[line.Runs[0].Face.Font] = true
	}
}

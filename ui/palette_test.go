package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestThePalette(t *testing.T) {
	b := shelves(t)
	b.openPalette()
	entry, ok := b.desk.marks["palette-entry"].(*typing)
	if !ok {
		t.Fatal("it is not open")
	}
	entry.SetText("boats")
	b.press(fyne.KeyReturn)
	if b.settle(); b.place().Name != "Boats" || b.desk.asking() {
		t.Errorf("it goes to %q", b.place().Name)
	}
	b.sidebar.goTo(1)
	b.settle()
	b.openPalette()
	entry, _ = b.desk.marks["palette-entry"].(*typing)
	entry.SetText("subject 000003")
	entry.OnSubmitted(entry.Text)
	if b.settle(); b.list.rows.Len() != 1 {
		t.Errorf("a search by it finds %d", b.list.rows.Len())
	}
	b.openPalette()
	entry, _ = b.desk.marks["palette-entry"].(*typing)
	entry.SetText("mark")
	list := b.desk.marks["palette-list"]
	b.press(fyne.KeyDown)
	b.press(fyne.KeyDown)
	if l, ok := list.(interface{ SelectedRow() int }); !ok || l.SelectedRow() != 2 {
		t.Error("Down does not choose another row")
	}
	b.press(fyne.KeyEscape)
	if b.desk.asking() {
		t.Error("Escape does not close it")
	}
}

// TestEveryCommandIsFound opens the palette with nothing typed: all lines of the menus are
// in it, each once.
func TestEveryCommandIsFound(t *testing.T) {
	b := shelves(t)
	seen := map[string]int{}
	for _, c := range b.commands() {
		seen[c.Where+" "+c.Label]++
		if c.do == nil {
			t.Errorf("%s does nothing", c.Label)
		}
	}
	for _, want := range []string{"File Fetch…", "Message Next unread", "View Rows: Two lines", "View Colours: Dark", "View Text encoding: Cyrillic (KOI8-R)", "Help Keys…", "Go to Boats"} {
		if seen[want] != 1 {
			t.Errorf("%s is there %d times", want, seen[want])
		}
	}
}

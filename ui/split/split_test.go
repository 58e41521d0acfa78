package split

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"restante.app/ui/theme"
)

// pane is a rectangle with a least size.
func pane(least fyne.Size) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(least)
	return r
}

func newSplit(t *testing.T, sideBySide bool, at float32) (s *Split, first, second *canvas.Rectangle, moved *[]float32) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	first, second, moved = pane(fyne.NewSize(50, 60)), pane(fyne.NewSize(100, 90)), new([]float32)
	s = New(sideBySide, at, first, second, func(at float32) { *moved = append(*moved, at) })
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 400))
	return s, first, second, moved
}

func TestTheFirstPaneKeepsItsSize(t *testing.T) {
	s, first, second, _ := newSplit(t, true, 200)
	s.Resize(fyne.NewSize(600, 400))
	if first.Size() != fyne.NewSize(200, 400) || second.Size() != fyne.NewSize(399, 400) || second.Position().X != 201 {
		t.Errorf("first %v, second %v at %v", first.Size(), second.Size(), second.Position())
	}
	s.Resize(fyne.NewSize(900, 500))
	if first.Size() != fyne.NewSize(200, 500) || second.Size().Width != 699 {
		t.Errorf("in a larger window first %v, second %v", first.Size(), second.Size())
	}
	s.Resize(fyne.NewSize(250, 400))
	if first.Size().Width != 149 || second.Size().Width != 100 {
		t.Errorf("in a smaller window first %v, second %v", first.Size(), second.Size())
	}
	s.Resize(fyne.NewSize(900, 500))
	if first.Size().Width != 200 {
		t.Errorf("in a larger window again first %v", first.Size())
	}
	if least := s.MinSize(); least != fyne.NewSize(151, 90) {
		t.Errorf("the least size is %v", least)
	}
}

// TestDragging drags beyond what the panes can live with, and back again.
func TestDragging(t *testing.T) {
	s, first, _, moved := newSplit(t, false, 200)
	s.Resize(fyne.NewSize(600, 400))
	drag := func(by float32) {
		s.handle.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(7, by)})
	}
	for _, step := range []struct{ by, want float32 }{{30, 230}, {-300, 60}, {100, 60}, {60, 90}, {1000, 309}} {
		if drag(step.by); first.Size().Height != step.want {
			t.Errorf("dragged by %v the first pane has %v, want %v", step.by, first.Size().Height, step.want)
		}
	}
	if len(*moved) != 0 {
		t.Errorf("told of a drag that has not ended: %v", *moved)
	}
	s.handle.DragEnd()
	if len(*moved) != 1 || (*moved)[0] != 309 || s.At() != 309 {
		t.Errorf("told %v, at %v, want 309", *moved, s.At())
	}
}

func TestThePointerLightsTheLineUp(t *testing.T) {
	s, _, _, _ := newSplit(t, true, 200)
	quiet := s.handle.line.FillColor
	s.handle.MouseIn(&desktop.MouseEvent{})
	if s.handle.line.FillColor == quiet || s.handle.line.Size().Width <= thickness {
		t.Error("the line does not show that it can be dragged")
	}
	s.handle.MouseOut()
	if s.handle.line.FillColor != quiet || s.handle.line.Size().Width != thickness {
		t.Error("the line stays lit")
	}
	if s.handle.Cursor() != desktop.HResizeCursor {
		t.Error("the cursor does not show that it can be dragged")
	}
}

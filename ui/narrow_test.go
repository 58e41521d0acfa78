package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/mimeview"
)

// zoomed is the room of a window of 1280 by 800 px where each of Fyne's px is two, less
// its menu.
var zoomed = fyne.NewSize(640, 372)

// TestTheWindowFitsAtTwoHundredPercent opens all that a message can have above its text:
// nothing asks for more room than there is, and the text has its share.
func TestTheWindowFitsAtTwoHundredPercent(t *testing.T) {
	v := full(t)
	v.Subject = strings.Repeat("a long subject ", 12)
	for range 40 {
		v.To = append(v.To, mimeview.Address{Name: "Somebody", Address: "somebody@example.org"})
	}
	b := opens(t, v)
	b.findInMessage()
	b.settle()
	if least := b.desk.window.Content().MinSize(); least.Width > zoomed.Width || least.Height > zoomed.Height {
		t.Errorf("the window needs %v, there are %v", least, zoomed)
	}
	b.desk.window.Resize(zoomed)
	b.settle()
	if got := b.desk.window.Canvas().Size(); got.Width > zoomed.Width {
		t.Fatalf("the window is %v", got)
	}
	if got := b.message.text.Size(); got.Height < 60 || got.Width < 300 {
		t.Errorf("the text has %v", got)
	}
	b.inside(t, b.tools.variant, b.search.box, b.message.text, b.message.find.query)
	for _, c := range b.tools.tools {
		b.inside(t, c)
	}
	b.desk.focus(b.message.remote.tools[1])
	b.inside(t, b.message.remote.tools[1])
	at := test.WidgetRenderer(b.message.top)
	if at == nil || b.message.top.Offset.Y == 0 {
		t.Error("the button that has the keyboard is out of sight")
	}
}

// inside wants controls within the window.
func (b *bench) inside(t *testing.T, all ...fyne.CanvasObject) {
	t.Helper()
	size := b.desk.window.Canvas().Size()
	for _, o := range all {
		at := b.desk.app.Driver().AbsolutePositionForObject(o)
		if end := at.Add(o.Size()); at.X < 0 || at.Y < 0 || end.X > size.Width+1 || end.Y > size.Height+1 {
			t.Errorf("a %T is at %v, to %v of %v", o, at, end, size)
		}
	}
}

// TestToolsHaveTheirLabelsWhereThereIsRoom narrows the window and widens it again.
func TestToolsHaveTheirLabelsWhereThereIsRoom(t *testing.T) {
	b := opens(t, full(t))
	last := b.tools.tools[len(b.tools.tools)-1]
	for _, c := range []struct {
		width float32
		label string
	}{{1180, "New account"}, {640, ""}, {1180, "New account"}} {
		b.desk.window.Resize(fyne.NewSize(c.width, 760))
		if b.settle(); last.Text != c.label {
			t.Errorf("%v px wide the last tool says %q", c.width, last.Text)
		}
	}
}

// TestSubjectsAreReadInANarrowList has the others give way.
func TestSubjectsAreReadInANarrowList(t *testing.T) {
	c := newColumns()
	for width, least := range map[float32]float32{1000: 500, 420: 95, 300: 40} {
		x, w := c.at(width)
		if w[colSubject] < least {
			t.Errorf("of %v px the subject has %v", width, w[colSubject])
		}
		end := float32(0)
		for _, i := range c.Order {
			if x[i] < end || w[i] > 0 && w[i] < c.of[i].least && i != colSubject {
				t.Errorf("of %v px column %d is at %v, %v wide", width, i, x[i], w[i])
			}
			end = x[i] + w[i]
		}
	}
}

package ui

import (
	"bytes"
	"image"
	"testing"

	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"

	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
)

// TestToolkitsEmojiAreDrawn draws emoji of the font that the toolkit brings, in which they
// are drawings: a system may have no other.
func TestToolkitsEmojiAreDrawn(t *testing.T) {
	face, err := font.ParseTTF(bytes.NewReader(fynetheme.DefaultEmojiFont().Content()))
	if err != nil {
		t.Fatal(err)
	}
	gid, ok := face.NominalGlyph('\U0001f600')
	if !ok {
		t.Fatal("the font has no smiling face")
	}
	m, at, ok := raster.GlyphPicture(face, gid)
	if !ok || at != (layout.Rect{Y: -0.85, W: 1, H: 1}) || m.Rect.Max != image.Pt(256, 256) {
		t.Fatalf("%v at %v, %v", m, at, ok)
	}
	if c := m.RGBAAt(128, 20); c.R < 200 || c.G < 180 || c.B > 150 || c.A != 255 {
		t.Errorf("its forehead is %v", c)
	}
	if c := m.RGBAAt(2, 2); c.A != 0 {
		t.Errorf("its corner is %v", c)
	}
}

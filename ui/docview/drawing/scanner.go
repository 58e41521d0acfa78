package drawing

import (
	"errors"
	"image"
	"time"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
)

// Budgets of one drawing.
const (
	maxLines = 2_000_000
	maxTime  = time.Second
)

var errTooMuch = errors.New("it takes too long to draw")

// scanner fills what the library traces, within the picture and a little around it, and
// within budgets. Beyond these it panics with errTooMuch, which PNG recovers: the library
// has no other way out.
type scanner struct {
	*rasterx.ScannerGV
	near  fixed.Rectangle26_6
	lines int
	end   time.Time
}

func newScanner(w, h int, img *image.RGBA) *scanner {
	return &scanner{
		ScannerGV: rasterx.NewScannerGV(w, h, img, img.Rect),
		near:      fixed.Rectangle26_6{Min: fixed.Point26_6{X: fixed.I(-w), Y: fixed.I(-h)}, Max: fixed.Point26_6{X: fixed.I(2 * w), Y: fixed.I(2 * h)}},
		end:       time.Now().Add(maxTime),
	}
}

func (s *scanner) clamp(p fixed.Point26_6) fixed.Point26_6 {
	return fixed.Point26_6{X: min(max(p.X, s.near.Min.X), s.near.Max.X), Y: min(max(p.Y, s.near.Min.Y), s.near.Max.Y)}
}

// Start begins a path.
func (s *scanner) Start(a fixed.Point26_6) { s.ScannerGV.Start(s.clamp(a)) }

// Line goes on with it.
func (s *scanner) Line(b fixed.Point26_6) {
	if s.lines++; s.lines > maxLines || s.lines%1024 == 0 && time.Now().After(s.end) {
		panic(errTooMuch)
	}
	s.ScannerGV.Line(s.clamp(b))
}

// Draw fills it.
func (s *scanner) Draw() {
	if time.Now().After(s.end) {
		panic(errTooMuch)
	}
	s.ScannerGV.Draw()
}

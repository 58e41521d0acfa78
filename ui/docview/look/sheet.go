package look

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
)

var (
	desk   = color.RGBA{128, 128, 128, 255}
	marker = color.RGBA{230, 0, 160, 255}
)

// writeSheet writes two pictures side by side: ours on the left, the browser's on the
// right.
func writeSheet(name string, ours, theirs *image.RGBA) (err error) {
	const gap = 8
	w := ours.Rect.Dx() + gap + theirs.Rect.Dx()
	sheet := image.NewRGBA(image.Rect(0, 0, w, max(ours.Rect.Dy(), theirs.Rect.Dy())))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(desk), image.Point{}, draw.Src)
	draw.Draw(sheet, ours.Rect, ours, image.Point{}, draw.Src)
	draw.Draw(sheet, theirs.Rect.Add(image.Pt(ours.Rect.Dx()+gap, 0)), theirs, image.Point{}, draw.Src)
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("%s: %w", name, e)
		}
	}()
	return png.Encode(f, sheet)
}

// frame draws around the boxes that differ.
func (r *Result) frame() {
	for _, f := range r.Far {
		if f.Ours != nil {
			outline(r.Ours.Image, f.Ours)
		}
		if f.Theirs != nil {
			outline(r.Theirs.Image, f.Theirs)
		}
	}
}

func outline(m *image.RGBA, b *Box) {
	x0, y0, x1, y1 := int(b.X), int(b.Y), int(b.X+b.W), int(b.Y+b.H)
	for _, side := range []image.Rectangle{
		image.Rect(x0, y0, x1, y0+1), image.Rect(x0, y1-1, x1, y1), image.Rect(x0, y0, x0+1, y1), image.Rect(x1-1, y0, x1, y1),
	} {
		draw.Draw(m, side, image.NewUniform(marker), image.Point{}, draw.Src)
	}
}

package theme

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"

	"fyne.io/fyne/v2"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"restante.app/assets/fonts"
	"restante.app/assets/icons"
)

const badgeSize = 64 // px, what trays ask for at most

// Badge returns the program's icon with a number on it, for the tray. 0 has none, what
// has more than two digits is 99+.
func Badge(n int) fyne.Resource {
	text := strconv.Itoa(n)
	switch {
	case n <= 0:
		text = ""
	case n > 99:
		text = "99+"
	}
	img, err := badge(text)
	if err != nil {
		fyne.LogError("The tray's icon has no number", err)
		return appIcon
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		fyne.LogError("The tray's icon has no number", err)
		return appIcon
	}
	return fyne.NewStaticResource("restante-"+text+".png", b.Bytes())
}

// badge draws a short text on a disc over the icon's lower right.
func badge(text string) (image.Image, error) {
	icon, err := png.Decode(bytes.NewReader(icons.AppPNG))
	if err != nil {
		return nil, fmt.Errorf("the program's icon: %w", err)
	}
	img := image.NewRGBA(image.Rect(0, 0, badgeSize, badgeSize))
	xdraw.CatmullRom.Scale(img, img.Rect, icon, icon.Bounds(), xdraw.Over, nil)
	if text == "" {
		return img, nil
	}
	parsed, err := opentype.Parse(fonts.SansBold)
	if err != nil {
		return nil, fmt.Errorf("the font of the number: %w", err)
	}
	size := []float64{34, 30, 22}[len(text)-1]
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, err
	}
	const radius, middle = 21, badgeSize - 21
	disc(img, middle, middle, radius, color.NRGBA{0xff, 0xff, 0xff, 0xff})
	disc(img, middle, middle, radius-2, color.NRGBA{0xb3, 0x26, 0x1e, 0xff})
	d := font.Drawer{Dst: img, Src: image.White, Face: face}
	bounds, _ := d.BoundString(text)
	d.Dot = fixed.Point26_6{
		X: fixed.I(middle) - (bounds.Max.X+bounds.Min.X)/2,
		Y: fixed.I(middle) - (bounds.Max.Y+bounds.Min.Y)/2,
	}
	d.DrawString(text)
	return img, face.Close()
}

// disc fills a circle.
func disc(img *image.RGBA, x, y, r float32, c color.Color) {
	const k = 0.5523 // of the radius, where the control points of a quarter lie
	z := vector.NewRasterizer(img.Rect.Dx(), img.Rect.Dy())
	z.DrawOp = draw.Over
	z.MoveTo(x+r, y)
	z.CubeTo(x+r, y+k*r, x+k*r, y+r, x, y+r)
	z.CubeTo(x-k*r, y+r, x-r, y+k*r, x-r, y)
	z.CubeTo(x-r, y-k*r, x-k*r, y-r, x, y-r)
	z.CubeTo(x+k*r, y-r, x+r, y-k*r, x+r, y)
	z.ClosePath()
	z.Draw(img, img.Rect, image.NewUniform(c), image.Point{})
}

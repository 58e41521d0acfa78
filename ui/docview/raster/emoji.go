package raster

import (
	"bytes"
	"image"
	"image/draw"

	"github.com/go-text/typesetting/font"
	xdraw "golang.org/x/image/draw"

	"restante.app/ui/docview/drawing"
	"restante.app/ui/docview/layout"
)

// coloured returns a glyph with colours of its own, nil if it has none.
func (p *Painter) coloured(s *strike, gid font.GID) *mask {
	if b, ok := s.face.GlyphDataBitmap(uint16(gid)); ok {
		return s.bitmap(gid, b)
	}
	if v, ok := s.face.GlyphDataSVG(uint16(gid)); ok {
		return s.drawing(v)
	}
	return nil
}

// drawing draws a glyph that the font describes in SVG; nil if it can't be drawn.
func (s *strike) drawing(v font.GlyphSVG) *mask {
	em := round(s.scale * float32(s.face.Upem()))
	m, err := drawing.Glyph(v.Source, min(max(em, 1), maxGlyphPx))
	if err != nil {
		return nil // its outline is drawn instead
	}
	return &mask{at: m.Rect.Add(image.Pt(0, -round(drawing.Rise*float32(em)))), colour: m}
}

// GlyphPicture returns a glyph that is a picture with colours of its own, and where it
// lies from the pen, in ems, y growing down. ok is false if it is none.
func GlyphPicture(face *font.Face, gid font.GID) (m *image.RGBA, at layout.Rect, ok bool) {
	b, ok := face.GlyphDataBitmap(uint16(gid))
	if !ok {
		return glyphDrawing(face, gid)
	}
	e, ok := face.GlyphExtents(gid)
	src := decodeBitmap(b)
	if !ok || src == nil {
		return nil, at, false
	}
	em := float32(max(face.Upem(), 1))
	at = layout.Rect{X: e.XBearing / em, Y: -e.YBearing / em, W: e.Width / em, H: -e.Height / em}
	m = image.NewRGBA(image.Rectangle{Max: src.Bounds().Size()})
	draw.Draw(m, m.Rect, src, src.Bounds().Min, draw.Src)
	return m, at, true
}

// drawnEm is how large a glyph that is a drawing is made where its size is not known.
const drawnEm = 256

func glyphDrawing(face *font.Face, gid font.GID) (m *image.RGBA, at layout.Rect, ok bool) {
	v, ok := face.GlyphDataSVG(uint16(gid))
	if !ok {
		return nil, at, false
	}
	m, err := drawing.Glyph(v.Source, drawnEm)
	return m, layout.Rect{Y: -drawing.Rise, W: 1, H: 1}, err == nil
}

func decodeBitmap(b font.GlyphBitmap) image.Image {
	switch b.Format {
	case font.PNG, font.JPG, font.TIFF:
		config, _, err := image.DecodeConfig(bytes.NewReader(b.Data))
		if err != nil || config.Width > maxGlyphPx || config.Height > maxGlyphPx {
			return nil
		}
		if m, _, err := image.Decode(bytes.NewReader(b.Data)); err == nil {
			return m
		}
	}
	return nil
}

// bitmap scales a glyph that is a picture to the strike's size.
func (s *strike) bitmap(gid font.GID, b font.GlyphBitmap) *mask {
	e, ok := s.face.GlyphExtents(gid)
	if !ok {
		return nil
	}
	at := image.Rect(round(e.XBearing*s.scale), round(-e.YBearing*s.scale), round((e.XBearing+e.Width)*s.scale), round((-e.YBearing-e.Height)*s.scale))
	if at.Empty() || at.Dx() > maxGlyphPx || at.Dy() > maxGlyphPx {
		return nil
	}
	if b.Format == font.BlackAndWhite {
		return s.bits(at, b)
	}
	src := decodeBitmap(b)
	if src == nil {
		return nil
	}
	out := image.NewRGBA(image.Rectangle{Max: at.Size()})
	xdraw.CatmullRom.Scale(out, out.Rect, src, src.Bounds(), draw.Src, nil)
	return &mask{at: at, colour: out}
}

// bits makes a mask of a glyph in black and white.
func (s *strike) bits(at image.Rectangle, b font.GlyphBitmap) *mask {
	if b.Width <= 0 || b.Height <= 0 || b.Width > maxGlyphPx || b.Height > maxGlyphPx || len(b.Data)*8 < b.Width*b.Height {
		return nil
	}
	src := image.NewAlpha(image.Rect(0, 0, b.Width, b.Height))
	for i := range src.Pix {
		if b.Data[i/8]&(0x80>>(i%8)) != 0 {
			src.Pix[i] = 255
		}
	}
	out := image.NewRGBA(image.Rectangle{Max: at.Size()})
	xdraw.BiLinear.Scale(out, out.Rect, src, src.Rect, draw.Src, nil)
	m := &mask{at: at, alpha: make([]uint8, at.Dx()*at.Dy())}
	for i := range m.alpha {
		m.alpha[i] = out.RGBAAt(i%at.Dx(), i/at.Dx()).A
	}
	return m
}

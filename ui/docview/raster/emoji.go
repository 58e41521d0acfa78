package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"

	"github.com/go-text/typesetting/font"
	xdraw "golang.org/x/image/draw"
)

// coloured returns a glyph with colours of its own, nil if it has none.
func (p *Painter) coloured(s *strike, gid font.GID) *mask {
	if b, ok := s.face.GlyphDataBitmap(uint16(gid)); ok {
		return s.bitmap(gid, b)
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
	var src image.Image
	switch b.Format {
	case font.PNG, font.JPG, font.TIFF:
		config, _, err := image.DecodeConfig(bytes.NewReader(b.Data))
		if err != nil || config.Width > maxGlyphPx || config.Height > maxGlyphPx {
			return nil
		}
		if src, _, err = image.Decode(bytes.NewReader(b.Data)); err != nil {
			return nil
		}
	case font.BlackAndWhite:
		return s.bits(at, b)
	default:
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
		m.alpha[i] = color.AlphaModel.Convert(out.RGBAAt(i%at.Dx(), i/at.Dx())).(color.Alpha).A
	}
	return m
}

package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/typeset"
)

var white = color.NRGBA{255, 255, 255, 255}

func faces(t testing.TB) *typeset.Fonts {
	t.Helper()
	f, err := typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans}, {Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
		{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic}, {Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// flow lays out HTML.
func flow(t testing.TB, html string, m *Images, width, zoom float32) *layout.Flow {
	t.Helper()
	doc := dom.ParseHTML(html, dom.HTMLOptions{Width: width / zoom})
	f := layout.New(doc, layout.Options{Width: width, Zoom: zoom, Fonts: faces(t), Size: m.Size})
	f.All()
	return f
}

// octetsOf encodes a picture.
func octetsOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plain is a picture of one colour.
func plain(w, h int, c color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(m.Pix); i += 4 {
		m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = c.R, c.G, c.B, c.A
	}
	return m
}

// items is a Source of what is in it.
type items []layout.Item

func (s items) Items(r layout.Rect, yield func(*layout.Item) bool) {
	for i := range s {
		if one := s[i]; !yield(&one) {
			return
		}
	}
}

// paint paints all of a Source at 0, 0.
func paint(src Source, w, h int, m *Images) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	New(m).Paint(dst, src, 0, 0, Options{Canvas: white})
	return dst
}

func nrgba(c color.RGBA) color.NRGBA { return color.NRGBA(c) } // of what is opaque

package raster

import (
	"errors"
	"strings"
	"testing"
)

// FuzzDecode wants a picture of the size that its header says, or an error that is told.
func FuzzDecode(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Add(pngClaim(7000, 7000, 8, 6, 0))
	f.Add(gifOf(f, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := readHeader(data)
		if err == nil && h.size.X*h.size.Y > 1<<20 {
			return // bounded, but too slow to try many of
		}
		pix, h, err := decode(data)
		switch {
		case err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge):
			t.Fatal(err)
		case err == nil && pix.Rect.Size() != h.shown:
			t.Fatalf("%v of %v", pix.Rect, h.shown)
		}
	})
}

func FuzzDataURI(f *testing.F) {
	f.Add("data:image/png;base64,iVBORw0KGgo=")
	f.Add("data:image/gif,GIF89a%01%00")
	f.Add("data:image/;base64,-_--")
	f.Fuzz(func(t *testing.T, src string) {
		if !isData(src) {
			src = "data:" + src
		}
		if data := dataURI(src); len(data) > len(src) {
			t.Fatalf("%d octets of %d", len(data), len(src))
		}
		m := NewImages(nil, 1<<20)
		if w, h, ok := m.Size(src); ok && (w < 1 || h < 1 || !strings.Contains(src, ",")) {
			t.Fatalf("%v × %v", w, h)
		}
	})
}

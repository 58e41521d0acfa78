package raster

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// Bounds of one picture.
const (
	maxPixels  = 50_000_000    // that it may have
	maxDecoded = 200_000_000   // octets of what its decoder makes
	keptPixels = 8_000_000     // that are kept of it; no screen shows more
	maxPasses  = 1_000_000_000 // pixels times scans of a progressive JPEG
)

// format is a kind of picture.
type format struct {
	name   string
	magic  []string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	repair func(data []byte) (octets []byte, whole int) // of one that is cut; whole is how many rows came, -1 if that is not known
}

var formats = []format{
	{"png", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode, repairPNG},
	{"jpeg", []string{"\xff\xd8"}, jpeg.DecodeConfig, jpeg.Decode, nil},
	{"gif", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode, repairGIF},
	{"webp", []string{"RIFF"}, webp.DecodeConfig, webp.Decode, nil},
	{"bmp", []string{"BM"}, bmp.DecodeConfig, bmp.Decode, nil},
	{"tiff", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode, nil},
}

// header is what is known of a picture before it is decoded.
type header struct {
	format *format
	size   image.Point
	shown  image.Point // size, turned as it is shown
	turn   int         // orientation as in Exif, 1 to 8
}

// readHeader reads a picture's format and dimensions, and refuses what is too large.
func readHeader(data []byte) (h header, err error) {
	defer guard(&err)
	for i := range formats {
		for _, m := range formats[i].magic {
			if len(data) >= len(m) && string(data[:len(m)]) == m {
				h.format = &formats[i]
			}
		}
	}
	if h.format == nil {
		return header{}, ErrFormat
	}
	config, err := h.format.config(bytes.NewReader(data))
	if err != nil {
		return header{}, fmt.Errorf("%w: %s: %w", ErrFormat, h.format.name, err)
	}
	h.size = image.Pt(config.Width, config.Height)
	if h.size.X <= 0 || h.size.Y <= 0 {
		return header{}, fmt.Errorf("%w: %s of %d×%d", ErrFormat, h.format.name, h.size.X, h.size.Y)
	}
	if err := h.bounded(data, config); err != nil {
		return header{}, err
	}
	h.turn = 1
	if h.format.name == "jpeg" {
		h.turn = orientation(data)
	}
	h.shown = h.size
	if h.turn > 4 {
		h.shown = image.Pt(h.size.Y, h.size.X)
	}
	return h, nil
}

func (h *header) bounded(data []byte, config image.Config) error {
	tooLarge := fmt.Errorf("%w: %s of %d×%d", ErrTooLarge, h.format.name, h.size.X, h.size.Y)
	if h.size.X > maxPixels/h.size.Y || h.size.X*h.size.Y > maxDecoded/depth(config.ColorModel) {
		return tooLarge
	}
	switch h.format.name {
	case "webp":
		if !webpBounded(data) {
			return tooLarge
		}
	case "jpeg":
		// In the entropy-coded data 0xFF stands before 0 and RST only.
		if scans := bytes.Count(data, []byte{0xff, 0xda}); scans > 20 && h.size.X*h.size.Y > maxPasses/scans {
			return fmt.Errorf("%w: %d scans", ErrTooLarge, scans)
		}
	}
	return nil
}

// depth is how many octets a decoder makes of each pixel.
func depth(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.Gray16Model:
		return 2
	}
	return 4
}

// webpBounded looks at the dimensions within the chunks of pixels: those that the
// extended header tells need not be the same.
func webpBounded(data []byte) bool {
	for i := 12; i+8 <= len(data); {
		n := int(binary.LittleEndian.Uint32(data[i+4:]))
		body := data[i+8:]
		if n > len(body) {
			n = len(body)
		}
		w, h := 0, 0
		switch name := string(data[i : i+4]); {
		case name == "VP8 " && n >= 10:
			w, h = int(binary.LittleEndian.Uint16(body[6:]))&0x3fff, int(binary.LittleEndian.Uint16(body[8:]))&0x3fff
		case name == "VP8L" && n >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			w, h = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
		}
		if w*h > maxPixels {
			return false
		}
		i += 8 + n + n&1
	}
	return true
}

// guard makes an error of a decoder's panic: what other people's code does with octets
// from strangers must not end the program.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrFormat, p)
	}
}

// decode makes pixels of octets. What is cut is shown as far as it came.
func decode(data []byte) (pix *image.RGBA, h header, err error) {
	defer guard(&err)
	if h, err = readHeader(data); err != nil {
		return nil, h, err
	}
	whole := -1
	img, err := h.format.decode(bytes.NewReader(data))
	if err != nil {
		img, whole = h.cut(data)
		if img == nil {
			return nil, h, fmt.Errorf("%w: %s: %w", ErrFormat, h.format.name, err)
		}
	}
	pix = flatten(img, h.size)
	if whole >= 0 {
		clear(pix.Pix[min(whole*pix.Rect.Dy()/h.size.Y*pix.Stride, len(pix.Pix)):])
	}
	return turned(pix, h.turn), h, nil
}

// cut decodes what there is of a picture that is not complete.
func (h *header) cut(data []byte) (image.Image, int) {
	if h.format.name == "jpeg" {
		return cutJPEG(data, h.size)
	}
	if h.format.repair == nil {
		return nil, 0
	}
	octets, whole := h.format.repair(data)
	if octets == nil || whole == 0 {
		return nil, 0
	}
	again, err := readHeader(octets)
	if err != nil || again.size != h.size {
		return nil, 0
	}
	img, err := h.format.decode(bytes.NewReader(octets))
	if err != nil {
		return nil, 0
	}
	return img, whole
}

// flatten makes any picture one of RGBA, with fewer pixels if it is large. size is that
// of the whole, of which a GIF's frame may be a part.
func flatten(img image.Image, size image.Point) *image.RGBA {
	b := img.Bounds()
	full := image.Rectangle{Max: size}
	if size.X*size.Y > keptPixels {
		return reduced(img, size)
	}
	switch src := img.(type) {
	case *image.RGBA:
		if b == full {
			return src
		}
	case *image.NRGBA:
		if b == full {
			return premultiply(src)
		}
	case *image.Paletted:
		return painted(src, full)
	}
	out := image.NewRGBA(full)
	draw.Draw(out, b.Intersect(full), img, b.Intersect(full).Min, draw.Src)
	return out
}

// reduced makes a large picture smaller.
func reduced(img image.Image, size image.Point) *image.RGBA {
	n := 1
	for size.X/(n+1)*(size.Y/(n+1)) > keptPixels {
		n++
	}
	n++
	to := image.Rect(0, 0, max(size.X/n, 1), max(size.Y/n, 1))
	for to.Dx()*to.Dy() > keptPixels { // one side is 1 pixel
		to.Max = image.Pt(max(to.Dx()/2, 1), max(to.Dy()/2, 1))
	}
	if src, ok := img.(*image.Paletted); ok {
		img = painted(src, image.Rectangle{Max: size})
	}
	out := image.NewRGBA(to)
	xdraw.ApproxBiLinear.Scale(out, to, img, image.Rectangle{Max: size}, xdraw.Src, nil)
	return out
}

func premultiply(src *image.NRGBA) *image.RGBA {
	p := src.Pix
	for i := 0; i+3 < len(p); i += 4 {
		if a := uint32(p[i+3]); a != 255 {
			p[i], p[i+1], p[i+2] = uint8(div255(uint32(p[i])*a)), uint8(div255(uint32(p[i+1])*a)), uint8(div255(uint32(p[i+2])*a))
		}
	}
	return &image.RGBA{Pix: p, Stride: src.Stride, Rect: src.Rect}
}

func painted(src *image.Paletted, full image.Rectangle) *image.RGBA {
	var table [256]color.RGBA
	for i, c := range src.Palette[:min(len(src.Palette), 256)] {
		table[i], _ = color.RGBAModel.Convert(c).(color.RGBA)
	}
	out := image.NewRGBA(full)
	in := src.Rect.Intersect(full)
	for y := in.Min.Y; y < in.Max.Y; y++ {
		from := src.Pix[src.PixOffset(in.Min.X, y):][:in.Dx()]
		to := out.Pix[out.PixOffset(in.Min.X, y):]
		for x, v := range from {
			c := table[v]
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = c.R, c.G, c.B, c.A
		}
	}
	return out
}

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
	repair func(data []byte) (octets []byte, whole int) // of one that is cut; whole is how many rows came
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
	if h.size.X > maxPixels/h.size.Y || h.size.X*h.size.Y > maxDecoded/h.depth(data, config.ColorModel) {
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
func (h *header) depth(data []byte, m color.Model) int {
	d := 4
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		d = 8
	case color.Gray16Model:
		d = 2
	}
	switch {
	case h.format.name == "jpeg" && progressive(data): // its coefficients
		return 8
	case h.format.name == "png" && len(data) > 28 && data[28] != 0: // interlaced: its passes
		return 2 * d
	}
	return d
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
	whole := h.size.Y
	var img image.Image
	if h.plausible(data) {
		img, err = h.format.decode(&metered{Reader: bytes.NewReader(data), left: maxReads})
	} else {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		if img, whole = h.cut(data); img == nil {
			return nil, h, fmt.Errorf("%w: %s: %w", ErrFormat, h.format.name, err)
		}
	}
	pix = flatten(img, h.size)
	clear(pix.Pix[min(whole*pix.Rect.Dy()/h.size.Y*pix.Stride, len(pix.Pix)):])
	return turned(pix, h.turn), h, nil
}

// plausible tells whether so few octets can hold a picture as large as it says. Where
// they can't, memory for all of it is not asked for.
func (h *header) plausible(data []byte) bool {
	pixels := h.size.X * h.size.Y
	switch h.format.name {
	case "png":
		return pixels/8/1032 <= len(data) // the most that deflate makes of an octet
	case "jpeg":
		return pixels/1000 <= len(data) // 64 pixels take a bit at least, and there are tables
	case "gif":
		return pixels/4096 <= len(data) // the longest sequence that LZW makes of a code
	case "bmp":
		return pixels/8 <= len(data)
	}
	return true
}

// maxReads is how often a decoder may ask for octets: a TIFF can have so many parts, of
// the same few octets, that it takes minutes.
const maxReads = 1 << 18

// metered is a reader that ends after so many reads.
type metered struct {
	*bytes.Reader
	left int
}

func (m *metered) Read(p []byte) (int, error) {
	if m.left--; m.left < 0 {
		return 0, ErrTooLarge
	}
	return m.Reader.Read(p)
}

func (m *metered) ReadAt(p []byte, off int64) (int, error) {
	if m.left--; m.left < 0 {
		return 0, ErrTooLarge
	}
	return m.Reader.ReadAt(p, off)
}

// cut decodes what there is of a picture that is not complete, and tells how many rows
// of it came.
func (h *header) cut(data []byte) (image.Image, int) {
	if h.format.name == "jpeg" {
		if !h.plausible(data) {
			return nil, 0
		}
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
	if err != nil || again.size.X != h.size.X || again.size.Y > h.size.Y {
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

// reduced makes a large picture smaller by a whole factor, a few rows at a time.
func reduced(img image.Image, size image.Point) *image.RGBA {
	n := 2
	for (size.X+n-1)/n*((size.Y+n-1)/n) > keptPixels {
		n++
	}
	out := image.NewRGBA(image.Rect(0, 0, (size.X+n-1)/n, (size.Y+n-1)/n))
	strip := image.NewRGBA(image.Rect(0, 0, size.X, n))
	b := img.Bounds()
	for y := range out.Rect.Dy() {
		in := image.Rect(0, y*n, size.X, min((y+1)*n, size.Y))
		strip.Rect = image.Rect(0, 0, size.X, in.Dy())
		if !in.In(b) {
			clear(strip.Pix)
		}
		if in = in.Intersect(b); !in.Empty() {
			copyRows(strip, in.Sub(image.Pt(0, y*n)), img, in.Min)
		}
		average(out.Pix[y*out.Stride:(y+1)*out.Stride], strip, n)
	}
	return out
}

// copyRows copies a part of any picture.
func copyRows(dst *image.RGBA, to image.Rectangle, src image.Image, from image.Point) {
	if p, ok := src.(*image.Paletted); ok {
		in := image.Rectangle{Max: to.Size()}.Add(from)
		if sub, ok := p.SubImage(in).(*image.Paletted); ok {
			src = painted(sub, in)
		}
	}
	draw.Draw(dst, to, src, from, draw.Src)
}

// average makes a row of pixels, each of n by n of a strip, fewer at its ends.
func average(out []uint8, strip *image.RGBA, n int) {
	w, h := strip.Rect.Dx(), strip.Rect.Dy()
	for x := range len(out) / 4 {
		var sum [4]uint32
		from, to := 4*x*n, 4*min((x+1)*n, w)
		for y := range h {
			row := strip.Pix[y*strip.Stride:]
			for i := from; i < to; i += 4 {
				p := row[i : i+4 : i+4]
				sum[0], sum[1], sum[2], sum[3] = sum[0]+uint32(p[0]), sum[1]+uint32(p[1]), sum[2]+uint32(p[2]), sum[3]+uint32(p[3])
			}
		}
		count := uint32(max((to-from)/4*h, 1))
		for i, s := range sum {
			out[4*x+i] = uint8((s + count/2) / count)
		}
	}
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

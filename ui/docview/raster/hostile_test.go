package raster

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// pngClaim is a PNG of few octets that says it is so large.
func pngClaim(w, h int, bits, kind, interlaced byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	var z bytes.Buffer
	deflate := zlib.NewWriter(&z)
	_, _ = deflate.Write(make([]byte, 200_000))
	_ = deflate.Close()
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, bits, kind, 0, 0, interlaced))...)
	return append(append(out, chunk("IDAT", z.Bytes())...), chunk("IEND", nil)...)
}

// webpOf is a lossless WebP of one colour: every code is one symbol of no bits.
func webpOf(w, h int, c color.NRGBA) []byte {
	var bits, n uint64
	var body []byte
	put := func(v uint64, count uint64) {
		bits |= v << n
		for n += count; n >= 8; n -= 8 {
			body = append(body, byte(bits))
			bits >>= 8
		}
	}
	put(0x2f, 8)
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(1, 4)                                          // alpha, version 0
	put(0, 3)                                          // no transforms, no cache, one set of codes
	for _, v := range []uint8{c.G, c.R, c.B, c.A, 0} { // and distance
		put(1|1<<2|uint64(v)<<3, 11) // simple, one symbol of 8 bits
	}
	put(0, 7)
	body = append(body, make([]byte, 2+len(body)&1)...)
	out := append([]byte("RIFF"), 0, 0, 0, 0)
	out = append(out, "WEBPVP8L"...)
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(body))), body...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// gifOf is a GIF of so many frames.
func gifOf(t testing.TB, frames int) []byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 300, 300), color.Palette{color.White, color.NRGBA{200, 0, 0, 255}})
	for i := range m.Pix {
		m.Pix[i] = uint8(i / 7 % 2)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	frame := bytes.LastIndex(data, []byte{0x21, 0xf9})
	out := data[:frame:frame]
	for range frames - 1 {
		out = append(out, data[frame:len(data)-1]...)
	}
	return append(out, 0x3b)
}

// allocated is how many octets f asks for.
func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// Pictures that claim to be larger than anything are refused by their header; what is
// within the bounds but can't be there takes no memory for what is not.
func TestClaims(t *testing.T) {
	tooLarge := map[string][]byte{
		"png of 9 GB":           pngClaim(60_000, 40_000, 8, 6, 0),
		"png of 2³¹":            pngClaim(1<<31-1, 1<<31-1, 16, 6, 0),
		"png of 16 bits":        pngClaim(6_000, 6_000, 16, 6, 0),
		"interlaced png":        pngClaim(7_000, 7_000, 8, 6, 1),
		"png, a line":           pngClaim(1<<30, 1, 1, 0, 0),
		"webp of 16384 × 16384": webpOf(16384, 16384, red),
		"gif":                   append([]byte("GIF89a\xff\xff\xff\xff\x80\x00\x00"), make([]byte, 20)...),
	}
	for name, data := range tooLarge {
		used := allocated(func() {
			if _, _, err := decode(data); !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrFormat) {
				t.Errorf("%s: %v", name, err)
			}
		})
		if used > 1<<20 {
			t.Errorf("%s took %d octets", name, used)
		}
	}
	small := pngClaim(7_000, 7_000, 8, 6, 0) // 200,000 octets of 196 MB
	used := allocated(func() {
		pix, h, err := decode(small)
		if err != nil || h.size != image.Pt(7000, 7000) || pix.Rect.Dx()*pix.Rect.Dy() > keptPixels {
			t.Errorf("%v of %v: %v", pix.Rect, h.size, err)
		}
	})
	if used > 48<<20 {
		t.Errorf("a picture that is not there took %d MB", used>>20)
	}
}

// Of 10,000 frames the first is read, and no more.
func TestFrames(t *testing.T) {
	data := gifOf(t, 10_000)
	if len(data) < 1<<20 {
		t.Fatalf("%d octets are no 10,000 frames", len(data))
	}
	used := allocated(func() {
		pix, _, err := decode(data)
		if err != nil || pix.Rect.Dx() != 300 {
			t.Errorf("%v", err)
		}
	})
	if used > 4<<20 {
		t.Errorf("took %d MB", used>>20)
	}
}

// A TIFF of a million parts, all of them the same few octets.
func TestTIFFOfManyParts(t *testing.T) {
	const w, h = 1000, 1000
	var b bytes.Buffer
	b.WriteString("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, n, v uint32) {
		_ = binary.Write(&b, binary.LittleEndian, struct {
			A, B uint16
			C, D uint32
		}{tag, kind, n, v})
	}
	const tags = 11
	at := uint32(8 + 2 + tags*12 + 4)
	_ = binary.Write(&b, binary.LittleEndian, uint16(tags))
	entry(256, 3, 1, w)
	entry(257, 3, 1, h)
	entry(258, 3, 1, 8)
	entry(259, 3, 1, 8) // deflate
	entry(262, 3, 1, 1)
	entry(277, 3, 1, 1)
	entry(322, 3, 1, 1) // tiles of one pixel
	entry(323, 3, 1, 1)
	entry(324, 3, w*h, at)
	entry(325, 3, w*h, at+w*h*2)
	entry(339, 3, 1, 1)
	b.Write(make([]byte, 4))
	for range w * h {
		b.Write([]byte{8, 0})
	}
	for range w * h {
		b.Write([]byte{40, 0})
	}
	if _, _, err := decode(b.Bytes()); err == nil {
		t.Error("a picture of noise was decoded")
	}
}

// samples are pictures of 48×40 of every kind, their upper half red, the lower one blue.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 48, 40))
	for y := range 40 {
		for x := range 48 {
			c := red
			if y >= 20 {
				c = blue
			}
			c.G = uint8(x * 3 % 17)
			m.SetNRGBA(x, y, c)
		}
	}
	encode := func(f func(*bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	return map[string][]byte{
		"png":  octetsOf(t, m),
		"jpeg": encode(func(b *bytes.Buffer) error { return jpeg.Encode(b, m, &jpeg.Options{Quality: 95}) }),
		"gif":  encode(func(b *bytes.Buffer) error { return gif.Encode(b, m, nil) }),
		"bmp":  encode(func(b *bytes.Buffer) error { return bmp.Encode(b, m) }),
		"tiff": encode(func(b *bytes.Buffer) error { return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate}) }),
		"webp": webpOf(48, 40, red),
	}
}

func TestEveryKind(t *testing.T) {
	for name, data := range samples(t) {
		pix, h, err := decode(data)
		if err != nil || h.format.name != name || pix.Rect.Size() != image.Pt(48, 40) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c := pix.RGBAAt(20, 3); c.R < 180 || c.G > 80 || c.B > 30 || c.A != 255 {
			t.Errorf("%s: %v is not red", name, c)
		}
		if c := pix.RGBAAt(20, 37); name != "webp" && (c.R > 30 || c.B < 170) {
			t.Errorf("%s: %v is not blue", name, c)
		}
	}
}

// Wherever a picture ends, there is an error or the part that came; where it is damaged,
// too. Nothing is made up below what came.
func TestCutAnywhere(t *testing.T) {
	parts := map[string]int{}
	for name, data := range samples(t) {
		for n := 0; n < len(data); n += 1 + len(data)/600 {
			pix, _, err := decode(data[:n:n])
			if err != nil {
				if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
					t.Fatalf("%s cut at %d: %v", name, n, err)
				}
				continue
			}
			if pix.Rect.Size() != image.Pt(48, 40) {
				t.Fatalf("%s cut at %d is of %v", name, n, pix.Rect)
			}
			if a := pix.RGBAAt(20, 0).A; a == 255 && pix.RGBAAt(20, 39).A == 0 {
				parts[name]++
				if c := pix.RGBAAt(20, 0); c.R < 160 || c.B > 60 {
					t.Fatalf("%s cut at %d begins with %v", name, n, c)
				}
			}
		}
		for n := 0; n < len(data); n += 1 + len(data)/600 {
			bad := bytes.Clone(data)
			bad[n] ^= 0x5a
			_, _, _ = decode(bad)
		}
	}
	for _, name := range []string{"png", "jpeg", "gif"} {
		if parts[name] == 0 {
			t.Errorf("of no %s that was cut a part is shown", name)
		}
	}
}

// A GIF's frame that begins further down is cut where its rows end.
func TestCutFrameWithOffset(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 30, 60, 60), color.Palette{red, blue})
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 7 / 3 % 2)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{0}, Config: image.Config{Width: 60, Height: 60}}); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	pix, _, err := decode(data[:len(data)*4/5])
	if err != nil {
		t.Fatal(err)
	}
	if pix.RGBAAt(5, 32).A != 255 || pix.RGBAAt(5, 59).A != 0 || pix.RGBAAt(5, 3).A != 0 {
		t.Errorf("%v, %v, %v", pix.RGBAAt(5, 3), pix.RGBAAt(5, 32), pix.RGBAAt(5, 59))
	}
}

func TestReduced(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 4000, 3001), color.Palette{color.Black, color.White})
	for i := range m.Pix {
		m.Pix[i] = uint8(i & 1)
	}
	pix := flatten(m, m.Rect.Size())
	if pix.Rect.Size() != image.Pt(2000, 1501) {
		t.Fatalf("%v", pix.Rect)
	}
	for _, at := range []image.Point{{0, 0}, {999, 700}, {1999, 1500}} {
		if c := pix.RGBAAt(at.X, at.Y); c.R < 126 || c.R > 129 || c.A != 255 {
			t.Errorf("%v is %v", at, c)
		}
	}
	line := image.NewGray(image.Rect(0, 0, 12_000_000, 1))
	if pix := flatten(line, line.Rect.Size()); pix.Rect.Dy() != 1 || pix.Rect.Dx() > keptPixels {
		t.Errorf("a line became %v", pix.Rect)
	}
}

func TestDataURI(t *testing.T) {
	data := octetsOf(t, plain(3, 2, red))
	b64 := base64.StdEncoding.EncodeToString(data)
	for name, of := range map[string]struct {
		src  string
		want bool
	}{
		"base64":         {"data:image/png;base64," + b64, true},
		"upper case":     {"DATA:IMAGE/PNG;BASE64," + b64, true},
		"parameters":     {"data:image/png;name=a.png;base64," + b64, true},
		"line breaks":    {"data:image/png;base64," + b64[:20] + "\r\n  " + b64[20:], true},
		"no padding":     {"data:image/png;base64," + strings.TrimRight(b64, "="), true},
		"base64url":      {"data:image/png;base64," + base64.URLEncoding.EncodeToString(data), true},
		"escaped":        {"data:image/png;base64," + strings.ReplaceAll(b64, "=", "%3D"), true},
		"wrong type":     {"data:image/gif;base64," + b64, true}, // the octets tell
		"no comma":       {"data:image/png;base64" + b64, false},
		"no image":       {"data:text/html;base64," + b64, false},
		"script":         {"data:image/svg+xml,<svg/>", false},
		"nothing":        {"data:", false},
		"half an escape": {"data:image/png,%8", false},
	} {
		w, h, ok := NewImages(nil, 1<<20).Size(of.src)
		if ok != of.want || ok && (w != 3 || h != 2) {
			t.Errorf("%s: %v × %v, %v", name, w, h, ok)
		}
	}
}

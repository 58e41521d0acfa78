package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strings"

	"github.com/go-text/typesetting/font"

	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
)

// resources are what contents name: they are the same for all pages, and written when
// all is known.
type resources struct {
	ref      id
	alphas   map[uint8]bool
	sources  map[string]string // names of pictures by source, "" is one that is not there
	glyphs   map[glyphKey]glyphPicture
	objects  []id // of pictures, by number
	patterns []id
}

type glyphKey struct {
	face *font.Face
	gid  font.GID
}

// glyphPicture is a glyph with colours of its own; without a name it is none.
type glyphPicture struct {
	name string
	at   layout.Rect
}

func (r *resources) init(ref id) {
	*r = resources{ref: ref, alphas: map[uint8]bool{}, sources: map[string]string{}, glyphs: map[glyphKey]glyphPicture{}}
}

func (r *resources) alpha(a uint8) string {
	r.alphas[a] = true
	return fmt.Sprintf("G%d", a)
}

func (r *resources) write(o *objects, fonts []*embedded) {
	var b strings.Builder
	b.WriteString("<< /Font <<")
	for _, e := range fonts {
		fmt.Fprintf(&b, " /%s %v", e.name, e.ref)
	}
	b.WriteString(" >> /XObject <<")
	for n, i := range r.objects {
		fmt.Fprintf(&b, " /I%d %v", n, i)
	}
	b.WriteString(" >> /Pattern <<")
	for n, i := range r.patterns {
		fmt.Fprintf(&b, " /P%d %v", n, i)
	}
	b.WriteString(" >> /ExtGState <<")
	for a := range 256 {
		if r.alphas[uint8(a)] {
			fmt.Fprintf(&b, " /G%d << /ca %s /CA %s >>", a, num(float32(a)/255), num(float32(a)/255))
		}
	}
	b.WriteString(" >> >>")
	o.put(r.ref, b.String())
}

// source returns the name of a picture, which is written where it is first asked for.
// ok is false if it is not there.
func (r *resources) source(o *objects, src string, load func(string) *image.RGBA) (name string, ok bool) {
	name, known := r.sources[src]
	if !known {
		if m := load(src); m != nil {
			name = r.put(o, m)
		}
		r.sources[src] = name
	}
	return name, name != ""
}

// glyph returns the name of a glyph's picture, and where it lies from the pen, in ems.
func (r *resources) glyph(o *objects, key glyphKey) glyphPicture {
	g, known := r.glyphs[key]
	if !known {
		if m, at, ok := raster.GlyphPicture(key.face, key.gid); ok {
			g = glyphPicture{r.put(o, m), at}
		}
		r.glyphs[key] = g
	}
	return g
}

func (r *resources) put(o *objects, m *image.RGBA) string {
	if m.Rect.Empty() {
		return ""
	}
	r.objects = append(r.objects, putImage(o, m))
	return fmt.Sprintf("I%d", len(r.objects)-1)
}

// What is a photo is written as JPEG, as good as no eye tells from the picture.
const (
	photo   = 100_000 // pixels that one has at least
	quality = 90
)

// putImage writes a picture (ISO 32000-1 section 8.9), with a soft mask if any of it
// lets light through.
func putImage(o *objects, m *image.RGBA) id {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	rgb, alpha, opaque := make([]byte, 0, 3*w*h), make([]byte, 0, w*h), true
	for y := range h {
		row := m.Pix[y*m.Stride : y*m.Stride+4*w]
		for i := 0; i < len(row); i += 4 {
			a := uint32(row[i+3])
			opaque = opaque && a == 255
			alpha = append(alpha, row[i+3])
			for _, v := range row[i : i+3] {
				if a != 0 && a != 255 {
					v = uint8(min((uint32(v)*255+a/2)/a, 255))
				}
				rgb = append(rgb, v)
			}
		}
	}
	entries := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8", w, h)
	if !opaque {
		mask := o.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8", w, h), alpha, false)
		entries += fmt.Sprintf(" /SMask %v", mask)
	}
	packed := o.deflated(rgb)
	if opaque && w*h >= photo {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err == nil && b.Len() < len(packed)/2 {
			return o.stream(entries+" /Filter /DCTDecode", b.Bytes(), true)
		}
	}
	return o.stream(entries+" /Filter /FlateDecode", packed, true)
}

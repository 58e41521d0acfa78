// Package drawing turns SVG into pixels, as far as it is shapes: no text, no images, no
// style sheets, no scripts, and nothing from elsewhere. It opens no file and no connection,
// and bounds its work: what a message brings may be made to take for ever.
package drawing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
)

// Bounds of what is drawn.
const (
	maxOctets   = 1 << 20
	maxElements = 4000
	maxDepth    = 64
	maxSide     = 1000 // px of the longer side
	leastSide   = 400  // of the longer side: small drawings are made larger, which costs them nothing
)

// ErrNoDrawing says that something is no SVG that can be drawn.
var ErrNoDrawing = errors.New("no drawing that can be shown")

// Is tells whether octets seem to be SVG.
func Is(octets []byte) bool {
	head := octets[:min(len(octets), 1024)]
	return bytes.Contains(head, []byte("<svg")) && !bytes.HasPrefix(octets, []byte("\x89PNG"))
}

// PNG draws an SVG. It takes no more than about a second and 50 MB; what would take more is
// an error that wraps ErrNoDrawing.
func PNG(octets []byte) ([]byte, error) {
	img, err := drawn(octets, func(icon *oksvg.SvgIcon) (int, int, bool) { return side(icon.ViewBox.W, icon.ViewBox.H) })
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
	}
	return b.Bytes(), nil
}

// Rise is how far the square that Glyph draws reaches above the baseline, in ems.
const Rise = 0.85

// Glyph draws a glyph that a font describes in SVG (OpenType, table SVG), an em of it being
// so many px: the square of an em from the pen on, of which Rise is above the baseline. Its
// bounds and errors are those of PNG.
func Glyph(octets []byte, em int) (*image.RGBA, error) {
	return drawn(octets, func(icon *oksvg.SvgIcon) (int, int, bool) {
		b := &icon.ViewBox
		b.Y -= Rise * b.H // the origin of an em is on its baseline
		return em, em, b.W > 0 && b.W == b.H && em > 0 && em <= maxSide
	})
}

// drawn draws an SVG at the size in px that fit tells of it.
func drawn(octets []byte, fit func(*oksvg.SvgIcon) (w, h int, ok bool)) (img *image.RGBA, err error) {
	defer func() {
		if r := recover(); r != nil { // of the library, or of the scanner's budget
			img, err = nil, fmt.Errorf("%w: %v", ErrNoDrawing, r)
		}
	}()
	clean, err := shapes(octets)
	if err != nil {
		return nil, err
	}
	icon, err := oksvg.ReadIconStream(bytes.NewReader(clean), oksvg.IgnoreErrorMode)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
	}
	w, h, ok := fit(icon)
	if !ok || len(icon.SVGPaths) == 0 {
		return nil, fmt.Errorf("%w: there are no shapes in it", ErrNoDrawing)
	}
	// The library's own SetTarget moves by units of the view box what is in px.
	box := icon.ViewBox
	icon.Transform = rasterx.Identity.Scale(float64(w)/box.W, float64(h)/box.H).Translate(-box.X, -box.Y)
	img = image.NewRGBA(image.Rect(0, 0, w, h))
	icon.Draw(rasterx.NewDasher(w, h, newScanner(w, h, img)), 1)
	return img, nil
}

// side is how large a drawing of this view box becomes.
func side(w, h float64) (int, int, bool) {
	if !(w > 0 && h > 0 && w < 1e6 && h < 1e6) || w/h > 100 || h/w > 100 {
		return 0, 0, false
	}
	long := min(max(max(w, h), leastSide), maxSide)
	scale := long / max(w, h)
	return max(int(w*scale+0.5), 1), max(int(h*scale+0.5), 1), true
}

// elements are those that are drawn, with what is in them. use is none of them: a few
// that name each other draw more than any machine can.
var elements = map[string]bool{
	"svg": true, "g": true, "path": true, "rect": true, "circle": true, "ellipse": true, "line": true, "polyline": true, "polygon": true,
	"linearGradient": true, "radialGradient": true, "stop": true, "a": true, "switch": true,
}

// attributes are those that are taken over. Dashes are not: short ones on a long line
// have no end.
var attributes = map[string]bool{
	"viewBox": true, "width": true, "height": true, "d": true, "points": true, "x": true, "y": true, "rx": true, "ry": true, "r": true, "cx": true, "cy": true,
	"x1": true, "y1": true, "x2": true, "y2": true, "fx": true, "fy": true, "fill": true, "stroke": true, "stroke-width": true, "stroke-linecap": true,
	"stroke-linejoin": true, "stroke-miterlimit": true, "opacity": true, "fill-opacity": true, "stroke-opacity": true, "fill-rule": true, "transform": true,
	"offset": true, "stop-color": true, "stop-opacity": true, "gradientUnits": true, "gradientTransform": true, "spreadMethod": true, "id": true,
}

// shapes writes the shapes of an SVG anew, and nothing else.
func shapes(octets []byte) ([]byte, error) {
	if len(octets) > maxOctets {
		return nil, fmt.Errorf("%w: it is larger than %d octets", ErrNoDrawing, maxOctets)
	}
	var b bytes.Buffer
	in, out := xml.NewDecoder(bytes.NewReader(octets)), xml.NewEncoder(&b)
	in.Strict = false
	depth, count := 0, 0
	for {
		t, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if !elements[t.Name.Local] {
				if err := in.Skip(); err != nil {
					return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
				}
				continue
			}
			depth++
			if count++; count > maxElements || depth > maxDepth {
				return nil, fmt.Errorf("%w: there is too much in it", ErrNoDrawing)
			}
			err = out.EncodeToken(shape(t))
		case xml.EndElement:
			depth--
			err = out.EncodeToken(xml.EndElement{Name: xml.Name{Local: nameOf(t.Name.Local)}})
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
		}
	}
	if err := out.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDrawing, err)
	}
	return b.Bytes(), nil
}

func nameOf(element string) string {
	if element == "a" || element == "switch" {
		return "g"
	}
	return element
}

// shape is an element with the attributes that are taken over, those of its style among
// them.
func shape(t xml.StartElement) xml.StartElement {
	s := xml.StartElement{Name: xml.Name{Local: nameOf(t.Name.Local)}}
	put := func(name, value string) {
		if attributes[name] && !slices.ContainsFunc(s.Attr, func(a xml.Attr) bool { return a.Name.Local == name }) {
			s.Attr = append(s.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: strings.TrimSpace(value)})
		}
	}
	for _, a := range t.Attr {
		if a.Name.Local == "style" {
			for _, rule := range strings.Split(a.Value, ";") {
				if name, value, ok := strings.Cut(rule, ":"); ok {
					put(strings.TrimSpace(name), value)
				}
			}
		}
	}
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local != "style" {
			put(a.Name.Local, a.Value)
		}
	}
	return s
}

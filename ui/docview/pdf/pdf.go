// Package pdf writes a document that is laid out as PDF (ISO 32000-1), page by page:
// text that can be selected and sought, in fonts that the file brings along, fills,
// borders, pictures and links, with a line above and a number below each page. It opens
// no file and no connection; what it writes goes to an io.Writer.
//
// The libraries that are to be had take text, and set it themselves in one font, or
// bring a toolkit of their own. Here glyphs have their places already, so what is
// written of the format is the little that such text needs.
package pdf

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"
	"time"

	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/raster"
	"restante.app/ui/docview/typeset"
)

// Paper is the size of pages in points, 1/72 inch.
type Paper struct{ Width, Height float32 }

// Papers.
var (
	A4     = Paper{595.276, 841.89}
	Letter = Paper{612, 792}
)

// Options say how a document is written.
type Options struct {
	Paper  Paper          // the zero value is A4
	Fonts  *typeset.Fonts // for the lines above and below; not nil
	Images *raster.Images // nil has none
	// Canvas is what is behind everything; transparent is the paper.
	Canvas color.NRGBA

	// Subject, From and Date are what the line above each page says, Subject is the
	// file's title, too. If all are empty there is no such line.
	Subject, From, Date string
	// Number is what is below each page; nil is nothing.
	Number func(page, pages int) string
	// Made is when the file says that it was made; the zero value says nothing.
	Made time.Time
}

// What there is around the document on a page, in points.
const (
	margin   = 42
	headRoom = 26 // for the line above
	footRoom = 18 // for the number
)

// perPx is how many points a CSS px is.
const perPx = 72.0 / 96

// least is how much smaller a document is made that does not fit the page's width;
// what does not fit even then is cut.
const least = 0.4

// Write writes a document as PDF. flowFor lays it out at a width in CSS px, at a zoom
// of 1 and with nothing folded; it is called once, or twice if the document can't be as
// narrow as the page and is to be made smaller. The flow, the fonts and the images are used
// until Write returns. An error is w's; what w got until then is no PDF.
func Write(w io.Writer, flowFor func(width float32) *layout.Flow, o Options) error {
	if o.Paper.Width <= 3*margin || o.Paper.Height <= 6*margin {
		o.Paper = A4
	}
	d := newDocument(w, o)
	width := (o.Paper.Width - 2*margin) / perPx
	flow := flowFor(width)
	flow.All()
	if needs := flow.Width(); needs > width+1 {
		needs = min(needs, width/least)
		d.scale = perPx * width / needs
		flow = flowFor(needs)
		flow.All()
	}
	d.flow = flow
	d.pages()
	if err := d.close(); err != nil {
		return fmt.Errorf("writing the PDF: %w", err)
	}
	return nil
}

// document is a file being written.
type document struct {
	*objects
	o         Options
	flow      *layout.Flow
	scale     float32 // points of a px
	fonts     fontSet
	resources resources
	kids      []id
	tree      id // of the pages
}

func newDocument(w io.Writer, o Options) *document {
	d := &document{objects: newObjects(w), o: o, scale: perPx}
	d.fonts.faces = map[*fontFace]*embedded{}
	d.resources.init(d.reserve())
	d.tree = d.reserve()
	return d
}

// room is where the document is on a page: from the top left, in points, y growing up.
func (d *document) room() (x, top, w, h float32) {
	p := d.o.Paper
	top, h = p.Height-margin, p.Height-2*margin
	if d.headed() {
		top, h = top-headRoom, h-headRoom
	}
	if d.o.Number != nil {
		h -= footRoom
	}
	return margin, top, p.Width - 2*margin, h
}

func (d *document) headed() bool { return d.o.Subject+d.o.From+d.o.Date != "" }

func (d *document) pages() {
	_, _, _, h := d.room()
	end, _ := d.flow.Height()
	cuts := append(d.flow.PageBreaks(h/d.scale), end)
	from := float32(0)
	for n, to := range cuts {
		if n == len(cuts)-1 {
			to = max(to, from+1)
		}
		d.page(from, to, n+1, len(cuts))
		from = to
		if d.err != nil {
			return
		}
	}
}

// page writes one page: what of the document is from one height to another.
func (d *document) page(from, to float32, number, of int) {
	x, top, w, h := d.room()
	p := &page{document: d, from: from, to: to, last: number == of, x: x, top: top, width: w / d.scale}
	if d.o.Canvas.A > 0 {
		p.fillColor(d.o.Canvas)
		p.op("%s %s %s %s re f", num(x), num(top-h), num(w), num(h))
	}
	p.document_()
	p.around(number, of)
	content := d.stream("", p.b.Bytes(), false)
	annots := ""
	if len(p.links) > 0 {
		annots = " /Annots [" + strings.Join(p.annotations(), " ") + "]"
	}
	d.kids = append(d.kids, d.add(fmt.Sprintf("<< /Type /Page /Parent %v /MediaBox [0 0 %s %s] /Resources %v /Contents %v%s >>",
		d.tree, num(d.o.Paper.Width), num(d.o.Paper.Height), d.resources.ref, content, annots)))
}

// close writes what all pages share.
func (d *document) close() error {
	kids := make([]string, len(d.kids))
	for i, k := range d.kids {
		kids[i] = k.String()
	}
	d.put(d.tree, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(kids), strings.Join(kids, " ")))
	d.fonts.write(d.objects)
	d.resources.write(d.objects, d.fonts.all)
	info := "<< /Producer (Restante)"
	if d.o.Subject != "" {
		info += " /Title " + text(d.o.Subject)
	}
	if d.o.From != "" {
		info += " /Author " + text(d.o.From)
	}
	if !d.o.Made.IsZero() {
		info += " /CreationDate " + date(d.o.Made)
	}
	about := d.add(info + " >>")
	root := d.add(fmt.Sprintf("<< /Type /Catalog /Pages %v /ViewerPreferences << /DisplayDocTitle true >> >>", d.tree))
	return d.objects.close(root, about)
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

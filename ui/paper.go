package ui

import (
	"bufio"
	"errors"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/docview/layout"
	"restante.app/ui/docview/pdf"
	"restante.app/ui/docview/raster"
	"restante.app/ui/present"
)

// What is printed is dark on white, whatever the window is.
var (
	paperInk   = color.NRGBA{0x1a, 0x1a, 0x1a, 0xff}
	paperWhite = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	paperLink  = color.NRGBA{0x0b, 0x57, 0xb8, 0xff}
)

const (
	paperText     = 13       // CSS px
	paperPictures = 96 << 20 // octets of decoded pictures at a time
)

// onPaper is the letter in view as it is printed: in the form that it is read in.
type onPaper struct {
	view   *mimeview.View
	source docview.Source
	name   string // of a file
}

func (p *messagePane) onPaper() (onPaper, bool) {
	l := p.letter()
	if l == nil {
		return onPaper{}, false
	}
	o := onPaper{view: l.view, source: texts(l.view, false)}
	switch {
	case p.mode == asHeaders:
		o.source = plain(headerText(l.view))
	case p.mode == asHTML && hasHTML(l.view):
		o.source = pages(l.view, l.pictures.load, false)
	}
	name := l.view.Subject
	if strings.TrimSpace(name) == "" {
		name = "message"
	}
	o.name = mimeview.SafeName(name+".pdf", "application/pdf", 0)
	return o, true
}

// write writes it as PDF. It takes a while, and belongs elsewhere than to Fyne's goroutine.
func (o onPaper) write(w io.Writer) error {
	fonts := readingFonts()
	images := raster.NewImages(o.source.Load, paperPictures)
	size := func(src string) (float32, float32, bool) { return images.Size(src) }
	flow := func(width float32) *layout.Flow {
		doc := o.source.Make(docview.Setting{Width: width, Size: paperText, Text: paperInk, Back: paperWhite, Link: paperLink, Quotes: []color.NRGBA{paperLink}})
		return layout.New(doc, layout.Options{Width: width, Zoom: 1, Fonts: fonts, Size: size, Link: paperLink})
	}
	return pdf.Write(w, flow, pdf.Options{
		Fonts: fonts, Images: images, Subject: o.view.Subject, From: present.Addresses(o.view.From), Date: present.LongDate(o.view.Date, time.Local), Number: present.PageNumber, Made: time.Now(),
	})
}

// writeTo makes a new file of it, or a file beside it if that name is taken.
func (o onPaper) writeTo(dir string) (path string, err error) {
	path, err = mimeview.SavePart(dir, mimeview.Part{Name: o.name, Type: "application/pdf"})
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return "", err
	}
	buffered := bufio.NewWriterSize(f, 256<<10)
	err = o.write(buffered)
	if err = errors.Join(err, buffered.Flush(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

// savePDF saves the message as it is read as PDF.
func (p *messagePane) savePDF() {
	o, ok := p.onPaper()
	if !ok || p.desk.asking() {
		return
	}
	d := p.desk
	d.chooseFolder("Save in which folder?", "Save here", func(dir string) {
		work(d, "The PDF was not written", func() (string, error) { return o.writeTo(dir) }, func(path string) {
			d.tell("Saved", mimeview.Clean("Saved as "+path, 400))
		})
	})
}

// print hands the message over to the program that shows PDF, which can print.
func (p *messagePane) print() {
	o, ok := p.onPaper()
	if !ok || p.desk.asking() {
		return
	}
	d := p.desk
	work(d, "Nothing was printed", func() (string, error) {
		dir := filepath.Join(fontCache(), "print")
		// What was printed before is mail, too, and does not stay for ever.
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
			return "", err
		}
		return o.writeTo(dir)
	}, func(path string) {
		d.spawn(func() {
			if err := d.showFile(path); err != nil {
				d.onUI(func() { d.fault("No program that shows PDF was found. Use Export to PDF, and print that", err) })
			}
		})
	})
}

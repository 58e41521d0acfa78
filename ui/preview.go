package ui

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/net/html/charset"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/drawing"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// previewLimit is how much of an attachment is shown as text.
const previewLimit = 4 << 20

// preview shows what an attachment is, an image or text itself, and offers to save it.
func (s *partStrip) preview(p mimeview.Part) {
	d := s.desk
	size := fyne.NewSize(sheetWidth, 0)
	about := widget.NewLabel(strings.Join(present.PartDetails(p), " "))
	about.Wrapping = fyne.TextWrapWord
	head := container.NewVBox(about)
	if harm := present.Harm(p); harm != "" {
		warning := widget.NewLabel(harm)
		warning.Wrapping = fyne.TextWrapWord
		head.Add(container.NewStack(newGround(theme.ColorNameWarningBanner), warning))
	}
	body := fyne.CanvasObject(head)
	var reader *docview.View
	if source, ok := previewOf(p); ok {
		window := d.window.Canvas().Size()
		size = fyne.NewSize(min(900, window.Width-60), min(700, window.Height-60))
		reader = d.newReader()
		reader.OnLink = d.follow
		body = container.NewBorder(head, nil, nil, nil, reader)
		defer reader.Display(source)
	}
	var sh *sheet
	done := d.newAnswer("Close", func() { sh.close() })
	save := d.newAnswer("Save…", func() {
		sh.close()
		s.saveTo([]mimeview.Part{p})
	})
	first := done
	if !p.Suspicious {
		save.Importance, first = widget.HighImportance, save
	}
	sh = d.newSheet(p.Name, size, body, done, save)
	d.marks["preview-close"], d.marks["preview-save"] = done, save
	if reader != nil {
		d.marks["preview-text"] = reader
		reader.OnKey = func(k fyne.KeyName) {
			switch k {
			case fyne.KeyEscape:
				sh.close()
			case fyne.KeyTab:
				d.focus(first)
			}
		}
	}
	sh.closed = func() { d.marks.drop("preview-") }
	sh.open(first)
}

// previewOf is an attachment as something to show; ok is false if it can't be shown.
// Nothing in it is run or fetched.
func previewOf(p mimeview.Part) (s docview.Source, ok bool) {
	switch {
	case p.Class == mimeview.Image && len(p.Octets) > 0:
		shown := sync.OnceValue(func() []byte {
			if drawing.Is(p.Octets) {
				return drawn(p.Octets)
			}
			return p.Octets
		})
		return docview.Source{
			Load: func(string) []byte { return shown() },
			Make: func(o docview.Setting) *dom.Document {
				return dom.ParseHTML(`<p style="text-align:center;margin:0"><img src="cid:image" style="max-width:100%" alt="This image can't be shown."></p>`,
					dom.HTMLOptions{Width: o.Width, Text: o.Text, Back: o.Back, Link: o.Link})
			},
		}, true
	case p.Class == mimeview.Page:
		text := decoded(p)
		return docview.Source{Sheet: true, Fluid: true, Large: len(text) > large, Make: func(o docview.Setting) *dom.Document { return htmlOf(text, o) }}, true
	case p.Class == mimeview.PlainText, p.Class == mimeview.Calendar, p.Class == mimeview.Contact, strings.HasPrefix(present.TrueType(p), "text/"):
		return plain(decoded(p)), true
	}
	return s, false
}

// decoded is the beginning of an attachment as text, in the charset that it seems to be in.
func decoded(p mimeview.Part) string {
	octets := p.Octets[:min(len(p.Octets), previewLimit)]
	more := ""
	if len(octets) < len(p.Octets) {
		more = "\n[There is more; this is the beginning.]"
	}
	r, err := charset.NewReader(bytes.NewReader(octets), p.Type)
	if err != nil {
		return strings.ToValidUTF8(string(octets), "\ufffd") + more
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return strings.ToValidUTF8(string(octets), "\ufffd") + more
	}
	return string(text) + more
}

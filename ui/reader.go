package ui

import (
	"os"
	"path/filepath"

	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/faces"
	"restante.app/ui/docview/typeset"
	"restante.app/ui/present"
)

// newReader makes a view of documents.
func (d *desk) newReader() *docview.View {
	v := docview.New(docview.Options{
		Hands: docview.Hands{Go: d.spawn, Do: d.onUI}, Fonts: readingFonts(), FoldLabel: present.FoldLabel,
	})
	v.OnFocus, v.OnShortcut = d.focus, d.pass
	return v
}

// readingFonts are the program's faces to read in. They are part of the program: that
// they can't be read is no state to go on in.
func readingFonts() *typeset.Fonts {
	f, err := faces.Reading()
	if err != nil {
		panic("the program's own fonts: " + err.Error())
	}
	f.System(fontCache())
	if emoji := fynetheme.DefaultEmojiFont(); emoji != nil { // nil where it is built without
		if err := f.LastResort(emoji.Content()); err != nil {
			panic("the toolkit's emoji: " + err.Error())
		}
	}
	return f
}

// fontCache is where the list of the system's fonts is kept: it takes a second to make.
func fontCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "restante")
}

// warmFonts looks for the system's fonts, so that the first message in another script
// does not wait for that.
func warmFonts() {
	f := readingFonts()
	t := f.Paragraph([]typeset.Span{{Text: "\u4e2d\u05d0\u0623", Look: typeset.Look{Size: 16, Weight: 400}}}, typeset.Paragraph{Strut: typeset.Look{Size: 16, Weight: 400}})
	t.Next(100)
}

// large is from how long a text on it may take a while to make a document of it.
const large = 256 << 10

// plain is a text in one width for all characters, as it is.
func plain(text string) docview.Source {
	return docview.Source{Margin: true, Large: len(text) > large, Make: func(o docview.Setting) *dom.Document {
		return dom.FromText(text, dom.TextOptions{Mono: true, BaseSize: o.Size - 1, Text: o.Text, Back: o.Back, Link: o.Link})
	}}
}

// texts are the plain forms of a message's bodies.
func texts(v *mimeview.View, folded bool) docview.Source {
	if v.Raw || len(v.Bodies) == 0 {
		return plain(v.Text)
	}
	return docview.Source{Margin: true, Folded: folded, Large: len(v.Text) > large, Make: func(o docview.Setting) *dom.Document {
		var docs []*dom.Document
		for _, b := range v.Bodies {
			if b.Text != "" {
				docs = append(docs, textOf(b, o, 0))
			}
		}
		return joined(docs, o)
	}}
}

// pages are the bodies of a message as its sender meant them.
func pages(v *mimeview.View, load func(string) []byte, folded bool) docview.Source {
	return docview.Source{Sheet: true, Fluid: true, Folded: folded, Load: load, Large: len(v.HTML) > large, Make: func(o docview.Setting) *dom.Document {
		var docs []*dom.Document
		for _, b := range v.Bodies {
			switch {
			case b.HTML != "":
				docs = append(docs, htmlOf(b.HTML, o))
			case b.Text != "":
				docs = append(docs, textOf(b, o, bodyMargin))
			}
		}
		return joined(docs, o)
	}}
}

// bodyMargin is around a text beside bodies of HTML: what these have, in CSS px.
const bodyMargin = 8

func joined(docs []*dom.Document, o docview.Setting) *dom.Document {
	switch len(docs) {
	case 0:
		return textOf(mimeview.Body{}, o, 0)
	case 1:
		return docs[0]
	}
	return dom.Join(docs...)
}

// textOf is a body of plain text, with a margin around it in CSS px.
func textOf(b mimeview.Body, o docview.Setting, margin float32) *dom.Document {
	return dom.FromText(b.Text, dom.TextOptions{Flowed: b.Flowed, DelSp: b.DelSp, Margin: margin, BaseSize: o.Size, Text: o.Text, Back: o.Back, Link: o.Link, Quotes: o.Quotes})
}

func htmlOf(html string, o docview.Setting) *dom.Document {
	return dom.ParseHTML(html, dom.HTMLOptions{Width: o.Width, Dark: o.Dark, Text: o.Text, Back: o.Back, Link: o.Link})
}

// hasHTML tells whether there is something to show as its sender meant it.
func hasHTML(v *mimeview.View) bool {
	for _, b := range v.Bodies {
		if b.HTML != "" {
			return true
		}
	}
	return false
}

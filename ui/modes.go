package ui

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"restante.app/mimeview"
	"restante.app/ui/present"
)

// choose switches to a form at a person's wish, and remembers HTML or text for the
// sender. Source and header are looked at, not read.
func (p *messagePane) choose(m mode) {
	l := p.letter()
	if l == nil {
		return
	}
	p.setMode(m)
	if !hasHTML(l.view) || m != asText && m != asHTML {
		return
	}
	kept := ""
	if m == asText {
		kept = string(asText)
	}
	if l.sender.Mode != kept && len(p.letters) == 1 {
		l.sender.Mode = kept
		p.keepSender(l)
	}
}

// nextMode goes from HTML to text, to the source and round again.
func (p *messagePane) nextMode() {
	l := p.letter()
	if l == nil {
		return
	}
	round := []mode{asHTML, asText, asSource}
	if !hasHTML(l.view) {
		round = round[1:]
	}
	p.choose(round[(slices.Index(round, p.mode)+1)%len(round)])
}

// setMode switches between the forms of the letter in view.
func (p *messagePane) setMode(m mode) {
	l := p.letter()
	if l == nil {
		return
	}
	if m == asHTML && !hasHTML(l.view) {
		m = asText
	}
	p.mode = m
	p.head.mark(m, hasHTML(l.view))
	switch m {
	case asSource:
		p.showSource(l)
	case asHeaders:
		p.text.Display(plain(headerText(l.view)))
	case asHTML:
		p.text.Display(pages(l.view, l.pictures.load, p.folds()))
	default:
		p.text.Display(texts(l.view, p.folds()))
	}
}

func headerText(v *mimeview.View) string {
	var b strings.Builder
	for _, h := range v.Headers {
		b.WriteString(h.Name + ": " + h.Value + "\n")
	}
	return b.String()
}

func (p *messagePane) showSource(l *letter) {
	work(p.desk, "Reading the source", l.source, func(octets []byte) {
		if l != p.letter() || p.mode != asSource {
			return
		}
		s := string(octets)
		if len(octets) == sourceLimit {
			s += "\n[The source is longer than " + present.Size(sourceLimit) + "; this is its beginning.]"
		}
		p.text.Display(plain(s))
	})
}

// folds tells whether quotations are folded at first.
func (p *messagePane) folds() bool {
	kept, err := p.desk.core.Setting(foldSetting)
	return err == nil && string(kept) == "on"
}

// foldAll folds quotations, or unfolds them, here and in what is read next.
func (p *messagePane) foldAll() {
	fold := !p.folds()
	if err := p.desk.core.PutSetting(foldSetting, onOff(fold)); err != nil {
		p.desk.fault("Keeping a setting", err)
	}
	p.text.FoldAll(fold)
}

// saveMessage saves the message shown as a file of its own.
func (p *messagePane) saveMessage() {
	id := p.shown.ID
	if id == 0 || p.desk.asking() {
		return
	}
	d := p.desk
	d.chooseFolder("Save in which folder?", "Save here", func(dir string) {
		work(d, "Saving the message", func() (string, error) { return d.core.SaveMessage(background, id, dir) }, func(path string) {
			d.tell("Saved", mimeview.Clean("Saved as "+path, 400))
		})
	})
}

// sectionOf makes octets readable for mimeview.
func sectionOf(octets []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(octets), 0, int64(len(octets)))
}

package ui

import (
	"fyne.io/fyne/v2"

	"restante.app/mimeview"
	"restante.app/ui/present"
)

// recode shows the letter in view with its text in another charset than it says.
func (p *messagePane) recode(c present.Charset) {
	l, n := p.letter(), len(p.letters)
	if l == nil {
		return
	}
	o, core, id := mimeview.Options{Charset: c.Name}, p.desk.core, p.shown.ID
	work(p.desk, "This message could not be read", func() (*mimeview.View, error) {
		if n == 1 && id != 0 {
			return core.ViewAs(l.ctx, id, o)
		}
		octets, err := l.source()
		return mimeview.Parse(sectionOf(octets), o), err
	}, func(v *mimeview.View) {
		if l != p.letter() {
			return
		}
		if c.Name != "" {
			v.Notices = append([]string{present.ReadAs(c)}, v.Notices...)
		}
		p.letters[n-1] = newLetter(l.ctx, v, l.sender, l.source)
		p.display()
	})
}

// charsetItems are the charsets that a text can be read in.
func (m *menus) charsetItems(w *Window) (out []*fyne.MenuItem) {
	for _, c := range present.Charsets() {
		out = append(out, m.choice("Text encoding: ", c.Label, func() { w.message.recode(c) }))
	}
	return out
}

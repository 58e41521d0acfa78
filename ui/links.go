package ui

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/present"
)

var errNoSuchImage = errors.New("it is not in the message, and was not loaded")

// hover says where the link leads that the pointer is on, or that has the keyboard.
func (p *messagePane) hover(l *docview.Link) {
	if l == nil || strings.HasPrefix(l.Href, "#") {
		p.status.say(nil)
		return
	}
	link, err := present.NewLink(l.Text, l.Href)
	if err != nil {
		link = present.Link{Full: mimeview.Clean(l.Href, 300), Warn: "This link is not opened."}
	}
	p.status.say(&link)
}

// follow opens a link, after a warning if it does not lead where its text says.
func (p *messagePane) follow(l docview.Link) {
	if strings.HasPrefix(l.Href, "#") { // a place in the message
		p.text.Follow(l)
		return
	}
	p.desk.follow(l)
}

func (d *desk) follow(l docview.Link) {
	if strings.HasPrefix(l.Href, "#") {
		return // a place in the message
	}
	link, err := present.NewLink(l.Text, l.Href)
	if err != nil {
		d.fault("This link was not opened", err)
		return
	}
	if link.Quiet() {
		d.open(link)
		return
	}
	d.ask("Be careful with this link", link.Warn+"\n\n"+link.Full, "Open it", true, func() { d.open(link) })
}

func (d *desk) open(l present.Link) {
	if m, ok := present.ParseMailto(l.URL.String()); ok {
		d.mailto(m)
		return
	}
	if err := d.app.OpenURL(l.URL); err != nil {
		d.fault("The browser did not open", err)
	}
}

// showMenu is what the second mouse button opens.
func (p *messagePane) showMenu(at fyne.Position, h docview.Hit) {
	clip := p.desk.app.Clipboard()
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Copy", func() { p.text.Copy(clip) }),
		fyne.NewMenuItem("Select all", p.text.SelectAll),
		fyne.NewMenuItem("Find…", p.find.open),
	}
	if p.text.Selected() == "" {
		items[0].Disabled = true
	}
	if h.Link != nil {
		l := *h.Link
		items = append(items, fyne.NewMenuItemSeparator(),
			fyne.NewMenuItem("Open link", func() { p.follow(l) }),
			fyne.NewMenuItem("Copy link", func() { clip.SetContent(mimeview.Clean(l.Href, 8<<10)) }))
	}
	if h.Image != "" {
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Save image…", func() { p.saveImage(h.Image) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), p.desk.window.Canvas(), at)
}

// saveImage saves an image that is shown in the text.
func (p *messagePane) saveImage(src string) {
	l := p.letter()
	if l == nil {
		return
	}
	octets := l.pictures.load(src)
	if octets == nil {
		p.desk.fault("The image was not saved", errNoSuchImage)
		return
	}
	name := src[strings.LastIndexAny(src, "/:")+1:]
	if i := strings.IndexAny(name, "?#"); i >= 0 {
		name = name[:i]
	}
	p.parts.saveTo([]mimeview.Part{{Name: mimeview.SafeName(name, "image/png", 0), Octets: octets}})
}

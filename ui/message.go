package ui

import (
	"context"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/textview"
	"restante.app/ui/theme"
)

// mode is how a message is shown.
type mode string

const (
	asText    mode = "Text"
	asSource  mode = "Source"
	asHeaders mode = "Headers"
)

// sourceLimit is how much of a message's source is shown.
const sourceLimit = 20 << 20

// messagePane shows one message.
type messagePane struct {
	desk    *desk
	shown   localstore.Entry
	view    *mimeview.View
	mode    mode
	turn    int // counts what was asked to be shown, so that a late answer is dropped
	cancel  context.CancelFunc
	reading *reading
	head    *messageHead
	parts   *partStrip
	text    *textview.View
	content *fyne.Container
}

func newMessagePane(d *desk) *messagePane {
	p := &messagePane{desk: d, mode: asText, cancel: func() {}, reading: newReading(d)}
	p.head = newMessageHead(d, func(m mode) {
		p.setMode(m)
		d.rest()
	}, p.fetchWhole)
	for m, b := range p.head.modes {
		d.marks["view-"+strings.ToLower(string(m))] = b
	}
	p.parts = newPartStrip(d)
	p.text = textview.New(textview.Options{Quotes: true, Links: true})
	p.text.OnLink, p.text.OnFocus, p.text.OnMenu, p.text.OnShortcut = p.openLink, d.focus, p.showMenu, d.pass
	p.content = container.NewStack()
	return p
}

func (p *messagePane) object() fyne.CanvasObject {
	return container.NewStack(newGround(theme.ColorNamePaneBackground), p.content)
}

// none shows that nothing is chosen, of so many messages.
func (p *messagePane) none(rows int) {
	if rows == 0 {
		p.instead("", "")
		return
	}
	p.instead("No message chosen", "Choose one in the list. J and K go to the next and the previous one, Space reads on.")
}

// several shows that more than one message is chosen.
func (p *messagePane) several(n int) { p.instead(present.Several(n)) }

// instead shows words where a message would be.
func (p *messagePane) instead(title, next string) {
	p.turn++
	p.cancel()
	p.reading.stop()
	p.shown, p.view = localstore.Entry{}, nil
	p.content.RemoveAll()
	if title != "" {
		hint := newHint()
		hint.say(title, next)
		p.content.Add(hint.object)
	}
	p.content.Refresh()
}

// again shows the message anew if more of it may be here by now.
func (p *messagePane) again() {
	if p.shown.Partial {
		p.show(p.shown)
	}
}

// fetchWhole collects the rest of the message shown.
func (p *messagePane) fetchWhole() {
	id, d := p.shown.ID, p.desk
	d.rest()
	box := p.shown.Mailbox
	work(d, "The message can't be fetched", func() (localstore.Account, error) { return d.accountOf(box) }, func(a localstore.Account) {
		d.withPassword(a, func(password string) {
			work(d, "The message was not fetched", func() (struct{}, error) { return struct{}{}, d.core.FetchWhole(id, password) }, func(struct{}) {})
		})
	})
}

// show shows a message. What was asked for before is dropped, however late it comes.
func (p *messagePane) show(e localstore.Entry) {
	p.turn++
	p.cancel()
	p.reading.stop()
	ctx, cancel := context.WithCancel(context.Background())
	turn := p.turn
	p.cancel = cancel
	p.desk.spawn(func() {
		v, err := p.desk.core.View(ctx, e.ID)
		if ctx.Err() != nil {
			return
		}
		var full []localstore.Entry
		if err == nil {
			full, err = p.desk.core.Entries([]localstore.MessageID{e.ID})
		}
		p.desk.onUI(func() {
			switch {
			case turn != p.turn:
			case err != nil:
				p.desk.fault("This message could not be read", err)
			case len(full) == 1:
				p.put(full[0], v)
			}
		})
	})
}

// put shows a message that was read, and marks it read.
func (p *messagePane) put(e localstore.Entry, v *mimeview.View) {
	p.shown, p.view = e, v
	p.head.show(e, v)
	p.parts.show(e.ID, v.Parts)
	top := container.New(&tight{}, p.head.object, p.parts.object)
	p.content.Objects = []fyne.CanvasObject{container.New(&topped{}, top, p.text)}
	p.content.Refresh()
	p.head.fold()
	p.setMode(asText)
	if !e.Flags.Has(localstore.Seen) {
		p.reading.begin(func() { p.markSeen(true) })
	}
}

// markSeen marks the message shown as read or unread.
func (p *messagePane) markSeen(seen bool) {
	if id := p.shown.ID; id != 0 {
		work(p.desk, "Marking the message", func() (struct{}, error) {
			return struct{}{}, p.desk.core.SetSeen([]localstore.MessageID{id}, seen)
		}, func(struct{}) {})
	}
}

// setMode switches between the text, the source and the header.
func (p *messagePane) setMode(m mode) {
	if p.view == nil {
		return
	}
	p.mode = m
	p.head.mark(m)
	switch m {
	case asSource:
		p.showSource()
	case asHeaders:
		var b strings.Builder
		for _, h := range p.view.Headers {
			b.WriteString(h.Name + ": " + h.Value + "\n")
		}
		p.setText(b.String(), textview.Options{Monospace: true})
	default:
		p.setText(p.view.Text, textview.Options{Monospace: p.view.Raw, Quotes: true, Links: true})
	}
}

func (p *messagePane) setText(s string, o textview.Options) {
	p.text.SetOptions(o)
	p.text.SetText(s)
}

func (p *messagePane) showSource() {
	id, turn := p.shown.ID, p.turn
	work(p.desk, "Reading the source", func() ([]byte, error) {
		return p.desk.core.Source(context.Background(), id, sourceLimit)
	}, func(octets []byte) {
		if turn != p.turn || p.mode != asSource {
			return
		}
		s := string(octets)
		if len(octets) == sourceLimit {
			s += "\n[The source is longer than " + present.Size(sourceLimit) + "; this is its beginning.]"
		}
		p.setText(s, textview.Options{Monospace: true})
	})
}

// showMenu is what the second mouse button opens.
func (p *messagePane) showMenu(at fyne.Position, link string) {
	clip := p.desk.app.Clipboard()
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Copy", func() { p.text.Copy(clip) }),
		fyne.NewMenuItem("Select all", p.text.SelectAll),
	}
	if link != "" {
		items = append(items, fyne.NewMenuItem("Copy link", func() { clip.SetContent(link) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), p.desk.window.Canvas(), at)
}

// openLink asks before it leaves the program, and shows where the link goes.
func (p *messagePane) openLink(link string) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
		p.desk.fault("This link was not opened", errNotALink)
		return
	}
	where := u.Host
	if where == "" {
		where = u.Opaque
	}
	text := "Open this in the browser?\n\n" + mimeview.Clean(where, 200) + "\n\n" + mimeview.Clean(link, 300)
	p.desk.ask("Follow a link", text, "Open", false, func() {
		if err := p.desk.app.OpenURL(u); err != nil {
			p.desk.fault("The browser did not open", err)
		}
	})
}

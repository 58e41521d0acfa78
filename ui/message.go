package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/docview/dom"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// mode is how a message is shown.
type mode string

const (
	asHTML    mode = "HTML"
	asText    mode = "Text"
	asSource  mode = "Source"
	asHeaders mode = "Headers"
)

// modes in the order of their buttons and keys.
var modes = []mode{asHTML, asText, asSource, asHeaders}

// sourceLimit is how much of a message's source is shown.
const sourceLimit = 20 << 20

// Settings of how messages are read.
const (
	zoomSetting = "ui.zoom"
	foldSetting = "ui.fold"
)

// messagePane shows one message.
type messagePane struct {
	desk    *desk
	shown   localstore.Entry
	letters []*letter // the message shown, and those within it that were opened, the last in view
	mode    mode
	turn    int // counts what was asked to be shown, so that a late answer is dropped
	cancel  context.CancelFunc
	reading *reading
	head    *messageHead
	parts   *partStrip
	text    *docview.View
	content *fyne.Container
	readingBars
}

// readingBars are the lines above and below the text.
type readingBars struct {
	find           *findBar
	remote, within *bar
	status         *status
	top            *container.Scroll // the head and all that is above the text
}

func newMessagePane(d *desk) *messagePane {
	p := &messagePane{desk: d, mode: asText, cancel: func() {}, reading: newReading(d)}
	p.head = newMessageHead(d, func(m mode) {
		p.choose(m)
		d.rest()
	}, p.fetchWhole)
	for m, b := range p.head.modes {
		d.marks["view-"+strings.ToLower(string(m))] = b
	}
	p.parts = newPartStrip(d, p.openWithin)
	p.text = d.newReader()
	p.text.OnLink, p.text.OnHover, p.text.OnMenu, p.text.OnShown = p.follow, p.hover, p.showMenu, p.made
	p.text.OnMenuKey = func(within fyne.Position, h docview.Hit) {
		p.showMenu(d.app.Driver().AbsolutePositionForObject(p.text).Add(within), h)
	}
	p.text.OnZoom = func(z float32) { d.put(zoomSetting, strconv.AppendFloat(nil, float64(z), 'f', 2, 32)) }
	p.text.SetZoom(storedZoom(d.core))
	p.newBars()
	d.marks["message-text"] = p.text
	p.content = container.NewStack()
	return p
}

func (p *messagePane) newBars() {
	d := p.desk
	p.find = newFindBar(d, p.text, func() {
		p.content.Refresh()
		d.focus(p.text)
	})
	p.text.OnFound = p.find.tell
	once := newTool("Load for this message", nil, func() { p.loadImages(false) }, d.key)
	always := newTool("Always for this sender", nil, func() { p.loadImages(true) }, d.key)
	p.remote = newBar(theme.ColorNameNoticeBanner, once, always)
	back := newTool("Back", nil, p.back, d.key)
	p.within = newBar(theme.ColorNameNoticeBanner, back)
	d.marks["images-once"], d.marks["images-always"], d.marks["within-back"] = once, always, back
	p.status = newStatus()
	p.top = container.NewVScroll(container.New(&tight{}, p.head.object, p.parts.object, p.within.object, p.remote.object))
	p.revealFocus()
}

// revealFocus scrolls what is above the text to the button that has the keyboard, where
// there is too little room for all of it.
func (p *messagePane) revealFocus() {
	tools := append([]*tool{p.head.missing.fetch, p.head.from.more, p.head.to.more, p.head.cc.more}, p.remote.tools...)
	tools = append(tools, p.within.tools...)
	for _, m := range modes {
		tools = append(tools, p.head.modes[m])
	}
	for _, t := range tools {
		t.reached = func() { p.reveal(t) }
	}
	p.parts.reached = p.reveal
}

func (p *messagePane) reveal(t *tool) {
	d := p.desk.app.Driver()
	at := d.AbsolutePositionForObject(t).Y - d.AbsolutePositionForObject(p.top).Y
	switch room := p.top.Size().Height; {
	case at < 0:
		p.top.Offset.Y += at
	case at+t.Size().Height > room:
		p.top.Offset.Y += at + t.Size().Height - room
	default:
		return
	}
	p.top.Refresh()
}

// storedZoom is the zoom that was chosen last.
func storedZoom(core Core) float32 {
	kept, err := core.Setting(zoomSetting)
	if err != nil {
		return 1
	}
	z, err := strconv.ParseFloat(string(kept), 32)
	if err != nil || !(z >= docview.MinZoom && z <= docview.MaxZoom) { // NaN too
		return 1
	}
	return float32(z)
}

// letter is what is read now, nil for nothing.
func (p *messagePane) letter() *letter {
	if n := len(p.letters); n > 0 {
		return p.letters[n-1]
	}
	return nil
}

func (p *messagePane) object() fyne.CanvasObject {
	return container.NewStack(newGround(theme.ColorNamePaneBackground), p.content)
}

// none shows that nothing is chosen, of so many messages.
func (p *messagePane) none(rows int) {
	if rows > 0 && p.fromFile() {
		return // the list was read anew behind it
	}
	if rows == 0 {
		p.instead("", "")
		return
	}
	p.instead("No message chosen", "Choose one in the list. J and K go to the next and the previous one, Space reads on.")
}

// instead shows words where a message would be.
func (p *messagePane) instead(title, next string) {
	p.turn++
	p.cancel()
	p.reading.stop()
	p.shown, p.letters = localstore.Entry{}, nil
	p.status.say(nil)
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

// opened is a message that was read from the store.
type opened struct {
	entry  localstore.Entry
	view   *mimeview.View
	sender fetcher.Sender
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
		o, err := p.read(ctx, e.ID)
		if ctx.Err() != nil {
			return
		}
		p.desk.onUI(func() {
			switch {
			case turn != p.turn:
			case err != nil:
				p.desk.fault("This message could not be read", err)
			case o.entry.ID != 0:
				p.put(ctx, o)
			}
		})
	})
}

// read reads a message and what is remembered of its sender.
func (p *messagePane) read(ctx context.Context, id localstore.MessageID) (o opened, err error) {
	core := p.desk.core
	if o.view, err = core.View(ctx, id); err != nil || ctx.Err() != nil {
		return o, err
	}
	full, err := core.Entries([]localstore.MessageID{id})
	if len(full) == 1 {
		o.entry = full[0]
	}
	if len(o.view.From) > 0 {
		o.sender = senderOf(core, o.view.From[0].Address)
	}
	return o, err
}

// put shows a message that was read, and marks it read.
func (p *messagePane) put(ctx context.Context, o opened) {
	id := o.entry.ID
	p.shown = o.entry
	p.letters = []*letter{newLetter(ctx, o.view, o.sender, func() ([]byte, error) {
		return p.desk.core.Source(ctx, id, sourceLimit)
	})}
	p.display()
	if !o.entry.Flags.Has(localstore.Seen) {
		p.reading.begin(func() { p.markSeen(true) })
	}
}

// display shows the letter in view, in the form in which its sender is read.
func (p *messagePane) display() {
	l, e := p.letter(), p.shown
	if len(p.letters) > 1 {
		e = localstore.Entry{}
	}
	p.head.show(e, l.view)
	p.parts.show(l.view)
	p.remote.say("")
	p.within.say("")
	switch n := len(p.letters); {
	case n > 1:
		p.within.say(present.Within(p.letters[n-2].view.Subject))
	case p.fromFile():
		p.within.say(present.FromFile)
	}
	p.content.Objects = []fyne.CanvasObject{container.New(headed{}, p.top, container.New(&topped{}, p.find.object, container.NewStack(p.text, p.status.object)))}
	p.top.ScrollToTop()
	p.content.Refresh()
	if p.head.fold() {
		p.content.Refresh()
	}
	m := mode(l.sender.Mode)
	if m != asText {
		m = asHTML
	}
	p.setMode(m)
}

// foundBy marks in the text what a search is for, and offers its word to be looked for.
func (p *messagePane) foundBy(m present.Marker, word string) {
	p.find.offer(word)
	if m.Empty() {
		p.text.SetMarks(nil)
		return
	}
	p.text.SetMarks(func(text string) (out []dom.Span) {
		for _, s := range m.Body(text) {
			out = append(out, dom.Span{Start: s.From, End: s.To})
		}
		return out
	})
}

// openWithin opens a message that is a part of the one in view.
func (p *messagePane) openWithin(part mimeview.Part) {
	outer := p.letter()
	if outer == nil || len(p.letters) > 50 {
		return
	}
	d := p.desk
	work(d, "Opening the message", func() (o opened, err error) {
		o.view = mimeview.Parse(sectionOf(part.Octets), mimeview.Options{})
		if len(o.view.From) > 0 { // claimed by whoever sent the message around it
			o.sender.Mode = senderOf(d.core, o.view.From[0].Address).Mode
		}
		return o, nil
	}, func(o opened) {
		if p.letter() != outer {
			return
		}
		p.letters = append(p.letters, newLetter(outer.ctx, o.view, o.sender, func() ([]byte, error) { return part.Octets, nil }))
		p.display()
		d.focus(p.text)
	})
}

// back goes to the message that the one in view is a part of, and tells whether there
// is one.
func (p *messagePane) back() {
	switch n := len(p.letters); {
	case n > 1:
		p.letters = p.letters[:n-1]
		p.display()
		p.desk.focus(p.text)
	case p.fromFile():
		p.instead("No message chosen", "Choose one in the list.")
		p.desk.rest()
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

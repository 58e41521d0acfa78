package ui

import (
	"context"
	"net/url"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
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
	head    *messageHead
	parts   *partStrip
	text    *textview.View
	content *fyne.Container
}

func newMessagePane(d *desk) *messagePane {
	p := &messagePane{desk: d, mode: asText, cancel: func() {}}
	p.head = newMessageHead(p.setMode)
	for m, b := range p.head.modes {
		d.marks["view-"+strings.ToLower(string(m))] = b
	}
	p.parts = newPartStrip(d)
	p.text = textview.New(textview.Options{Quotes: true, Links: true})
	p.text.OnLink, p.text.OnFocus, p.text.OnMenu = p.openLink, d.focus, p.showMenu
	hint := newHint()
	hint.say("No message chosen", "Choose one in the list; J and K go to the next and the previous one.")
	p.content = container.NewStack(hint.object)
	return p
}

func (p *messagePane) object() fyne.CanvasObject {
	return container.NewStack(newGround(theme.ColorNamePaneBackground), p.content)
}

// none shows that nothing is chosen.
func (p *messagePane) none() {
	p.turn++
	p.cancel()
	p.shown, p.view = localstore.Entry{}, nil
	hint := newHint()
	hint.say("No message chosen", "Choose one in the list; J and K go to the next and the previous one.")
	p.content.Objects = []fyne.CanvasObject{hint.object}
	p.content.Refresh()
}

// show shows a message. What was asked for before is dropped, however late it comes.
func (p *messagePane) show(e localstore.Entry) {
	p.turn++
	p.cancel()
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
	p.content.Objects = []fyne.CanvasObject{container.NewBorder(
		container.NewVBox(p.head.object, p.parts.object), nil, nil, nil, container.NewPadded(p.text))}
	p.content.Refresh()
	p.setMode(asText)
	if !e.Flags.Has(localstore.Seen) {
		p.markSeen(true)
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
	dialog.ShowConfirm("Follow a link", text, func(yes bool) {
		if !yes {
			return
		}
		if err := p.desk.app.OpenURL(u); err != nil {
			p.desk.fault("The browser did not open", err)
		}
	}, p.desk.window)
}

// messageHead is what stands above the text: the subject, people, the date, notices
// and the switch between text, source and header.
type messageHead struct {
	object  *fyne.Container
	subject *widget.Label
	from    *widget.Label
	to      *widget.Label
	date    *widget.Label
	notices *widget.Label
	banner  *fyne.Container
	modes   map[mode]*widget.Button
}

func newMessageHead(set func(mode)) *messageHead {
	h := &messageHead{
		subject: newLabel(theme.SizeNameSubjectText, true), from: newLabel("", true), to: newLabel("", false),
		date: newLabel("", false), notices: newLabel(theme.SizeNameSmallText, false), modes: map[mode]*widget.Button{},
	}
	h.notices.Wrapping = fyne.TextWrapWord
	h.to.Importance, h.date.Importance = widget.LowImportance, widget.LowImportance
	h.banner = container.NewStack(newGround(theme.ColorNameNoticeBanner), h.notices)
	bar := container.NewHBox()
	for _, m := range []mode{asText, asSource, asHeaders} {
		h.modes[m] = widget.NewButton(string(m), func() { set(m) })
		bar.Add(h.modes[m])
	}
	people := container.New(&tight{}, h.from, h.to)
	h.object = container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewPadded(bar), h.subject),
		container.NewBorder(nil, nil, nil, h.date, people),
		h.banner, newRule())
	return h
}

func newLabel(size fyne.ThemeSizeName, bold bool) *widget.Label {
	l := widget.NewLabel("")
	l.SizeName, l.TextStyle.Bold = size, bold
	l.Truncation = fyne.TextTruncateEllipsis
	l.Selectable = true
	return l
}

func (h *messageHead) show(e localstore.Entry, v *mimeview.View) {
	subject := v.Subject
	if subject == "" {
		subject = "(no subject)"
	}
	h.subject.SetText(subject)
	from := present.Addresses(v.From)
	if from == "" {
		from = "(no sender)"
	}
	h.from.SetText(from)
	to := present.Addresses(v.To)
	if cc := present.Addresses(v.Cc); cc != "" {
		to += "  Cc: " + cc
	}
	h.to.SetText("To: " + to)
	h.to.Hidden = to == ""
	date := v.Date
	if date.IsZero() {
		date = e.Summary.Date
	}
	h.date.Truncation = fyne.TextTruncateOff
	h.date.SetText(present.LongDate(date, time.Local))
	h.showNotices(v)
}

func (h *messageHead) showNotices(v *mimeview.View) {
	notes := v.Notices
	if v.HTML != "" {
		notes = append([]string{"This is the text of an HTML message; nothing was loaded from the network."}, notes...)
	}
	if len(notes) > 4 {
		notes = append(notes[:4:4], "And more like these.")
	}
	h.notices.Truncation = fyne.TextTruncateOff
	h.notices.SetText(strings.Join(notes, "\n"))
	h.banner.Hidden = len(notes) == 0
	h.banner.Refresh()
}

func (h *messageHead) mark(now mode) {
	for m, b := range h.modes {
		b.Importance = widget.LowImportance
		if m == now {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
}

// tight stacks lines of text without the toolkit's room between them.
type tight struct{}

// Layout is part of fyne.Layout.
func (tight) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(s.Width, h))
		o.Move(fyne.NewPos(0, y))
		y += h - lineOverlap
	}
}

// lineOverlap takes back most of a label's own padding.
const lineOverlap = 8

// MinSize is part of fyne.Layout.
func (tight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += m.Height - lineOverlap
	}
	size.Height += lineOverlap
	return size
}

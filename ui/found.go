package ui

import (
	"context"
	"fmt"
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// attemptList shows what a discovery tries, a line each.
type attemptList struct {
	object *fyne.Container
	lines  map[string]*attemptLine // by what is tried
}

type attemptLine struct {
	icon *widget.Icon
	text *widget.Label
}

func newAttemptList() *attemptList {
	return &attemptList{object: container.New(&tight{overlap: lineOverlap}), lines: map[string]*attemptLine{}}
}

func (l *attemptList) clear() {
	l.object.RemoveAll()
	clear(l.lines)
}

// add shows an attempt; one that was under way gets its outcome.
func (l *attemptList) add(a fetcher.Attempt) {
	line := l.lines[a.What]
	if line == nil {
		line = &attemptLine{widget.NewIcon(nil), widget.NewLabel("")}
		line.text.Truncation = fyne.TextTruncateEllipsis
		l.lines[a.What] = line
		l.object.Add(container.NewBorder(nil, nil, line.icon, nil, line.text))
	}
	icon := theme.Icon(theme.IconNameClock)
	switch present.Sign(a) {
	case "failed":
		icon = fynetheme.CancelIcon()
	case "done":
		icon = fynetheme.ConfirmIcon()
	}
	line.icon.SetResource(icon)
	line.text.SetText(mimeview.Clean(present.Attempt(a), 300))
	l.object.Refresh()
}

// foundBox shows what a discovery found: where, how safe it is, what the provider
// wants, and what to agree to.
type foundBox struct {
	fetcher.Discovery
	object *fyne.Container
	agree  *tick // nil if there is nothing to agree to
	report *fyne.Container
}

// locks are the icons of the levels of safety.
var locks = map[present.Level]fyne.ThemeIconName{
	present.Safe: theme.IconNameLock, present.Doubt: theme.IconNameLockDoubt, present.Exposed: theme.IconNameLockOpen,
}

var banners = map[present.Level]fyne.ThemeColorName{
	present.Safe: theme.ColorNameSuccessBanner, present.Doubt: theme.ColorNameWarningBanner, present.Exposed: theme.ColorNameErrorBanner,
}

func (d *desk) newFoundBox(f fetcher.Discovery) *foundBox {
	b := &foundBox{Discovery: f, object: container.NewVBox(), report: container.NewVBox()}
	said := present.NewFound(f)
	lock := canvas.NewImageFromResource(theme.Icon(locks[said.Safe]))
	lock.FillMode = canvas.ImageFillContain
	lock.SetMinSize(fyne.NewSize(26, 26))
	title := widget.NewLabel(mimeview.Clean(said.Title, 200))
	title.TextStyle.Bold, title.Truncation = true, fyne.TextTruncateEllipsis
	d.marks["new-said"] = title
	words := container.New(&tight{overlap: lineOverlap}, title, newNote(mimeview.Clean(said.Where, 300), fyne.TextAlignLeading).wrapped(), d.wrapped(mimeview.Clean(said.Safety, 500)))
	card := container.NewBorder(nil, nil, container.NewPadded(container.NewCenter(lock)), nil, words)
	b.object.Add(container.NewStack(newGround(banners[said.Safe]), container.NewPadded(card)))
	if f.Hint != "" {
		b.object.Add(d.hintRow(f.Hint))
	}
	if key := f.Report.Fingerprint; key != "" {
		b.object.Add(d.fingerprint(key))
	}
	if said.Agree != "" {
		b.agree = d.newTick(said.Agree)
		d.marks["new-agree"] = b.agree
		b.object.Add(b.agree)
	}
	b.object.Add(newNote(present.WhatNow(f.Account), fyne.TextAlignLeading).wrapped())
	b.object.Add(b.report)
	return b
}

// hintRow shows what a provider wants, with a button for the page that says more.
func (d *desk) hintRow(hint string) fyne.CanvasObject {
	text := d.wrapped(mimeview.Clean(hint, 600))
	page, err := url.Parse(present.Page(hint))
	if err != nil || page.Host == "" {
		return text
	}
	open := d.newAnswer("Open "+mimeview.Clean(page.Host, 80), func() {
		if err := d.app.OpenURL(page); err != nil {
			d.fault("The browser did not open", err)
		}
	})
	return container.NewVBox(text, container.NewHBox(open))
}

// missedObjects say that nothing was found, and what to do.
func missedObjects(d *desk, f fetcher.Discovery) []fyne.CanvasObject {
	said := d.wrapped(mimeview.Clean(f.Report.Advice.What+" "+f.Report.Advice.Next, 600))
	said.Importance = widget.DangerImportance
	d.marks["new-said"] = said
	out := []fyne.CanvasObject{said}
	if f.Hint != "" {
		out = append(out, d.hintRow(f.Hint))
	}
	if f.Report.Transcript != "" {
		out = append(out, container.NewHBox(d.transcriptButton(func() { d.showTranscript(f.Report.Transcript) })))
	}
	return out
}

// fingerprint shows a server's key so that it can be compared by eye.
func (d *desk) fingerprint(key string) fyne.CanvasObject {
	l := d.wrapped("SHA-256 of the server's key:\n" + grouped(key))
	l.TextStyle.Monospace = true
	return l
}

func (d *desk) transcriptButton(show func()) *answer {
	b := d.newAnswer("Transcript", show)
	b.Importance = widget.LowImportance
	return b
}

// signIn has the owner of an account sign in with the browser, and then goes on.
func (d *desk) signIn(a localstore.Account, then func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var s *sheet
	stop := d.newAnswer("Cancel", func() { s.close() })
	text := d.wrapped(fmt.Sprintf("Your browser opens a page of your provider. Sign in there and allow Restante to read the mail of %s; then come back here.\n\nRestante never sees your password.", mimeview.Clean(a.User, 200)))
	s = d.newSheet("Sign in", fyne.NewSize(sheetWidth, 0), container.NewVBox(text, widget.NewProgressBarInfinite()), stop)
	s.closed = cancel
	s.open(stop)
	d.spawn(func() {
		err := d.core.SignIn(ctx, a.ID, d.browse)
		d.onUI(func() {
			if ctx.Err() != nil {
				return
			}
			s.close()
			if err != nil {
				advice := fetcher.Advise(err)
				d.tell("You are not signed in", mimeview.Clean(advice.What+" "+advice.Next, 600))
				return
			}
			then()
		})
	})
}

// browse opens a page in the browser, from any goroutine.
func (d *desk) browse(page string) error {
	u, err := url.Parse(page)
	if err != nil {
		return err
	}
	opened := make(chan error, 1)
	d.onUI(func() { opened <- d.app.OpenURL(u) })
	return <-opened
}

package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/mimeview"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// fetchBar shows the fetches that run, a line each, and how the last ones ended.
type fetchBar struct {
	desk   *desk
	object *container.Scroll
	stack  *fyne.Container
	lines  map[string]*fetchLine // by account
	height float32               // of all lines, as last fitted
	names  map[string]string
	around *fyne.Container // whose layout depends on the bar's height
	state  string          // of the last change, for whoever watches the window from outside
}

func newFetchBar(d *desk) *fetchBar {
	b := &fetchBar{desk: d, stack: container.New(&tight{}), lines: map[string]*fetchLine{}, names: map[string]string{}, state: "idle", height: -1}
	b.object = container.NewVScroll(b.stack)
	b.fit()
	return b
}

// mostLines is the height that the lines may take, about four of them; the others
// are scrolled to.
const mostLines = 150

// outcomeFor is how long it is said that a fetch went well; the journal keeps it. What went
// wrong is said until somebody takes note.
const outcomeFor = 45 * time.Second

// fit gives the bar the height of its lines, as far as that leaves room for mail.
func (b *fetchBar) fit() {
	if w := b.object.Size().Width; w > 0 { // what wraps learns its height from its width
		b.stack.Resize(fyne.NewSize(w, b.stack.MinSize().Height))
	}
	h := b.stack.MinSize().Height
	if h == b.height {
		return // there is no need to lay out the whole window
	}
	b.height = h
	setShown(b.object, h > 0)
	b.object.SetMinSize(fyne.NewSize(0, min(h, mostLines)))
	if b.around != nil {
		b.around.Refresh()
	}
}

// line returns the line of an account, which it makes if there is none.
func (b *fetchBar) line(account string) *fetchLine {
	l := b.lines[account]
	if l == nil {
		l = newFetchLine(b.desk, account, func() { b.remove(account) })
		b.lines[account] = l
		b.stack.Add(l.object)
	}
	return l
}

// running tells whether a fetch for an account is under way.
func (b *fetchBar) running(account string) bool {
	l := b.lines[account]
	return l != nil && l.running
}

func (b *fetchBar) remove(account string) {
	l := b.lines[account]
	if l == nil {
		return
	}
	focused, _ := b.desk.window.Canvas().Focused().(fyne.CanvasObject)
	held := slices.Contains(l.buttons.Objects, focused)
	b.stack.Remove(l.object)
	delete(b.lines, account)
	b.fit()
	if held {
		b.desk.focus(b.desk.home)
	}
}

func (b *fetchBar) started(e fetcher.Started) {
	b.state = "fetching"
	b.line(e.Account).progress(b.name(e.Account), popclient.Progress{Promised: -1}, e.Removal)
	b.fit()
}

func (b *fetchBar) progressed(e fetcher.Progressed) {
	b.line(e.Account).progress(b.name(e.Account), e.Progress, e.Removal)
	b.fit()
}

func (b *fetchBar) finished(e fetcher.Finished) {
	o := present.NewOutcome(b.name(e.Account), e)
	b.state = "done: " + o.Title
	if !present.WorthSaying(e) {
		b.remove(e.Account)
		return
	}
	l := b.line(e.Account)
	l.outcome(o)
	b.fit()
	if !o.Fault {
		said := l.said
		b.desk.later(outcomeFor, func() {
			if l := b.lines[e.Account]; l != nil && l.said == said && !l.running {
				b.remove(e.Account)
			}
		})
	}
}

// upkeepLine is the line of what is done by itself for the store. No account has that id.
const upkeepLine = " upkeep"

// upkeep says what went wrong by itself; a backup that was made is in the list of those.
func (b *fetchBar) upkeep(e fetcher.UpkeepDone) {
	if e.Err == nil {
		b.remove(upkeepLine)
		return
	}
	b.line(upkeepLine).fault(present.UpkeepFault(e.Err))
	b.fit()
}

func (b *fetchBar) name(account string) string {
	if n := b.names[account]; n != "" {
		return n
	}
	return "Account"
}

// fetchLine is a fetch that runs, or one that has ended and was not dismissed yet.
type fetchLine struct {
	desk    *desk
	account string
	object  *fyne.Container
	text    *widget.Label
	next    *widget.Label
	bar     *widget.ProgressBar
	ground  *ground
	buttons *fyne.Container
	dismiss func()
	running bool
	said    int // counts the outcomes
}

func newFetchLine(d *desk, account string, dismiss func()) *fetchLine {
	l := &fetchLine{
		desk: d, account: account, dismiss: dismiss, text: widget.NewLabel(""), next: widget.NewLabel(""),
		bar: widget.NewProgressBar(), ground: newGround(theme.ColorNameNoticeBanner), buttons: container.NewHBox(),
	}
	l.text.Wrapping, l.next.Wrapping = fyne.TextWrapWord, fyne.TextWrapWord
	words := container.New(&tight{overlap: lineOverlap}, l.text, l.next)
	bar := container.NewGridWrap(fyne.NewSize(220, 20), l.bar)
	right := container.NewHBox(container.NewCenter(bar), container.NewCenter(l.buttons))
	l.next.Hide()
	l.object = container.NewStack(l.ground, container.NewBorder(nil, newRule(), nil, right, words))
	return l
}

func (l *fetchLine) progress(name string, p popclient.Progress, r popclient.Removal) {
	if !l.running {
		l.running = true
		l.ground.in(theme.ColorNameNoticeBanner)
		l.next.Hide()
		l.bar.Show()
		cancel := newTool("Cancel", theme.Icon(theme.IconNameCancel), func() { l.desk.core.Cancel(l.account) }, l.desk.key)
		cancel.Importance = widget.MediumImportance
		l.desk.marks["cancel-fetch"] = cancel
		l.setButtons(cancel)
	}
	l.text.SetText(mimeview.Clean(name+": "+present.Progress(p, r), 400))
	l.bar.SetValue(present.Fraction(p))
}

func (l *fetchLine) outcome(o present.Outcome) {
	transcript := newTool("Transcript", nil, func() { l.desk.transcriptOf(l.account) }, l.desk.key)
	l.say(o, transcript)
}

// fault is an outcome that has no transcript.
func (l *fetchLine) fault(title, next string) {
	l.say(present.Outcome{Title: title, Next: next, Fault: true})
}

func (l *fetchLine) say(o present.Outcome, buttons ...fyne.CanvasObject) {
	l.running = false
	l.said++
	l.bar.Hide()
	l.text.SetText(mimeview.Clean(o.Title, 600))
	l.next.SetText(mimeview.Clean(o.Next, 400))
	l.next.Hidden = o.Next == ""
	l.ground.in(theme.ColorNameSuccessBanner)
	if o.Fault {
		l.ground.in(theme.ColorNameErrorBanner)
	}
	closing := newTool("", fynetheme.CancelIcon(), func() {
		l.dismiss()
		l.desk.rest()
	}, l.desk.key)
	l.setButtons(append(buttons, closing)...)
	l.object.Refresh()
}

func (l *fetchLine) setButtons(buttons ...fyne.CanvasObject) {
	l.buttons.Objects = buttons
	l.buttons.Refresh()
}

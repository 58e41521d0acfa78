package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/mimeview"
	"restante.app/popclient"
	"restante.app/ui/present"
)

// dispatchFoot is what stands around the list: the mailbox, how much is chosen, what
// can be done with it, and what comes of that.
type dispatchFoot struct {
	top, bottom *fyne.Container
	mailbox     *option
	note        *copyable
	sum         *note
	bar         *widget.ProgressBar
	stop        *answer
	halt        func() // what stop does
	actions     map[popclient.Choice]*answer
	running     bool
	of          *dispatcher
}

func newDispatchFoot(d *desk, x *dispatcher) *dispatchFoot {
	f := &dispatchFoot{
		of: x, mailbox: d.newOption(nil, ""), note: d.wrapped(""), sum: newNote("", fyne.TextAlignLeading),
		bar: widget.NewProgressBar(), actions: map[popclient.Choice]*answer{}, halt: func() {},
	}
	f.stop = d.newAnswer("Cancel", func() { f.halt() })
	f.mailbox.Hide()
	buttons := container.NewHBox()
	for _, a := range []struct {
		choice popclient.Choice
		label  string
		mark   string
	}{
		{popclient.Take, "Fetch", "fetch"}, {popclient.TakeDelete, "Fetch and delete…", "fetch-delete"},
		{popclient.TakeHeader, "Headers only", "headers"}, {popclient.DeleteKnown, "Delete…", "delete"},
	} {
		b := d.newAnswer(a.label, func() { x.act(a.choice) })
		b.Disable()
		f.actions[a.choice] = b
		d.marks["dispatch-"+a.mark] = b
		buttons.Add(b)
	}
	again := d.newAnswer("List again", x.list)
	again.Importance = widget.LowImportance
	transcript := d.transcriptButton(func() { d.transcriptOf(x.account.ID) })
	d.marks["dispatch-again"], d.marks["dispatch-note"], d.marks["dispatch-stop"] = again, f.note, f.stop
	work := container.NewHBox(container.NewCenter(container.NewGridWrap(fyne.NewSize(160, 18), f.bar)), f.stop)
	f.top = container.NewBorder(nil, nil, f.mailbox, container.NewHBox(work, transcript, again), f.note)
	f.bottom = container.NewBorder(newRule(), nil, nil, buttons, f.sum)
	return f
}

// busy shows or hides how far something is.
func (f *dispatchFoot) busy(is bool) {
	f.running = is
	setShown(f.bar, is)
	setShown(f.stop, is)
	f.picked(f.of.pick())
}

func (f *dispatchFoot) asking(stop func()) {
	f.halt = stop
	f.busy(true)
	f.bar.Hide()
	f.say("Asking the server what is there…", false)
}

func (f *dispatchFoot) say(text string, fault bool) {
	f.note.Importance = widget.MediumImportance
	if fault {
		f.note.Importance = widget.DangerImportance
	}
	f.note.SetText(mimeview.Clean(text, 600))
	f.top.Refresh()
}

// said shows how something ended.
func (f *dispatchFoot) said(text string, fault bool) {
	f.busy(false)
	f.say(text, fault)
}

func (f *dispatchFoot) started() {
	f.halt = func() { f.of.desk.core.Cancel(f.of.account.ID) }
	f.busy(true)
	f.bar.SetValue(0)
	f.say("Connecting…", false)
}

func (f *dispatchFoot) progress(e fetcher.Progressed) {
	f.bar.SetValue(present.Fraction(e.Progress))
	f.say(present.Progress(e.Progress, popclient.Leave), false)
}

func (f *dispatchFoot) ended(o present.Outcome) { f.said(o.Title+" "+o.Next, o.Fault) }

func (f *dispatchFoot) mailboxes(listings []fetcher.Listing, at int) {
	f.mailbox.OnChanged = nil
	f.mailbox.Options = nil
	for _, l := range listings {
		f.mailbox.Options = append(f.mailbox.Options, mimeview.Clean(l.Mailbox, 60))
	}
	if at < len(listings) {
		f.mailbox.SetSelectedIndex(at)
	}
	f.mailbox.OnChanged = func(string) { f.of.show(f.mailbox.SelectedIndex()) }
	setShown(f.mailbox, len(listings) > 1)
}

// picked says how much is chosen and enables what can be done with it.
func (f *dispatchFoot) picked(p present.Pick) {
	f.sum.say(p.Sum())
	for c, b := range f.actions {
		if n := len(p.Choose(c)); n > 0 && !f.running {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}

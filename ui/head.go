package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// messageHead is what stands above the text: the subject, people, the date, notices
// and the switch between text, source and header.
type messageHead struct {
	object        *fyne.Container
	subject, date *copyable
	from, to, cc  *people
	notices       *copyable
	banner        *fyne.Container
	missing       *missingBar
	modes         map[mode]*tool
	notes         []string // of the message; what its text as a document lacks comes to them
}

// headIndent puts the head's labels, which have room of their own, under one another
// with the text of the message.
const (
	headIndent  = 3
	headCaption = 50
)

func newMessageHead(d *desk, set func(mode), whole func()) *messageHead {
	h := &messageHead{
		subject: newCopyable(d, theme.SizeNameSubjectText), date: newCopyable(d, ""), notices: newCopyable(d, ""), modes: map[mode]*tool{}, missing: newMissingBar(d, whole),
	}
	grown := func() { h.object.Refresh() }
	h.from, h.to, h.cc = newPeople(d, "From", grown), newPeople(d, "To", grown), newPeople(d, "Cc", grown)
	h.subject.TextStyle.Bold, h.from.names.TextStyle.Bold = true, true
	h.notices.Wrapping, h.notices.Truncation = fyne.TextWrapWord, fyne.TextTruncateOff
	h.banner = container.NewStack(newGround(theme.ColorNameNoticeBanner), indented(h.notices))
	bar := container.NewHBox()
	for _, m := range modes {
		h.modes[m] = newTool(string(m), nil, func() { set(m) }, d.key)
		bar.Add(h.modes[m])
	}
	fields := container.New(&tight{overlap: lineOverlap}, h.from.object, h.to.object, h.cc.object, field("Date", h.date, nil))
	title := container.NewBorder(nil, nil, nil, container.NewVBox(container.NewPadded(bar)), h.subject)
	h.object = container.New(&tight{}, indented(container.New(&tight{overlap: 4}, title, fields)), newRule(), h.missing.object, h.banner)
	return h
}

// indented puts an object a little to the right.
func indented(o fyne.CanvasObject) *fyne.Container {
	return container.NewBorder(nil, nil, container.New(wide(headIndent)), nil, o)
}

// field is a line of the head with its name, and what stands at its end.
func field(name string, value, end fyne.CanvasObject) *fyne.Container {
	caption := container.NewVBox(container.New(wide(headCaption), newNote(name, fyne.TextAlignLeading)))
	return container.NewBorder(nil, nil, caption, end, value)
}

func (h *messageHead) show(e localstore.Entry, v *mimeview.View) {
	h.subject.SetText(or(v.Subject, "(no subject)"))
	h.from.show(v.From, "(no sender)")
	h.to.show(v.To, "(nobody named)")
	h.cc.show(v.Cc, "")
	h.missing.show(e)
	date := v.Date
	if date.IsZero() {
		date = e.Summary.Date
	}
	h.date.SetText(present.LongDate(date, time.Local))
	h.showNotices(v)
	h.object.Refresh()
}

// subjectLines is on how many lines a subject is shown; one that needs more is cut.
const subjectLines = 3

// fold takes account of how wide the head is now, and tells whether its height may have
// changed.
func (h *messageHead) fold() (changed bool) {
	room := h.subject.Size().Width * (subjectLines - 0.5) // lines end at words
	wrap, cut := fyne.TextWrapOff, fyne.TextTruncateEllipsis
	if size := fynetheme.Size(theme.SizeNameSubjectText); len(h.subject.Text) < 1000 && fyne.MeasureText(h.subject.Text, size, fyne.TextStyle{Bold: true}).Width < room {
		wrap, cut = fyne.TextWrapWord, fyne.TextTruncateOff
	}
	if changed = wrap != h.subject.Wrapping; changed {
		h.subject.Wrapping, h.subject.Truncation = wrap, cut
		h.subject.Refresh()
	}
	for _, p := range []*people{h.from, h.to, h.cc} {
		p.fold()
	}
	return changed || wrap == fyne.TextWrapWord && h.subject.MinSize().Height > h.subject.Size().Height
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (h *messageHead) showNotices(v *mimeview.View) {
	h.notes = nil
	for _, p := range v.Parts {
		if p.Notice != "" {
			h.notes = append(h.notes, p.Name+": "+p.Notice)
		}
	}
	h.notes = append(h.notes, v.Notices...)
	h.also(nil)
}

// also shows the notices of the message and these.
func (h *messageHead) also(more []string) {
	notes := slices.Concat(h.notes, more)
	if len(notes) > 4 {
		notes = append(notes[:4:4], "And more like these.")
	}
	h.notices.SetText(strings.Join(notes, "\n"))
	setShown(h.banner, len(notes) > 0)
}

// mark shows in which form the message is; without HTML that form can't be chosen.
func (h *messageHead) mark(now mode, html bool) {
	if html {
		h.modes[asHTML].Enable()
	} else {
		h.modes[asHTML].Disable()
	}
	for m, b := range h.modes {
		b.Importance = widget.LowImportance
		if m == now {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
}

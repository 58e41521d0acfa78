package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// people is a line of names and addresses. What does not fit on it unfolds on a
// click.
type people struct {
	object *fyne.Container
	names  *copyable
	more   *tool
	all    *fyne.Container
	count  int
	grown  func()
}

func newPeople(d *desk, caption string, grown func()) *people {
	p := &people{names: newCopyable(d, ""), grown: grown}
	p.more = newTool("", nil, func() {
		p.unfold(p.names.Wrapping == fyne.TextWrapOff)
		d.rest()
	}, d.key)
	p.all = container.NewVBox(p.more)
	p.object = field(caption, p.names, p.all)
	return p
}

// foldable is from how long a line on it may not fit, before its width is known.
const foldable = 90

// show shows people, or without any the words for that; without words it is hidden.
func (p *people) show(list []mimeview.Address, none string) {
	text := present.Addresses(list)
	p.count = len(list)
	p.names.SetText(or(text, none))
	setShown(p.object, text != "" || none != "")
	p.unfold(false)
	p.fold()
}

// fold offers to unfold what does not fit on the line, as wide as it is now.
func (p *people) fold() {
	room, long := p.object.Size().Width-headCaption-60, len(p.names.Text) > foldable
	if room > 0 {
		long = labelWidth(p.names.Text) > room
	}
	setShown(p.all, long)
}

// unfold shows all of them, on as many lines as it takes, or as many as fit on one.
func (p *people) unfold(all bool) {
	p.names.Wrapping, p.names.Truncation = fyne.TextWrapOff, fyne.TextTruncateEllipsis
	p.more.SetText(present.AllOf(p.count))
	if all {
		p.names.Wrapping, p.names.Truncation = fyne.TextWrapWord, fyne.TextTruncateOff
		p.more.SetText("Fewer")
	}
	p.names.Refresh()
	p.grown()
}

// missingBar says that only the header of a message is here, and fetches the rest.
type missingBar struct {
	object *fyne.Container
	words  *widget.Label
	fetch  *tool
}

func newMissingBar(d *desk, whole func()) *missingBar {
	b := &missingBar{words: widget.NewLabel("")}
	b.words.Wrapping = fyne.TextWrapWord
	b.fetch = newTool("Fetch the whole message", theme.Icon(theme.IconNameFetch), whole, d.key)
	b.fetch.Importance = widget.MediumImportance
	d.marks["fetch-whole"] = b.fetch
	b.object = container.NewStack(newGround(theme.ColorNameWarningBanner), indented(container.NewBorder(nil, nil, nil, container.NewPadded(b.fetch), b.words)))
	b.object.Hide()
	return b
}

func (b *missingBar) show(e localstore.Entry) {
	b.words.SetText(present.Missing(e.Listed))
	setShown(b.object, e.Partial)
	setShown(b.fetch, e.Partial)
}

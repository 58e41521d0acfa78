package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/theme"
)

// toolbar is the line of buttons at the top, with the name of what is shown.
type toolbar struct {
	window  *Window
	object  *fyne.Container
	fetch   *tool
	variant *tool
	tools   []*tool // on the left
	caption *note
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{window: w, caption: newNote("", fyne.TextAlignTrailing)}
	t.caption.Truncation = fyne.TextTruncateEllipsis
	add := func(mark, label string, icon fyne.ThemeIconName, do func()) *tool {
		b := newTool(label, theme.Icon(icon), func() {
			do()
			w.desk.rest()
		}, w.key)
		w.desk.marks[mark] = b
		return b
	}
	t.fetch = add("fetch", "Fetch", theme.IconNameFetch, w.fetch)
	t.fetch.Importance = widget.HighImportance
	t.variant = add("theme", "", theme.IconNameMoon, w.nextVariant)
	t.tools = []*tool{
		t.fetch,
		add("fetch-all", "Fetch all", theme.IconNameFetchAll, w.fetchAll),
		add("on-server", "On the server", theme.IconNameDispatcher, w.onServer),
		add("delete", "Delete", theme.IconNameDelete, w.deleteChosen),
		add("mark-unread", "Mark unread", theme.IconNameMailbox, func() { w.markChosen(false) }),
		add("journal", "Journal", theme.IconNameJournal, func() { w.journal("") }),
		add("account-add", "New account", theme.IconNamePostOffice, w.desk.newAccount),
	}
	row := &toolRow{tools: t.tools}
	objects := make([]fyne.CanvasObject, 0, len(t.tools)+3)
	for _, b := range t.tools {
		row.labels = append(row.labels, b.Text)
		objects = append(objects, b)
	}
	objects = append(objects, t.caption, w.search.box, t.variant)
	bar := container.NewBorder(nil, newRule(), nil, nil, container.NewPadded(container.New(row, objects...)))
	t.object = container.NewStack(newGround(theme.ColorNameSidebarBackground), bar)
	return t
}

// refresh brings the buttons up to date.
func (t *toolbar) refresh() {
	if a, ok := t.window.account(); ok && t.window.fetches.running(a.ID) {
		t.fetch.Disable()
		return
	}
	t.fetch.Enable()
}

// dark shows the way back from a dark or a light window.
func (t *toolbar) dark(now bool) {
	name := theme.IconNameMoon
	if now {
		name = theme.IconNameSun
	}
	t.variant.SetIcon(theme.Icon(name))
}

// toolRow lays out the tools, then the caption, the search box and the tool at the end.
// Where the window is narrow the caption goes, the box becomes smaller, and tools lose
// their labels, from the right.
type toolRow struct {
	tools  []*tool
	labels []string
}

const (
	searchLeast  = 170
	captionLeast = 130
	toolGap      = 3
)

// widths are those of the tools with labels, of which the last so many have none.
func (r *toolRow) widths(bare int) (all float32) {
	for i, b := range r.tools {
		label := r.labels[i]
		if i >= len(r.tools)-bare {
			label = ""
		}
		b.name(label)
		all += b.MinSize().Width + toolGap
	}
	return all
}

// Layout is part of fyne.Layout.
func (r *toolRow) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	n := len(r.tools)
	caption, search, last := objects[n], objects[n+1], objects[n+2]
	end := last.MinSize().Width + toolGap
	bare := 0
	left := r.widths(bare)
	for left+searchLeast+end > s.Width && bare < n {
		bare++
		left = r.widths(bare)
	}
	x := float32(0)
	for _, o := range objects[:n] {
		w := o.MinSize().Width
		place(o, x, 0, w, s.Height)
		x += w + toolGap
	}
	place(last, s.Width-end+toolGap, 0, end-toolGap, s.Height)
	room := max(s.Width-left-end-toolGap, searchLeast)
	box := min(room, searchWidth)
	h := search.MinSize().Height
	place(search, s.Width-end-box, (s.Height-h)/2, box, h)
	room -= box
	setShown(caption, room >= captionLeast)
	if h = caption.MinSize().Height; room >= captionLeast {
		place(caption, left, (s.Height-h)/2, room, h)
	}
}

// MinSize is part of fyne.Layout: without any label.
func (r *toolRow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	n := len(r.tools)
	size := fyne.NewSize(float32(n)*(toolLeast+toolGap)+searchLeast+objects[n+2].MinSize().Width+toolGap, 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// toolLeast is about how wide a tool is without a label.
const toolLeast = 30

func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/fetcher"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// The columns of what is at a server, in the order of present.ByFrom and so on.
var listedColumns = []column{
	present.ByFrom:    {name: "From", width: 190, least: 60},
	present.BySubject: {name: "Subject", least: 80},
	present.ByState:   {name: "On this disk", width: 88, least: 80},
	present.ByDate:    {name: "Date", width: 92, least: 92},
	present.BySize:    {name: "Size", width: 64, least: 60, trailing: true},
}

// listedTable is the list of what is at the server.
type listedTable struct {
	list   *rowlist.List
	object fyne.CanvasObject
	cols   *columns
	items  []fetcher.ListedMessage
	order  []int // places in items, as shown
	picked func(int)
	key    func(fyne.KeyName)
}

func newListedTable(d *desk, picked func(int), key func(fyne.KeyName)) *listedTable {
	t := &listedTable{cols: columnsOf(listedColumns, present.BySubject, present.ByDate), picked: picked, key: key}
	t.list = rowlist.New(t, d.focus)
	t.list.Many(picked)
	d.marks["dispatch-list"] = t.list
	head := newHeader(t.cols, t.list.Refresh, func(sorted bool) {
		if sorted {
			t.show(t.items)
		}
		t.list.Refresh()
	})
	t.object = container.NewStack(newGround(theme.ColorNameListBackground), container.NewBorder(head, nil, nil, nil, t.list))
	return t
}

func (t *listedTable) show(items []fetcher.ListedMessage) {
	t.items = items
	t.order = present.SortListed(items, t.cols.Sort, t.cols.Descending)
	t.list.SetLength(len(items), -1)
	t.picked(0)
}

func (t *listedTable) chosen() []fetcher.ListedMessage {
	var out []fetcher.ListedMessage
	for _, i := range t.list.Picked() {
		out = append(out, t.items[t.order[i]])
	}
	return out
}

// NewRow is part of rowlist.Source.
func (t *listedTable) NewRow() fyne.CanvasObject { return newCellsRow(t.cols) }

// ShowRow is part of rowlist.Source.
func (t *listedTable) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*cellsRow); ok && i < len(t.order) {
		l := present.NewListed(t.items[t.order[i]], time.Now())
		r.show([]string{present.ByFrom: l.From, present.BySubject: l.Subject, present.ByDate: l.Date, present.BySize: l.Size, present.ByState: l.State}, l.New, present.ByState)
	}
}

// Selected is part of rowlist.Source.
func (t *listedTable) Selected(int) { t.picked(1) }

// Key is part of rowlist.Source.
func (t *listedTable) Key(name fyne.KeyName) { t.key(name) }

// Rune is part of rowlist.Source: a blank chooses a row beside the others.
func (t *listedTable) Rune(r rune) {
	if r == ' ' {
		t.list.Toggle(t.list.SelectedRow())
	}
}

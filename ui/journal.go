package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// journalLines is how many fetches the journal shows at most.
const journalLines = 1000

// The columns of the journal.
var journalColumns = []column{
	{name: "When", width: 112, least: 100}, {name: "Account", width: 130, least: 60}, {name: "Ran", width: 74, least: 60}, {name: "What happened"},
}

// journal shows what was fetched, in words.
type journal struct {
	desk     *desk
	accounts []localstore.Account
	list     *rowlist.List
	cols     *columns
	filter   *option
	records  []localstore.FetchRecord
	detail   *copyable
	how      *note
	turn     int // counts the reads, so that a late one is dropped
	sheet    *sheet
}

const allAccounts = "All accounts"

// openJournal shows the journal; account is the id of the one to begin with, or "".
func (d *desk) openJournal(accounts []localstore.Account, account string) *journal {
	if d.asking() {
		return nil
	}
	j := &journal{desk: d, accounts: accounts, cols: columnsOf(journalColumns, 3, 0), detail: d.wrapped(""), how: newNote("", fyne.TextAlignLeading)}
	j.list = rowlist.New(j, d.focus)
	names := []string{allAccounts}
	chosen := allAccounts
	for _, a := range accounts {
		names = append(names, a.Name)
		if a.ID == account {
			chosen = a.Name
		}
	}
	j.filter = d.newOption(names, chosen)
	j.filter.OnChanged = func(string) { j.read() }
	head := newHeader(j.cols, j.list.Refresh, func(bool) {
		j.order()
		j.list.Refresh()
	})
	table := container.NewStack(newGround(theme.ColorNameListBackground), container.NewBorder(head, nil, nil, nil, j.list))
	below := container.New(least(64), container.NewBorder(newRule(), nil, nil, nil, container.NewVBox(container.New(&tight{overlap: lineOverlap}, j.detail, j.how))))
	top := container.NewBorder(nil, nil, nil, framed(j.filter), newNote("Every fetch, the newest first.", fyne.TextAlignLeading))
	size := d.window.Canvas().Size()
	done := d.newAnswer("Close", func() { j.sheet.close() })
	done.Importance = widget.HighImportance
	j.sheet = d.newSheet("Journal", fyne.NewSize(min(900, size.Width-40), min(560, size.Height-60)), container.NewBorder(top, below, nil, nil, table), done)
	transcript := d.transcriptButton(func() { j.transcript() })
	j.sheet.left.Add(transcript)
	d.marks["journal-close"], d.marks["journal-filter"], d.marks["journal-list"], d.marks["journal-said"] = done, j.filter, j.list, j.detail
	j.sheet.closed = func() { d.marks.drop("journal-") }
	j.sheet.open(j.list)
	j.read()
	return j
}

func (j *journal) account() string {
	if i := j.filter.SelectedIndex(); i > 0 {
		return j.accounts[i-1].ID
	}
	return ""
}

func (j *journal) read() {
	j.turn++
	turn, account := j.turn, j.account()
	work(j.desk, "Reading the journal", func() ([]localstore.FetchRecord, error) { return j.desk.core.Journal(account, journalLines) },
		func(records []localstore.FetchRecord) {
			if turn != j.turn {
				return
			}
			j.records = records
			j.order()
			j.list.SetLength(len(records), -1)
			j.how.say("")
			if j.detail.SetText("Nothing was fetched yet."); len(records) > 0 {
				j.list.Select(0)
			}
		})
}

// order sorts by the column of the heading.
func (j *journal) order() {
	present.SortRecords(j.records, j.cols.Sort, j.cols.Descending, j.name)
}

// name returns an account's name.
func (j *journal) name(id string) string {
	for _, a := range j.accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return "(removed account)"
}

func (j *journal) line(i int) present.Line {
	now := time.Now()
	return present.NewLine(j.records[i], j.name(j.records[i].Account), func(r localstore.FetchRecord) string { return present.Moment(r.Started, now) })
}

// transcript shows what was said last with the account of the chosen line.
func (j *journal) transcript() {
	if i := j.list.SelectedRow(); i >= 0 && i < len(j.records) {
		j.desk.transcriptOf(j.records[i].Account)
	}
}

// NewRow is part of rowlist.Source.
func (j *journal) NewRow() fyne.CanvasObject { return newCellsRow(j.cols) }

// ShowRow is part of rowlist.Source.
func (j *journal) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*cellsRow); ok && i < len(j.records) {
		l := j.line(i)
		what := l.What
		if l.Fault {
			what = "Failed: " + what
		}
		r.show([]string{l.When, l.Account, l.Cause, mimeview.Clean(what, 300)}, l.Fault, len(journalColumns))
	}
}

// Selected is part of rowlist.Source.
func (j *journal) Selected(i int) {
	if i < len(j.records) {
		l := j.line(i)
		j.detail.SetText(mimeview.Clean(l.What+" "+l.Next, 900))
		j.how.say(mimeview.Clean(present.LineDetail(l, j.records[i]), 300))
	}
}

// Key is part of rowlist.Source.
func (j *journal) Key(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
		j.sheet.close()
	case fyne.KeyF5:
		j.read()
	case fyne.KeyTab:
		j.desk.window.Canvas().FocusNext()
	}
}

// Rune is part of rowlist.Source.
func (j *journal) Rune(rune) {}

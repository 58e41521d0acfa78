package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

const (
	cacheSize = 2000   // entries kept in memory
	sortable  = 20_000 // rows up to which a list is sorted by what needs the entries
)

// listPane is the message list of one mailbox. Of the mailbox it holds the refs,
// and of the messages those that were looked at last.
type listPane struct {
	desk    *desk
	list    *rowlist.List
	header  *header
	cols    *columns
	hint    *hint
	mailbox localstore.MailboxID
	refs    []localstore.Ref
	entries map[localstore.MessageID]localstore.Entry
	asked   map[localstore.MessageID]bool
	loads   int // counts the loads, so that a late one is dropped
	open    opener
}

// opener is what the list tells its neighbours.
type opener struct {
	message func(localstore.Entry) // a message was chosen
	none    func()                 // nothing is chosen any more
	key     func(fyne.KeyName)
	typed   func(rune)
	page    func() bool // shows the next page of the message; false at its end
}

func newListPane(d *desk, open opener) *listPane {
	p := &listPane{
		desk: d, open: open, cols: newColumns(), hint: newHint(),
		entries: map[localstore.MessageID]localstore.Entry{}, asked: map[localstore.MessageID]bool{},
	}
	p.list = rowlist.New(p, d.focus)
	p.header = newHeader(p.cols, p.columnsChanged)
	return p
}

func (p *listPane) object() fyne.CanvasObject {
	body := container.NewStack(newGround(theme.ColorNameListBackground), p.list, p.hint.object)
	return container.NewBorder(p.header, nil, nil, nil, body)
}

func (p *listPane) columnsChanged(sorted bool) {
	p.desk.put(columnsSetting, p.cols.save())
	if sorted {
		p.load()
		return
	}
	p.list.Refresh()
}

// show shows a mailbox; the same one again is brought up to date in place.
func (p *listPane) show(m localstore.MailboxID) {
	if m != p.mailbox {
		p.mailbox, p.refs = m, nil
		clear(p.entries)
		clear(p.asked)
		p.list.SetLength(0, -1)
		p.open.none()
	}
	p.load()
}

// load reads the mailbox's rows anew, keeping the chosen message.
func (p *listPane) load() {
	p.loads++
	turn, mailbox, cols := p.loads, p.mailbox, *p.cols
	if mailbox == 0 {
		return
	}
	work(p.desk, "Reading the mailbox", func() ([]localstore.Ref, error) { return sorted(p.desk.core, mailbox, cols) },
		func(refs []localstore.Ref) {
			if turn != p.loads {
				return
			}
			var chosen localstore.MessageID
			if i := p.list.SelectedRow(); i >= 0 && i < len(p.refs) {
				chosen = p.refs[i].ID
			}
			p.refs = refs
			at := -1
			if chosen != 0 {
				at = slices.IndexFunc(refs, func(r localstore.Ref) bool { return r.ID == chosen })
			}
			// What is cached may have other flags by now.
			clear(p.asked)
			p.list.SetLength(len(refs), at)
			p.hint.set(len(refs) == 0, 1, true)
			p.fetchInSight(true)
		})
}

// sorted returns the rows of a mailbox in the order of a column. A mailbox that
// is too large to be read whole stays in the order of dates.
func sorted(core Core, m localstore.MailboxID, c columns) ([]localstore.Ref, error) {
	refs, err := core.Refs(m, c.Descending)
	if err != nil || c.Sort == colDate || len(refs) > sortable {
		return refs, err
	}
	keys := map[localstore.MessageID]localstore.Entry{}
	for part := range slices.Chunk(refs, 500) {
		entries, err := core.Entries(ids(part))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			keys[e.ID] = e
		}
	}
	slices.SortStableFunc(refs, func(a, b localstore.Ref) int {
		n := compare(keys[a.ID], keys[b.ID], c.Sort)
		if c.Descending {
			return -n
		}
		return n
	})
	return refs, nil
}

func compare(a, b localstore.Entry, column int) int {
	switch column {
	case colFrom:
		return strings.Compare(strings.ToLower(present.NewRow(a, time.Time{}).From), strings.ToLower(present.NewRow(b, time.Time{}).From))
	case colSubject:
		return strings.Compare(strings.ToLower(a.Summary.Subject), strings.ToLower(b.Summary.Subject))
	case colSize:
		return cmp.Compare(a.Size, b.Size)
	}
	return 0
}

func ids(refs []localstore.Ref) []localstore.MessageID {
	out := make([]localstore.MessageID, len(refs))
	for i, r := range refs {
		out[i] = r.ID
	}
	return out
}

// fetchInSight asks for the entries of the rows in sight, and some around them.
// again asks for those in the cache too.
func (p *listPane) fetchInSight(again bool) {
	from, to := p.list.InSight()
	from, to = max(0, from-20), min(len(p.refs), to+20)
	var want []localstore.MessageID
	for _, r := range p.refs[min(from, to):to] {
		if _, known := p.entries[r.ID]; (again || !known) && !p.asked[r.ID] {
			p.asked[r.ID] = true
			want = append(want, r.ID)
		}
	}
	if len(want) == 0 {
		return
	}
	mailbox := p.mailbox
	work(p.desk, "Reading the mailbox", func() ([]localstore.Entry, error) { return p.desk.core.Entries(want) },
		func(entries []localstore.Entry) {
			if mailbox != p.mailbox {
				return
			}
			if len(p.entries) > cacheSize {
				clear(p.entries)
			}
			for _, e := range entries {
				p.entries[e.ID] = e
				delete(p.asked, e.ID)
			}
			p.list.Refresh()
		})
}

// chosen returns the chosen message, if its entry is known.
func (p *listPane) chosen() (localstore.Entry, bool) {
	i := p.list.SelectedRow()
	if i < 0 || i >= len(p.refs) {
		return localstore.Entry{}, false
	}
	e, ok := p.entries[p.refs[i].ID]
	return e, ok
}

// NewRow is part of rowlist.Source.
func (p *listPane) NewRow() fyne.CanvasObject { return newMessageRow(p.cols) }

// ShowRow is part of rowlist.Source.
func (p *listPane) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	r, ok := row.(*messageRow)
	if !ok || i >= len(p.refs) {
		return
	}
	e, known := p.entries[p.refs[i].ID]
	if !known {
		r.show(present.Row{Date: present.Date(time.Unix(p.refs[i].Date, 0), time.Now())})
		p.fetchInSight(false)
		return
	}
	r.show(present.NewRow(e, time.Now()))
}

// Selected is part of rowlist.Source.
func (p *listPane) Selected(i int) {
	id := p.refs[i].ID
	if e, known := p.entries[id]; known {
		p.open.message(e)
		return
	}
	p.open.message(localstore.Entry{ID: id, Mailbox: p.mailbox})
}

// Key is part of rowlist.Source.
func (p *listPane) Key(name fyne.KeyName) { p.open.key(name) }

// Rune is part of rowlist.Source: j and k go to the next and the previous message,
// a blank through the text and then to the next.
func (p *listPane) Rune(r rune) {
	switch r {
	case ' ':
		if !p.open.page() {
			p.list.Select(p.list.SelectedRow() + 1)
		}
	case 'j', 'n':
		p.list.Select(p.list.SelectedRow() + 1)
	case 'k', 'p':
		p.list.Select(p.list.SelectedRow() - 1)
	default:
		p.open.typed(r)
	}
}

package ui

import (
	"cmp"
	"fmt"
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
	hits    *hits                // of the search whose results are shown, nil to show the mailbox
	wanted  localstore.MessageID // to be chosen once its row is there, 0 for none
	next    int                  // the row to choose once the chosen ones are deleted, -1 for none
	reveal  bool                 // the chosen row is brought in sight once the rows are there
}

// opener is what the list tells its neighbours.
type opener struct {
	message func(localstore.Entry) // a message was chosen
	none    func(rows int)         // nothing is chosen, of so many
	several func(rows int)         // more than one message is chosen
	fetch   func()
	key     func(fyne.KeyName)
	typed   func(rune)
	page    func() bool // shows the next page of the message; false at its end
}

func newListPane(d *desk, open opener) *listPane {
	p := &listPane{
		desk: d, open: open, cols: newColumns(), hint: newHint(), next: -1,
		entries: map[localstore.MessageID]localstore.Entry{}, asked: map[localstore.MessageID]bool{},
	}
	p.list = rowlist.New(p, d.focus)
	p.list.Many(p.picked)
	p.list.OnShortcut = d.pass
	p.header = newHeader(p.cols, p.list.Refresh, p.columnsChanged)
	return p
}

func (p *listPane) object() fyne.CanvasObject {
	body := container.NewStack(newGround(theme.ColorNameListBackground), p.list, p.hint.object)
	return container.NewBorder(p.header, nil, nil, nil, body)
}

func (p *listPane) columnsChanged(sorted bool) {
	if sorted {
		p.load()
	}
	p.list.Refresh()
	p.desk.put(columnsSetting, p.cols.save())
}

// show shows a mailbox; the same one again is brought up to date in place.
func (p *listPane) show(m localstore.MailboxID) {
	if m != p.mailbox {
		p.mailbox, p.refs = m, nil
		clear(p.entries)
		clear(p.asked)
		p.list.SetLength(0, -1)
		p.open.none(0)
	}
	p.load()
}

// hits are what a search has found.
type hits struct {
	refs   []localstore.Ref
	again  func() // searches once more
	marker present.Marker
}

// found shows the results of a search in place of the mailbox, or the mailbox again.
func (p *listPane) found(h *hits) {
	was := p.hits
	p.hits = h
	switch {
	case h != nil:
		p.loads++ // what is being read of the mailbox comes too late
		p.take(h.refs)
	case was != nil:
		p.reveal = true
		p.load()
	}
}

// load reads the mailbox's rows anew, keeping the chosen message.
func (p *listPane) load() {
	p.loads++
	turn, mailbox, cols := p.loads, p.mailbox, *p.cols
	if p.hits != nil {
		p.hits.again()
		return
	}
	if mailbox == 0 {
		return
	}
	work(p.desk, "Reading the mailbox", func() (ordered, error) { return inOrder(p.desk.core, mailbox, cols) },
		func(o ordered) {
			if turn != p.loads {
				return
			}
			p.take(o.refs)
			if o.refused {
				p.cols.Sort, p.cols.Descending = colDate, true
				p.header.Refresh()
				p.desk.tell("Sorted by date", fmt.Sprintf("This mailbox holds %s. Up to %s are sorted by other columns than the date.",
					present.Count(len(o.refs), "message"), present.Number(sortable)))
			}
		})
}

// take shows other rows. The chosen message stays chosen, and what was in sight
// stays where it was, unless that is the top of the list, where new mail comes in.
func (p *listPane) take(refs []localstore.Ref) {
	chosen := p.place(p.list.SelectedRow(), refs)
	top, above := p.list.Top()
	inSight := p.place(top, refs)
	picked := p.stillThere(refs)
	p.refs = refs
	// What is cached may have other flags by now.
	clear(p.asked)
	p.list.SetLength(len(refs), chosen)
	p.list.SetPicked(picked)
	switch {
	case p.reveal && chosen >= 0:
		p.list.Reveal(chosen)
	case top > 0 && inSight >= 0:
		p.list.ScrollTo(inSight, above)
	}
	p.reveal = false
	if p.hint.set(len(refs) == 0, 1, true); len(refs) == 0 && p.hits != nil {
		p.hint.say(present.NothingFound())
	} else if len(refs) == 0 {
		p.hint.offer("Fetch…", p.open.fetch)
	}
	wanted := slices.IndexFunc(refs, func(r localstore.Ref) bool { return r.ID == p.wanted })
	switch {
	case wanted >= 0:
		p.wanted = 0
		p.list.Select(wanted)
	case chosen >= 0:
	case p.next >= 0 && len(refs) > 0:
		p.list.Select(p.next)
	default:
		p.open.none(len(refs))
	}
	if chosen < 0 {
		p.next = -1
	}
	p.fetchInSight(true)
}

// stillThere returns where the chosen messages are among other rows, if they are
// more than one.
func (p *listPane) stillThere(refs []localstore.Ref) []int {
	if p.list.PickedCount() < 2 {
		return nil
	}
	chosen := map[localstore.MessageID]bool{}
	for _, id := range p.chosen() {
		chosen[id] = true
	}
	var out []int
	for i, r := range refs {
		if chosen[r.ID] {
			out = append(out, i)
		}
	}
	return out
}

// chosen returns the chosen messages.
func (p *listPane) chosen() []localstore.MessageID {
	var out []localstore.MessageID
	for _, i := range p.list.Picked() {
		if i < len(p.refs) {
			out = append(out, p.refs[i].ID)
		}
	}
	return out
}

// allHave tells whether messages are all known to have some flags.
func (p *listPane) allHave(ids []localstore.MessageID, f localstore.Flags) bool {
	for _, id := range ids {
		if e, known := p.entries[id]; !known || !e.Flags.Has(f) {
			return false
		}
	}
	return true
}

// unselect leaves no message chosen, as another is shown in its stead.
func (p *listPane) unselect() {
	p.list.SetLength(len(p.refs), -1)
}

// leaving notes that the chosen messages are being deleted: the row after them is
// chosen then.
func (p *listPane) leaving() {
	if rows := p.list.Picked(); len(rows) > 0 {
		p.next = rows[len(rows)-1] + 1 - len(rows)
	}
}

// picked is told that several messages are chosen, or one again.
func (p *listPane) picked(n int) {
	if n > 1 {
		p.open.several(n)
		return
	}
	if rows := p.list.Picked(); len(rows) == 1 {
		p.Selected(rows[0])
		return
	}
	p.open.none(len(p.refs))
}

// place returns where the message of row i is among other rows, -1 if it is not.
func (p *listPane) place(i int, among []localstore.Ref) int {
	if i < 0 || i >= len(p.refs) {
		return -1
	}
	return slices.IndexFunc(among, func(r localstore.Ref) bool { return r.ID == p.refs[i].ID })
}

// ordered is a mailbox's rows. refused is set if it is too large to be sorted as
// asked for, and is in the order of dates instead, newest first.
type ordered struct {
	refs    []localstore.Ref
	refused bool
}

// inOrder returns the rows of a mailbox in the order of a column.
func inOrder(core Core, m localstore.MailboxID, c columns) (ordered, error) {
	refs, err := core.Refs(m, c.Descending || c.Sort != colDate)
	if err != nil || c.Sort == colDate || len(refs) > sortable {
		return ordered{refs, c.Sort != colDate}, err
	}
	keys := map[localstore.MessageID]localstore.Entry{}
	for part := range slices.Chunk(refs, 500) {
		entries, err := core.Entries(ids(part))
		if err != nil {
			return ordered{}, err
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
	return ordered{refs: refs}, nil
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

// around is how many rows above and below those in sight are read with them.
const around = 60

// fetchInSight asks for the entries of the rows in sight, and some around them.
// again asks for those in the cache too.
func (p *listPane) fetchInSight(again bool) {
	from, to := p.list.InSight()
	from, to = max(0, from-around), min(len(p.refs), to+around)
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
	if p.hits != nil {
		r.show(p.hits.marker.Row(e, time.Now()))
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
	case 'j', 'J', 'n':
		p.list.Select(p.list.SelectedRow() + 1)
	case 'k', 'K', 'p':
		p.list.Select(p.list.SelectedRow() - 1)
	default:
		p.open.typed(r)
	}
}

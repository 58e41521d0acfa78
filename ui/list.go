package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// listPane is the message list of one mailbox, by messages or by threads. Of the mailbox
// it holds the refs, and of what they refer to what was looked at last.
type listPane struct {
	desk    *desk
	list    *rowlist.List
	header  *header
	cols    *columns
	names   map[localstore.MailboxID]string // of the mailboxes, where several are listed
	hint    *hint
	mailbox localstore.MailboxID
	flat    bool // it is shown without threads
	rows    present.Outline
	known   known
	loads   int // counts the loads, so that a late one is dropped
	open    opener
	hits    *hits   // of the search whose results are shown, nil to show the mailbox
	before  *before // how the mailbox was before the search, nil where there was none
	then    then
	listed  time.Time // when there was something to see for the first time
}

// before is how a mailbox is shown once a search in its place ends.
type before struct {
	open  []localstore.ThreadID
	at    present.Key // the chosen row
	top   present.Key // the row at the upper edge
	above float64     // of it above the edge
}

// then is what is to be done once the rows are read anew.
type then struct {
	wanted localstore.MessageID // is chosen once its row is there, 0 for none
	next   present.Key          // is chosen once the chosen ones are gone
	row    int                  // is chosen then if next is gone too, -1 for none
	reveal bool                 // the chosen row is brought in sight
	unread int                  // 1 for the first unread message to be chosen, -1 for the last
}

// opener is what the list tells its neighbours.
type opener struct {
	message func(localstore.Entry)   // a message was chosen
	none    func(rows int)           // nothing is chosen, of so many
	several func(title, next string) // more than one row is chosen
	fetch   func()
	key     func(fyne.KeyName)
	typed   func(rune)
	page    func() bool // shows the next page of the message; false at its end
	pointer pointer
}

// pointer is what the list tells of what is done to the chosen rows by the pointer.
type pointer struct {
	offer   func(at fyne.Position) // a menu is wanted at a place within the list
	carried func(at fyne.Position) // they are dragged to a place in the window
	dropped func()
	read    func() // one was clicked twice
}

func newListPane(d *desk, open opener) *listPane {
	p := &listPane{desk: d, open: open, cols: newColumns(), hint: newHint(), known: newKnown(), then: then{row: -1}}
	p.list = rowlist.New(p, d.focus)
	p.list.Many(p.picked)
	p.list.OnShortcut = d.pass
	p.list.SizedBy(theme.SizeNameMessageRow)
	p.header = newHeader(p.cols, p.list.Refresh, p.columnsChanged)
	p.header.offer = func(at fyne.Position) { d.offer(p.columnEntries(), p.header, at) }
	return p
}

func (p *listPane) object() fyne.CanvasObject {
	body := container.NewStack(newGround(theme.ColorNameListBackground), p.list, p.hint.object)
	return container.NewBorder(p.header, nil, nil, nil, body)
}

func (p *listPane) columnsChanged(sorted bool) {
	switch {
	case sorted && p.hits != nil:
		p.hits.sorted()
	case sorted:
		p.load()
	}
	p.header.Refresh()
	p.list.Refresh()
	p.desk.put(columnsSetting, p.cols.save())
}

// show shows a mailbox, with threads or without; the same one again is brought up to date
// in place.
func (p *listPane) show(m localstore.MailboxID, flat bool) {
	if m != p.mailbox {
		p.mailbox, p.rows = m, present.Outline{}
		p.known, p.before = newKnown(), nil
		p.list.SetLength(0, -1)
		p.open.none(0)
	}
	p.flat = flat
	p.across()
	p.load()
}

// across shows the mailboxes of the messages where they are in several.
func (p *listPane) across() {
	p.cols.without = nil
	if p.hits == nil && p.mailbox != fetcher.Inboxes {
		p.cols.without = []int{colPlace}
	}
	p.header.Refresh()
}

// hits are what a search has found.
type hits struct {
	refs   []localstore.Ref
	again  func() // searches once more
	sorted func() // searches once more, in the order of the heading
	marker present.Marker
}

// found shows the results of a search in place of the mailbox, or the mailbox again.
func (p *listPane) found(h *hits) {
	was := p.hits
	p.hits = h
	p.across()
	switch {
	case h != nil:
		p.loads++ // what is being read of the mailbox comes too late
		if was == nil {
			p.before = p.now()
		}
		p.take(listing{rows: present.NewOutline(h.refs), at: present.Key{Message: p.message()}})
	case was != nil:
		p.then.reveal = true
		p.load()
	}
}

// now is how the mailbox is shown.
func (p *listPane) now() *before {
	top, above := p.list.Top()
	return &before{p.openThreads(), p.item(p.list.SelectedRow()).Key(), p.item(top).Key(), above}
}

// openThreads returns the threads that are open.
func (p *listPane) openThreads() (open []localstore.ThreadID) {
	for thread := range p.rows.Opened() {
		open = append(open, thread)
	}
	return open
}

// unselect leaves no message chosen, as another is shown in its stead.
func (p *listPane) unselect() {
	p.list.SetLength(p.rows.Len(), -1)
}

// item returns what is in row i, nothing if there is no such row.
func (p *listPane) item(i int) present.Item {
	if i < 0 || i >= p.rows.Len() {
		return present.Item{}
	}
	return p.rows.At(i)
}

// message returns the message that the chosen row stands for, 0 if that is not known.
func (p *listPane) message() localstore.MessageID {
	at := p.item(p.list.SelectedRow())
	if at.Message != 0 || at.Thread == 0 {
		return at.Message
	}
	return p.known.threads[at.Thread].ThreadRow.Newest
}

// leaving notes that the chosen rows are about to go: the one after them is chosen then,
// or the one before if there is none.
func (p *listPane) leaving() {
	rows := p.list.Picked()
	if len(rows) == 0 {
		return
	}
	p.then.row = rows[len(rows)-1] + 1 - len(rows)
	going := map[localstore.ThreadID]bool{}
	for _, i := range rows {
		if at := p.item(i); at.Message == 0 {
			going[at.Thread] = true
		}
	}
	next := rows[len(rows)-1] + 1
	for next < p.rows.Len() && going[p.rows.At(next).Thread] {
		next++
	}
	if next >= p.rows.Len() {
		next = rows[0] - 1
	}
	p.then.next = p.item(next).Key()
}

// picked is told that several rows are chosen, or one again.
func (p *listPane) picked(n int) {
	if n > 1 {
		p.open.several(p.several())
		return
	}
	if rows := p.list.Picked(); len(rows) == 1 {
		p.Selected(rows[0])
		return
	}
	p.open.none(p.rows.Len())
}

// NewRow is part of rowlist.Source.
func (p *listPane) NewRow() fyne.CanvasObject { return newMessageRow(p.cols) }

// ShowRow is part of rowlist.Source.
func (p *listPane) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*messageRow); ok && i < p.rows.Len() {
		r.show(p.row(p.rows.At(i), time.Now()))
	}
}

// row returns what is shown of an item. What is not known yet is asked for.
func (p *listPane) row(at present.Item, now time.Time) present.Row {
	r := present.Row{Date: present.Date(time.Unix(at.Date, 0), now)}
	e, known := p.known.entries[at.Message]
	t, threadKnown := p.known.threads[at.Thread]
	switch {
	case at.Message == 0 && threadKnown:
		r = present.NewThreadRow(t, at.Open, now)
	case at.Message != 0 && known && p.hits != nil:
		r = p.hits.marker.Row(e, now)
		r.Place = p.names[e.Mailbox]
	case at.Message != 0 && known:
		r = present.NewRow(e, now)
		r.Place = p.names[e.Mailbox]
	default:
		p.fetchInSight(false)
	}
	r.Threaded, r.Depth = p.rows.Threaded(), at.Depth
	return r
}

// seen notes that the list shows what it is to show.
func (p *listPane) seen() {
	if p.listed.IsZero() {
		p.listed = time.Now()
	}
}

// Selected is part of rowlist.Source. Of a thread the newest message is shown.
func (p *listPane) Selected(i int) {
	at := p.rows.At(i)
	if at.Message == 0 {
		p.selectedThread(at.Thread)
		return
	}
	if e, known := p.known.entries[at.Message]; known {
		p.open.message(e)
		return
	}
	p.open.message(localstore.Entry{ID: at.Message, Mailbox: p.mailbox})
}

// Key is part of rowlist.Source.
func (p *listPane) Key(name fyne.KeyName) {
	if !p.foldBy(name) {
		p.open.key(name)
	}
}

// Rune is part of rowlist.Source: j and k go to the next and the previous message,
// a blank through the text and then to the next.
func (p *listPane) Rune(r rune) {
	switch r {
	case ' ':
		if !p.open.page() {
			p.list.Select(p.list.SelectedRow() + 1)
		}
	case 'j', 'J':
		p.list.Select(p.list.SelectedRow() + 1)
	case 'k', 'K':
		p.list.Select(p.list.SelectedRow() - 1)
	default:
		p.open.typed(r)
	}
}

// chosen returns what is chosen: messages, and threads as a whole. A message is left out
// where its thread is chosen.
func (p *listPane) chosen() (messages []localstore.MessageID, threads []localstore.ThreadID) {
	rows := p.list.Picked()
	whole := map[localstore.ThreadID]bool{}
	for _, i := range rows {
		if at := p.item(i); at.Message == 0 && at.Thread != 0 {
			whole[at.Thread] = true
			threads = append(threads, at.Thread)
		}
	}
	for _, i := range rows {
		if at := p.item(i); at.Message != 0 && !whole[at.Thread] {
			messages = append(messages, at.Message)
		}
	}
	return messages, threads
}

// withChosen does something with the chosen messages, those of chosen threads among them,
// once they are known: at once where no thread is chosen. It does nothing where there are
// none.
func (p *listPane) withChosen(do func(ids []localstore.MessageID)) {
	messages, threads := p.chosen()
	if len(threads) == 0 {
		if len(messages) > 0 {
			do(messages)
		}
		return
	}
	core, mailbox := p.desk.core, p.mailbox
	work(p.desk, "Reading the threads", func() ([]localstore.MessageID, error) {
		members, err := core.ThreadMembers(mailbox, threads)
		return slices.Concat(ids(members), messages), err
	}, func(all []localstore.MessageID) {
		if len(all) > 0 {
			do(all)
		}
	})
}

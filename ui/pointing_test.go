package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/theme"
	"restante.app/ui/uitest"
)

// labels are what the lines of a menu say, without keys.
func labels(entries []entry) (out []string) {
	for _, e := range entries {
		if e.label != "" {
			out = append(out, e.label)
		}
	}
	return out
}

// take does what a line of a menu says.
func take(t *testing.T, entries []entry, label string) {
	t.Helper()
	for _, e := range entries {
		if e.label == label {
			e.do()
			return
		}
	}
	t.Fatalf("there is no %q among %q", label, labels(entries))
}

// dragTo drags the chosen rows onto a line of the mailboxes.
func (b *bench) dragTo(place int) {
	row, size := b.list.list.RowAt(b.list.list.SelectedRow())
	e := fyne.PointEvent{Position: row.AddXY(40, size.Height/2)}
	b.list.list.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: e})
	at, size := b.sidebar.list.RowAt(place)
	e.AbsolutePosition = b.desk.app.Driver().AbsolutePositionForObject(b.sidebar.list).Add(at).AddXY(30, size.Height/2)
	b.list.list.Dragged(&fyne.DragEvent{PointEvent: e})
}

// shelves makes a bench with mailboxes beside the account's.
func shelves(t *testing.T) *bench {
	core := uitest.New(6)
	core.Boxes = []localstore.Mailbox{{ID: 2, Name: "Boats", Role: localstore.Own}, {ID: 3, Name: "Trash", Role: localstore.Trash}}
	return newBench(t, core) // Post, inbox, On this disk, Boats, Trash
}

func TestMessagesAreDraggedToAMailbox(t *testing.T) {
	b := shelves(t)
	b.list.list.Select(1)
	b.list.list.Toggle(2)
	b.dragTo(3)
	if words := b.carry.words.whole; words != "Move 2 messages to Boats" || !b.carry.tag.Visible() {
		t.Errorf("the tag says %q", words)
	}
	b.list.list.DragEnd()
	b.settle()
	if want := []string{"move [5 4] 2"}; !slices.Equal(b.core.Done, want) {
		t.Errorf("%q was done, want %q", b.core.Done, want)
	}
	if b.carry.tag.Visible() {
		t.Error("the tag is still there")
	}
	b.list.list.Select(0)
	b.dragTo(4)
	b.list.list.DragEnd()
	b.settle()
	if got := b.core.Done[1]; got != "trash [6] 0" {
		t.Errorf("onto the trash: %q", got)
	}
}

func TestWhatIsDraggedMayStay(t *testing.T) {
	b := shelves(t)
	b.list.list.Select(0)
	for _, place := range []int{0, 1, 2} { // headings, and the mailbox itself
		b.dragTo(place)
		if words := b.carry.words.whole; words != "1 message" {
			t.Errorf("over line %d the tag says %q", place, words)
		}
		b.list.list.DragEnd()
	}
	b.dragTo(3)
	b.press(fyne.KeyEscape)
	b.list.list.DragEnd()
	if b.settle(); len(b.core.Done) != 0 {
		t.Errorf("%q was done", b.core.Done)
	}
}

func TestTheMenuOfMessages(t *testing.T) {
	b := shelves(t)
	b.list.list.Select(0)
	b.settle()
	b.list.Offer(fyne.NewPos(5, 5))
	if !b.desk.asking() {
		t.Error("no menu is open")
	}
	b.desk.window.Canvas().Overlays().Remove(b.desk.window.Canvas().Overlays().Top())
	take(t, b.messageEntries(), "Mark unread")
	take(t, b.messageEntries(), "Delete")
	b.settle()
	if want := []string{"mark [6] 0", "trash [6] 0"}; !slices.Equal(b.core.Done, want) {
		t.Errorf("%q was done, want %q", b.core.Done, want)
	}
	b.sidebar.goTo(3)
	b.settle()
	if got := labels(b.messageEntries()); !slices.Contains(got, "Restore") || slices.Contains(got, "Archive") {
		t.Errorf("in the trash: %q", got)
	}
}

func TestAllMailFromASender(t *testing.T) {
	e := localstore.Entry{}
	e.Summary.FromAddress = "ann@example.org"
	if got := present.FromSame(e); got != "from:ann@example.org" {
		t.Errorf("%q", got)
	}
	for _, odd := range []string{"", `a"b@c`, "a b"} {
		if e.Summary.FromAddress = odd; present.FromSame(e) != "" {
			t.Errorf("%q is searched for as %q", odd, present.FromSame(e))
		}
	}
	b := shelves(t)
	b.search.look("subject 000003")
	b.settle()
	if n := b.list.rows.Len(); n != 1 || b.search.box.Text != "subject 000003" {
		t.Errorf("%d rows for %q", n, b.search.box.Text)
	}
}

func TestTheMenuOfAPlace(t *testing.T) {
	b := shelves(t)
	for i, want := range []string{"Edit account…", "Mark all read", "New mailbox…", "Delete…", "Empty the trash…"} {
		b.sidebar.list.Select(i)
		b.settle()
		if got := labels(b.placeEntries(b.place())); !slices.Contains(got, want) {
			t.Errorf("line %d: %q, without %q", i, got, want)
		}
	}
}

func TestAllIsMarkedRead(t *testing.T) {
	b := shelves(t)
	b.core.Seen[2], b.core.Seen[5] = true, true
	b.reload()
	b.settle()
	b.markAllRead()
	b.settle()
	if want := []string{"mark [6 4 3 1] 0"}; !slices.Equal(b.core.Done, want) {
		t.Errorf("%q was done, want %q", b.core.Done, want)
	}
	b.markAllRead()
	b.settle()
	if len(b.core.Done) != 1 || !strings.Contains(b.deeds.words.Text, "is read") {
		t.Errorf("again: %q, it says %q", b.core.Done, b.deeds.words.Text)
	}
}

// TestFetchWhereNoAccountIsChosen presses Fetch over all inboxes.
func TestFetchWhereNoAccountIsChosen(t *testing.T) {
	core := uitest.New(3)
	core.Account = append(core.Account, localstore.Account{ID: "b", Name: "Home", Mailboxes: []string{"inbox"}})
	b := newBench(t, core)
	b.sidebar.goTo(fetcher.Inboxes)
	b.settle()
	b.fetch()
	b.settle()
	if core.Alls != 1 || b.desk.asking() {
		t.Errorf("%d fetches of all, a dialog is open: %t", core.Alls, b.desk.asking())
	}
	b.editAccount()
	if b.where() == "" || !b.desk.asking() || b.desk.marks["mailbox-list"] == nil {
		t.Fatalf("%q has the keyboard", b.where())
	}
	b.press(fyne.KeyDown)
	b.press(fyne.KeyReturn)
	b.settle()
	if name, ok := b.desk.marks["dialog-name"].(*typing); b.desk.marks["dialog-host"] == nil || ok && name.Text != "Home" {
		t.Error("the second account is not edited")
	}
	if len(core.Fetched) != 0 {
		t.Errorf("fetched: %v", []popclient.Removal(core.Fetched))
	}
}

func TestRowsOfTwoLines(t *testing.T) {
	b := shelves(t)
	before := b.list.list.MinSize().Height
	b.setDensity("two")
	b.settle()
	if got := b.list.list.MinSize().Height; got <= before || !b.list.cols.stacked {
		t.Errorf("rows are %v high, were %v", got/3, before/3)
	}
	row := newMessageRow(b.list.cols)
	row.show(present.Row{From: "Ann", Subject: "Boats", Date: "1 Jan 2026", Size: "1 kB", Unread: true})
	row.Resize(fyne.NewSize(400, 44))
	row.layout(fyne.NewSize(400, 44))
	from, subject := row.cells.texts[colFrom], row.cells.texts[colSubject]
	if from.Position().Y >= subject.Position().Y || from.Text.Text != "Ann" || subject.Text.Text != "Boats" {
		t.Errorf("%q is at %v, %q at %v", from.Text.Text, from.Position(), subject.Text.Text, subject.Position())
	}
	if end := subject.Position().Y + subject.Size().Height; end > 44 {
		t.Errorf("the second line ends at %v", end)
	}
	b.setDensity("compact")
	b.settle()
	if storedDensity(b.core) != theme.Compact || b.list.cols.stacked || !b.menus.shapes[0].Checked {
		t.Error("the density is not kept")
	}
}

func TestTheMessageBesideTheList(t *testing.T) {
	b := shelves(t)
	where := func(o fyne.CanvasObject) fyne.Position { return b.desk.app.Driver().AbsolutePositionForObject(o) }
	b.setBeside(true)
	b.settle()
	list, letter := where(b.panes.list), where(b.panes.letter)
	if letter.X <= list.X || letter.Y != list.Y {
		t.Errorf("the list is at %v, the message at %v", list, letter)
	}
	b.setBeside(false)
	if b.settle(); where(b.panes.letter).Y <= where(b.panes.list).Y {
		t.Error("the message is not below the list")
	}
}

func TestColumnsAreMovedAndHidden(t *testing.T) {
	b := shelves(t)
	h := b.list.header
	middle := func(col int) fyne.Position {
		x, w := h.at()
		return fyne.NewPos(x[col]+w[col]/2, 5)
	}
	h.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: middle(colDate)}})
	h.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: middle(colFrom).SubtractXY(30, 0)}})
	if h.edge.Hidden {
		t.Error("nothing shows where the column would go")
	}
	h.DragEnd()
	b.settle()
	if x, _ := h.at(); x[colDate] >= x[colFrom] || x[colDate] < x[colMark] {
		t.Errorf("the date is at %v, From at %v", x[colDate], x[colFrom])
	}
	take(t, b.list.columnEntries(), "Hide Size")
	b.settle()
	kept := newColumns()
	kept.load(must(b.core.Setting(columnsSetting)))
	if !kept.Hidden[colSize] || kept.Order[1] != colDate {
		t.Errorf("kept: %+v", kept)
	}
	if at := h.over(middle(colFrom).X); at != colFrom {
		t.Errorf("over From there is column %d", at)
	}
	take(t, b.list.columnEntries(), "Show Size")
	take(t, b.list.columnEntries(), "Columns as they were at first")
	if b.settle(); !slices.Equal(h.cols.Order, newColumns().Order) || h.cols.Hidden[colSize] {
		t.Errorf("at first: %v, %v", h.cols.Order, h.cols.Hidden)
	}
}

func TestColumnsOfAnEarlierVersion(t *testing.T) {
	c := newColumns()
	c.load([]byte(`{"Widths":[32,100,0,20,92,64],"Sort":2,"Descending":false}`))
	if c.Widths[colFrom] != 100 || c.Widths[colPlace] != messageColumns[colPlace].width || c.Sort != colSubject || len(c.Order) != colCount {
		t.Errorf("%+v", c)
	}
	for _, odd := range []string{`{"Widths":[1],"Order":[0,0,0,0,0,0,0],"Sort":1}`, `{"Widths":[1],"Order":[9],"Sort":1}`, `{"Widths":[1],"Hidden":[true,true,true,true,true,true,true,true,true],"Sort":1}`} {
		c.load([]byte(odd))
		if !slices.Equal(c.Order, newColumns().Order) || c.Hidden[colSubject] || c.Hidden[colMark] {
			t.Errorf("%s gives %v, %v", odd, c.Order, c.Hidden)
		}
	}
}

// TestASearchSaysWhereMailIs and a mailbox does not.
func TestASearchSaysWhereMailIs(t *testing.T) {
	b := shelves(t)
	if b.list.cols.shown(colPlace) {
		t.Error("the mailbox is named in the mailbox")
	}
	b.search.look("subject 00000")
	b.settle()
	if row := b.list.row(b.list.rows.At(0), b.list.listed); !b.list.cols.shown(colPlace) || row.Place != "Post" {
		t.Errorf("it is in %q, the column is shown: %t", row.Place, b.list.cols.shown(colPlace))
	}
	b.search.clear()
	if b.settle(); b.list.cols.shown(colPlace) {
		t.Error("after the search the mailbox is still named")
	}
}

func TestThePalette(t *testing.T) {
	b := shelves(t)
	b.openPalette()
	entry, ok := b.desk.marks["palette-entry"].(*typing)
	if !ok {
		t.Fatal("it is not open")
	}
	entry.SetText("boats")
	b.press(fyne.KeyReturn)
	if b.settle(); b.place().Name != "Boats" || b.desk.asking() {
		t.Errorf("it goes to %q", b.place().Name)
	}
	b.sidebar.goTo(1)
	b.settle()
	b.openPalette()
	entry, _ = b.desk.marks["palette-entry"].(*typing)
	entry.SetText("subject 000003")
	entry.OnSubmitted(entry.Text)
	if b.settle(); b.list.rows.Len() != 1 {
		t.Errorf("a search by it finds %d", b.list.rows.Len())
	}
	b.openPalette()
	entry, _ = b.desk.marks["palette-entry"].(*typing)
	entry.SetText("mark")
	list := b.desk.marks["palette-list"]
	b.press(fyne.KeyDown)
	b.press(fyne.KeyDown)
	if l, ok := list.(interface{ SelectedRow() int }); !ok || l.SelectedRow() != 2 {
		t.Error("Down does not choose another row")
	}
	b.press(fyne.KeyEscape)
	if b.desk.asking() {
		t.Error("Escape does not close it")
	}
}

// TestEveryCommandIsFound opens the palette with nothing typed: all lines of the menus are
// in it, each once.
func TestEveryCommandIsFound(t *testing.T) {
	b := shelves(t)
	seen := map[string]int{}
	for _, c := range b.commands() {
		seen[c.Where+" "+c.Label]++
		if c.do == nil {
			t.Errorf("%s does nothing", c.Label)
		}
	}
	for _, want := range []string{"File Fetch…", "Message Next unread", "View Rows: Two lines", "View Colours: Dark", "View Text encoding: Cyrillic (KOI8-R)", "Help Keys…", "Go to Boats"} {
		if seen[want] != 1 {
			t.Errorf("%s is there %d times", want, seen[want])
		}
	}
}

func TestATextInAnotherCharset(t *testing.T) {
	b := shelves(t)
	b.list.list.Select(0)
	b.settle()
	b.message.recode(present.Charsets()[6])
	b.settle()
	if got := b.message.text.Text(); got != "windows-1251: text 6" || !strings.Contains(b.message.head.notices.Text, "Cyrillic") {
		t.Errorf("%q, and it says %q", got, b.message.head.notices.Text)
	}
	b.message.recode(present.Charsets()[0])
	if b.settle(); strings.Contains(b.message.head.notices.Text, "as you asked") {
		t.Errorf("as the message says: %q", b.message.head.notices.Text)
	}
}

func TestNextUnread(t *testing.T) {
	b := shelves(t)
	b.core.Seen[6], b.core.Seen[4], b.core.Seen[3] = true, true, true
	b.reload()
	b.settle()
	b.list.list.Select(0)
	b.settle()
	for _, want := range []int{1, 4, 5} {
		b.list.Rune('n')
		if b.settle(); b.list.list.SelectedRow() != want {
			t.Errorf("N goes to row %d, want %d", b.list.list.SelectedRow(), want)
		}
	}
	b.list.Rune('n')
	if b.settle(); !strings.Contains(b.deeds.words.Text, "no unread") {
		t.Errorf("at last it says %q", b.deeds.words.Text)
	}
	b.markChosen(false)
	b.settle()
	b.list.list.Select(2)
	b.settle()
	b.list.Rune('p')
	if b.settle(); b.list.list.SelectedRow() != 5 {
		t.Errorf("P goes round to row %d, want 5", b.list.list.SelectedRow())
	}
}

func TestRoundTheList(t *testing.T) {
	for _, c := range []struct {
		n, from, by int
		want        []int
	}{{3, -1, 1, []int{0, 1, 2}}, {3, -1, -1, []int{2, 1, 0}}, {3, 1, 1, []int{2, 0, 1}}, {3, 1, -1, []int{0, 2, 1}}, {0, -1, 1, []int{}}} {
		if got := round(c.n, c.from, c.by); !slices.Equal(got, c.want) {
			t.Errorf("of %d from %d by %d: %v, want %v", c.n, c.from, c.by, got, c.want)
		}
	}
}

package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/fetcher"
	"restante.app/localstore"
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
		t.Errorf("fetched: %v", core.Fetched)
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

// TestDeleteInTheMailboxesIsForMailboxes presses it on every line.
func TestDeleteInTheMailboxesIsForMailboxes(t *testing.T) {
	b := shelves(t)
	b.list.list.Select(0)
	b.settle()
	b.desk.focus(b.sidebar.list)
	for place, want := range []string{"Edit account", "Only mailboxes", "", "?", ""} {
		b.sidebar.list.Select(place)
		b.settle()
		b.press(fyne.KeyDelete)
		asks := b.desk.asking()
		if asks != (place > 2) || want != "" && !asks && !strings.Contains(b.deeds.words.Text, want) {
			t.Errorf("line %d: asked: %t, said: %q", place, asks, b.deeds.words.Text)
		}
		b.desk.escape()
		b.desk.focus(b.sidebar.list)
	}
	b.press(fyne.KeyReturn)
	if b.desk.window.Canvas().Focused() != fyne.Focusable(b.list.list) {
		t.Error("Enter does not go to the messages")
	}
	if b.settle(); len(b.core.Done) != 0 {
		t.Errorf("%q was done to messages", b.core.Done)
	}
}

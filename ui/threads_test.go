package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/uitest"
)

// threaded is a window with ten messages: 9 answers to 8 and that to 5, 7 to 3.
func threaded(t *testing.T) *bench {
	t.Helper()
	core := uitest.New(10)
	core.Threaded, core.Answers = true, map[localstore.MessageID]localstore.MessageID{9: 8, 8: 5, 7: 3}
	return newBench(t, core)
}

// shape draws the rows: a thread as its number and a +, or a - if it is open, a message
// below it behind as many dots as it stands in. The chosen one has brackets.
func (b *bench) shape() string {
	var out []string
	for i := range b.list.rows.Len() {
		at := b.list.rows.At(i)
		s := fmt.Sprint(at.Thread)
		switch th := b.list.known.threads[at.Thread]; {
		case at.Message != 0:
			s = strings.Repeat(".", at.Depth) + fmt.Sprint(at.Message)
		case at.Open:
			s += "-"
		case th.Messages > 1:
			s += "+"
		}
		if b.list.list.IsPicked(i) {
			s = "[" + s + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func (b *bench) wants(t *testing.T, what, shape string, shown localstore.MessageID) {
	t.Helper()
	if got := b.shape(); got != shape || b.message.shown.ID != shown {
		t.Errorf("%s: %s with message %d shown, want %s with %d", what, got, b.message.shown.ID, shape, shown)
	}
}

func (b *bench) pick(i int) {
	b.list.list.Select(i)
	b.settle()
}

func (b *bench) hit(keys ...fyne.KeyName) {
	for _, k := range keys {
		b.list.list.TypedKey(&fyne.KeyEvent{Name: k})
		b.settle()
	}
}

// mail lets more messages come in.
func (b *bench) mail(count int, answers map[localstore.MessageID]localstore.MessageID) {
	b.core.Locked(func() {
		b.core.Count = count
		for id, to := range answers {
			b.core.Answers[id] = to
		}
	})
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
}

func TestThreadsOpenAndClose(t *testing.T) {
	b := threaded(t)
	b.pick(1)
	b.wants(t, "at first", "10 [5+] 3+ 6 4 2 1", 9)
	b.hit(fyne.KeyRight)
	b.wants(t, "Right", "10 [5-] .5 ..8 ...9 3+ 6 4 2 1", 9)
	b.hit(fyne.KeyRight)
	b.wants(t, "and Right", "10 5- [.5] ..8 ...9 3+ 6 4 2 1", 5)
	b.hit(fyne.KeyDown, fyne.KeyLeft)
	b.wants(t, "Down and Left", "10 [5-] .5 ..8 ...9 3+ 6 4 2 1", 9)
	b.hit(fyne.KeyLeft)
	b.wants(t, "and Left", "10 [5+] 3+ 6 4 2 1", 9)
	b.hit(fyne.KeyLeft, fyne.KeyDown, fyne.KeyDown, fyne.KeyRight)
	b.wants(t, "Right at a message alone", "10 5+ 3+ [6] 4 2 1", 6)
}

func TestAClickOnTheTriangle(t *testing.T) {
	b := threaded(t)
	click := func(row int, x float32) {
		at, size := b.list.list.RowAt(row)
		b.list.list.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at.AddXY(x, size.Height/2)}})
		b.settle()
	}
	x := b.list.foldAt() + 6
	click(3, x)
	b.wants(t, "where there is no triangle", "10 5+ 3+ [6] 4 2 1", 6)
	click(1, x)
	b.wants(t, "on a triangle", "10 5- .5 ..8 ...9 3+ [6] 4 2 1", 6)
	click(3, x+100)
	b.wants(t, "on a message", "10 5- .5 [..8] ...9 3+ 6 4 2 1", 8)
	click(1, x)
	b.wants(t, "on the triangle again", "10 [5+] 3+ 6 4 2 1", 9)
}

func TestWhatARowOfAThreadShows(t *testing.T) {
	b := threaded(t)
	b.core.Starred[5] = true
	b.core.Seen[9], b.core.Seen[7], b.core.Seen[3] = true, true, true
	b.reload()
	b.settle()
	row := b.list.NewRow().(*messageRow)
	row.Resize(fyne.NewSize(900, 24))
	show := func(i int) {
		b.list.ShowRow(i, row, rowlist.State{})
		test.WidgetRenderer(row).Layout(row.Size())
	}
	show(1)
	subject := row.cells.texts[colSubject]
	if row.fold.Hidden || row.count.Text.Text != "3" || row.dot.Hidden || row.star.Hidden || row.row.From != "person 2, person 1, person 5" {
		t.Errorf("%+v with the count %q", row.row, row.count.Text.Text)
	}
	indent := subject.Position().X
	if right := subject.Position().X + subject.Size().Width; right > row.count.Position().X || indent <= row.fold.Position().X+row.fold.Size().Width {
		t.Errorf("the subject is from %v to %v, the triangle at %v, the count at %v", indent, right, row.fold.Position(), row.count.Position())
	}
	show(2)
	if !row.dot.Hidden || !row.star.Hidden || row.count.Text.Text != "2" {
		t.Errorf("all is read, and it shows %+v", row.row)
	}
	show(3)
	if !row.fold.Hidden || row.count.Text.Text != "" || subject.Position().X != indent {
		t.Errorf("a message alone shows %+v at %v", row.row, subject.Position())
	}
	b.pick(1)
	b.hit(fyne.KeyRight)
	show(3)
	if !row.fold.Hidden || row.row.Depth != 2 || subject.Position().X != indent+2*stepIn {
		t.Errorf("an answer shows %+v at %v", row.row, subject.Position())
	}
}

func TestActionsOnAWholeThread(t *testing.T) {
	b := threaded(t)
	b.pick(1)
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	for range 4 { // not so far that the bar has gone again
		b.round()
	}
	if got := b.deeds.words.Text; got != "3 messages moved to the trash" {
		t.Errorf("it says %q", got)
	}
	b.reload()
	b.settle()
	b.wants(t, "Delete", "10 [3+] 6 4 2 1", 7)
	b.deeds.back()
	b.settle()
	b.reload()
	b.settle()
	b.wants(t, "taken back", "10 5+ [3+] 6 4 2 1", 7)
	b.list.list.SetPicked([]int{1, 2, 3})
	b.settle()
	b.list.Rune('r')
	b.settle()
	b.list.Rune('*')
	b.settle()
	b.list.Rune('a')
	b.settle()
	for id, want := range map[localstore.MessageID]bool{5: true, 8: true, 9: true, 3: true, 7: true, 6: true, 10: false, 4: false} {
		if b.core.Seen[id] != want || b.core.Starred[id] != want {
			t.Errorf("message %d is read: %t, starred: %t", id, b.core.Seen[id], b.core.Starred[id])
		}
	}
	if last := b.core.Done[len(b.core.Done)-1]; last != "archive [5 8 9 3 7 6] 0" {
		t.Errorf("done: %v", b.core.Done)
	}
	b.reload()
	b.settle()
	b.wants(t, "three rows archived", "10 [4] 2 1", 4)
}

func TestActionsWithinAThread(t *testing.T) {
	b := threaded(t)
	b.pick(2)
	b.hit(fyne.KeyRight, fyne.KeyRight) // message 3 of 3 and 7
	b.hit(fyne.KeyDelete)
	b.reload()
	b.settle()
	if want := []string{"trash [3] 0"}; !slices.Equal(b.core.Done, want) {
		t.Errorf("done: %v, want %v", b.core.Done, want)
	}
	b.wants(t, "with one message left", "10 5+ [3] 6 4 2 1", 7)
	b.pick(1)
	b.hit(fyne.KeyRight)
	b.list.list.SetPicked([]int{1, 3, 5}) // the thread, one of its messages, and another
	b.list.Rune('u')
	b.settle()
	messages, threads := b.list.chosen()
	if len(messages) != 0 || !slices.Equal(threads, []localstore.ThreadID{5, 3}) {
		t.Errorf("chosen are %v and of %v all", messages, threads)
	}
	if last := b.core.Done[len(b.core.Done)-1]; last != "mark [5 8 9 7] 0" {
		t.Errorf("done: %v", b.core.Done)
	}
	b.hit(fyne.KeyDelete)
	b.reload()
	b.settle()
	b.wants(t, "an open thread goes with all its rows", "10 [6] 4 2 1", 6)
}

func TestNewMailAmongThreads(t *testing.T) {
	b := threaded(t)
	b.pick(1)
	b.hit(fyne.KeyRight, fyne.KeyRight, fyne.KeyDown)
	b.mail(11, map[localstore.MessageID]localstore.MessageID{11: 5})
	b.wants(t, "an answer in an open thread", "5- .5 [..8] ...9 ..11 10 3+ 6 4 2 1", 8)
	b.mail(12, map[localstore.MessageID]localstore.MessageID{12: 7})
	b.wants(t, "one in another thread", "3+ 5- .5 [..8] ...9 ..11 10 6 4 2 1", 8)
	b.pick(0)
	b.mail(13, map[localstore.MessageID]localstore.MessageID{13: 3})
	b.wants(t, "one in the chosen thread", "[3+] 5- .5 ..8 ...9 ..11 10 6 4 2 1", 12)
	b.mail(14, map[localstore.MessageID]localstore.MessageID{3: 2, 14: 0})
	b.wants(t, "the chosen thread becomes part of another", "14 [2+] 5- .5 ..8 ...9 ..11 10 6 4 1", 12)
	b.mail(14, map[localstore.MessageID]localstore.MessageID{5: 1})
	b.wants(t, "and an open one", "14 [2+] 1- .1 ..5 ...8 ....9 ...11 10 6 4", 12)
}

// TestWhatComesInIsNotChosenWith: an answer to the one message chosen must not be deleted
// with it.
func TestWhatComesInIsNotChosenWith(t *testing.T) {
	b := threaded(t)
	b.pick(3)
	b.mail(11, map[localstore.MessageID]localstore.MessageID{11: 6})
	b.wants(t, "an answer to the message chosen", "6- [.6] ..11 10 5+ 3+ 4 2 1", 6)
	b.hit(fyne.KeyDelete)
	if want := []string{"trash [6] 0"}; !slices.Equal(b.core.Done, want) {
		t.Errorf("done: %v, want %v", b.core.Done, want)
	}
}

func TestGroupingByThreadIsAChoice(t *testing.T) {
	b := threaded(t)
	if !b.menus.threads.Checked {
		t.Error("the menu does not say that it is grouped")
	}
	b.pick(1)
	b.list.Rune('g')
	b.settle()
	if b.core.Threaded || b.menus.threads.Checked || b.list.list.Length() != 10 || b.item() != (present.Item{Message: 9, Date: 9 * 86400}) {
		t.Errorf("by thread: %t, %d rows, %+v is chosen", b.core.Threaded, b.list.list.Length(), b.item())
	}
	b.pick(2) // message 8
	b.list.Rune('g')
	b.settle()
	b.wants(t, "grouped again", "10 5- .5 [..8] ...9 3+ 6 4 2 1", 8)
}

func (b *bench) item() present.Item { return b.list.item(b.list.list.SelectedRow()) }

func TestSearchAmongThreads(t *testing.T) {
	b := threaded(t)
	b.pick(4)
	b.search.box.SetText("subject 00000")
	b.settle()
	if b.list.list.Length() != 10 || b.list.rows.Threaded() || b.item().Message != 4 {
		t.Errorf("%d rows, by thread: %t, %+v is chosen", b.list.list.Length(), b.list.rows.Threaded(), b.item())
	}
	b.pick(2) // message 8
	b.hit(fyne.KeyRight, fyne.KeyLeft)
	b.search.clear()
	b.settle()
	b.wants(t, "after the search", "10 5- .5 [..8] ...9 3+ 6 4 2 1", 8)
	b.search.box.SetText("nothing like it")
	b.settle()
	if b.list.list.Length() != 0 || b.message.shown.ID != 0 {
		t.Errorf("%d rows, message %d is shown", b.list.list.Length(), b.message.shown.ID)
	}
	b.search.clear()
	b.settle()
	b.wants(t, "after a search that found nothing", "10 5- .5 [..8] ...9 3+ 6 4 2 1", 8)
}

func TestThreadsByAnotherColumn(t *testing.T) {
	b := threaded(t)
	b.pick(1)
	b.list.cols.Sort, b.list.cols.Descending = colSize, false
	b.list.columnsChanged(true)
	b.settle()
	b.wants(t, "by the size of the newest", "1 2 4 6 3+ [5+] 10", 9)
}

func TestThreadsInSightAreReadAlone(t *testing.T) {
	core := uitest.New(3000)
	core.Threaded = true
	b := newBench(t, core)
	if n := core.ThreadsAsked; n == 0 || n > 200 {
		t.Errorf("%d threads were read at first", n)
	}
	b.hit(fyne.KeyEnd)
	if b.message.shown.ID != 1 || core.ThreadsAsked > 600 {
		t.Errorf("at the end message %d is shown, %d threads were read", b.message.shown.ID, core.ThreadsAsked)
	}
}

func TestSeveralThreads(t *testing.T) {
	b := threaded(t)
	b.list.list.SetPicked([]int{0, 1})
	if title, _ := b.list.several(); title != "4 messages chosen" {
		t.Errorf("it says %q", title)
	}
	clear(b.list.known.threads)
	if title, _ := b.list.several(); title != "2 rows chosen" {
		t.Errorf("it says %q", title)
	}
}

func TestANotificationOpensTheThreadOfItsMessage(t *testing.T) {
	b := threaded(t)
	b.OpenMessage(8)
	b.settle()
	b.wants(t, "an older message of a thread", "10 5- .5 [..8] ...9 3+ 6 4 2 1", 8)
	b.OpenMessage(4)
	b.settle()
	b.wants(t, "a message alone", "10 5- .5 ..8 ...9 3+ 6 [4] 2 1", 4)
}

func TestAllThreadsOpenAndClose(t *testing.T) {
	b := threaded(t)
	b.pick(4)
	b.list.unfoldAll()
	b.settle()
	b.wants(t, "all open", "10 5- .5 ..8 ...9 3- .3 ..7 6 [4] 2 1", 4)
	b.pick(3)
	b.list.foldAll()
	b.settle()
	b.wants(t, "all closed", "10 [5+] 3+ 6 4 2 1", 9)
	b.list.Rune('g')
	b.settle()
	b.list.unfoldAll()
	b.list.foldAll()
	b.settle()
	if n := b.list.list.Length(); n != 10 || b.desk.asking() {
		t.Errorf("without threads it has %d rows", n)
	}
}

func TestNoMoreThreadsOpenThanAreQuick(t *testing.T) {
	core := uitest.New(2 * (mostOpen + 1))
	core.Threaded, core.Answers = true, map[localstore.MessageID]localstore.MessageID{}
	for i := range mostOpen + 1 {
		core.Answers[localstore.MessageID(2*i+2)] = localstore.MessageID(2*i + 1)
	}
	b := newBench(t, core)
	b.list.unfoldAll()
	b.settle()
	if n := b.list.list.Length(); n != 3*mostOpen+1 || !b.desk.asking() {
		t.Errorf("%d rows; it says so: %t", n, b.desk.asking())
	}
}

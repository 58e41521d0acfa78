package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/uitest"
)

func (b *bench) answerYes(t *testing.T) {
	t.Helper()
	yes, ok := b.desk.marks["confirm-yes"].(*answer)
	if !ok {
		t.Fatal("it does not ask")
	}
	test.Tap(yes)
	b.settle()
}

// inTrash makes the mailbox shown the trash.
func (b *bench) inTrash() {
	i := b.sidebar.list.SelectedRow()
	b.sidebar.places[i].Role = localstore.Trash
}

func TestDeletingGoesToTheTrashAndBack(t *testing.T) {
	b := newBench(t, uitest.New(10))
	b.list.list.Select(3) // message 7
	b.settle()
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	for range 3 { // not so far that the bar has gone again
		b.round()
	}
	if got := b.deeds.words.Text; got != "1 message moved to the trash" {
		t.Errorf("it says %q", got)
	}
	b.handle(fetcher.MailboxesChanged{})
	b.settle()
	if !b.core.Deleted[7] || b.list.list.Length() != 9 || b.desk.asking() {
		t.Errorf("deleted: %v", b.core.Deleted)
	}
	if at := b.list.list.SelectedRow(); at != 3 || b.message.shown.ID != 6 {
		t.Errorf("row %d is chosen and message %d shown, want 3 and 6", at, b.message.shown.ID)
	}
	b.deeds.back()
	b.settle()
	b.handle(fetcher.MailboxesChanged{})
	b.settle()
	if len(b.core.Deleted) != 0 || b.list.list.Length() != 10 {
		t.Errorf("after undo: %v", b.core.Deleted)
	}
	b.deeds.back()
	b.deeds.back() // there is nothing more
	b.settle()
	if n := len(b.core.Done); n != 2 {
		t.Errorf("done: %v", b.core.Done)
	}
}

func TestDeletingInTheTrashAsks(t *testing.T) {
	b := newBench(t, uitest.New(10))
	b.inTrash()
	b.list.list.Select(3) // message 7
	b.settle()
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	b.settle()
	b.press(fyne.KeyReturn)
	if len(b.core.Deleted) != 0 {
		t.Fatal("deleted by Enter alone")
	}
	b.inTrash()
	b.desk.focus(b.list.list)
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	b.settle()
	b.answerYes(t)
	if !b.core.Deleted[7] || len(b.core.Deleted) != 1 || b.list.list.Length() != 9 {
		t.Errorf("deleted: %v", b.core.Deleted)
	}
}

func TestMovingAsksForTheMailbox(t *testing.T) {
	core := uitest.New(10)
	core.Boxes = []localstore.Mailbox{{ID: 2, Name: "Family", Role: localstore.Own}, {ID: 3, Name: "Work", Role: localstore.Own}}
	b := newBench(t, core)
	b.list.list.Select(0)
	b.settle()
	b.list.Rune('m')
	entry, ok := b.desk.marks["mailbox-entry"].(*typing)
	if !ok {
		t.Fatal("it does not ask")
	}
	entry.SetText("wor")
	entry.OnSubmitted("wor")
	b.settle()
	if len(core.Done) != 1 || core.Done[0] != "move [10] 3" || b.desk.asking() {
		t.Errorf("done: %v", core.Done)
	}
	again := func() {
		b.handle(fetcher.MailboxesChanged{})
		b.settle()
	}
	again()
	b.list.Rune('a')
	b.settle()
	again()
	b.list.Rune('*')
	b.settle()
	if len(core.Done) != 3 || !strings.HasPrefix(core.Done[1], "archive [9]") || !core.Starred[8] {
		t.Errorf("done: %v, starred %v", core.Done, core.Starred)
	}
	again()
	b.list.Rune('*')
	b.settle()
	if core.Starred[8] {
		t.Error("the star is still there")
	}
}

func TestMailboxesOfOnesOwn(t *testing.T) {
	core := uitest.New(3)
	b := newBench(t, core)
	name := func(text string) {
		t.Helper()
		entry, ok := b.desk.marks["name-entry"].(*typing)
		if !ok {
			t.Fatal("it does not ask for a name")
		}
		entry.SetText(text)
		entry.OnSubmitted(text)
		b.settle()
		b.handle(fetcher.MailboxesChanged{})
		b.settle()
	}
	b.newMailbox()
	name("Family")
	at := b.sidebar.at(2)
	if at < 0 || b.desk.asking() {
		t.Fatalf("the mailboxes: %+v", b.sidebar.places)
	}
	b.sidebar.list.Select(at)
	b.settle()
	b.renameMailbox()
	name("Kin")
	if p := b.place(); p.Name != "Kin" {
		t.Errorf("it is called %q", p.Name)
	}
	b.deleteMailbox()
	b.answerYes(t)
	b.handle(fetcher.MailboxesChanged{})
	b.settle()
	if b.sidebar.at(2) >= 0 {
		t.Error("it is still there")
	}
	b.sidebar.list.Select(b.sidebar.at(1))
	b.settle()
	b.deleteMailbox()
	if !b.desk.asking() || len(core.Boxes) != 0 {
		t.Error("nothing says that it can't be deleted")
	}
}

func TestSeveralMessages(t *testing.T) {
	b := newBench(t, uitest.New(10))
	b.list.list.Select(2)
	b.settle()
	b.list.list.SetPicked([]int{2, 3, 4})
	b.settle()
	if b.message.shown.ID != 0 || b.list.list.PickedCount() != 3 {
		t.Errorf("message %d is shown, %d are chosen", b.message.shown.ID, b.list.list.PickedCount())
	}
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
	if n := b.list.list.PickedCount(); n != 3 {
		t.Errorf("%d are chosen after a reload", n)
	}
	b.list.Rune('r')
	b.settle()
	if !b.core.Seen[8] || !b.core.Seen[7] || !b.core.Seen[6] {
		t.Errorf("read: %v", b.core.Seen)
	}
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	b.settle()
	b.handle(fetcher.MailboxesChanged{})
	b.settle()
	if len(b.core.Deleted) != 3 || b.message.shown.ID != 5 {
		t.Errorf("deleted %v, message %d is shown", b.core.Deleted, b.message.shown.ID)
	}
}

func TestWhenAMessageIsRead(t *testing.T) {
	for key, want := range map[string]bool{"once": true, "moment": true, "hand": false} {
		b := newBench(t, uitest.New(5))
		b.message.reading.set(key)
		b.list.list.Select(0)
		b.settle()
		if b.core.Seen[5] != want {
			t.Errorf("%s: read: %t", key, b.core.Seen[5])
		}
		if kept := string(must(b.core.Setting(readSetting))); kept != key {
			t.Errorf("kept %q", kept)
		}
	}
}

// TestAMessagePassedByIsNotRead leaves a message before its moment is over.
func TestAMessagePassedByIsNotRead(t *testing.T) {
	b := newBench(t, uitest.New(5))
	v := &mimeview.View{}
	b.message.put(t.Context(), opened{entry: localstore.Entry{ID: 5}, view: v})
	b.message.show(localstore.Entry{ID: 4})
	b.settle()
	if b.core.Seen[5] || !b.core.Seen[4] {
		t.Errorf("read: %v", b.core.Seen)
	}
}

func TestTheRestOfAMessage(t *testing.T) {
	core := uitest.New(5)
	core.Partial = map[localstore.MessageID]int64{5: 6_000_000}
	b := newBench(t, core)
	b.list.list.Select(0)
	b.settle()
	bar := b.message.head.missing
	if bar.object.Hidden || !strings.Contains(bar.words.Text, "6.0 MB") {
		t.Fatalf("it says %q", bar.words.Text)
	}
	test.Tap(bar.fetch)
	b.settle()
	if len(core.Whole) != 1 || core.Whole[0] != 5 {
		t.Errorf("fetched: %v", core.Whole)
	}
	core.Partial = nil
	b.handle(fetcher.Finished{Account: "a"})
	b.settle()
	if !bar.object.Hidden || b.message.shown.Partial {
		t.Error("it still says that only the header is here")
	}
}

func TestF5WorksFromEveryButton(t *testing.T) {
	b := newBench(t, uitest.New(2))
	for _, name := range []string{"fetch-all", "on-server", "delete", "mark-unread", "journal", "account-add", "theme"} {
		button, ok := b.desk.marks[name].(*tool)
		if !ok {
			t.Fatalf("no button %s", name)
		}
		b.desk.focus(button)
		b.press(fyne.KeyF5)
		if len(b.desk.sheets) != 1 {
			t.Errorf("%s swallows F5", name)
		}
		b.press(fyne.KeyEscape)
	}
}

func TestFetchAllAndPause(t *testing.T) {
	b := newBench(t, uitest.New(2))
	b.fetchAll()
	b.settle()
	if b.core.Alls != 1 {
		t.Errorf("fetched from all %d times", b.core.Alls)
	}
	b.askForNeeded([]string{"a", "nobody"})
	b.settle()
	if len(b.core.Fetched) != 1 {
		t.Errorf("fetched: %v", b.core.Fetched)
	}
	b.pause()
	b.settle()
	if !b.core.Pause || b.menus.pausing.Label != present.PauseLabel(true) {
		t.Errorf("paused: %t, the menu says %q", b.core.Pause, b.menus.pausing.Label)
	}
}

func TestHowAnAccountStandsIsSaid(t *testing.T) {
	core := uitest.New(2)
	core.Standing = fetcher.Status{Failures: 1, Advice: fetcher.Advice{What: "It broke.", Next: "Mend it."}}
	b := newBench(t, core)
	if got := b.sidebar.strip.words.Text; got != "It broke. Mend it." || b.sidebar.strip.more.Hidden {
		t.Errorf("it says %q", got)
	}
	if p := b.sidebar.places[0]; p.State != "failed" || !p.Fault {
		t.Errorf("%+v", p)
	}
	test.Tap(b.sidebar.strip.more)
	b.settle()
	if !b.desk.asking() {
		t.Error("the journal does not open")
	}
}

func TestLongListsOfPeopleUnfold(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.list.list.Select(0)
	b.settle()
	p := b.message.head.to
	var many []mimeview.Address
	for range 40 {
		many = append(many, mimeview.Address{Name: "Somebody", Address: "somebody@example.org"})
	}
	p.show(many, "")
	one := p.object.MinSize().Height
	if p.all.Hidden || p.more.Text != "All 40" {
		t.Fatalf("nothing unfolds them: %q", p.more.Text)
	}
	test.Tap(p.more)
	if got := p.object.MinSize().Height; got <= one || p.more.Text != "Fewer" {
		t.Errorf("unfolded they are %v high, folded %v", got, one)
	}
	p.show(many[:1], "")
	if !p.all.Hidden {
		t.Error("one person unfolds")
	}
	p.show(nil, "")
	if !p.object.Hidden {
		t.Error("nobody has a line")
	}
}

// TestAFetchByItselfThatFoundNothingIsQuiet keeps the window free of banners that
// nobody asked for.
func TestAFetchByItselfThatFoundNothingIsQuiet(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.handle(fetcher.Started{Account: "a", Cause: fetcher.BySchedule})
	b.handle(fetcher.Finished{Account: "a", Cause: fetcher.BySchedule})
	if len(b.fetches.lines) != 0 {
		t.Error("it left a line")
	}
	b.handle(fetcher.Finished{Account: "a", Cause: fetcher.ByClick})
	if len(b.fetches.lines) != 1 {
		t.Error("one by hand left none")
	}
}

func TestKeysInMenusCanBeRead(t *testing.T) {
	b := newBench(t, uitest.New(1))
	for _, m := range b.menus.main.Items[:3] {
		for _, i := range m.Items {
			if i.Shortcut != nil {
				t.Errorf("%s: the toolkit draws its key too faintly", i.Label)
			}
		}
	}
	label := b.menus.main.Items[0].Items[0].Label
	if !strings.HasPrefix(label, "Fetch… ") || !strings.HasSuffix(label, " F5") {
		t.Errorf("%q", label)
	}
}

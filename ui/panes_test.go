package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/uitest"
)

func TestKeysGoFromPaneToPane(t *testing.T) {
	b := newBench(t, uitest.New(5))
	focused := func() fyne.Focusable { return b.desk.window.Canvas().Focused() }
	b.desk.focus(b.sidebar.list)
	b.press(fyne.KeyF6)
	if focused() != fyne.Focusable(b.list.list) {
		t.Errorf("from the mailboxes F6 goes to a %T", focused())
	}
	b.list.list.Select(1)
	b.settle()
	b.press(fyne.KeyF6)
	if focused() != fyne.Focusable(b.message.text) {
		t.Errorf("from the list F6 goes to a %T", focused())
	}
	if b.press(fyne.KeyF6); focused() != fyne.Focusable(b.sidebar.list) {
		t.Errorf("from the message F6 goes to a %T", focused())
	}
	b.desk.focus(b.message.text)
	b.press(fyne.KeyEscape)
	if focused() != fyne.Focusable(b.list.list) {
		t.Errorf("Escape in the message goes to a %T", focused())
	}
	b.press(fyne.KeyReturn)
	if focused() != fyne.Focusable(b.message.text) {
		t.Errorf("Enter in the list goes to a %T", focused())
	}
	b.message.text.TypedRune('j')
	b.settle()
	if got := b.list.list.SelectedRow(); got != 2 {
		t.Errorf("J in the message chooses row %d, want 2", got)
	}
}

func TestALargeMailboxIsNotSortedByTheSender(t *testing.T) {
	b := newBench(t, uitest.New(sortable+1))
	b.list.cols.Sort, b.list.cols.Descending = colFrom, false
	b.list.columnsChanged(true)
	b.settle()
	if !b.desk.asking() {
		t.Error("nothing says why the order did not change")
	}
	if b.list.cols.Sort != colDate || !b.list.cols.Descending || b.list.rows.At(0).Message != sortable+1 {
		t.Errorf("sorted by column %d, first is %d", b.list.cols.Sort, b.list.rows.At(0).Message)
	}
	if n := len(b.core.Asked); n > 500 {
		t.Errorf("%d entries were read for it", n)
	}
}

// TestNewMailDoesNotMoveWhatIsRead scrolls down and lets mail come in above.
func TestNewMailDoesNotMoveWhatIsRead(t *testing.T) {
	core := uitest.New(500)
	b := newBench(t, core)
	b.list.list.Select(200)
	b.settle()
	chosen := b.message.shown.ID
	top, _ := b.list.list.Top()
	first := b.list.rows.At(top).Message
	core.Count = 530
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
	if at := b.list.list.SelectedRow(); at != 230 || b.list.rows.At(at).Message != chosen || b.message.shown.ID != chosen {
		t.Errorf("row %d is chosen and message %d shown, want 230 and %d", at, b.message.shown.ID, chosen)
	}
	if top, _ = b.list.list.Top(); b.list.rows.At(top).Message != first {
		t.Errorf("message %d is at the top, %d was", b.list.rows.At(top).Message, first)
	}
	b.list.list.Select(0)
	b.settle()
	core.Count = 531
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
	if top, _ = b.list.list.Top(); top != 0 {
		t.Errorf("at the top of the list new mail is out of sight: row %d is first", top)
	}
}

// TestColumnsAreKeptOnceTheDragEnds drags the edge right of From.
func TestColumnsAreKeptOnceTheDragEnds(t *testing.T) {
	b := newBench(t, uitest.New(5))
	h := b.list.header
	before := h.cols.Widths[colFrom]
	at := fyne.NewPos(h.edgeOf(colFrom), 5)
	h.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
	for range 10 {
		h.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(4, 0)})
	}
	if n := len(b.jobs); n != 0 {
		t.Errorf("%d jobs while dragging", n)
	}
	h.DragEnd()
	b.settle()
	kept := newColumns()
	kept.load(must(b.core.Setting(columnsSetting)))
	if kept.Widths[colFrom] != before+40 {
		t.Errorf("kept %v, want %v", kept.Widths[colFrom], before+40)
	}
	h.MouseOut()
	h.Tapped(&fyne.PointEvent{Position: fyne.NewPos(h.Size().Width-30, 5)})
	b.settle()
	if h.cols.Sort != colSize || b.list.rows.At(0).Message != 5 {
		t.Errorf("a click on Size sorts by %d, first is %d", h.cols.Sort, b.list.rows.At(0).Message)
	}
}

// TestADateIsNeverCut measures the widest dates in the narrowest column.
func TestADateIsNeverCut(t *testing.T) {
	newBench(t, uitest.New(0))
	for day := 1; day <= 31; day++ {
		for _, month := range strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec") {
			date := fmt.Sprintf("%d %s 2048", day, month)
			if got := ellipsis(date, messageColumns[colDate].least, 13, fyne.TextStyle{}); got != date {
				t.Errorf("%s is shown as %s", date, got)
			}
		}
	}
}

func TestAttachments(t *testing.T) {
	b := newBench(t, uitest.New(5))
	parts := []mimeview.Part{
		{Index: 0, Name: "plan.pdf", Type: "application/pdf", Class: mimeview.Document, Octets: make([]byte, 2000)},
		{Index: 1, Name: "game.exe", Type: "application/x-msdownload", Class: mimeview.Program, Suspicious: true},
	}
	s := b.message.parts
	s.show(&mimeview.View{Parts: parts})
	if len(s.buttons) != 2 || s.buttons[0].Text != "plan.pdf  document, 2.0 kB" || !strings.HasPrefix(s.buttons[1].Text, "Careful: ") || b.desk.marks["save-all"] == nil {
		t.Fatalf("%d buttons: %q", len(s.buttons), s.buttons[0].Text)
	}
	test.Tap(s.buttons[1])
	if n := len(b.desk.sheets); n != 1 {
		t.Error("what may do harm is saved without a question")
	}
	b.press(fyne.KeyReturn)
	if b.desk.asking() {
		t.Error("Enter saves it")
	}
	s.show(&mimeview.View{Parts: make([]mimeview.Part, shownParts+3)})
	if len(s.buttons) != shownParts {
		t.Errorf("%d buttons", len(s.buttons))
	}
	if s.show(&mimeview.View{}); b.desk.marks["save-all"] != nil || len(s.object.Objects) != 0 {
		t.Error("attachments of another message are left")
	}
}

func TestNotices(t *testing.T) {
	b := newBench(t, uitest.New(1))
	h := b.message.head
	v := &mimeview.View{HTML: "<p>x", Notices: []string{"one", "two", "three", "four"}, Parts: []mimeview.Part{{Name: "x.bin", Notice: "cut off"}}}
	h.show(localstore.Entry{}, v)
	lines := strings.Split(h.notices.Text, "\n")
	if len(lines) != 5 || lines[0] != "x.bin: cut off" || lines[1] != "one" || h.banner.Hidden {
		t.Errorf("%q", lines)
	}
	if h.from.names.Text != "(no sender)" || h.subject.Text != "(no subject)" || !h.cc.object.Hidden {
		t.Errorf("from %q, subject %q", h.from.names.Text, h.subject.Text)
	}
	h.show(localstore.Entry{}, &mimeview.View{Cc: []mimeview.Address{{Name: "B", Address: "b@example.org"}}})
	if !h.banner.Hidden || h.cc.object.Hidden || h.cc.names.Text != "B <b@example.org>" {
		t.Errorf("cc %q, banner hidden: %t", h.cc.names.Text, h.banner.Hidden)
	}
}

func TestThemesAreSwitchedAndKept(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.setVariant("dark")
	b.settle()
	if !b.isDark() || string(must(b.core.Setting(themeSetting))) != "dark" {
		t.Error("it is not dark")
	}
	if !b.menus.themes[2].Checked || b.menus.themes[0].Checked {
		t.Error("the menu does not show it")
	}
	b.nextVariant()
	b.settle()
	if b.isDark() || string(must(b.core.Setting(themeSetting))) != "light" {
		t.Error("it is not light")
	}
	for _, m := range b.menus.main.Items {
		for _, i := range m.Items {
			if !i.IsSeparator && i.Action == nil && i.ChildMenu == nil {
				t.Errorf("%s, %s does nothing", m.Label, i.Label)
			}
		}
	}
}

func TestADismissedOutcomeIsGone(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.handle(fetcher.Finished{Account: "a"})
	l := b.fetches.lines["a"]
	transcript, ok := l.buttons.Objects[0].(*tool)
	if !ok {
		t.Fatal("no button for the transcript")
	}
	test.Tap(transcript)
	b.settle()
	if !b.desk.asking() {
		t.Error("the transcript is not shown")
	}
	b.press(fyne.KeyEscape)
	if closing, ok := l.buttons.Objects[1].(*tool); ok {
		test.Tap(closing)
	}
	if len(b.fetches.lines) != 0 || len(b.fetches.stack.Objects) != 0 {
		t.Error("the outcome is still shown")
	}
}

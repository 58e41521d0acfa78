package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore/search"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/uitest"
)

func TestSearchingWhileTyping(t *testing.T) {
	b := newBench(t, uitest.New(30))
	b.list.list.Select(2)
	b.settle()
	b.search.open()
	b.search.box.SetText("subject 00000")
	b.settle()
	if n := b.list.list.Length(); n != 10 || b.search.line.Hidden {
		t.Fatalf("%d rows are shown", n)
	}
	if got := b.search.words.segment.Text; got != "10 messages found." {
		t.Errorf("it says %q", got)
	}
	b.core.Locked(func() { b.core.Count = 31 }) // one more is found, subjects being counted from the newest
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
	if n := b.list.list.Length(); n != 10 || !b.core.Typing {
		t.Errorf("%d rows after new mail, as typed: %t", n, b.core.Typing)
	}
	b.search.enter()
	b.settle()
	if n := b.list.list.Length(); n != 10 || !b.core.Typing {
		t.Errorf("%d rows after Enter, the last word going on: %t", n, b.core.Typing)
	}
	b.search.box.SetText("before:")
	b.settle()
	if got := b.search.words.segment.Text; !strings.HasSuffix(got, "found.") {
		t.Errorf("while it is typed it says %q", got)
	}
	b.search.enter()
	b.settle()
	if got := b.search.words.segment.Text; strings.HasSuffix(got, "found.") {
		t.Errorf("at its end it says %q", got)
	}
	b.search.box.SetText("nothing like it")
	b.settle()
	if n := b.list.list.Length(); n != 0 || b.list.hint.object.Hidden {
		t.Errorf("%d rows are shown", n)
	}
	b.search.clear()
	b.settle()
	if n := b.list.list.Length(); n != 31 || !b.search.line.Hidden || b.search.box.Text != "" {
		t.Errorf("%d rows after the search", n)
	}
}

func TestAQueryWithAMistake(t *testing.T) {
	b := newBench(t, uitest.New(30))
	b.core.SearchErr = &search.QueryError{What: "There is no day 45.", Next: "Write a date as 2024-05-31."}
	b.search.box.SetText("before:2024-05-45")
	b.settle()
	if got := b.search.words.segment.Text; got != "There is no day 45. Write a date as 2024-05-31." {
		t.Errorf("it says %q", got)
	}
	if n := b.list.list.Length(); n != 30 {
		t.Errorf("%d rows are shown", n)
	}
}

func TestCompletionsAreOffered(t *testing.T) {
	b := newBench(t, uitest.New(30))
	b.search.box.SetText("fro")
	b.settle()
	if len(b.search.helps.Objects) == 0 {
		t.Fatal("nothing is offered")
	}
	tool, ok := b.search.helps.Objects[0].(*tool)
	if !ok || tool.Text != "from:" {
		t.Fatalf("%+v is offered", b.search.helps.Objects[0])
	}
	tool.OnTapped()
	b.settle()
	if b.search.box.Text != "from:" {
		t.Errorf("the box holds %q", b.search.box.Text)
	}
}

// TestHitsAreMarked wants what was found under a stroke and on a ground, and only there.
func TestHitsAreMarked(t *testing.T) {
	b := newBench(t, uitest.New(30))
	b.search.box.SetText("subject 000004")
	b.settle()
	row := b.list.NewRow().(*messageRow)
	row.Resize(fyne.NewSize(900, 24))
	b.list.ShowRow(0, row, rowlist.State{})
	test.WidgetRenderer(row).Layout(row.Size())
	marks, text := row.hits[colSubject], row.cells.texts[colSubject]
	if text.Text.Text != "subject 000004" || marks.shown != 2 || row.hits[colFrom].shown != 0 {
		t.Fatalf("in %q %d parts are marked, in the sender %d", text.Text.Text, marks.shown, row.hits[colFrom].shown)
	}
	ground, stroke := marks.object.Objects[0], marks.object.Objects[1]
	word := fyne.MeasureText("subject", text.TextSize, text.TextStyle).Width
	if ground.Position().X != text.Position().X || ground.Size().Width != word || stroke.Size().Width != word || stroke.Position().Y <= ground.Position().Y {
		t.Errorf("ground %v %v, stroke %v %v, text at %v", ground.Position(), ground.Size(), stroke.Position(), stroke.Size(), text.Position())
	}
	b.search.clear()
	b.settle()
	b.list.ShowRow(0, row, rowlist.State{})
	if marks.shown != 0 || ground.Visible() || stroke.Visible() {
		t.Error("the marks stay after the search")
	}
}

func TestTheChosenRowIsInSightAfterASearch(t *testing.T) {
	b := newBench(t, uitest.New(3000))
	b.search.box.SetText("002000")
	b.settle()
	b.list.list.Select(0)
	b.settle()
	chosen := b.message.shown.ID
	b.search.clear()
	b.settle()
	at := b.list.list.SelectedRow()
	from, to := b.list.list.InSight()
	if b.list.list.Length() != 3000 || at < 0 || b.list.rows.At(at).Message != chosen || at < from || at >= to {
		t.Errorf("row %d is chosen, %d to %d are in sight, message %d was chosen", at, from, to, chosen)
	}
}

func TestWhatWasFoundIsMarkedInTheMessage(t *testing.T) {
	b := newBench(t, uitest.New(30))
	b.list.list.Select(2)
	b.settle()
	plain := b.message.text.Text()
	if plain == "" {
		t.Fatal("nothing is shown")
	}
	word := strings.Fields(plain)[0]
	b.search.box.SetText(word)
	b.settle()
	if got := b.message.find.query.Text; got != word {
		t.Errorf("%q is offered to be looked for, want %q", got, word)
	}
	if m := present.NewMarker(word, true); len(m.Body(plain)) == 0 {
		t.Errorf("%q is not found in %q", word, plain)
	}
	b.search.clear()
	b.settle()
	if got := b.message.find.query.Text; got != "" {
		t.Errorf("%q is still offered", got)
	}
}

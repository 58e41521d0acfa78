package ui

import (
	"testing"

	"restante.app/fetcher"
	"restante.app/localstore/search"
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
	if b.core.Typing {
		t.Error("Enter looks for the beginning of a word")
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

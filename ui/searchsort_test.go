package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"restante.app/localstore"
	"restante.app/ui/uitest"
)

// TestWhatIsFoundIsSortedByTheHeading clicks on names above the results of a search.
func TestWhatIsFoundIsSortedByTheHeading(t *testing.T) {
	b := newBench(t, uitest.New(5))
	b.search.look("subject")
	b.settle()
	shown := func() (ids []localstore.MessageID) {
		for i := range b.list.rows.Len() {
			ids = append(ids, b.list.rows.At(i).Message)
		}
		return ids
	}
	click := func(col int) {
		x, w := b.list.header.at()
		b.list.header.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x[col]+w[col]/2, 5)})
		b.settle()
	}
	if got := shown(); !slices.Equal(got, []localstore.MessageID{5, 4, 3, 2, 1}) {
		t.Fatalf("at first: %v", got)
	}
	click(colDate)
	if got := shown(); !slices.Equal(got, []localstore.MessageID{1, 2, 3, 4, 5}) {
		t.Errorf("the oldest first: %v", got)
	}
	click(colSize)
	if got := shown(); !slices.Equal(got, []localstore.MessageID{5, 4, 3, 2, 1}) {
		t.Errorf("the largest first: %v", got)
	}
	b.search.reorder()
	b.settle()
	if !b.list.header.unsorted || b.search.order.Text != "By size" || b.list.header.name(colSize) != "Size" {
		t.Errorf("by relevance the heading says %q, and the button %q", b.list.header.name(colSize), b.search.order.Text)
	}
	click(colSize)
	if got := shown(); b.list.header.unsorted || b.search.order.Text != "By relevance" || got[0] != 5 {
		t.Errorf("by size again: %v, the button says %q", got, b.search.order.Text)
	}
	b.search.clear()
	if b.settle(); b.list.header.unsorted {
		t.Error("the mailbox is not sorted")
	}
}

// TestDeleteInASearchGoesToTheTrash searches while the trash is shown, where Delete is for
// good: what is found elsewhere is not deleted by that.
func TestDeleteInASearchGoesToTheTrash(t *testing.T) {
	b := shelves(t)
	b.sidebar.goTo(3)
	b.settle()
	b.search.look("subject 000003")
	b.settle()
	b.list.list.Select(0)
	b.settle()
	if got := labels(b.messageEntries()); slices.Contains(got, "Delete for good…") || !slices.Contains(got, "Archive") {
		t.Errorf("the menu has %q", got)
	}
	b.deleteChosen()
	if b.settle(); b.desk.asking() || !slices.Equal(b.core.Done, []string{"trash [3] 0"}) {
		t.Errorf("%q was done, a question is open: %t", b.core.Done, b.desk.asking())
	}
}

// TestWhatIsFoundIsMovedToTheMailboxChosen drags a row of a search onto the line that is
// chosen already.
func TestWhatIsFoundIsMovedToTheMailboxChosen(t *testing.T) {
	b := shelves(t)
	b.sidebar.goTo(2)
	b.settle()
	b.search.look("subject 000003")
	b.settle()
	b.list.list.Select(0)
	b.dragTo(3)
	b.list.list.DragEnd()
	if b.settle(); !slices.Equal(b.core.Done, []string{"move [3] 2"}) {
		t.Errorf("%q was done", b.core.Done)
	}
}

func TestSortingByTheMenu(t *testing.T) {
	b := shelves(t)
	for _, want := range []localstore.MessageID{1, 6} {
		for _, c := range b.commands() {
			if c.Label == "Sort by: Date" {
				c.do()
			}
		}
		if b.settle(); b.list.rows.At(0).Message != want {
			t.Errorf("message %d is first, want %d", b.list.rows.At(0).Message, want)
		}
	}
}

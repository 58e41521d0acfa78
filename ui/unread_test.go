package ui

import (
	"slices"
	"strings"
	"testing"

	"restante.app/ui/present"
)

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

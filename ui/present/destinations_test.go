package present

import (
	"testing"

	"restante.app/localstore"
)

func TestDestinationsAreToldApart(t *testing.T) {
	places := []Place{
		{Name: "All inboxes", All: true, Mailbox: 9},
		{Name: "Work", Heading: true, Account: "a"}, {Name: "inbox", Account: "a", Mailbox: 1},
		{Name: "Home", Heading: true, Account: "b"}, {Name: "inbox", Account: "b", Mailbox: 2},
		{Name: "On this disk", Heading: true}, {Name: "Letters", Mailbox: 3},
	}
	got := Destinations(places)
	want := []string{"Work / inbox", "Home / inbox", "Letters"}
	if len(got) != len(want) {
		t.Fatalf("%d places: %+v", len(got), got)
	}
	for i, p := range got {
		if p.Name != want[i] || int(p.Mailbox) != i+1 {
			t.Errorf("%q of mailbox %d, want %q", p.Name, p.Mailbox, want[i])
		}
	}
}

func TestWhereMailLands(t *testing.T) {
	from := Place{Name: "inbox", Account: "a", Mailbox: 1}
	letters, trash := Place{Name: "Letters", Mailbox: 3}, Place{Name: "Trash", Mailbox: 4, Role: localstore.Trash}
	for _, to := range []Place{{}, {Name: "Work", Heading: true}, {Name: "All inboxes", All: true, Mailbox: 9}, from} {
		if Lands(from, to) {
			t.Errorf("mail lands in %+v", to)
		}
	}
	for _, c := range []struct {
		n      int
		to     Place
		isCopy bool
		want   string
	}{
		{1, letters, false, "Move 1 message to Letters"},
		{2, letters, true, "Copy 2 messages to Letters"},
		{1200, trash, false, "Delete 1,200 messages"},
		{3, from, false, "3 messages"},
	} {
		if got := Carried(c.n, c.to, Lands(from, c.to), c.isCopy); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

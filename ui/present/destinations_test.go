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
	if got := Others(places, places[2]); len(got) != 2 || got[0].Mailbox != 2 {
		t.Errorf("from the first inbox there are %+v", got)
	}
	if got := Others(places, Place{}); len(got) != 3 {
		t.Errorf("from a search there are %+v", got)
	}
}

func TestPlacesAreNamedShortly(t *testing.T) {
	names := PlaceNames([]Place{
		{Name: "All inboxes", All: true, Mailbox: 9},
		{Name: "Work", Heading: true, Account: "a"}, {Name: "inbox", Account: "a", Mailbox: 1}, {Name: "lists", Account: "a", Mailbox: 2},
		{Name: "Home", Heading: true, Account: "b"}, {Name: "inbox", Account: "b", Mailbox: 3},
		{Name: "On this disk", Heading: true}, {Name: "Letters", Mailbox: 4},
	})
	for id, want := range map[localstore.MailboxID]string{1: "Work / inbox", 2: "Work / lists", 3: "Home", 4: "Letters", 9: ""} {
		if names[id] != want {
			t.Errorf("mailbox %d is %q, want %q", id, names[id], want)
		}
	}
}

func TestLettersGoToPlaces(t *testing.T) {
	places := []Place{{Name: "Work", Heading: true}, {Name: "inbox"}, {Name: "Archive"}, {Name: "Äpfel"}}
	for _, c := range []struct {
		after  int
		letter rune
		want   int
	}{{-1, 'I', 1}, {1, 'a', 2}, {2, 'a', 3}, {3, 'a', 2}, {1, 'w', -1}, {0, 'x', -1}} {
		if got := NextPlace(places, c.after, c.letter); got != c.want {
			t.Errorf("after %d %c goes to %d, want %d", c.after, c.letter, got, c.want)
		}
	}
	if got := NextPlace(nil, -1, 'a'); got != -1 {
		t.Errorf("of nothing %d", got)
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

func TestUnreadMailInOtherPlaces(t *testing.T) {
	places := []Place{{Name: "All inboxes", All: true, Unread: "3"}, {Name: "Work", Heading: true}, {Name: "inbox", Unread: "1"}, {Name: "Archive"}, {Name: "Letters", Unread: "2"}}
	for _, c := range []struct{ from, by, want int }{{2, 1, 4}, {4, 1, 2}, {2, -1, 4}, {4, -1, 2}, {3, 1, 4}, {3, -1, 2}} {
		if got := NextUnreadPlace(places, c.from, c.by); got != c.want {
			t.Errorf("from %d by %d to %d, want %d", c.from, c.by, got, c.want)
		}
	}
	if got := NextUnreadPlace(places[2:4], 0, 1); got != -1 {
		t.Errorf("to %d, where nothing else is unread", got)
	}
}

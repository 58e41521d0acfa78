package present

import (
	"testing"

	"restante.app/localstore"
)

func TestArrivals(t *testing.T) {
	letter := func(from, subject string) localstore.Entry {
		return localstore.Entry{Summary: localstore.Summary{FromName: from, FromAddress: "x@example.org", Subject: subject}}
	}
	five := []localstore.Entry{letter("Ann", "one"), letter("Ben", "two"), letter("", "three"), letter("Dan", ""), letter("Eve", "five")}
	for _, c := range []struct {
		fresh       []localstore.Entry
		collected   int
		title, body string
	}{
		{five[:1], 1, "Ann", "one"},
		{five[:2], 2, "2 new messages", "Ann: one\nBen: two"},
		{five, 1200, "1,200 new messages", "Ann: one\nBen: two\nx@example.org: three\nDan: (no subject)\nand 1,196 more"},
		{[]localstore.Entry{letter("A\u202enn", "x\r\ny")}, 1, "Ann", "x y"},
	} {
		if title, body := Arrivals(c.fresh, c.collected); title != c.title || body != c.body {
			t.Errorf("%q, %q; want %q, %q", title, body, c.title, c.body)
		}
	}
	if Unread(0) != "Nothing unread" || Unread(1234) != "1,234 unread" {
		t.Error(Unread(0), Unread(1234))
	}
}

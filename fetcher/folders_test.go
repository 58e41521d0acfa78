package fetcher

import (
	"testing"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/postoffice/postofficetest"
)

// TestInboxesAndTrash: the inboxes of two accounts are one list; what is deleted there
// goes to the trash and comes back, and only from the trash it goes for good.
func TestInboxesAndTrash(t *testing.T) {
	c := openCore(t)
	for range 2 {
		office := postofficetest.Start(t, nil, letters...)
		a := save(t, c, at(t, office.Addr))
		if f := fetch(t, c, a.ID, popclient.Leave, postofficetest.Password); f.Err != nil {
			t.Fatal(f.Err)
		}
	}
	rows, err := c.Refs(Inboxes, true)
	if err != nil || len(rows) != 4 || rows[0].Date != rows[1].Date || rows[1].Date <= rows[2].Date {
		t.Fatalf("%+v, %v", rows, err)
	}
	ids := []localstore.MessageID{rows[0].ID, rows[2].ID}
	u, err := c.Trash(t.Context(), ids, nil)
	if err != nil || u.Len() != 2 {
		t.Fatal(u, err)
	}
	l, err := c.List(Inboxes)
	if err != nil {
		t.Fatal(err)
	}
	wantRows := func(want int) {
		t.Helper()
		if n, err := l.Len(); err != nil || n != want {
			t.Errorf("%d rows, wanted %d, %v", n, want, err)
		}
	}
	wantRows(2)
	redo, err := c.Undo(t.Context(), u, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantRows(4)
	if n, err := c.Purge(t.Context(), ids, nil); err != nil || n != 0 {
		t.Errorf("%d were deleted that are not in the trash, %v", n, err)
	}
	if _, err := c.Undo(t.Context(), redo, nil); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Purge(t.Context(), ids[:1], nil); err != nil || n != 1 {
		t.Errorf("%d deleted, %v", n, err)
	}
	if n, err := c.EmptyTrash(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("%d deleted, %v", n, err)
	}
	wantRows(2)
	changed := false
	for !changed {
		_, changed = (<-c.Events()).(MailboxesChanged)
	}
}

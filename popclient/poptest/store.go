package poptest

import (
	"testing"

	"restante.app/localstore"
)

// Entries returns all messages of a store.
func Entries(t testing.TB, store *localstore.Store) []localstore.Entry {
	t.Helper()
	boxes, err := store.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	var all []localstore.Entry
	for _, m := range boxes {
		refs, err := store.Refs(m.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]localstore.MessageID, len(refs))
		for i, r := range refs {
			ids[i] = r.ID
		}
		entries, err := store.Entries(ids)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
	}
	return all
}

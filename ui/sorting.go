package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/ui/present"
)

// sortable is up to how many rows a list is sorted by what needs the entries.
const sortable = 20_000

// inOrder returns the messages of a mailbox in the order of a column.
func inOrder(core Core, m localstore.MailboxID, c columns) (refs []localstore.Ref, refused bool, err error) {
	refs, err = core.Refs(m, c.Descending || c.Sort != colDate)
	if err != nil || c.Sort == colDate || len(refs) > sortable {
		return refs, c.Sort != colDate, err
	}
	return refs, false, sortMessages(core, refs, c)
}

// sortMessages puts messages into the order of a column. It reads the store.
func sortMessages(core Core, refs []localstore.Ref, c columns) error {
	keys := map[localstore.MessageID]localstore.Entry{}
	for part := range slices.Chunk(refs, 500) {
		entries, err := core.Entries(ids(part))
		if err != nil {
			return err
		}
		for _, e := range entries {
			keys[e.ID] = e
		}
	}
	sortRefs(refs, keys, c)
	return nil
}

// sortFound puts what a search has found into the order of a column: it comes with the
// newest first.
func sortFound(core Core, refs []localstore.Ref, c columns) error {
	switch {
	case c.Sort != colDate:
		return sortMessages(core, refs, c)
	case !c.Descending:
		slices.Reverse(refs)
	}
	return nil
}

// threadsInOrder returns the threads of a mailbox in the order of a column, as their
// newest messages are.
func threadsInOrder(core Core, m localstore.MailboxID, c columns) (refs []localstore.Ref, refused bool, err error) {
	refs, err = core.ThreadRefs(m, c.Descending || c.Sort != colDate)
	if err != nil || c.Sort == colDate || len(refs) > sortable {
		return refs, c.Sort != colDate, err
	}
	keys := map[localstore.MessageID]localstore.Entry{}
	for part := range slices.Chunk(refs, 500) {
		threads := make([]localstore.ThreadID, len(part))
		for i, r := range part {
			threads[i] = localstore.ThreadID(r.ID)
		}
		read, err := readThreads(core, m, threads)
		if err != nil {
			return nil, false, err
		}
		for _, t := range read {
			keys[localstore.MessageID(t.Thread)] = t.Newest()
		}
	}
	sortRefs(refs, keys, c)
	return refs, false, nil
}

func sortRefs(refs []localstore.Ref, keys map[localstore.MessageID]localstore.Entry, c columns) {
	slices.SortStableFunc(refs, func(a, b localstore.Ref) int {
		n := compare(keys[a.ID], keys[b.ID], c.Sort)
		if c.Descending {
			return -n
		}
		return n
	})
}

func compare(a, b localstore.Entry, column int) int {
	switch column {
	case colFrom:
		return strings.Compare(strings.ToLower(present.NewRow(a, time.Time{}).From), strings.ToLower(present.NewRow(b, time.Time{}).From))
	case colSubject:
		return strings.Compare(strings.ToLower(a.Summary.Subject), strings.ToLower(b.Summary.Subject))
	case colSize:
		return cmp.Compare(a.Size, b.Size)
	}
	return 0
}

func ids(refs []localstore.Ref) []localstore.MessageID {
	out := make([]localstore.MessageID, len(refs))
	for i, r := range refs {
		out[i] = r.ID
	}
	return out
}

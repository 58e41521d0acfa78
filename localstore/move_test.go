package localstore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// place is where a message is and how it is marked.
type place struct {
	Mailbox MailboxID
	Flags   Flags
}

// places reads all messages, by each mailbox's list.
func places(t rapid.TB, s *Store) map[MessageID]place {
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	all := map[MessageID]place{}
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		if err != nil || len(refs) != box.Total {
			t.Fatalf("mailbox %d has %d rows of %d: %v", box.ID, len(refs), box.Total, err)
		}
		unread := 0
		for _, r := range refs {
			es, err := s.Entries([]MessageID{r.ID})
			if err != nil || len(es) != 1 || es[0].Mailbox != box.ID {
				t.Fatalf("%+v, %v", es, err)
			}
			all[r.ID] = place{box.ID, es[0].Flags}
			if !es[0].Flags.Has(Seen) {
				unread++
			}
		}
		if unread != box.Unread {
			t.Fatalf("mailbox %d says %d unread of %d", box.ID, box.Unread, unread)
		}
	}
	return all
}

// TestMoveModel: any order of moves, copies, marks, deletions and ways back leaves the
// store in order, and each operation that is undone at once leaves everything as before,
// but for deletions for good.
func TestMoveModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10, Summarize: threadOfText, stride: rapid.IntRange(1, 4).Draw(rt, "stride")})
		fetch(t, s, "acc", "inbox", threadMail(1, 0), threadMail(2, 1), threadMail(3, 2), threadMail(4, 0))
		fetch(t, s, "acc", "other", threadMail(3, 2), threadMail(5, 3))
		own, err := s.MakeMailbox("own")
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			before := places(rt, s)
			ids := rapid.SliceOfN(rapid.SampledFrom(slices.Sorted(maps.Keys(before))), 0, 4).Draw(rt, "ids")
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(steps))).Draw(rt, "step")
			u, err := steps[name](t.Context(), s, own.ID, ids)
			if err != nil {
				rt.Fatal(err)
			}
			after := places(rt, s)
			if !rapid.Bool().Draw(rt, "undo") {
				continue
			}
			redo, err := s.Undo(t.Context(), u, nil)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(before, places(rt, s)); diff != "" {
				rt.Fatalf("undone: %s", diff)
			}
			if _, err := s.Undo(t.Context(), redo, nil); err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(after, places(rt, s)); diff != "" && name != "copy" {
				rt.Fatalf("done again: %s", diff)
			}
		}
		if r := checkClean(t, s); !r.OK() {
			rt.Fatal(r.Problems)
		}
		if r := fetch(t, s, "acc", "inbox", threadMail(1, 0), threadMail(4, 0)); r.Fresh() != 0 {
			rt.Fatal("what was moved came again")
		}
		closeChecked(t, s)
	})
}

// steps are what the model does, by name.
var steps = map[string]func(ctx context.Context, s *Store, own MailboxID, ids []MessageID) (Undo, error){
	"move": func(ctx context.Context, s *Store, own MailboxID, ids []MessageID) (Undo, error) {
		return s.Move(ctx, ids, own, nil)
	},
	"back": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Move(ctx, ids, 1, nil)
	},
	"copy": func(ctx context.Context, s *Store, own MailboxID, ids []MessageID) (Undo, error) {
		return s.Copy(ctx, ids, own, nil)
	},
	"trash": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Trash(ctx, ids, nil)
	},
	"restore": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Restore(ctx, ids, nil)
	},
	"archive": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Archive(ctx, ids, nil)
	},
	"mark": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Mark(ctx, ids, Seen|Starred, 0, nil)
	},
	"unmark": func(ctx context.Context, s *Store, _ MailboxID, ids []MessageID) (Undo, error) {
		return s.Mark(ctx, ids, Answered, Seen, nil)
	},
}

// TestTrashIsHere: to a server, what is in the trash is still here; what was deleted from
// there is not.
func TestTrashIsHere(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	fetch(t, s, "acc", "inbox", offered(testMail(1), "a"))
	if _, err := s.Trash(t.Context(), []MessageID{1}, nil); err != nil {
		t.Fatal(err)
	}
	if h := holdings(t, s, "a")["a"]; h.Message != 1 {
		t.Errorf("in the trash: %+v", h)
	}
	if !vouch(t, s, claimOf(testMail(1), "a"))[0] {
		t.Error("the store does not vouch for what is in the trash")
	}
	if err := s.Delete(t.Context(), []MessageID{1}, nil); err != nil {
		t.Fatal(err)
	}
	if h := holdings(t, s, "a")["a"]; h.Message != 0 || h.Collected.IsZero() {
		t.Errorf("deleted for good: %+v", h)
	}
	if r := fetch(t, s, "acc", "inbox", offered(testMail(1), "a")); r.Fresh() != 0 {
		t.Error("it came again")
	}
}

// TestMovedHeaderBecomesWhole: the whole goes to where its header was moved.
func TestMovedHeaderBecomesWhole(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: messageIDOf})
	own, err := s.MakeMailbox("own")
	if err != nil {
		t.Fatal(err)
	}
	text := letter(1, "the body")
	fetchHead(t, s, headOnly(text, "a"))
	if _, err := s.Move(t.Context(), []MessageID{1}, own.ID, nil); err != nil {
		t.Fatal(err)
	}
	fetch(t, s, "acc", "inbox", offered(text, "a"))
	if e := entry(t, s, 1); e.Mailbox != own.ID || e.Partial {
		t.Errorf("%+v", e)
	}
	if bodyOf(t, s, 1) != text {
		t.Error("the whole is not there")
	}
	if h := holdings(t, s, "a")["a"]; h.Message != 1 || h.Partial {
		t.Errorf("%+v", h)
	}
	if err := s.Delete(t.Context(), []MessageID{1}, nil); err != nil {
		t.Fatal(err)
	}
}

func TestLastCopyIsNotLost(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	own, err := s.MakeMailbox("own")
	if err != nil {
		t.Fatal(err)
	}
	fetch(t, s, "acc", "inbox", delivery(testMail(1)))
	u, err := s.Copy(t.Context(), []MessageID{1}, own.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), []MessageID{1}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Undo(t.Context(), u, nil); err != nil {
		t.Fatal(err)
	}
	trash, err := s.EnsureRole(Trash)
	if err != nil || trash.Total != 1 {
		t.Errorf("%+v, %v", trash, err)
	}
}

func TestOwnMailboxes(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)), delivery(testMail(2)))
	for _, name := range []string{"", "  ", "a\nb", strings.Repeat("x", 300)} {
		if _, err := s.MakeMailbox(name); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	a, err := s.MakeMailbox("A")
	if err != nil || a.Role != Own {
		t.Fatal(a, err)
	}
	if _, err := s.MakeMailbox("A"); !errors.Is(err, ErrInvalid) {
		t.Errorf("the name is taken: %v", err)
	}
	if _, err := s.DeleteMailbox(t.Context(), 1, nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("an account's: %v", err)
	}
	if err := s.RenameMailbox(a.ID, "B"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MakeMailbox("A"); err != nil {
		t.Errorf("the name is free: %v", err)
	}
	if _, err := s.Move(t.Context(), []MessageID{1, 2}, a.ID, nil); err != nil {
		t.Fatal(err)
	}
	u, err := s.DeleteMailbox(t.Context(), a.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	trash, err := s.EnsureRole(Trash)
	if err != nil || trash.Total != 2 {
		t.Errorf("%+v, %v", trash, err)
	}
	if _, err := s.Undo(t.Context(), u, nil); err != nil {
		t.Fatal(err)
	}
	boxes, err := s.Mailboxes()
	i := slices.IndexFunc(boxes, func(m Mailbox) bool { return m.ID == a.ID })
	if err != nil || i < 0 || boxes[i].Name != "B" || boxes[i].Total != 2 {
		t.Errorf("%+v, %v", boxes, err)
	}
	if err := s.SetFlat(a.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Move(t.Context(), []MessageID{1}, 999, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such mailbox: %v", err)
	}
}

// TestList: any page of any mailboxes is what their rows merged have there.
func TestList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10})
		var all []Ref
		boxes := rapid.IntRange(1, 3).Draw(rt, "mailboxes")
		var ids []MailboxID
		n := uint64(0)
		for i := range boxes {
			id := MailboxID(2*i + 1)
			ids = append(ids, id)
			var rows []Ref
			for range rapid.IntRange(0, 700).Draw(rt, "rows") {
				n++
				rows = append(rows, Ref{ID: MessageID(n), Date: int64(n * 7919 % 997)})
			}
			all = append(all, rows...)
			putRows(rt, s, id, rows)
		}
		slices.SortFunc(all, compareRefs)
		l := s.List(ids...)
		if n, err := l.Len(); err != nil || n != len(all) {
			rt.Fatalf("%d rows of %d, %v", n, len(all), err)
		}
		newest := slices.Clone(all)
		slices.Reverse(newest)
		for range 4 {
			from, k := rapid.IntRange(0, len(all)+5).Draw(rt, "from"), rapid.IntRange(0, 200).Draw(rt, "n")
			for order, want := range map[bool][]Ref{false: all, true: newest} {
				want = want[min(from, len(want)):min(from+k, len(want))]
				got, err := l.Page(from, k, order)
				if err != nil || !slices.Equal(got, want) {
					rt.Fatalf("page %d+%d of %d, newest %t: %d rows, wanted %d, %v", from, k, len(all), order, len(got), len(want), err)
				}
				if len(want) > 0 {
					if at, there, err := l.Find(want[0], order); err != nil || !there || at != from {
						rt.Fatalf("row %d is found at %d, %t, %v", from, at, there, err)
					}
				}
			}
		}
		for _, id := range ids {
			clearRows(rt, s, id)
		}
	})
}

package localstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// manyMessages fills a mailbox with n messages.
func manyMessages(t *testing.T, s *Store, n int) []MessageID {
	t.Helper()
	in := begin(t, s, "inbox")
	for i := range n {
		if err := in.Deliver(t.Context(), threadMail(i+1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(places(t, s)))
}

// TestDeedsInParts: what is done to more messages than one transaction has is undone and
// done again whole, its progress is told, and what is undone is noted no more.
func TestDeedsInParts(t *testing.T) {
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, t.TempDir(), Options{Summarize: threadOfText, stride: 7, growOctets: 1 << 20})
			ids := manyMessages(t, s, 40)
			own, err := s.MakeMailbox("own")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Move(t.Context(), ids[20:], own.ID, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Trash(t.Context(), ids[:20], nil); err != nil {
				t.Fatal(err)
			}
			before := places(t, s)
			u, err := step(t.Context(), s, own.ID, append(slices.Clone(ids), ids[3], 1<<40))
			if err != nil {
				t.Fatal(err)
			}
			after := places(t, s)
			told := 0
			redo, err := s.Undo(t.Context(), u, func(done, total int) { told = max(told, done*100/max(total, 1)) })
			if err != nil || told > 100 || name != "copy" && told != 100 {
				t.Fatal(told, err)
			}
			if diff := gocmp.Diff(before, places(t, s)); diff != "" {
				t.Fatal(diff)
			}
			if _, err := s.Undo(t.Context(), u, nil); !errors.Is(err, ErrNotFound) {
				t.Errorf("undone twice: %v", err)
			}
			if name == "copy" {
				return
			}
			if _, err := s.Undo(t.Context(), redo, nil); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(after, places(t, s)); diff != "" {
				t.Fatal(diff)
			}
			checkClean(t, s)
		})
	}
}

// TestDeedStopped: what is stopped in the middle is done to as many as it says, and undone;
// so is its undoing.
func TestDeedStopped(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: threadOfText, stride: 5, growOctets: 1 << 20})
	ids := manyMessages(t, s, 30)
	before := places(t, s)
	stopAt := func(n int) (context.Context, Progress) {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		return ctx, func(done, _ int) {
			if done == n {
				cancel()
			}
		}
	}
	ctx, tell := stopAt(10)
	u, err := s.Trash(ctx, ids, tell)
	if !errors.Is(err, context.Canceled) || u.Len() != 10 {
		t.Fatal(u.Len(), err)
	}
	trash, err := s.EnsureRole(Trash)
	if err != nil || trash.Total != 10 {
		t.Fatalf("%+v, %v", trash, err)
	}
	ctx, tell = stopAt(5)
	redo, err := s.Undo(ctx, u, tell)
	if !errors.Is(err, context.Canceled) || redo.Len() != 5 {
		t.Fatal(redo.Len(), err)
	}
	rest, err := s.Undo(t.Context(), u, nil)
	if err != nil || rest.Len() != 5 {
		t.Fatal(rest.Len(), err)
	}
	if diff := gocmp.Diff(before, places(t, s)); diff != "" {
		t.Error(diff)
	}
	if all, err := s.CutOff(); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if err := s.Delete(ctx, ids, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	checkClean(t, s)
}

// TestDeedCutOff: a process that dies in the middle of an operation, or of undoing one,
// leaves what it did, and the next one can undo it.
func TestDeedCutOff(t *testing.T) {
	broken := errors.New("broken")
	for name, fails := range map[string]func(t *testing.T, s *Store, ids []MessageID, trip func()) error{
		"done": func(t *testing.T, s *Store, ids []MessageID, trip func()) error {
			_, err := s.Trash(t.Context(), ids, func(done, _ int) {
				if done == 20 {
					trip()
				}
			})
			return err
		},
		"undone": func(t *testing.T, s *Store, ids []MessageID, trip func()) error {
			u, err := s.Trash(t.Context(), ids, nil)
			if err != nil {
				return err
			}
			_, err = s.Undo(t.Context(), u, func(done, _ int) {
				if done == 20 {
					trip()
				}
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openTest(t, dir, Options{Summarize: threadOfText, stride: 5, growOctets: 1 << 20})
			ids := manyMessages(t, s, 40)
			before := places(t, s)
			// As a write that fails: nothing more is written by this process.
			err := fails(t, s, ids, func() { _ = s.failed(diskFailed(dir, broken)) })
			if !errors.Is(err, ErrSuspect) {
				t.Fatal(err)
			}
			closeChecked(t, s)
			s = openTest(t, dir, Options{Summarize: threadOfText, growOctets: 1 << 20})
			all, err := s.CutOff()
			if err != nil || len(all) != 1 || all[0].Undo.Len() != 20 || all[0].Kind != Moved || all[0].Of != 40 {
				t.Fatalf("%+v, %v", all, err)
			}
			if trash, err := s.EnsureRole(Trash); err != nil || trash.Total != 20 {
				t.Errorf("%+v, %v", trash, err)
			}
			if _, err := s.Undo(t.Context(), all[0].Undo, nil); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(before, places(t, s)); diff != "" {
				t.Error(diff)
			}
			if all, err := s.CutOff(); err != nil || len(all) != 0 {
				t.Errorf("%+v, %v", all, err)
			}
			checkClean(t, s)
		})
	}
}

// TestDeedsForgotten: the last hundred can be undone, and no more is kept than that.
func TestDeedsForgotten(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{growOctets: 1 << 20, stride: 2})
	ids := manyMessages(t, s, 4)
	all := make([]Undo, 0, mostDeeds+5)
	for i := range cap(all) {
		set, unset := Starred, Flags(0)
		if i%2 == 1 {
			set, unset = unset, set
		}
		u, err := s.Mark(t.Context(), ids, set, unset, nil)
		if err != nil || u.Len() != 4 {
			t.Fatal(u.Len(), err)
		}
		all = append(all, u)
	}
	if _, err := s.Undo(t.Context(), all[4], nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("of long ago: %v", err)
	}
	if _, err := s.Undo(t.Context(), all[len(all)-1], nil); err != nil {
		t.Error(err)
	}
	if deeds, notes := keysOf(t, s, bucketDeeds), keysOf(t, s, bucketDeedNotes); deeds != mostDeeds-1 || notes != 2*deeds { // the one that was undone is none
		t.Errorf("%d deeds, %d notes", deeds, notes)
	}
	closeChecked(t, s)
	s = openTest(t, dir, Options{growOctets: 1 << 20})
	if _, err := s.Mark(t.Context(), ids, Answered, 0, nil); err != nil {
		t.Fatal(err)
	}
	if deeds, notes := keysOf(t, s, bucketDeeds), keysOf(t, s, bucketDeedNotes); deeds != 1 || notes != 1 {
		t.Errorf("of the last run: %d deeds, %d notes", deeds, notes)
	}
	checkClean(t, s)
}

func keysOf(t *testing.T, s *Store, bucket []byte) (n int) {
	t.Helper()
	err := s.meta.view(func(tx *bbolt.Tx) error {
		n = tx.Bucket(bucket).Inspect().KeyN
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPace: a transaction takes as long as it may, whatever the disk is like.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		per  int // µs a message
		want [2]int
	}{{5, [2]int{mostAHand, mostAHand}}, {50, [2]int{800, 3200}}, {10_000, [2]int{fewestAHand, fewestAHand}}} {
		o := Options{}
		p := newPace(&o)
		for range 20 {
			p.took(&o, time.Duration(p.n*c.per)*time.Microsecond)
		}
		if p.n < c.want[0] || p.n > c.want[1] {
			t.Errorf("%d µs a message: %d in a transaction", c.per, p.n)
		}
	}
}

// TestNotes: what is written of changes is what is read, and it is short.
func TestNotes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var c changes
		id := MessageID(rapid.Uint64().Draw(rt, "first"))
		for range rapid.IntRange(0, 50).Draw(rt, "n") {
			id += MessageID(rapid.Uint64Range(1, 1<<62).Draw(rt, "step"))
			n := rapid.SampledFrom([]uint64{0, 1, 7, 1 << 62, ^uint64(0)})
			switch rapid.IntRange(0, 2).Draw(rt, "kind") {
			case 0:
				c.flags = append(c.flags, flagChange{id, Flags(n.Draw(rt, "changed")), Flags(n.Draw(rt, "old"))})
			case 1:
				c.moves = append(c.moves, moveChange{id, MailboxID(n.Draw(rt, "from")), MailboxID(n.Draw(rt, "to")), 0})
			case 2:
				c.copies = append(c.copies, id)
			}
		}
		if rapid.Bool().Draw(rt, "box") {
			c.boxes = []removedMailbox{{7, mailboxRecord{Name: rapid.String().Draw(rt, "name"), Role: Own}}}
		}
		p, err := c.encode()
		if err != nil {
			rt.Fatal(err)
		}
		got, err := decodeChanges(p)
		if err != nil {
			rt.Fatal(err)
		}
		if want, got := fmt.Sprint(sortedChanges(c)), fmt.Sprint(sortedChanges(got)); want != got {
			rt.Fatalf("%s\n%s", want, got)
		}
		for cut := range p {
			if _, err := decodeChanges(p[:cut]); err != nil && !errors.Is(err, errRecord) {
				rt.Fatal(err)
			}
		}
	})
	var c changes
	for i := range mostAHand {
		c.moves = append(c.moves, moveChange{id: MessageID(900_000 + i), from: 1, to: 2})
	}
	if p, err := c.encode(); err != nil || len(p) > mostAHand+20 {
		t.Errorf("%d octets for %d messages, %v", len(p), mostAHand, err)
	}
}

// sortedChanges brings changes into one order: messages that were changed alike stand together
// on the disk.
func sortedChanges(c changes) changes {
	slices.SortFunc(c.flags, func(a, b flagChange) int { return cmp.Compare(a.id, b.id) })
	slices.SortFunc(c.moves, func(a, b moveChange) int { return cmp.Compare(a.id, b.id) })
	slices.Sort(c.copies)
	return c
}

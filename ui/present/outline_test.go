package present

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"restante.app/localstore"
)

// lines is what an outline should have, the long way.
func lines(tops []localstore.Ref, open map[localstore.ThreadID][]Reply) []Item {
	var out []Item
	for _, t := range tops {
		thread := localstore.ThreadID(t.ID)
		replies := open[thread]
		if len(replies) < 2 {
			replies = nil
		}
		out = append(out, Item{Thread: thread, Date: t.Date, Open: replies != nil})
		for _, r := range replies {
			out = append(out, Item{thread, r.ID, r.Date, r.Depth, false})
		}
	}
	return out
}

// TestOutline opens and closes threads at random, and compares every line.
func TestOutline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tops []localstore.Ref
		for i := range rapid.IntRange(0, 12).Draw(t, "threads") {
			tops = append(tops, localstore.Ref{ID: localstore.MessageID(i + 1), Date: int64(i)})
		}
		o, open, next := NewThreads(tops, nil), map[localstore.ThreadID][]Reply{}, localstore.MessageID(100)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			thread := localstore.ThreadID(rapid.IntRange(1, 13).Draw(t, "thread"))
			var replies []Reply
			for range rapid.IntRange(0, 4).Draw(t, "replies") {
				next++
				replies = append(replies, Reply{localstore.Ref{ID: next, Date: int64(next)}, 1 + int(next)%3})
			}
			open[thread] = replies
			o = o.With(thread, replies)
		}
		want := lines(tops, open)
		if o.Len() != len(want) {
			t.Fatalf("%d lines, want %d", o.Len(), len(want))
		}
		var keys []Key
		for i, w := range want {
			if got := o.At(i); got != w {
				t.Fatalf("line %d: %+v, want %+v", i, got, w)
			}
			if at := o.Find(w.Key()); at != i {
				t.Fatalf("%+v is found at %d, want %d", w.Key(), at, i)
			}
			if i%2 == 0 {
				keys = append(keys, w.Key())
			}
		}
		backward := slices.Clone(keys)
		slices.Reverse(backward)
		for _, some := range [][]Key{keys, append(slices.Clone(backward), Key{Thread: 99})} {
			if found := o.FindAll(some); len(found) != len(keys) {
				t.Fatalf("%d lines are found of %d", len(found), len(keys))
			}
			for k, at := range o.FindAll(some) {
				if at != 2*k {
					t.Fatalf("the lines %v are found of every second one", o.FindAll(some))
				}
			}
		}
		if o.Find(Key{}) != -1 || o.Find(Key{Thread: 99}) != -1 || o.Find(Key{Message: 101}) != -1 {
			t.Fatal("what is not there is found")
		}
	})
}

func TestAMessageIsFoundAtItsThreadOnceThatCloses(t *testing.T) {
	tops := []localstore.Ref{{ID: 5}, {ID: 7}, {ID: 9}}
	o := NewThreads(tops, map[localstore.ThreadID][]Reply{7: {{localstore.Ref{ID: 70}, 1}, {localstore.Ref{ID: 71}, 2}}})
	k := o.At(3).Key()
	if k != (Key{7, 71}) || o.At(4) != (Item{Thread: 9}) {
		t.Fatalf("%+v, %+v", k, o.At(4))
	}
	closed := o.With(7, nil)
	if at := closed.Find(k); at != 1 || closed.Len() != 3 {
		t.Errorf("found at %d of %d lines", at, closed.Len())
	}
	if all := closed.FindAll([]Key{k}); len(all) != 0 {
		t.Errorf("with the thread closed, %v are chosen for the message", all)
	}
	if o.Len() != 5 {
		t.Error("the outline itself has changed")
	}
}

func TestAnOutlineOfMessages(t *testing.T) {
	o := NewOutline([]localstore.Ref{{ID: 4, Date: 40}, {ID: 2, Date: 20}})
	if o.Len() != 2 || o.Threaded() || o.At(1) != (Item{Message: 2, Date: 20}) || o.Find(Key{Message: 2}) != 1 || o.Find(Key{Thread: 2}) != -1 {
		t.Errorf("%+v", o)
	}
}

// million are the threads of a mailbox of a million messages, with some open.
func million() Outline {
	tops := make([]localstore.Ref, 400_000)
	open := map[localstore.ThreadID][]Reply{}
	for i := range tops {
		tops[i] = localstore.Ref{ID: localstore.MessageID(i + 1), Date: int64(len(tops) - i)}
		if i%1000 == 0 {
			open[localstore.ThreadID(i+1)] = slices.Repeat([]Reply{{localstore.Ref{ID: localstore.MessageID(i)}, 1}}, 5)
		}
	}
	return NewThreads(tops, open)
}

func BenchmarkOutlineAt(b *testing.B) {
	o := million()
	n, i := o.Len(), 0
	for b.Loop() {
		i = (i + 7919) % n
		o.At(i)
	}
}

func BenchmarkOutlineOpen(b *testing.B) {
	o := million()
	two := []Reply{{localstore.Ref{ID: 1}, 1}, {localstore.Ref{ID: 2}, 2}}
	for b.Loop() {
		o.With(399_998, two)
	}
}

func BenchmarkOutlineFindAll(b *testing.B) {
	o := million()
	keys := make([]Key, o.Len())
	for i := range keys {
		keys[i] = o.At(i).Key()
	}
	for b.Loop() {
		o.FindAll(keys)
	}
}

package search

import (
	"errors"
	"testing"
)

// damagedOrNot runs what reads octets of a file: it ends, by ErrDamaged if not well.
func damagedOrNot(t *testing.T, f func()) {
	t.Helper()
	if err := guard("file", func() error { f(); return nil }); err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
}

func FuzzPostings(f *testing.F) {
	var w listWriter
	few := writeList(&w, false, []listed{{3, []uint32{1, 2}}, {9, []uint32{7}}})
	f.Add(uint16(2), false, few.docs, few.pos)
	var many []listed
	for i := range uint32(300) {
		many = append(many, listed{i * 3, []uint32{i, i + 5}})
	}
	long := writeList(&w, false, many)
	f.Add(uint16(300), false, long.docs, long.pos)
	plain := writeList(&w, true, many)
	f.Add(uint16(300), true, plain.docs, []byte{})
	f.Fuzz(func(t *testing.T, df uint16, plain bool, docs, pos []byte) {
		l := list{df: int(df), plain: plain, docs: docs, pos: pos}
		if df == 0 {
			return
		}
		damagedOrNot(t, func() {
			it := l.iter()
			n := 0
			for row := it.next(); row != none; row = it.next() {
				if n++; n > int(df) {
					t.Fatalf("%d documents of %d", n, df)
				}
			}
		})
		damagedOrNot(t, func() {
			it := l.iter()
			var all []uint32
			for row := it.advance(1); row != none && row < 1<<30; row = it.advance(row + 7) {
				if !plain {
					all = it.positions(all[:0])
				}
				if len(all) > 128*(len(pos)+1) {
					t.Fatalf("%d positions of %d octets", len(all), len(pos))
				}
			}
		})
	})
}

func FuzzDictionary(f *testing.F) {
	var w blockWriter
	var l listWriter
	for _, word := range []string{"a", "ab", "abc", "b and what is longer than fifteen", "b and what is longer than twenty"} {
		some := writeList(&l, false, []listed{{3, []uint32{1, 2}}, {9, []uint32{7}}})
		w.begin([]byte("a" + word))
		w.inline(some.df, some.docs, some.pos)
	}
	_, value := w.finish()
	f.Add(value, []byte("aab"))
	f.Fuzz(func(t *testing.T, value, term []byte) {
		damagedOrNot(t, func() {
			var b block
			b.load(value)
			n := 0
			for b.next() {
				if n++; n > len(value) || b.inline && len(b.docs)+len(b.pos) > len(value) {
					t.Fatalf("%d entries in %d octets", n, len(value))
				}
			}
		})
		damagedOrNot(t, func() {
			var b block
			b.load(value)
			b.seek(term)
		})
	})
}

func FuzzTables(f *testing.F) {
	rows := []docRow{{9, 5, 100, 7}, {8, 3, 10, 9}, {1, 4, 1000, 70}}
	f.Add(docChunk(rows), idChunk(rows, []uint32{1, 2, 0}))
	f.Fuzz(func(t *testing.T, docs, ids []byte) {
		damagedOrNot(t, func() {
			for _, c := range openDocs(docs, 3) {
				c.at(2)
			}
		})
		damagedOrNot(t, func() {
			table := openIDs(ids)
			if i := table.find(4); i < table.n {
				table.row.at(i)
			}
		})
	})
}

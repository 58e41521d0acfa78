package search

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// numbers draws numbers of which most are small.
func numbers(most int) *rapid.Generator[[]uint32] {
	return rapid.Custom(func(t *rapid.T) []uint32 {
		small := rapid.Uint32Range(0, rapid.Uint32Range(0, 5000).Draw(t, "bound"))
		all := make([]uint32, rapid.IntRange(1, most).Draw(t, "n"))
		for i := range all {
			if rapid.IntRange(0, 15).Draw(t, "which") == 0 {
				all[i] = rapid.Uint32().Draw(t, "any")
			} else {
				all[i] = small.Draw(t, "small")
			}
		}
		return all
	})
}

// TestPacked wants numbers back as they were, and what follows them untouched.
func TestPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := numbers(packMost).Draw(t, "numbers")
		behind := rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "behind")
		p := append(appendPacked(nil, want), behind...)
		k, rest := openPacked(p, len(want))
		var got [packMost]uint32
		k.unpack(got[:])
		if !slices.Equal(want, got[:len(want)]) || !slices.Equal(rest, behind) {
			t.Fatalf("%v became %v, and %d octets follow it", want, got[:len(want)], len(rest))
		}
		if most := 1 + 4*len(want); len(p)-len(behind) > most {
			t.Fatalf("%d numbers take %d octets", len(want), len(p)-len(behind))
		}
	})
}

// listed is a document of a list.
type listed struct {
	Row       uint32
	Positions []uint32
}

// drawList makes a list.
func drawList(t *rapid.T, plain bool) []listed {
	var all []listed
	row := uint32(0)
	gap := rapid.Uint32Range(0, rapid.SampledFrom([]uint32{0, 1, 20, 3000}).Draw(t, "gap"))
	much := rapid.IntRange(0, 9).Draw(t, "much")
	for range rapid.SampledFrom([]int{1, 2, packFrom - 1, packFrom, 100, blockRows, blockRows + 1, 3*blockRows + 5}).Draw(t, "documents") {
		row += gap.Draw(t, "more")
		d := listed{Row: row}
		row++
		pos, n := uint32(0), 1
		if rapid.IntRange(0, 9).Draw(t, "often") < much {
			n = rapid.IntRange(1, 9).Draw(t, "times")
		}
		for i := 0; i < n && !plain; i++ {
			pos += rapid.Uint32Range(uint32(min(i, 1)), 900).Draw(t, "position")
			d.Positions = append(d.Positions, pos)
		}
		all = append(all, d)
	}
	return all
}

func writeList(w *listWriter, plain bool, all []listed) list {
	w.reset(plain)
	for _, d := range all {
		var deltas []uint32
		last := uint32(0)
		for _, p := range d.Positions {
			deltas = append(deltas, p-last)
			last = p
		}
		w.add(d.Row, deltas)
	}
	skip, docs, pos := w.finish()
	return list{len(all), plain, slices.Concat(skip, docs), slices.Clone(pos)}
}

// TestPostings goes through lists in strides and reads some positions.
func TestPostings(t *testing.T) {
	var w listWriter
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.Bool().Draw(t, "plain")
		all := drawList(t, plain)
		it := writeList(&w, plain, all).iter()
		last := all[len(all)-1].Row
		for at := 0; ; {
			var row uint32
			if rapid.Bool().Draw(t, "next") {
				row = it.next()
			} else {
				from := uint32(0)
				if at > 0 {
					from = all[at-1].Row + 1
				}
				from += rapid.Uint32Range(0, last/2+1).Draw(t, "far")
				row = it.advance(from)
				for at < len(all) && all[at].Row < from {
					at++
				}
			}
			if at == len(all) {
				if row != none || it.next() != none || it.advance(last) != none {
					t.Fatalf("row %d behind the last", row)
				}
				return
			}
			want := all[at]
			if row != want.Row || it.advance(row) != row {
				t.Fatalf("row %d, want %d", row, want.Row)
			}
			for range rapid.IntRange(0, 2).Draw(t, "reads") {
				if plain {
					break
				}
				if d := cmp.Diff(want.Positions, it.positions(nil)); d != "" {
					t.Fatal(d)
				}
			}
			if n := int(it.often()); n != max(1, len(want.Positions)) {
				t.Fatalf("row %d: %d times, want %d", row, n, len(want.Positions))
			}
			at++
		}
	})
}

// TestDictionary writes terms with lists of all kinds, and finds them.
func TestDictionary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringOfN(rapid.SampledFrom([]rune("abé京")), 0, 20, maxTerm), 1, 60, rapid.ID[string]).Draw(t, "words")
		slices.Sort(words)
		var w blockWriter
		var l listWriter
		lists := make([][]listed, len(words))
		kept := make([]list, len(words))
		for i, word := range words {
			lists[i] = drawList(t, false)[:1]
			for rapid.IntRange(0, 3).Draw(t, "more") == 0 {
				lists[i] = append(lists[i], listed{lists[i][len(lists[i])-1].Row + 3, []uint32{4}})
			}
			kept[i] = writeList(&l, false, lists[i])
			w.begin(append([]byte{byte(Any)}, word...))
			w.inline(kept[i].df, kept[i].docs, kept[i].pos)
		}
		_, value := w.finish()
		for range 10 {
			n := rapid.IntRange(0, len(words)-1).Draw(t, "word")
			var b block
			b.load(value)
			if term := append([]byte{byte(Any)}, words[n]...); !b.seek(term) || !slices.Equal(b.term, term) {
				t.Fatalf("%q is not found", words[n])
			}
			for _, k := range kept[n:] {
				if b.df != k.df || !slices.Equal(b.docs, k.docs) || !slices.Equal(b.pos, k.pos) {
					t.Fatalf("%q: %d documents, %v, %v for %v", b.term, b.df, b.docs, b.pos, k)
				}
				b.next()
			}
		}
	})
}

// TestTables wants rows back as they were.
func TestTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) docRow {
			return docRow{rapid.Int64().Draw(t, "date"), rapid.Uint64Range(1, 1<<rapid.IntRange(2, 62).Draw(t, "bits")).Draw(t, "id"), rapid.Int64Range(0, 1<<40).Draw(t, "size"), rapid.Uint32().Draw(t, "length")}
		}), 1, 30).Draw(t, "rows")
		columns := openDocs(docChunk(rows), len(rows))
		sorted := make([]uint32, len(rows))
		for i, want := range rows {
			sorted[i] = uint32(i)
			for c, n := range want.numbers() {
				if got := columns[c].at(i); got != n {
					t.Fatalf("row %d, column %d: %d, want %d", i, c, got, n)
				}
			}
		}
		slices.SortFunc(sorted, func(a, b uint32) int {
			if rows[a].id < rows[b].id {
				return -1
			}
			return 1
		})
		table := openIDs(idChunk(rows, sorted))
		for _, want := range rows {
			if i := table.find(want.id); i == table.n || rows[table.row.at(i)].id != want.id {
				t.Fatalf("id %d is at %d", want.id, i)
			}
		}
	})
}

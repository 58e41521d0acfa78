package dom

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestPack packs drawn records and wants the same back, from the same octets each time.
func TestPack(t *testing.T) {
	small, large := rapid.Int32Range(0, 9), rapid.Int32()
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]*rapid.Generator[int32]{small, large}).Draw(t, "numbers")
		records := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) record {
			n := func(name string) int32 { return of.Draw(t, name) }
			return record{n("parent"), n("after"), n("style"), n("start"), n("end"), n("rare"), uint16(n("tag")), uint8(n("quote")), uint8(n("traits"))}
		}), 1, blockSize).Draw(t, "records")
		first := rapid.Int32Range(0, 1<<20).Draw(t, "first")
		packed := newPacker().pack(records, first)
		if diff := cmp.Diff(records, unpack(packed, first), cmp.AllowUnexported(record{})); diff != "" {
			t.Fatal(diff)
		}
		if string(newPacker().pack(records, first)) != string(packed) {
			t.Fatal("the same records are packed in two ways")
		}
	})
}

// TestPackedDocument reads a document that is packed, from several goroutines, and
// compares its parts with the same in one that is not.
func TestPackedDocument(t *testing.T) {
	part := func(i int) string {
		return fmt.Sprintf(`<div><ol start=%d><li>x<li><p>y</ol><a href=https://a.example/%d title=t>z <img src=cid:%d alt='the %d'></a><table><col width=%d><tr><td colspan=%d>1</table></div>`, i, i, i, i, i+1, 1+i%7)
	}
	parts := func(n int) (all []Node, d *Document) {
		var text strings.Builder
		for i := range n {
			text.WriteString(part(i))
		}
		d = ParseHTML("<body>"+text.String(), HTMLOptions{})
		for k := range d.Root.All() {
			if k.Tag() == "div" {
				all = append(all, k)
			}
		}
		return all, d
	}
	const few, many = 300, 1500
	want, plain := parts(few)
	got, packed := parts(many)
	if plain.nodes.blocks[0].packed != nil || packed.nodes.blocks[0].packed == nil || len(want) != few || len(got) != many {
		t.Fatalf("%d and %d nodes are not as they should be", plain.nodes.count, packed.nodes.count)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for k := range few / 3 {
				far := got[many-1-(k*11+g)%(many-few)] // so that the blocks take turns
				if i := (k*7 + g) % (few - 1); far.Parent() != got[0].Parent() || !cmp.Equal(said(want[i]), said(got[i])) {
					t.Errorf("part %d: %s", i, cmp.Diff(said(want[i]), said(got[i])))
				}
			}
		})
	}
	wg.Wait()
	if n := len(packed.nodes.live); n > mostLive {
		t.Errorf("%d blocks are unpacked", n)
	}
}

// said is all that the nodes in one say of themselves, wherever it is.
func said(n Node) (out []string) {
	for k := range n.All() {
		columns, rows := k.Spans()
		s := fmt.Sprint(k.Kind(), k.Tag(), k.Text(), k.Start()-n.Start(), k.End()-n.Start(), k.Marker(), columns, rows, k.Columns(), k.Leaf(), k.Next().IsZero(), k.Broken(), *k.Style())
		if l := k.Link(); l != nil {
			s += fmt.Sprint(*l, k.Linked().Start()-n.Start())
		}
		if m := k.Image(); m != nil {
			s += fmt.Sprint(*m)
		}
		out = append(out, s)
	}
	return out
}

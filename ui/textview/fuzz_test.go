package textview

import "testing"

// FuzzCompose lays out and composes every row of any text: the rows are the text,
// the pieces are the row, and points lead into it.
func FuzzCompose(f *testing.F) {
	f.Add("Dear clerk,\n\n> see https://a.example/x_(y).\n", uint8(20), int16(7))
	f.Add("שלום (12) abc עולם!\tx\r\nمرحبا 3.5 \u202egpj\u2066", uint8(9), int16(3))
	f.Add("中文。e\u0301👩\u200d🚒\xff\x00\x1b[31m\u200b\u00ad", uint8(3), int16(2))
	f.Add("http://http://mailto:mailto:a@b)))]", uint8(5), int16(-4))
	f.Fuzz(func(t *testing.T, text string, width uint8, x int16) {
		m := newMeter(fixedWidth)
		d := newDocument(text, &wrapper{m: m}, float32(width))
		c := &composer{doc: d, m: m, links: true}
		next := 0
		for at, moved := (place{}), 1; moved == 1; at, moved = d.move(at, 1) {
			r := c.compose(at)
			if r.start != next || r.next < r.end {
				t.Fatalf("row [%d,%d) of %d follows octet %d", r.start, r.end, r.next, next)
			}
			next = r.next
			octets := 0
			for _, p := range r.pieces {
				octets += p.end - p.start
			}
			if octets != r.end-r.start {
				t.Fatalf("pieces of %d octets in a row of %d", octets, r.end-r.start)
			}
			offset := c.offsetAt(r, float32(x))
			if offset < r.start || offset > r.end {
				t.Fatalf("octet %d is not in [%d,%d]", offset, r.start, r.end)
			}
			for _, u := range []unit{byCharacter, byWord, byLine} {
				if l := unitAt(text, offset, u); l.start > offset || l.end < offset || l.end > len(text) {
					t.Fatalf("unit %d at %d is [%d,%d)", u, offset, l.start, l.end)
				}
			}
		}
		if next != len(text) {
			t.Fatalf("rows end at %d of %d", next, len(text))
		}
	})
}

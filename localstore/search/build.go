package search

import (
	"context"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// fieldGap is how far the last word of a field is from the first of the next: no phrase
// reaches across.
const fieldGap = 8

// occurrence is a term at a position of a document.
type occurrence struct{ term, row, pos uint32 }

// builder makes a segment of documents in memory.
type builder struct {
	numbers map[string]uint32
	names   []string
	dense   []bool // names of scripts without spaces
	all     []occurrence
	rows    []docRow
	tok     tokenizer
	key     []byte
	deltas  []uint32
	tokens  int // of the document
}

// build makes the segment of documents, which it sorts.
func build(ctx context.Context, docs []Document) (*segmentWriter, error) {
	slices.SortFunc(docs, func(a, b Document) int {
		if newer(a.Date, a.ID, b.Date, b.ID) {
			return -1
		}
		return 1
	})
	b := &builder{numbers: map[string]uint32{}}
	for i := range docs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.document(&docs[i])
	}
	w := newSegmentWriter()
	w.documents(b.rows)
	b.write(w)
	w.end()
	return w, nil
}

func (b *builder) document(d *Document) {
	row, pos := uint32(len(b.rows)), 0
	b.tokens = 0
	for _, f := range fieldsOf(d) {
		for _, s := range f.text {
			pos = b.text(row, f.field, s, pos) + fieldGap
		}
	}
	if d.Attachment {
		b.add(row, fieldKind, 0, attachmentTerm, false)
	}
	b.rows = append(b.rows, docRow{date: d.Date, id: d.ID, size: d.Size, length: uint32(b.tokens)})
}

type fieldText struct {
	field Field
	text  []string
}

// fieldsOf returns the texts of a document in the order of their positions.
func fieldsOf(d *Document) []fieldText {
	return []fieldText{
		{Subject, []string{d.Subject}}, {From, []string{d.From}}, {To, []string{d.To}}, {File, d.Files}, {Any, []string{d.Body}},
	}
}

// text takes the words of a text, as from a position, and returns the one behind them.
func (b *builder) text(row uint32, f Field, s string, pos int) int {
	b.tok.reset(s, pos)
	for b.tokens < maxTokens && b.tok.scan() {
		b.tokens++
		b.key = append(append(b.key[:0], byte(Any)), b.tok.term...)
		b.occur(row, uint32(b.tok.pos))
		if f != Any {
			b.key[0] = byte(f)
			b.occur(row, uint32(b.tok.pos))
		}
	}
	return b.tok.next
}

func (b *builder) add(row uint32, f Field, pos uint32, word string, isDense bool) {
	b.key = append(append(b.key[:0], byte(f)), word...)
	b.tok.dense = isDense
	b.occur(row, pos)
}

func (b *builder) occur(row, pos uint32) {
	n, ok := b.numbers[string(b.key)]
	if !ok {
		n = uint32(len(b.names))
		name := string(b.key)
		b.numbers[name] = n
		b.names = append(b.names, name)
		b.dense = append(b.dense, b.tok.dense)
	}
	b.all = append(b.all, occurrence{n, row, pos})
}

// write gives the terms to the writer in order.
func (b *builder) write(w *segmentWriter) {
	sorted, starts := b.byTerm()
	order := make([]uint32, len(b.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.names[x], b.names[y]) })
	prefixes := newPrefixes(len(b.rows))
	var l listWriter
	done := false // the prefixes are written
	for _, n := range order {
		name := b.names[n]
		some := sorted[starts[n]:starts[n+1]]
		if Field(name[0]) == Any {
			prefixes.term(name[1:], b.dense[n], some)
		}
		if Field(name[0]) > fieldPrefix && !done {
			prefixes.write(w, &l)
			done = true
		}
		l.reset(plainField(Field(name[0])))
		b.encode(&l, some)
		w.add([]byte(name), &l)
	}
	if !done {
		prefixes.write(w, &l)
	}
}

// byTerm sorts the occurrences by term; those of a term are in order already.
func (b *builder) byTerm() (sorted []occurrence, starts []uint32) {
	starts = make([]uint32, len(b.names)+1)
	for i := range b.all {
		starts[b.all[i].term+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	next := slices.Clone(starts)
	sorted = make([]occurrence, len(b.all))
	for _, o := range b.all {
		sorted[next[o.term]] = o
		next[o.term]++
	}
	b.all = nil
	return sorted, starts
}

func (b *builder) encode(l *listWriter, some []occurrence) {
	for len(some) > 0 {
		row, n, last := some[0].row, 0, uint32(0)
		b.deltas = b.deltas[:0]
		for n < len(some) && some[n].row == row {
			b.deltas = append(b.deltas, some[n].pos-last)
			last = some[n].pos
			n++
		}
		l.add(row, b.deltas)
		some = some[n:]
	}
}

// prefixes collects the documents of all words that begin alike.
type prefixes struct {
	lists   []prefixList
	current [maxPrefix]string
	bits    [maxPrefix][]uint64
}

type prefixList struct {
	prefix string
	rows   []uint32
}

func newPrefixes(rows int) *prefixes {
	p := &prefixes{}
	for i := range p.bits {
		p.bits[i] = make([]uint64, (rows+63)/64)
	}
	return p
}

// term takes a term of field Any; they come in order.
func (p *prefixes) term(word string, isDense bool, some []occurrence) {
	end := 0
	for i := range maxPrefix {
		if end == len(word) || isDense && i > 0 {
			return
		}
		_, n := utf8.DecodeRuneInString(word[end:])
		end += n
		if p.current[i] != word[:end] {
			p.end(i)
			p.current[i] = word[:end]
		}
		for k := range some {
			p.bits[i][some[k].row/64] |= 1 << (some[k].row % 64)
		}
	}
}

// end keeps a list that is complete.
func (p *prefixes) end(i int) {
	if p.current[i] == "" {
		return
	}
	p.lists = append(p.lists, prefixList{p.current[i], compact(p.bits[i])})
	p.current[i] = ""
	clear(p.bits[i])
}

// compact returns the rows that are set, as few mostly are.
func compact(set []uint64) []uint32 {
	n := 0
	for _, w := range set {
		n += bits.OnesCount64(w)
	}
	rows := make([]uint32, 0, n)
	for i, w := range set {
		for ; w != 0; w &= w - 1 {
			rows = append(rows, uint32(i*64+bits.TrailingZeros64(w)))
		}
	}
	return rows
}

func (p *prefixes) write(w *segmentWriter, l *listWriter) {
	for i := range p.current {
		p.end(i)
	}
	slices.SortFunc(p.lists, func(a, b prefixList) int { return strings.Compare(a.prefix, b.prefix) })
	for _, list := range p.lists {
		l.reset(true)
		for _, row := range list.rows {
			l.add(row, nil)
		}
		w.add(append([]byte{byte(fieldPrefix)}, list.prefix...), l)
	}
}

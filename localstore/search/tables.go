package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"sort"
)

// The table of documents has a row for each, the newest first, in chunks; that of ids
// says which row a document has. Both are columns: of each number, what it is above the
// column's least, in as many octets as the largest needs.
const (
	rowsInChunk = 1000
	idsInChunk  = 2600
	deadBits    = 1 << 15
)

// docRow is a row of the table of documents.
type docRow struct {
	date   int64
	id     uint64
	size   int64
	length uint32 // terms
}

func (d *docRow) numbers() [docColumns]uint64 {
	return [docColumns]uint64{uint64(d.date), d.id, uint64(d.size), uint64(d.length)}
}

// The columns of the table of documents.
const (
	columnDate = iota
	columnID
	columnSize
	columnLength
	docColumns
)

// column is a column of numbers that are compared as signed.
type column struct {
	least uint64
	width int
	p     []byte
}

const columnHead = 9 // octet width, u64 least

func widthOf(v uint64) int { return (bits.Len64(v) + 7) / 8 }

// appendColumn appends width and least, and the numbers.
func appendColumn(p []byte, numbers []uint64) []byte {
	least, most := numbers[0], numbers[0]
	for _, n := range numbers {
		if int64(n) < int64(least) {
			least = n
		}
		if int64(n) > int64(most) {
			most = n
		}
	}
	width := widthOf(most - least)
	p = binary.BigEndian.AppendUint64(append(p, byte(width)), least)
	for _, n := range numbers {
		p = appendFixed(p, n-least, width)
	}
	return p
}

func appendFixed(p []byte, n uint64, width int) []byte {
	for i := width - 1; i >= 0; i-- {
		p = append(p, byte(n>>(8*i)))
	}
	return p
}

// openColumn returns a column of n numbers and what stands behind it.
func openColumn(p []byte, n int) (column, []byte) {
	c := column{least: binary.BigEndian.Uint64(p[1:]), width: int(p[0])}
	end := columnHead + n*c.width
	c.p = p[columnHead:end]
	return c, p[end:]
}

func (c *column) at(i int) uint64 { return c.least + fixed(c.p[i*c.width:(i+1)*c.width]) }

func fixed(p []byte) uint64 {
	n := uint64(0)
	for _, b := range p {
		n = n<<8 | uint64(b)
	}
	return n
}

// docChunk returns a chunk of the table of documents.
func docChunk(rows []docRow) []byte {
	var p []byte
	numbers := make([]uint64, len(rows))
	for c := range docColumns {
		for i := range rows {
			numbers[i] = rows[i].numbers()[c]
		}
		p = appendColumn(p, numbers)
	}
	return p
}

func openDocs(p []byte, n int) (all [docColumns]column) {
	for i := range all {
		all[i], p = openColumn(p, n)
	}
	return all
}

// idChunk returns a chunk of the table of ids, for rows in the order of their ids.
func idChunk(rows []docRow, sorted []uint32) []byte {
	ids, at := make([]uint64, len(sorted)), make([]uint64, len(sorted))
	for i, row := range sorted {
		ids[i], at[i] = rows[row].id, uint64(row)
	}
	return appendColumn(appendColumn(binary.BigEndian.AppendUint16(nil, uint16(len(sorted))), ids), at)
}

// idTable is a chunk of the table of ids.
type idTable struct {
	n        int
	ids, row column
}

func openIDs(p []byte) (t idTable) {
	t.n = int(binary.BigEndian.Uint16(p))
	t.ids, p = openColumn(p[2:], t.n)
	t.row, _ = openColumn(p, t.n)
	return t
}

// find returns the first place whose id is not below one.
func (t *idTable) find(id uint64) int {
	return sort.Search(t.n, func(i int) bool { return t.ids.at(i) >= id })
}

// documents writes the table of documents and that of their ids.
func (w *segmentWriter) documents(rows []docRow) {
	ids := make([]uint32, len(rows))
	for i := range rows {
		ids[i] = uint32(i)
		w.info.terms += uint64(rows[i].length)
	}
	w.info.docs = uint32(len(rows))
	w.info.newest, w.info.oldest = rows[0].date, rows[len(rows)-1].date
	chunk := uint32(0)
	for some := range slices.Chunk(rows, rowsInChunk) {
		w.put(inDocs, u32(chunk), docChunk(some))
		chunk++
	}
	slices.SortFunc(ids, func(a, b uint32) int {
		if rows[a].id < rows[b].id {
			return -1
		}
		return 1
	})
	w.info.low, w.info.high = rows[ids[0]].id, rows[ids[len(ids)-1]].id
	for some := range slices.Chunk(ids, idsInChunk) {
		w.put(inIDs, u64(rows[some[0]].id), idChunk(rows, some))
	}
}

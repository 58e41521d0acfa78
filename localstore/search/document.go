package search

import (
	"math/bits"
	"slices"
)

// Document is what is indexed of a message. Text is UTF-8; what is not is skipped.
type Document struct {
	ID      uint64 // above 0; the caller's, and never used for another message
	Date    int64  // Unix seconds; results are sorted by it, then by ID
	Size    int64  // octets
	From    string // name and address
	To      string // names and addresses of all recipients
	Subject string
	Files   []string // names of attachments
	Body    string   // as text

	Attachment bool // for has:attachment
}

// Octets is about what the document holds in memory.
func (d *Document) Octets() int {
	n := 200 + len(d.From) + len(d.To) + len(d.Subject) + len(d.Body)
	for _, f := range d.Files {
		n += len(f)
	}
	return n
}

// Field says where a word is looked for.
type Field byte

// The fields. A word of Any may be in each of the others, or in the body.
const (
	Any     Field = 'a'
	From    Field = 'f'
	To      Field = 't'
	Subject Field = 's'
	File    Field = 'n'

	fieldKind   Field = 'k' // one term, attachmentTerm
	fieldPrefix Field = 'p' // words by their first one, two and three characters
)

const attachmentTerm = "attachment"

// maxPrefix is the longest prefix that has an entry of its own, in characters.
const maxPrefix = 3

// IDSet is a set of ids, best for ids that lie close together. The zero value is empty.
type IDSet struct {
	words []uint64
	n     int
}

// maxSetID bounds the memory that a damaged id can cost: 64 MB.
const maxSetID = 1 << 29

// Add adds an id.
func (s *IDSet) Add(id uint64) {
	if id >= maxSetID {
		return
	}
	w := int(id / 64)
	if w >= len(s.words) {
		s.words = append(s.words, make([]uint64, w+1-len(s.words)+len(s.words)/4)...)
	}
	if bit := uint64(1) << (id % 64); s.words[w]&bit == 0 {
		s.words[w] |= bit
		s.n++
	}
}

// Remove removes an id.
func (s *IDSet) Remove(id uint64) {
	if s.Has(id) {
		s.words[id/64] &^= 1 << (id % 64)
		s.n--
	}
}

// Clone returns a set with the same ids.
func (s *IDSet) Clone() *IDSet { return &IDSet{words: slices.Clone(s.words), n: s.n} }

// Has tells whether an id is in the set.
func (s *IDSet) Has(id uint64) bool {
	w := id / 64
	return w < uint64(len(s.words)) && s.words[w]&(1<<(id%64)) != 0
}

// Len returns how many ids are in the set.
func (s *IDSet) Len() int { return s.n }

// between calls fn with the ids from low to high, both included, in order.
func (s *IDSet) between(low, high uint64, fn func(uint64)) {
	for w := low / 64; w < uint64(len(s.words)) && w <= high/64; w++ {
		for word := s.words[w]; word != 0; word &= word - 1 {
			if id := w*64 + uint64(bits.TrailingZeros64(word)); id >= low && id <= high {
				fn(id)
			}
		}
	}
}

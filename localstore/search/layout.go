package search

import (
	"encoding/binary"
	"fmt"
)

// layout is the version of what format.md describes, analysis that of how text becomes
// terms. A file of another one is built anew.
const (
	layout   = 2
	analysis = 1
)

var (
	bucketIndex    = []byte("index")
	bucketList     = []byte("list")     // u32 segment: segmentInfo
	bucketSegments = []byte("segments") // u32 segment: a bucket with those below
	bucketDead     = []byte("dead")     // u32 segment, u32 chunk: bits of deleted rows

	keyLayout   = []byte("layout")
	keyAnalysis = []byte("analysis")
	keyStore    = []byte("store")
	keyMark     = []byte("mark")
)

// The buckets of a segment, by the number that a put has.
const (
	inTerms     = iota // first term of a block: the block
	inDocs             // u32 chunk: some of the table of documents
	inIDs              // u64 first id: some of the table of ids
	inLists            // u32: posting lists of more than some octets
	inPositions        // u32: their positions
)

var segmentBuckets = [][]byte{[]byte("terms"), []byte("docs"), []byte("ids"), []byte("lists"), []byte("positions")}

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// newer tells whether a document comes before another one.
func newer(date int64, id uint64, date2 int64, id2 uint64) bool {
	return date > date2 || date == date2 && id > id2
}

// segmentInfo is what the list of segments says of one.
type segmentInfo struct {
	number         uint32
	docs, dead     uint32
	newest, oldest int64 // dates
	low, high      uint64
	terms          uint64 // in all documents
}

const infoOctets = 1 + 4 + 4 + 8*5

func (s *segmentInfo) encode() []byte {
	p := append(make([]byte, 0, infoOctets), 1)
	p = binary.BigEndian.AppendUint32(p, s.docs)
	p = binary.BigEndian.AppendUint32(p, s.dead)
	for _, v := range []uint64{uint64(s.newest), uint64(s.oldest), s.low, s.high, s.terms} {
		p = binary.BigEndian.AppendUint64(p, v)
	}
	return p
}

func decodeInfo(key, p []byte) (segmentInfo, error) {
	if len(key) != 4 || len(p) != infoOctets || p[0] != 1 {
		return segmentInfo{}, fmt.Errorf("%w: a segment's entry of %d octets", errRecord, len(p))
	}
	at := func(i int) uint64 { return binary.BigEndian.Uint64(p[9+8*i:]) }
	return segmentInfo{
		number: binary.BigEndian.Uint32(key), docs: binary.BigEndian.Uint32(p[1:]), dead: binary.BigEndian.Uint32(p[5:]),
		newest: int64(at(0)), oldest: int64(at(1)), low: at(2), high: at(3), terms: at(4),
	}, nil
}

// Mark says how far the caller's documents are indexed. The index keeps it with what it
// is about, in one transaction; what its numbers mean is the caller's business.
type Mark struct {
	UpTo    uint64 // every document up to this id
	Changes uint64 // every change up to this number
}

func (m Mark) encode() []byte { return append(u64(m.UpTo), u64(m.Changes)...) }

func decodeMark(p []byte) (Mark, error) {
	if len(p) != 16 {
		return Mark{}, fmt.Errorf("%w: a mark of %d octets", errRecord, len(p))
	}
	return Mark{binary.BigEndian.Uint64(p), binary.BigEndian.Uint64(p[8:])}, nil
}

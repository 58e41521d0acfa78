package search

import "time"

// Query is what is looked for. It is safe for use by several goroutines.
type Query struct {
	root node
}

// node is a part of a query: one of the types below.
type node interface{}

type (
	andNode  []node // every document, if there are none
	orNode   []node
	notNode  struct{ not node }
	textNode struct { // a word, the start of one, or a phrase
		field Field
		words []queryWord
	}
	kindNode struct{} // has:attachment
	dateNode struct { // Unix seconds, from including, to excluding
		from, to int64
	}
	sizeNode struct { // octets, both excluding
		above, below int64
	}
	flagNode struct { // answered by the caller's Filter
		op, value string
		at        int
	}
)

// queryWord is a word of a phrase. offset is its place, from that of the first.
type queryWord struct {
	term   string
	offset uint32
	prefix bool // any word that begins so
	dense  bool // of a script without spaces
}

// ParseOptions say how a query is read.
type ParseOptions struct {
	// Typing says that its author is not done: the last word stands for all that begin
	// so, and what is not complete (a quotation mark, an operator without its value) is
	// no error.
	Typing bool
	// Now is the time that "today" and "7d" start from; zero is time.Now. Dates are days
	// of its time zone.
	Now time.Time
}

// Bounds of a query.
const (
	maxQuery = 4096 // octets
	maxWords = 200
	maxDepth = 50
)

// Filter answers what changes without a message being indexed again.
type Filter interface {
	// Filter returns the ids of the documents that an operator holds for: "in" or "tag"
	// with a name in lower case, "is" with "read", "starred", "answered" or "forwarded".
	// The set may hold ids that are not in the index. It is not changed afterwards.
	// An error for a value that makes no sense says what would.
	Filter(op, value string) (*IDSet, error)
}

// words cuts text as the index does. The last character of a run of a script without
// spaces is left out where it has a pair.
func words(s string) []queryWord {
	var all []queryWord
	var t tokenizer
	t.reset(s, 0)
	first := -1
	for len(all) < maxWords && t.scan() {
		if t.tail {
			continue
		}
		if first < 0 {
			first = t.pos
		}
		// A lone character of such a script is found in any pair that it begins, and at
		// the end of a run.
		lone := t.dense && !t.pairs
		all = append(all, queryWord{term: string(t.term), offset: uint32(t.pos - first), prefix: lone, dense: t.dense})
	}
	return all
}

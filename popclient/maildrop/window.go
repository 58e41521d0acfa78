package maildrop

import (
	"errors"
	"io"
)

const (
	firstBlock = 64 << 10  // most mailboxes are small
	blockSize  = 2 << 20   // messages of the others are cut out of blocks of this size
	readSize   = 512 << 10 // at most this much is read at once
)

// window is the part of the run that is in memory and not consumed yet. Slices
// taken from it stay valid: a block is only ever appended to, and a full one is
// left to whoever still holds slices of it.
type window struct {
	r     io.Reader
	block []byte
	lo    int // the first octet not consumed
	hi    int // one behind the last octet read
	err   error
}

// data returns what is in memory and not consumed.
func (w *window) data() []byte { return w.block[w.lo:w.hi:w.hi] }

// take consumes n octets.
func (w *window) take(n int) []byte {
	p := w.block[w.lo : w.lo+n : w.lo+n]
	w.lo += n
	return p
}

// ended tells whether all of the run is in memory.
func (w *window) ended() bool { return errors.Is(w.err, io.EOF) }

// broken returns the error, other than io.EOF, that ended the run.
func (w *window) broken() error {
	if w.ended() {
		return nil
	}
	return w.err
}

// fill reads more, and returns false if there is no more.
func (w *window) fill() bool {
	if w.err != nil {
		return false
	}
	if w.hi == len(w.block) {
		w.renew()
	}
	for range 100 {
		n, err := w.r.Read(w.block[w.hi:min(w.hi+readSize, len(w.block))])
		w.hi += n
		w.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// renew goes on in a new block, with what is not consumed and a little of what
// comes before it, so that lineStart still sees it.
func (w *window) renew() {
	before := min(w.lo, 4)
	rest := w.block[w.lo-before : w.hi]
	size := min(max(firstBlock, 8*len(w.block)), blockSize)
	block := make([]byte, max(size, 2*len(rest)))
	w.hi = copy(block, rest)
	w.lo, w.block = before, block
}

// lineStart tells whether a line begins at offset i.
func (w *window) lineStart(i int) bool {
	i += w.lo
	return i == 0 || w.block[i-1] == '\n'
}

// emptyLineEnds tells whether the line that ends with the LF at offset i is empty.
func (w *window) emptyLineEnds(i int) bool {
	if j := w.lo + i; j > 0 && w.block[j-1] == '\r' {
		i--
	}
	return w.lineStart(i)
}

// want reads until n octets are in memory, and returns false if the run is shorter.
func (w *window) want(n int) bool {
	for w.hi-w.lo < n {
		if !w.fill() {
			return false
		}
	}
	return true
}

// line returns the length of the line at offset at, with its line end. ok is
// false if it is longer than most or the run ends without a line end.
func (w *window) line(at, most int) (n int, ok bool) {
	for from := at; ; {
		d := w.data()
		for i := from; i < len(d) && i < at+most; i++ {
			if d[i] == '\n' {
				return i + 1 - at, true
			}
		}
		if from = len(d); from >= at+most || !w.fill() {
			return 0, false
		}
	}
}

package custody

import "github.com/cespare/xxhash/v2"

// Tape keeps the running manifest of a run: one side writes what came off the
// wire, the other what went to the disk. The zero Tape is empty and ready. It is
// not safe for use by several goroutines.
type Tape struct {
	sum      *xxhash.Digest
	octets   int64
	messages int
}

// Write adds octets. It never fails.
func (t *Tape) Write(p []byte) (int, error) {
	if t.sum == nil {
		t.sum = xxhash.New()
	}
	t.octets += int64(len(p))
	return t.sum.Write(p)
}

// Message counts one message.
func (t *Tape) Message() { t.messages++ }

// Manifest returns what was written so far.
func (t *Tape) Manifest() Manifest {
	m := Manifest{Messages: t.messages, Octets: t.octets, Sum: xxhash.Sum64(nil)}
	if t.sum != nil {
		m.Sum = t.sum.Sum64()
	}
	return m
}

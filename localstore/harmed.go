package localstore

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// harmedRecord says of a body that it is not what was received, as a repair found. The
// body's own sums are of what is there.
type harmedRecord struct {
	Lost bool // nothing of it was left, and the body only says so
	At   time.Time
}

const harmedLength = 1 + 8

func (h harmedRecord) encode() []byte {
	p := make([]byte, 1, harmedLength)
	if h.Lost {
		p[0] = 1
	}
	return binary.BigEndian.AppendUint64(p, uint64(h.At.Unix()))
}

func decodeHarmed(p []byte) (harmedRecord, error) {
	if len(p) != harmedLength || p[0] > 1 {
		return harmedRecord{}, fmt.Errorf("%w: a damaged body's of %d octets", errRecord, len(p))
	}
	return harmedRecord{p[0] == 1, time.Unix(int64(binary.BigEndian.Uint64(p[1:])), 0)}, nil
}

// readHarmed returns what a repair found of a body. ok is false if that was nothing.
func readHarmed(tx *bbolt.Tx, id contentID) (h harmedRecord, ok bool, err error) {
	b := tx.Bucket(bucketHarmed)
	if b == nil { // a profile from before, which is being migrated
		return h, false, nil
	}
	v := b.Get(u64(uint64(id)))
	if v == nil {
		return h, false, nil
	}
	h, err = decodeHarmed(v)
	return h, err == nil, err
}

// harmedError says to a reader what a repair found.
func (h harmedRecord) error(path string) *Error {
	what := fmt.Sprintf("This message is damaged. The repair of %s kept what is left of it.", h.At.Format("2006-01-02"))
	if h.Lost {
		what = fmt.Sprintf("This message is lost but for its line in the list, as the repair of %s found.", h.At.Format("2006-01-02"))
	}
	return &Error{
		Kind: ErrDamaged, Path: path, What: what,
		Next: "If it still lies at the post office, the next fetch brings it again; a backup may have it too.",
	}
}

// harmed looks from each body that a repair found damaged to its content.
func (c *checker) harmed() error {
	path := c.s.meta.path
	return c.each(c.s.meta, bucketHarmed, func(tx *bbolt.Tx, k, v []byte) error {
		n, err := parseU64(k)
		if err != nil {
			return err
		}
		if _, err := decodeHarmed(v); err != nil {
			return err
		}
		messages, listed, err := messagesOf(tx, contentID(n))
		if err != nil || !listed {
			c.r.add(path, 0, "A repair found body %d damaged, but it is not listed (%v).", n, err)
		}
		c.r.Harmed += int(messages)
		return nil
	})
}

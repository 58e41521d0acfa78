package pop3

import (
	"errors"
	"fmt"
)

// maxTold is how many refusals are told in words: a server may refuse a hundred
// thousand messages.
const maxTold = 5

// refusals are the messages of a transaction that the server refused one by one.
type refusals struct {
	first []error
	count int
}

func (r *refusals) add(err error) {
	if r.count++; len(r.first) < maxTold {
		r.first = append(r.first, err)
	}
}

// err returns the refusals as an error after which the session goes on, nil if there
// are none.
func (r *refusals) err() error {
	if r.count <= len(r.first) {
		return errors.Join(r.first...)
	}
	return errors.Join(append(r.first, fmt.Errorf("and %d more of the kind", r.count-len(r.first)))...)
}

// with adds them to an error after which the session can only be closed: it must not
// be taken for a refusal because of them.
func (r *refusals) with(fatal error) error {
	if r.count == 0 {
		return fatal
	}
	return fmt.Errorf("%w (%d messages were refused before: %v)", fatal, r.count, r.first[0]) //nolint:errorlint // not to be unwrapped, see above
}

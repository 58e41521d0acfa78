package localstore

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"restante.app/localstore/search"
)

// filter answers the operators whose outcome changes without mail coming or going.
type filter struct{ s *Store }

var flagsByName = map[string]Flags{"read": Seen, "starred": Starred, "answered": Answered, "forwarded": Forwarded}

// Filter implements search.Filter.
func (f filter) Filter(op, value string) (*search.IDSet, error) {
	var set *search.IDSet
	err := f.s.meta.view(func(tx *bbolt.Tx) (err error) {
		switch op {
		case "is":
			var all map[string]*search.IDSet
			all, err = f.s.flags.flagged(tx)
			set = all[value]
		case "in":
			moment := metaMoment{tx.DB(), tx.ID()}
			if set = f.s.index.sets.get(moment, value); set == nil {
				if set, err = f.inMailbox(tx, value); err == nil {
					f.s.index.sets.put(moment, value, set)
				}
			}
		default:
			err = &search.QueryError{What: fmt.Sprintf("%s: is not kept by this version.", op), Next: "Leave it out."}
		}
		return err
	})
	return set, err
}

// inMailbox returns the messages of the mailboxes with a name.
func (f filter) inMailbox(tx *bbolt.Tx, name string) (*search.IDSet, error) {
	set, found, all := &search.IDSet{}, false, []string{}
	err := tx.Bucket(bucketMailboxes).ForEach(func(k, _ []byte) error {
		id, err := parseU64(k)
		if err != nil {
			return err
		}
		m, err := readMailbox(tx, MailboxID(id))
		if err != nil {
			return damaged(f.s.meta.path, "has a damaged mailbox", err)
		}
		all = append(all, m.Name)
		if !strings.EqualFold(m.Name, name) && !strings.EqualFold(m.Source, name) {
			return nil
		}
		found = true
		return eachRefChunk(tx.Bucket(bucketRefs), m.ID, func(_, chunk []byte) error {
			for ; len(chunk) >= refLength; chunk = chunk[refLength:] {
				set.Add(binary.BigEndian.Uint64(chunk[8:]))
			}
			return nil
		})
	})
	if err == nil && !found {
		err = &search.QueryError{What: fmt.Sprintf("There is no mailbox %q.", name), Next: "These are there: " + strings.Join(all[:min(len(all), 20)], ", ") + "."}
	}
	return set, err
}

// metaMoment is meta.bolt as it is between two commits. A compaction makes another file.
type metaMoment struct {
	db *bbolt.DB
	tx int
}

// setCache keeps the mailboxes' messages, by name, while meta.bolt stays as it is: while somebody
// types.
type setCache struct {
	mu   sync.Mutex
	at   metaMoment
	sets map[string]*search.IDSet
}

func (c *setCache) get(at metaMoment, key string) *search.IDSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at != at {
		c.sets = nil
	}
	return c.sets[key]
}

func (c *setCache) put(at metaMoment, key string, set *search.IDSet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at != at || c.sets == nil {
		c.at, c.sets = at, map[string]*search.IDSet{}
	}
	c.sets[key] = set
}

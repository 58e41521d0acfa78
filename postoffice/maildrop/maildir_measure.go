package maildrop

import (
	"sync"
	"time"
)

// measure is what a message's file was found to hold.
type measure struct {
	mark mark
	run  int64
	sum  uint64
}

// measures remembers them between sessions, so that looking for new mail need not read the
// old. What is sent is compared with them all the same.
type measures struct {
	mu   sync.Mutex
	n    int
	dirs map[string]map[string]measure // by Maildir, by unique name
}

const (
	// maxMeasures is how many are remembered, some 100 octets each.
	maxMeasures = 500_000
	// settled is how old a file is whose next change will show in its time.
	settled = 2 * time.Second
)

// of returns what is remembered of a Maildir. It is not changed any more.
func (m *measures) of(dir string) map[string]measure {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dirs[dir]
}

// keep remembers a Maildir's messages in place of what was remembered of it.
func (m *measures) keep(dir string, all []message) {
	old := time.Now().Add(-settled).UnixNano()
	now := make(map[string]measure, len(all))
	for _, msg := range all {
		if msg.mark.mtime < old {
			now[msg.base] = measure{msg.mark, msg.run, msg.sum}
		}
	}
	m.forget(dir)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dirs == nil || m.n+len(now) > maxMeasures {
		m.n, m.dirs = 0, map[string]map[string]measure{}
	}
	if len(now) <= maxMeasures {
		m.n += len(now)
		m.dirs[dir] = now
	}
}

// forget is for a Maildir that is not what it was taken for.
func (m *measures) forget(dir string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n -= len(m.dirs[dir])
	delete(m.dirs, dir)
}

// measure finds a message's length and sum, by reading it unless that is remembered.
func (s *maildirSnapshot) measure(msg *message, known map[string]measure) error {
	if m, ok := known[msg.base]; ok {
		if fi, err := s.subs[msg.at.sub].Lstat(msg.at.name); err == nil && markOf(fi) == m.mark {
			msg.mark, msg.run, msg.sum = m.mark, m.run, m.sum
			return nil
		}
	}
	if err := s.drop.step("measure", msg.base); err != nil {
		return err
	}
	t := newTally(nil)
	var err error
	msg.mark, err = s.entry(t, msg)
	msg.run, msg.sum = t.n, t.sum.Sum64()
	return err
}

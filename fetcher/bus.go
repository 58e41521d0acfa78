package fetcher

import "sync"

// bus is the stream of events. Publishing never blocks: what a slow reader has
// not taken yet is kept in order, but of an account's progress and of a mailbox's
// changes only the newest.
type bus struct {
	out  chan Event
	wake chan struct{}
	stop chan struct{}

	mu    sync.Mutex
	queue []Event
}

func newBus() *bus {
	b := &bus{out: make(chan Event), wake: make(chan struct{}, 1), stop: make(chan struct{})}
	go b.pump()
	return b
}

func (b *bus) publish(e Event) {
	b.mu.Lock()
	if i := b.superseded(e); i >= 0 {
		b.queue = append(b.queue[:i], b.queue[i+1:]...)
	}
	b.queue = append(b.queue, e)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// superseded finds the queued event that e makes worthless, or -1.
func (b *bus) superseded(e Event) int {
	for i, q := range b.queue {
		switch e := e.(type) {
		case Progressed:
			if q, ok := q.(Progressed); ok && q.Account == e.Account {
				return i
			}
		case MailboxChanged, MailboxesChanged, AccountsChanged, StatusChanged:
			if q == e {
				return i
			}
		}
	}
	return -1
}

func (b *bus) take() (Event, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return nil, false
	}
	e := b.queue[0]
	b.queue = b.queue[1:]
	return e, true
}

func (b *bus) pump() {
	defer close(b.out)
	for {
		e, ok := b.take()
		if !ok {
			select {
			case <-b.wake:
				continue
			case <-b.stop:
				return
			}
		}
		select {
		case b.out <- e:
		case <-b.stop:
			return
		}
	}
}

func (b *bus) close() { close(b.stop) }

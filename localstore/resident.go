package localstore

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"restante.app/localstore/internal/resident"
)

const (
	residentSlack = 32 << 20 // of files in memory, beyond what there was
	residentEvery = 2 * time.Second
	closelyEvery  = 50 * time.Millisecond // while all of the store is read
	touchedEvery  = 8 << 20               // octets of messages or rows
)

// residence bounds how much of the store's files the process has in memory. What looks at
// every message would else leave all of them there.
type residence struct {
	s       *Store
	touched atomic.Int64

	mu   sync.Mutex
	base int64 // the least that was in memory after a release, files that are not ours too
}

func (r *residence) begin(s *Store) {
	r.s = s
	r.base, _ = resident.Octets()
}

// run looks after it from time to time, until done or until the store closes.
func (r *residence) run(every time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.look()
		case <-done:
			return
		case <-r.s.stop:
			return
		}
	}
}

// closely looks after it while everything is read, until the function that it returns is
// called.
func (r *residence) closely() (end func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { r.run(closelyEvery, done) })
	return func() {
		close(done)
		running.Wait()
	}
}

// read notes that so many octets were read. No transaction of the caller is open.
func (r *residence) read(octets int64) {
	if r.touched.Add(octets) >= touchedEvery {
		r.touched.Store(0)
		r.look()
	}
}

func (r *residence) look() {
	if !r.mu.TryLock() {
		return
	}
	defer r.mu.Unlock()
	n, ok := resident.Octets()
	if !ok {
		return
	}
	if r.base == 0 || n < r.base {
		r.base = n
	}
	if n-r.base <= residentSlack {
		return
	}
	err := r.releaseBodies()
	if n, _ = resident.Octets(); n-r.base > residentSlack {
		err = errors.Join(err, r.s.meta.view(resident.Release))
		r.base, _ = resident.Octets()
	}
	if err != nil && r.s.ctx.Err() == nil {
		r.s.o.Log.Warn("memory is not given back", "err", err)
	}
}

// releaseBodies gives the pages of all files back but for meta.bolt, which is needed the
// soonest.
func (r *residence) releaseBodies() error {
	errs := []error{r.s.index.release()}
	for _, f := range r.s.shards.opened() {
		errs = append(errs, f.view(resident.Release))
	}
	return errors.Join(errs...)
}

// opened returns the shards that are open.
func (s *shardSet) opened() []*boltFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.open))
}

// release gives the index's pages back, if it is open.
func (ix *indexer) release() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.x == nil {
		return nil
	}
	return ix.x.Release()
}

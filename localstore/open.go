package localstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/sync/semaphore"
)

// Options changes how a store works. The zero value is ready for use.
type Options struct {
	// Summarize makes a Summary of the first octets of a message: its header, as
	// far as that lies in the first 256 KiB, and the start of its body. It runs on
	// several goroutines at once, must not keep or change head, and may panic on
	// hostile mail: the summary is then empty. Nil leaves every summary empty.
	Summarize func(head []byte) Summary
	// Text makes of a message what Search looks into beside its summary. It runs on one
	// goroutine at a time and may panic on hostile mail, of which the summary alone is
	// then searched. Nil leaves the store without search.
	Text func(message *io.SectionReader) Text
	// IndexLazily leaves what is new to the next Search, for a program that does one
	// thing and ends. Without it a goroutine indexes it soon after it came.
	IndexLazily bool
	// Log, if not nil, gets what is not an error of a call.
	Log *slog.Logger
	// LockTimeout is how long Open waits for another process to close the store;
	// 0 is 500 ms.
	LockTimeout time.Duration
	// Now, if not nil, is the clock.
	Now func() time.Time

	growOctets   int           // by which the files grow
	hashFresh    int           // as the constant
	stride       int           // messages in a transaction of an operation, 0: as many as are quick
	shardOctets  int64         // size at which a new body file begins
	batchOctets  int64         // of a commit
	batchDelay   time.Duration // before a commit
	flightOctets int64         // in memory and not yet committed
	fault        func(step string) error
	freeSpace    func(dir string) (int64, error) // octets that may be written there
}

func (o *Options) defaults() {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = 500 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.hashFresh <= 0 {
		o.hashFresh = hashFresh
	}
	if o.shardOctets <= 0 {
		o.shardOctets = 1500 << 20
	}
	if o.batchOctets <= 0 {
		o.batchOctets = 4 << 20
	}
	if o.batchDelay <= 0 {
		o.batchDelay = 250 * time.Millisecond
	}
	if o.flightOctets <= 0 {
		o.flightOctets = 12 << 20
	}
	if o.freeSpace == nil {
		o.freeSpace = freeOctets
	}
	if o.fault == nil {
		o.fault = func(string) error { return nil }
	}
}

func (o *Options) tuning(t fileTuning) fileTuning {
	if o.growOctets > 0 {
		t.alloc = o.growOctets
	}
	return t
}

// Store is an open mail store. Its methods are safe for use by several goroutines.
type Store struct {
	dir     string
	o       Options
	id      []byte
	meta    *boltFile
	shards  *shardSet
	unpack  *unpacker
	mark    mark
	unclean bool

	identities *hashTable // identities → contents
	links      *hashTable // ids → threads
	ids        *hashTable // the servers' ids → their records
	idsRead    *hashView  // the same for those who read
	flags      flagLog

	residence residence

	suspect    atomic.Pointer[Error]
	flight     *semaphore.Weighted
	packLimit  *packLimit
	work       chan *item
	upkeep     sync.Mutex // held by a backup, a compaction, a repair
	writerDone chan struct{}
	removing   sync.Mutex // held from a removal of messages to that of their bodies
	firstDeed  uint64     // the number of the first operation since it was opened
	queue      chan *item
	ctx        context.Context // ends when Close begins
	stop       <-chan struct{} // its Done
	cancel     context.CancelFunc
	index      *indexer
	workers    sync.WaitGroup
	writing    sync.WaitGroup
	closing    sync.Once
	closed     error
}

// Open opens the store in the folder dir, and makes one if dir does not exist or
// is empty. It never makes a new store where a part of one is left. One process
// at a time can have a store open. The errors are ErrLocked, ErrDamaged, ErrNewer,
// ErrReadOnly, ErrNoSpace and ErrDisk.
func Open(dir string, o Options) (*Store, error) {
	o.defaults()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, invalid("The folder %q can't be used: %v.", dir, err)
	}
	if err := errors.Join(finishRestore(dir), finishRepair(dir)); err != nil {
		return nil, err
	}
	if err := prepareFolder(dir, o.LockTimeout); err != nil {
		return nil, err
	}
	s := &Store{
		dir: dir, o: o, mark: mark{markPath(dir)},
		identities: newIdentityTable(o.hashFresh), links: newLinkTable(o.hashFresh),
		ids: newIDTable(o.hashFresh), idsRead: newHashView(newIDTable(0)),
	}
	s.index = newIndexer(s)
	s.residence.begin(s)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.stop = s.ctx.Done()
	if s.unpack, err = newUnpacker(); err != nil {
		return nil, err
	}
	if s.meta, err = openBolt(metaPath(dir), o.LockTimeout, o.tuning(metaTuning)); err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		s.cancel()
		s.workers.Wait()
		if s.shards != nil {
			err = errors.Join(err, s.shards.close())
		}
		return nil, errors.Join(err, s.meta.close())
	}
	return s, nil
}

// begin readies a store whose meta.bolt is open and locked.
func (s *Store) begin() error {
	var err error
	if s.unclean, err = s.mark.set(); err != nil {
		return err
	}
	if s.unclean {
		s.o.Log.Warn("the store was not closed the last time", "folder", s.dir)
		if err := s.rereadMeta(); err != nil {
			return err
		}
	}
	err = s.meta.view(func(tx *bbolt.Tx) error {
		s.id, err = checkMeta(tx, s.meta.path)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.migrate(); err != nil {
		return err
	}
	err = s.meta.view(func(tx *bbolt.Tx) error {
		s.firstDeed = tx.Bucket(bucketDeeds).Sequence() + 1
		return nil
	})
	if err != nil {
		return err
	}
	s.shards = newShardSet(s.dir, s.id, &s.o)
	if err := s.reclaim(); err != nil {
		return err
	}
	return s.start()
}

func makeBuckets(tx *bbolt.Tx, names ...[]byte) error {
	for _, name := range names {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// rereadMeta closes meta.bolt, drops what the system caches of it and opens it again.
func (s *Store) rereadMeta() error {
	if err := s.meta.close(); err != nil {
		return err
	}
	if err := forgetCached(s.meta.path); err != nil {
		return err
	}
	var err error
	s.meta, err = openBolt(s.meta.path, s.o.LockTimeout, s.o.tuning(metaTuning))
	return err
}

// start starts the goroutines.
func (s *Store) start() error {
	n := runtime.GOMAXPROCS(0)
	s.packLimit = newPackLimit()
	s.flight = semaphore.NewWeighted(s.o.flightOctets)
	s.work = make(chan *item, n)
	s.queue = make(chan *item, 1024)
	s.writerDone = make(chan struct{})
	for range n {
		w, err := newWorker(s)
		if err != nil {
			return err
		}
		s.workers.Go(w.run)
	}
	w, err := newWriter(s)
	if err != nil {
		return err
	}
	s.writing.Go(w.run)
	s.workers.Go(func() { s.residence.run(residentEvery, nil) })
	s.index.start()
	return nil
}

// Unclean tells whether the store was not closed the last time it was open. What
// was committed is there; a Check will say so.
func (s *Store) Unclean() bool { return s.unclean }

// Dir returns the folder of the store.
func (s *Store) Dir() string { return s.dir }

// Close ends every intake, without committing what it holds, and closes the files.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.cancel()
		s.writing.Wait()
		s.workers.Wait()
		if err := s.index.close(); err != nil { // it can be made anew
			s.o.Log.Warn("the search index", "err", err)
		}
		err := errors.Join(s.shards.close(), s.meta.close())
		if err == nil && s.suspect.Load() == nil {
			err = s.mark.clear()
		}
		s.closed = err
	})
	return s.closed
}

// update changes meta.bolt, unless an earlier write has failed.
func (s *Store) update(fn func(*bbolt.Tx) error) error {
	if e := s.suspect.Load(); e != nil {
		return e
	}
	defer s.index.wake()
	return s.failed(s.meta.update(fn))
}

// failed looks at the outcome of a write. Any failure that may have come after
// the first octet of a commit, but want of room, makes the store suspect.
func (s *Store) failed(err error) error {
	if err == nil {
		return nil
	}
	if leavesDoubt(err) && s.suspect.CompareAndSwap(nil, suspect(s.dir, err)) {
		s.o.Log.Error("a write to the store failed", "err", err)
	}
	return err
}

// prepareFolder makes the folder and an empty meta.bolt where there is nothing yet.
func prepareFolder(dir string, wait time.Duration) error {
	if err := os.MkdirAll(bodiesPath(dir), 0o700); err != nil {
		return classify(dir, err)
	}
	if _, err := os.Stat(metaPath(dir)); !errors.Is(err, os.ErrNotExist) {
		return classify(metaPath(dir), err)
	}
	rest, err := filepath.Glob(filepath.Join(bodiesPath(dir), "*.bolt"))
	if err != nil {
		return classify(dir, err)
	}
	if len(rest) > 0 {
		return damaged(metaPath(dir), "is missing, though mail is there in "+bodiesPath(dir), nil)
	}
	return createBolt(metaPath(dir), wait, fillMeta)
}

func fillMeta(tx *bbolt.Tx) error {
	if err := makeBuckets(tx, slices.Concat(metaBuckets, hashBuckets, idBuckets, laterBuckets)...); err != nil {
		return err
	}
	b := tx.Bucket(bucketStore)
	return errors.Join(b.Put(keySchema, u32(schema)), b.Put(keyID, newStoreID()), b.Put(keyBatch, u64(0)))
}

// checkMeta refuses a meta.bolt that this version can't use, and returns its id.
func checkMeta(tx *bbolt.Tx, path string) ([]byte, error) {
	b := tx.Bucket(bucketStore)
	if b == nil {
		return nil, damaged(path, "is not a mail store", nil)
	}
	version, err := parseU32(b.Get(keySchema))
	if err != nil {
		return nil, damaged(path, "does not say its version", err)
	}
	if version > schema {
		return nil, newer(path, version)
	}
	needed := slices.Clone(metaBuckets)
	if version < 3 {
		needed = append(needed, bucketIdentity)
	} else {
		needed = append(needed, hashBuckets...)
	}
	if version >= 4 {
		needed = append(needed, idBuckets...)
	}
	var missing []string
	for _, name := range needed {
		if tx.Bucket(name) == nil {
			missing = append(missing, string(name))
		}
	}
	id := b.Get(keyID)
	if len(missing) > 0 || len(id) != 16 {
		return nil, damaged(path, fmt.Sprintf("lacks a part (%s)", strings.Join(missing, ", ")), nil)
	}
	return append([]byte(nil), id...), nil
}

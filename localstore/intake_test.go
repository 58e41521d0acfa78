package localstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"restante.app/localstore/custody"
)

// begin opens an intake that is closed when the test ends.
func begin(t testing.TB, s *Store, mailbox string) custody.Intake {
	t.Helper()
	in, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: mailbox})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

// long is a message of n octets of noise in lines, read from Rest.
func long(n int64, seed uint64) custody.Delivery {
	head := []byte("From: a@example.org\r\nSubject: long\r\n\r\n")
	return custody.Delivery{
		Prefix: []byte("From a Tue Oct  1 10:00:00 1984\r\n"), Octets: head,
		Rest:   io.LimitReader(&noise{seed: seed}, n-int64(len(head))),
		Suffix: func() []byte { return []byte("\r\nend\r\n") }, Format: "mmdf",
	}
}

// noise is lines that hardly compress, other ones for each seed.
type noise struct{ seed, at uint64 }

var noiseBlock = sync.OnceValue(func() []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	p := make([]byte, 1<<20-3)
	for i := range p {
		p[i] = byte(rng.Uint32())
		if i%76 == 75 {
			p[i] = '\n'
		}
	}
	return p
})

func (r *noise) Read(p []byte) (int, error) {
	block := noiseBlock()
	n := copy(p, block[(r.seed*7919+r.at)%uint64(len(block)):])
	r.at += uint64(n)
	return n, nil
}

func TestLongMessages(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{shardOctets: 4 << 20})
	sizes := []int64{50, chunkSize - 30, chunkSize, 2*chunkSize - 33, 2 * chunkSize, 5*chunkSize + 17}
	for i, size := range sizes {
		fetch(t, s, "acc", "inbox", long(size, uint64(i)))
		if r := fetch(t, s, "acc", "inbox", long(size, uint64(i))); r.Known() != 1 {
			t.Errorf("%d octets, again: not known", size)
		}
		d := long(size, uint64(i))
		rest, err := io.ReadAll(d.Rest)
		if err != nil {
			t.Fatal(err)
		}
		want := string(d.Octets) + string(rest)
		m, err := s.OpenMessage(MessageID(i + 1))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := iotest.TestReader(m.Reader(), []byte(want)); err != nil {
				t.Errorf("%d octets: %.200v", size, err)
			}
		}
		for _, at := range []int64{0, 1, size / 2, chunkSize - 35, chunkSize - 3, size - 10, size} {
			p := make([]byte, 20)
			n, err := m.ReadAt(p, at)
			if got, left := string(p[:n]), want[min(at, size):]; got != left[:min(20, len(left))] || errors.Is(err, io.EOF) != (len(left) < 20) {
				t.Errorf("%d octets: at %d: %q, %v", size, at, got, err)
			}
		}
		all, err := io.ReadAll(m.Received())
		if err != nil || string(all) != string(d.Prefix)+want+"\r\nend\r\n" {
			t.Errorf("%d octets: %d received, %v", size, len(all), err)
		}
	}
	if files := storeFiles(t, s.dir); len(files) < 3 {
		t.Errorf("%d files: no second shard", len(files))
	}
}

// The heap must not grow with the size of a message.
func TestLongMessageInBoundedMemory(t *testing.T) {
	const size = 96 << 20
	s := openTest(t, t.TempDir(), Options{})
	in := begin(t, s, "inbox")
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most uint64
	d := long(size, 1)
	octets := int64(0)
	rest := d.Rest
	d.Rest = readFunc(func(p []byte) (int, error) {
		n, err := rest.Read(p)
		if octets += int64(n); octets%(8<<20) < int64(n) {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		}
		return n, err
	})
	if err := in.Deliver(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	r, err := in.Commit(t.Context())
	if err != nil || r.Fresh() != 1 {
		t.Fatal(err)
	}
	grown := int64(most) - int64(before.HeapInuse)
	t.Logf("%d MB passed, the heap grew by %d MB", size>>20, grown>>20)
	if grown > 64<<20 {
		t.Errorf("the heap grew by %d octets", grown)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// What a failed long message leaves in the shards is removed, and the store goes on.
func TestIncompleteMessage(t *testing.T) {
	broken := errors.New("the line went dead")
	s := openTest(t, t.TempDir(), Options{batchOctets: 1 << 20})
	in := begin(t, s, "inbox")
	d := long(6<<20, 1)
	d.Rest = io.MultiReader(d.Rest, iotest.ErrReader(broken))
	if err := in.Deliver(t.Context(), delivery(testMail(1))); err != nil {
		t.Fatal(err)
	}
	err := in.Deliver(t.Context(), d)
	if !errors.Is(err, ErrIncomplete) || !errors.Is(err, broken) {
		t.Fatalf("Deliver: %v", err)
	}
	// Another fetch commits while the pieces lie there.
	fetch(t, s, "acc", "other", delivery(testMail(2)))
	if _, err := in.Commit(t.Context()); !errors.Is(err, ErrIncomplete) {
		t.Fatalf("Commit after a failure: %v", err)
	}
	if err := in.Deliver(t.Context(), delivery("x")); !errors.Is(err, ErrClosed) {
		t.Fatalf("Deliver after Commit: %v", err)
	}
	if r := checkClean(t, s); r.Octets > 1<<20 {
		t.Errorf("%d octets are left", r.Octets)
	}
}

// A crash in the middle of a long message, while others commit, leaves nothing.
func TestUnfinishedMessageIsReclaimed(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{batchOctets: 1 << 20, shardOctets: 3 << 20})
	if err != nil {
		t.Fatal(err)
	}
	in := begin(t, s, "inbox")
	hold, reached := make(chan struct{}), make(chan struct{})
	d := long(6<<20, 1)
	d.Rest = io.MultiReader(d.Rest, readFunc(func([]byte) (int, error) {
		close(reached)
		<-hold
		return 0, io.EOF
	}))
	var delivering sync.WaitGroup
	delivering.Go(func() { _ = in.Deliver(context.WithoutCancel(t.Context()), d) })
	<-reached
	for i := 0; i < 200; i += 10 {
		var some []custody.Delivery
		for j := range 10 {
			some = append(some, delivery(testMail(i+j)))
		}
		fetch(t, s, "acc", "other", some...)
	}
	copyStore(t, dir, dir+".crashed") // as a kill would leave it
	close(hold)
	delivering.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, dir+".crashed", Options{})
	if !again.Unclean() {
		t.Error("the crash was not noticed")
	}
	if r := checkClean(t, again); r.Messages != 200 || r.Octets > 1<<20 {
		t.Errorf("%d messages in %d octets", r.Messages, r.Octets)
	}
}

func TestTwoIntakesAtOnce(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{batchOctets: 64 << 10})
	var both sync.WaitGroup
	for _, box := range []string{"a", "b"} {
		in := begin(t, s, box)
		both.Go(func() {
			for i := range 500 {
				if err := in.Deliver(t.Context(), delivery(testMail(i))); err != nil {
					t.Errorf("%s: %v", box, err)
					return
				}
			}
			if r, err := in.Commit(t.Context()); err != nil || r.Fresh() != 500 {
				t.Errorf("%s: %d fresh, %v", box, r.Fresh(), err)
			}
		})
	}
	both.Wait()
	r := checkClean(t, s)
	if r.Messages != 1000 || r.Bodies != 500 {
		t.Errorf("%d messages with %d bodies", r.Messages, r.Bodies)
	}
}

func TestCancel(t *testing.T) {
	block := make(chan struct{})
	var once sync.Once
	s := openTest(t, t.TempDir(), Options{flightOctets: 64 << 10, fault: func(string) error {
		<-block
		return nil
	}})
	defer once.Do(func() { close(block) })
	in, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			if err := in.Deliver(ctx, delivery(testMail(i))); err != nil {
				failed <- err
				return
			}
		}
	}()
	cancel() // with the writer stuck, Deliver blocks on memory until now
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("Deliver: %v", err)
	}
	once.Do(func() { close(block) }) // Commit waits for what the writer has begun
	if r, err := in.Commit(t.Context()); err == nil {
		t.Errorf("Commit after a cancelled Deliver: %+v", r)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}

func TestDroppedIntakeKeepsNothingUncommitted(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	in := begin(t, s, "inbox")
	if err := in.Deliver(t.Context(), delivery(testMail(1))); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if r := checkClean(t, s); r.Messages != 0 {
		t.Errorf("%d messages of a fetch that was given up", r.Messages)
	}
	if r := fetch(t, s, "acc", "inbox", delivery(testMail(1))); r.Fresh() != 1 {
		t.Errorf("%d fresh", r.Fresh())
	}
}

// A sender that uses the memory of a message again, once that is done with, changes no
// mail.
func TestMemoryUsedAgain(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	in := begin(t, s, "inbox")
	var want []string
	var done atomic.Int32
	for i := range 300 {
		prefix := []byte(fmt.Sprintf("From a@example.org %d\n", i))
		octets := []byte(fmt.Sprintf("From: a@example.org\nSubject: %d\nMessage-ID: <%d@example.org>\n\n%s\n", i, i, strings.Repeat("mail ", i*20)))
		want = append(want, string(octets))
		err := in.Deliver(t.Context(), custody.Delivery{Prefix: prefix, Octets: octets, Format: "mboxrd", Done: func() {
			done.Add(1)
			for _, p := range [][]byte{prefix, octets} {
				for k := range p {
					p[k] = '!'
				}
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := int(done.Load()); n != len(want) {
		t.Errorf("%d of %d are done with", n, len(want))
	}
	for i, w := range want {
		m, err := s.OpenMessage(MessageID(i + 1))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(m.Reader()); string(got) != w || err != nil {
			t.Fatalf("message %d has changed: %.60q, %v", i, got, err)
		}
	}
}

package maildrop

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// heapGrowth runs f and returns how far the heap grew beyond what it was, in octets.
func heapGrowth(f func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond): // how often it looks; nothing waits for it
			}
		}
	}()
	f()
	close(stop)
	<-done
	if m := most.Load(); m > before.HeapInuse {
		return m - before.HeapInuse
	}
	return 0
}

// fill makes a mailbox of about the given size: a Maildir or an mbox. Half of
// it is one large message.
func fill(t testing.TB, kind string, octets int) Opener {
	t.Helper()
	dir := t.TempDir()
	msg := "Subject: a message\n\n" + strings.Repeat("From time to time a line of a letter that is long enough to be one.\n", 160)
	large := strings.Repeat(msg, octets/2/len(msg)+1)
	count := octets / 2 / len(msg)
	if kind == "mbox" {
		if err := os.MkdirAll(dir+"/fred", 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(dir + "/fred/inbox")
		if err != nil {
			t.Fatal(err)
		}
		for i := range count {
			body := msg
			if i == 0 {
				body = large
			}
			if _, err := io.WriteString(f, "From x Thu Jan  1 00:00:00 1970\n"+body+"\n"); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		m, err := NewMbox(dir, DefaultMbox, 0)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	put(t, dir+"/fred/Maildir/new/1.large", large)
	for i := range count {
		name := filepath.Join(dir, "fred/Maildir/new", fmt.Sprintf("%d.M%dP1.host", i, i))
		if err := os.WriteFile(name, []byte(msg), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, err := NewMaildir(dir, DefaultMaildir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A mailbox far larger than the memory allowed is counted, sent and expunged.
func TestStreamsWithBoundedMemory(t *testing.T) {
	for _, kind := range []string{"maildir", "mbox"} {
		t.Run(kind, func(t *testing.T) {
			const size, limit = 48 << 20, 16 << 20
			o := fill(t, kind, size)
			var octets int64
			grown := heapGrowth(func() {
				s := open(t, o, "fred", "inbox")
				n, err := s.WriteTo(io.Discard)
				if err != nil || n != s.Octets() {
					t.Errorf("%d of %d octets, %v", n, s.Octets(), err)
				}
				octets = n
				expunge(t, s)
				shut(t, s)
			})
			t.Logf("%d octets with %d octets of heap", octets, grown)
			if octets < size*9/10 || grown > limit {
				t.Errorf("%d octets took %d octets of heap, allowed are %d", octets, grown, limit)
			}
		})
	}
}

// BenchmarkGigabyte counts, sends and expunges mailboxes of 1 GB.
func BenchmarkGigabyte(b *testing.B) {
	for _, kind := range []string{"maildir", "mbox"} {
		b.Run(kind, func(b *testing.B) {
			b.StopTimer()
			for range b.N {
				o := fill(b, kind, 1<<30)
				b.StartTimer()
				start := time.Now()
				var counted, sent time.Duration
				grown := heapGrowth(func() {
					s := open(b, o, "fred", "inbox")
					counted = time.Since(start)
					if _, err := s.WriteTo(io.Discard); err != nil {
						b.Fatal(err)
					}
					sent = time.Since(start) - counted
					b.SetBytes(s.Octets())
					if err := s.Expunge(context.Background()); err != nil {
						b.Fatal(err)
					}
					shut(b, s)
				})
				b.StopTimer()
				b.ReportMetric(float64(grown)/(1<<20), "MB-heap")
				b.ReportMetric(counted.Seconds(), "s-count")
				b.ReportMetric(sent.Seconds(), "s-send")
			}
		})
	}
}

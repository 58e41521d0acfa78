//go:build unix

package localstore

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"restante.app/localstore/custody"
)

// scale is how many messages the store of BenchmarkScale has at most; it begins with a
// hundredth.
var scale = flag.Int("scale", 20_000, "messages in the largest store of BenchmarkScale; 1000000 is the size that the limits are for")

func scaleMail(i int) custody.Delivery {
	up := ""
	if i%4 > 0 {
		up = fmt.Sprintf("In-Reply-To: <%d@x>\r\nReferences: <%d@x> <%d@x>\r\n", i-1, i-i%4, i-1)
	}
	return delivery(fmt.Sprintf("Message-ID: <%d@x>\r\nSubject: number %d\r\nDate: %d\r\n%s\r\nbody of %d\r\n", i, i, 1e9+i*60, up, i))
}

// BenchmarkScale measures a store of a hundredth, a tenth and all of -scale messages: its
// start, a page of 50 rows anywhere, marking 1,000, and fetching 100 new. The bars at a
// million are 5 ms for p99 of a page, 100 ms for marking, and 1.5 times for fetching what
// it costs with a hundredth.
func BenchmarkScale(b *testing.B) {
	for _, n := range []int{*scale / 100, *scale / 10, *scale} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchScale(b, n) })
	}
}

func benchScale(b *testing.B, n int) {
	dir := b.TempDir()
	s, err := Open(dir, Options{Summarize: threadOfText})
	if err != nil {
		b.Fatal(err)
	}
	fill(b, s, 0, n)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	figures := map[string]float64{}
	took := func(name string, d time.Duration) { figures[name] = float64(d.Microseconds()) / 1000 }
	began := time.Now()
	if s, err = Open(dir, Options{Summarize: threadOfText}); err != nil {
		b.Fatal(err)
	}
	l := s.List(1)
	if _, err := l.Page(0, 50, true); err != nil {
		b.Fatal(err)
	}
	took("start-ms", time.Since(began))
	rng := rand.New(rand.NewPCG(1, 2))
	for name, l := range map[string]*List{"page-p99-ms": l, "threads-p99-ms": s.Threads(1)} {
		var each []time.Duration
		rows, err := l.Len()
		if err != nil {
			b.Fatal(err)
		}
		for range 500 {
			began := time.Now()
			page, err := l.Page(rng.IntN(rows), 50, true)
			if err != nil {
				b.Fatal(err)
			}
			if err := readRows(s, page, l.bucket); err != nil {
				b.Fatal(err)
			}
			each = append(each, time.Since(began))
		}
		slices.Sort(each)
		took(name, each[len(each)*99/100])
	}
	var ids []MessageID
	for range min(1000, n) {
		ids = append(ids, MessageID(1+rng.IntN(n)))
	}
	began = time.Now()
	if err := s.SetFlags(ids, Seen, 0); err != nil {
		b.Fatal(err)
	}
	took("mark-ms", time.Since(began))
	cpu := cpuTime(b)
	for b.Loop() {
		fill(b, s, n, 100)
		n += 100
	}
	b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/1000/float64(b.N), "fetch100-cpu-ms")
	for name, value := range figures {
		b.ReportMetric(value, name)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// readRows reads what a list shows of a page: messages, or threads with those who wrote.
func readRows(s *Store, page []Ref, bucket []byte) error {
	ids, threads := make([]MessageID, len(page)), make([]ThreadID, len(page))
	for i, r := range page {
		ids[i], threads[i] = r.ID, ThreadID(r.ID)
	}
	if string(bucket) == string(bucketThreads) {
		rows, err := s.ThreadRows(1, threads)
		if err != nil {
			return err
		}
		ids = ids[:0]
		for _, r := range rows {
			ids = append(ids, r.Recent...)
		}
	}
	_, err := s.Entries(ids)
	return err
}

// fill fetches n messages.
func fill(b *testing.B, s *Store, from, n int) {
	in, err := s.Begin(b.Context(), custody.Run{Account: "acc", Mailbox: "inbox"})
	if err != nil {
		b.Fatal(err)
	}
	for i := from; i < from+n; i++ {
		if err := in.Deliver(b.Context(), scaleMail(i)); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := in.Commit(b.Context()); err != nil {
		b.Fatal(err)
	}
}

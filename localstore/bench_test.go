//go:build unix

package localstore

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// corpus makes n messages of about 11 KB: headers, text of Zipf-distributed words
// and, in every fifth, some base64, with CRLF line ends.
func corpus(n int) []custody.Delivery {
	rng := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 20000)
	for i := range words {
		b := make([]byte, 2+rng.IntN(9))
		for j := range b {
			b[j] = "etaoinshrdlucmfwypvbgkjqxz"[min(rng.IntN(26), rng.IntN(26))]
		}
		words[i] = string(b)
	}
	zipf := rand.NewZipf(rng, 1.1, 3, uint64(len(words)-1))
	ds := make([]custody.Delivery, n)
	for i := range ds {
		var b bytes.Buffer
		fmt.Fprintf(&b, "Return-Path: <s%d@lists.example.org>\r\nReceived: from relay%d.example.org (relay%d.example.org [192.0.2.%d])\r\n\tby mx.example.net (Postfix) with ESMTP id %X\r\n\tfor <fred@example.net>; Tue, %d Oct 2024 10:%02d:%02d +0200 (CEST)\r\n", i%977, i%13, i%13, i%250, rng.Uint64(), 1+i%28, i%60, i%59)
		fmt.Fprintf(&b, "Message-ID: <%x.%d@example.org>\r\nDate: Tue, %d Oct 2024 10:%02d:%02d +0200\r\nFrom: %s %s <s%d@example.org>\r\nTo: fred@example.net\r\nSubject: %s %s %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", rng.Uint64(), i, 1+i%28, i%60, i%59, words[i%500], words[i%700], i%977, words[zipf.Uint64()], words[zipf.Uint64()], words[zipf.Uint64()])
		size := 4000 + rng.IntN(14000)
		line := 0
		for b.Len() < size {
			if i%5 == 0 && b.Len() > size/2 {
				raw := make([]byte, 57)
				for j := range raw {
					raw[j] = byte(rng.Uint32())
				}
				b.WriteString(base64.StdEncoding.EncodeToString(raw) + "\r\n")
				continue
			}
			w := words[zipf.Uint64()]
			b.WriteString(w)
			if line += len(w) + 1; line > 68 {
				b.WriteString("\r\n")
				line = 0
			} else {
				b.WriteByte(' ')
			}
		}
		ds[i] = custody.Delivery{
			Prefix: fmt.Appendf(nil, "From s%d@example.org Tue Oct %2d 10:%02d:%02d 2024\r\n", i%977, 1+i%28, i%60, i%59),
			Octets: b.Bytes(), Format: "mboxrd",
		}
	}
	return ds
}

// benchSummary costs about what parsing a header costs, 10 µs.
func benchSummary(head []byte) Summary {
	var s Summary
	fields := map[string]*string{"from": &s.FromName, "to": &s.To, "subject": &s.Subject, "message-id": &s.MessageID}
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		key := string(bytes.ToLower(name))
		if f := fields[key]; f != nil {
			*f = string(bytes.TrimSpace(value))
		}
		if key == "date" {
			s.Date, _ = time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", string(bytes.TrimSpace(value)))
		}
	}
	for start := time.Now(); time.Since(start) < 8*time.Microsecond; {
	}
	return s
}

// BenchmarkIntake is one fetch of 20,000 messages into an empty store.
func BenchmarkIntake(b *testing.B) {
	// A part of the mail is made beforehand; each delivery is a copy with a field of
	// its own, so that the heap holds what a fetch holds and not the whole maildrop.
	const messages = 20000
	made := corpus(messages / 40)
	next := func(i int) custody.Delivery {
		d := made[i%len(made)]
		d.Octets = append(fmt.Appendf(make([]byte, 0, len(d.Octets)+32), "X-Serial: %08d\r\n", i), d.Octets...)
		return d
	}
	var total int64
	for i := range messages {
		total += int64(len(made[i%len(made)].Prefix) + len(made[i%len(made)].Octets) + 20)
	}
	b.SetBytes(total)
	runtime.GC()
	var base runtime.MemStats
	runtime.ReadMemStats(&base)
	var commits atomic.Int64
	var peak uint64
	cpu := cpuTime(b)
	for b.Loop() {
		stop, watched := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(watched)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					return
				case <-tick.C:
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc-min(base.HeapAlloc, m.HeapAlloc))
				}
			}
		}()
		dir := b.TempDir()
		s, err := Open(dir, Options{Summarize: benchSummary, fault: func(step string) error {
			if step != "begin" {
				commits.Add(1)
			}
			return nil
		}})
		if err != nil {
			b.Fatal(err)
		}
		in, err := s.Begin(b.Context(), custody.Run{Account: "a", Mailbox: "inbox"})
		if err != nil {
			b.Fatal(err)
		}
		for i := range messages {
			if err := in.Deliver(b.Context(), next(i)); err != nil {
				b.Fatal(err)
			}
		}
		r, err := in.Commit(b.Context())
		if err != nil || r.Fresh() != messages {
			b.Fatal(err, r.Fresh())
		}
		b.StopTimer()
		close(stop)
		<-watched
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(float64(commits.Load())/float64(b.N), "commits")
	b.ReportMetric(float64(peak)/(1<<20), "peak-heap-MB")
	b.ReportMetric(float64(total)/(1<<20), "payload-MB")
}

// cpuTime is what the process has used; other work on the machine hardly moves it.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRefs lists a mailbox of a million messages.
func BenchmarkRefs(b *testing.B) {
	const rows = 1_000_000
	s := openTest(b, b.TempDir(), Options{})
	rng := rand.New(rand.NewPCG(1, 2))
	err := s.meta.update(func(tx *bbolt.Tx) error {
		refs := make([]Ref, rows)
		for i := range refs {
			refs[i] = Ref{ID: MessageID(i + 1), Date: 1e9 + int64(i)*300 - rng.Int64N(86400)}
		}
		return errors.Join(addCounts(tx, 1, counts{Total: rows}), insertRefs(tx.Bucket(bucketRefs), 1, refs))
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		refs, err := s.Refs(1, true)
		if err != nil || len(refs) != rows {
			b.Fatal(len(refs), err)
		}
	}
	b.StopTimer()
	err = s.meta.update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucketRefs)
		return errors.Join(err, tx.DeleteBucket(bucketRefs))
	})
	if err != nil {
		b.Fatal(err)
	}
	err = s.meta.update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(bucketRefs)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

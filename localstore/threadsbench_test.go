//go:build unix

package localstore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// BenchmarkThreads enters messages of threads of about six into 200,000, in the order of
// their dates and in any. The bar is 60 µs a message.
func BenchmarkThreads(b *testing.B) {
	const messages, limit = 200_000, 60
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]links, messages)
	id := func(i int) uint64 { return linkOf(fmt.Sprintf("%d.id@example.org", i)) }
	for i := range all {
		all[i] = links{id(i)}
		for up := i; up > 0 && rng.IntN(6) > 0 && len(all[i]) < 12; {
			up -= 1 + rng.IntN(min(up, 3000))
			all[i] = append(all[i], id(up))
		}
	}
	for name, shuffled := range map[string]bool{"dates": false, "shuffled": true} {
		b.Run(name, func(b *testing.B) {
			order, cpu := rng.Perm(messages), cpuTime(b)
			if !shuffled {
				slices.Sort(order)
			}
			for b.Loop() {
				s, err := Open(b.TempDir(), Options{})
				if err != nil {
					b.Fatal(err)
				}
				for some := range slices.Chunk(order, 1000) {
					err := s.meta.update(func(tx *bbolt.Tx) error {
						links, err := s.links.in(tx)
						if err != nil {
							return err
						}
						t := newThreader(tx)
						t.links = links
						for _, i := range some {
							if _, err := t.add(MessageID(i+1), 1, int64(i)*60, all[i]); err != nil {
								return err
							}
						}
						return t.finish()
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			each := float64((cpuTime(b) - cpu).Microseconds()) / float64(b.N) / messages
			b.ReportMetric(each, "cpu-µs/message")
			verdict := "ok"
			if each > limit {
				verdict = "SHORT"
			}
			fmt.Printf("\nFIGURE scale-threads-%s-us %.2f <=%d.00 %s\n", name, each, limit, verdict) // for make bench
		})
	}
}

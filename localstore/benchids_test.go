//go:build unix

package localstore

import (
	"fmt"
	"slices"
	"testing"

	"restante.app/localstore/custody"
)

// offeredCorpus is n messages of 11 KB, or short ones, each with an id as of Dovecot.
func offeredCorpus(n int, short bool) ([]custody.Delivery, []string) {
	made := corpus(min(n, 500))
	all, ids := make([]custody.Delivery, n), make([]string, n)
	for i := range all {
		d := made[i%len(made)]
		if short {
			d.Octets = []byte("Subject: short\r\n\r\nshort\r\n")
		}
		d.Octets = append(fmt.Appendf(nil, "X-Serial: %08d\r\n", i), d.Octets...)
		ids[i] = fmt.Sprintf("%08x%08x", i+1, 0x66f2a1b3)
		d.Prefix, d.Format, d.UIDL, d.Listed = nil, "", ids[i], int64(len(d.Octets))
		all[i] = d
	}
	return all, ids
}

// BenchmarkHoldings looks 20,000 ids up, of which all, or none, are known; odd ones are in no
// order, and mixed ones are asked for in another than that in which they came.
func BenchmarkHoldings(b *testing.B) {
	const n = 20000
	s := openTest(b, b.TempDir(), Options{})
	all, ids := offeredCorpus(n, true)
	fetch(b, s, "acc", "inbox", all...)
	unknown := make([]string, n)
	for i := range unknown {
		unknown[i] = ids[i] + "x"
	}
	odd := make([]string, n)
	for i := range all {
		odd[i] = idIn3(i)
		all[i].UIDL = odd[i]
	}
	fetch(b, s, "acc", "odd", all...)
	mixed := slices.Clone(odd)
	slices.Sort(mixed)
	for name, asked := range map[string][]string{"known": ids, "unknown": unknown, "odd": odd, "mixed": mixed} {
		box := "odd"
		if name == "known" || name == "unknown" {
			box = "inbox"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				h, err := s.Holdings("acc", box, asked)
				if err != nil || len(h) != n && (name != "unknown" || len(h) != 0) {
					b.Fatal(len(h), err)
				}
			}
		})
	}
}

// BenchmarkVouch vouches for 500 messages of 11 KB, as a session asks for.
func BenchmarkVouch(b *testing.B) {
	const n = 500
	s := openTest(b, b.TempDir(), Options{})
	all, _ := offeredCorpus(n, false)
	fetch(b, s, "acc", "inbox", all...)
	claims := make([]custody.Claim, n)
	for i, d := range all {
		claims[i] = claimOf(string(d.Octets), d.UIDL)
	}
	run := custody.Run{Account: "acc", Mailbox: "inbox"}
	for b.Loop() {
		held, _, err := s.Vouch(b.Context(), run, claims)
		if err != nil || !held[0] || !held[n-1] {
			b.Fatal(err)
		}
	}
}

// BenchmarkDelete deletes 10,000 messages of 11 KB.
func BenchmarkDelete(b *testing.B) {
	const n = 10000
	all, _ := offeredCorpus(n, false)
	for b.Loop() {
		b.StopTimer()
		s, err := Open(b.TempDir(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		fetch(b, s, "acc", "inbox", all...)
		ids := make([]MessageID, n)
		for i := range ids {
			ids[i] = MessageID(i + 1)
		}
		b.StartTimer()
		if err := s.Delete(b.Context(), ids, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if refs, err := s.Refs(1, false); err != nil || len(refs) != 0 {
			b.Fatal(len(refs), err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkIDs is what the index of ids costs for each message delivered.
func BenchmarkIDs(b *testing.B) {
	const n = 20000
	for _, with := range []bool{false, true} {
		b.Run(fmt.Sprintf("ids=%t", with), func(b *testing.B) {
			all, _ := offeredCorpus(n, false)
			if !with {
				for i := range all {
					all[i].UIDL = ""
				}
			}
			cpu := cpuTime(b)
			for b.Loop() {
				s, err := Open(b.TempDir(), Options{})
				if err != nil {
					b.Fatal(err)
				}
				fetch(b, s, "acc", "inbox", all...)
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N)/n, "cpu-us/message")
		})
	}
}

//go:build unix

package scale

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"restante.app/localstore/corpus"
	"restante.app/localstore/custody"
)

// TestIDFigures measures what a server's unique ids cost that come in no order, as many
// servers give them: to fetch a hundred messages where a million ids are known beside where
// ten thousand are, and to compare all that a server lists with what is known.
func TestIDFigures(t *testing.T) {
	few, many := idStore(t, min(*size, 10_000)), idStore(t, *size)
	c := corpus.New(corpus.Options{Seed: 2})
	short := idCosts(t, few, many, func(from int) []custody.Delivery { return idMail(from, 100) })
	fmt.Printf("  those are of some 150 octets, so that ids are most of it: %.2f times\n", percentile(short[1].wall, 50).Seconds()/percentile(short[0].wall, 50).Seconds())
	cost := idCosts(t, few, many, func(from int) []custody.Delivery { return withIDs(mail(c, from, 100), from) })
	figure("scale-ids-fetch-100-beside-10k", percentile(cost[1].wall, 50).Seconds()/percentile(cost[0].wall, 50).Seconds(), 1.5)
	figure("scale-ids-fetch-100-beside-10k-processor", percentile(cost[1].cpu, 50).Seconds()/percentile(cost[0].cpu, 50).Seconds(), 1.5)
	figure("scale-ids-written-beside-10k", float64(cost[1].octets)/float64(cost[0].octets), 1.5)
	compareIDs(t, many)
}

// idCosts fetches a hundred messages into each store, in turn.
func idCosts(t *testing.T, few, many *filled, hundred func(from int) []custody.Delivery) (cost [2]costs) {
	t.Helper()
	for range rounds {
		for i, f := range []*filled{few, many} {
			all := hundred(f.n)
			cost[i].measure(t, func() { f.fetch(t, all) })
		}
	}
	for i, f := range []*filled{few, many} {
		fmt.Printf("  fetching 100 where %d ids are known: %.1f ms, %.1f ms of processor, %.2f MB written\n",
			f.n, ms(percentile(cost[i].wall, 50)), ms(percentile(cost[i].cpu, 50)), float64(cost[i].octets)/rounds/1e6)
	}
	return cost
}

// withIDs gives messages ids in no order.
func withIDs(all []custody.Delivery, from int) []custody.Delivery {
	for i := range all {
		all[i].UIDL, all[i].Listed = randomID(from+i), int64(len(all[i].Octets))
	}
	return all
}

// idsAtOnce is how many ids a fetch asks for at once.
const idsAtOnce = 10_000

// compareIDs asks what is known of everything that a server lists.
func compareIDs(t *testing.T, f *filled) {
	t.Helper()
	ids := make([]string, f.n)
	for i := range ids {
		ids[i] = randomID(i)
	}
	debug.FreeOSMemory()
	before := residentNow(t)
	w := watchMemory(t)
	began := time.Now()
	known := 0
	for some := range slices.Chunk(ids, idsAtOnce) {
		held, err := f.s.Holdings(f.account, source, some)
		if err != nil {
			t.Fatal(err)
		}
		known += len(held)
	}
	took, peak := time.Since(began), w.end()
	if known != len(ids) {
		t.Fatalf("%d of %d are known", known, len(ids))
	}
	figure("scale-ids-compare-us", float64(took.Microseconds())/float64(len(ids)), 10)
	figure("scale-ids-compare-MB", float64(peak-before)/1e6, 120)
}

// randomID is an id in no order, as of a server that makes them of a message's octets.
func randomID(i int) string {
	sum := sha256.Sum256(fmt.Append(nil, i))
	return fmt.Sprintf("%x", sum[:16])
}

// idMail is short messages with ids.
func idMail(from, n int) []custody.Delivery {
	all := make([]custody.Delivery, n)
	for i := range all {
		text := fmt.Appendf(nil, "Message-ID: <%d@example.org>\r\nDate: %s\r\nSubject: message %d\r\n\r\nshort\r\n",
			from+i, time.Unix(int64(1e9+60*(from+i)), 0).UTC().Format(time.RFC1123Z), from+i)
		all[i] = custody.Delivery{Octets: text, UIDL: randomID(from + i), Listed: int64(len(text))}
	}
	return all
}

// idStore returns a store of n such messages.
func idStore(t *testing.T, n int) *filled {
	t.Helper()
	base := *keep
	if base == "" {
		base = scratch(t)
	}
	f := openFilled(t, filepath.Join(base, fmt.Sprint("ids-", n)))
	for f.n < n {
		f.fetch(t, idMail(f.n, min(5_000, n-f.n)))
	}
	return f
}

// watchMemory looks at the memory until its end.
func watchMemory(t *testing.T) *others {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &others{stop: stop}
	w.running.Go(func() { w.look(ctx, t) })
	return w
}

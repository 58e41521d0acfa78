//go:build unix

package scale

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/corpus"
)

// full tells whether the limits apply.
func full() bool { return *size >= 100_000 }

// figure prints a line; the value should not be above the limit.
func figure(name string, value, limit float64) {
	verdict := "ok"
	switch {
	case !full():
		verdict = "(small run, not judged)"
	case value > limit:
		verdict = "SHORT"
	}
	fmt.Printf("FIGURE %s %.2f <=%.2f %s\n", name, value, limit, verdict)
}

func percentile(all []time.Duration, p int) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, len(all)*p/100)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// rounds is how often each store is fetched into, in turn; the median counts.
const rounds = 30

// TestFigures measures a store beside one of a tenth and one of a hundredth, but of ten
// thousand at least, in turn.
func TestFigures(t *testing.T) {
	c := corpus.New(corpus.Options{Seed: 1})
	var stores []*filled
	for _, n := range slices.Compact([]int{max(*size/100, min(*size, 10_000)), max(*size/10, min(*size, 10_000)), *size}) {
		stores = append(stores, storeOf(t, c, n))
	}
	cost := make([]costs, len(stores))
	for range rounds {
		for i, f := range stores {
			all := mail(c, f.n, 100)
			cost[i].measure(t, func() { f.fetch(t, all) })
		}
	}
	for i, f := range stores {
		fmt.Printf("  fetching 100 into %d: %.1f ms, %.1f ms of processor, %.2f MB written\n",
			f.n, ms(percentile(cost[i].wall, 50)), ms(percentile(cost[i].cpu, 50)), float64(cost[i].octets)/rounds/1e6)
	}
	largest := stores[len(stores)-1]
	for name, of := range map[string]func(costs) []time.Duration{
		"fetch-100-beside-10k":           func(c costs) []time.Duration { return c.wall },
		"fetch-100-beside-10k-processor": func(c costs) []time.Duration { return c.cpu },
	} {
		many, few := percentile(of(cost[len(cost)-1]), 50), percentile(of(cost[0]), 50)
		figure("scale-"+name, many.Seconds()/few.Seconds(), 1.5)
	}
	boxes, err := largest.s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	for name, took := range pages(t, largest.s, boxes[0].ID) {
		fmt.Printf("  %s: median %.2f ms\n", name, ms(percentile(took, 50)))
		figure("scale-"+name+"-p99-ms", ms(percentile(took, 99)), 5)
	}
	figure("scale-mark-1000-ms", ms(percentile(marks(t, largest), 50)), 100)
}

// costs are what one step cost, each time.
type costs struct {
	wall, cpu []time.Duration
	octets    int64 // written, all in all
}

func (c *costs) measure(t *testing.T, do func()) {
	t.Helper()
	cpu, octets, began := cpuTime(t), written(t), time.Now()
	do()
	c.wall = append(c.wall, time.Since(began))
	c.cpu = append(c.cpu, cpuTime(t)-cpu)
	c.octets += written(t) - octets
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var wroteChars = regexp.MustCompile(`wchar: (\d+)`)

// written is how many octets this process has written to files, where the system tells.
func written(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0
	}
	found := wroteChars.FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// waitedForProcessor is how long this thread was ready and other programs ran instead,
// where the system tells.
func waitedForProcessor(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile("/proc/thread-self/schedstat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	n, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n)
}

// jumps is how many places of a list are read.
const jumps = 1000

// pages reads lists as the window does: the first page after a commit, and 50 rows in
// any place, with what they show.
func pages(t *testing.T, s *localstore.Store, box localstore.MailboxID) map[string][]time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	rng := rand.New(rand.NewPCG(1, 2))
	took := map[string][]time.Duration{}
	timed := func(name string, do func() error) {
		waited, began := waitedForProcessor(t), time.Now()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		d := time.Since(began)
		took[name] = append(took[name], d-(waitedForProcessor(t)-waited))
	}
	list, threads := s.List(box), s.Threads(box)
	rows, err := list.Len()
	if err != nil {
		t.Fatal(err)
	}
	groups, err := threads.Len()
	if err != nil {
		t.Fatal(err)
	}
	for range jumps {
		timed("page", func() error { return readPage(s, list, rng.IntN(rows)) })
		timed("threads-page", func() error { return readThreads(s, threads, box, rng.IntN(groups)) })
	}
	for range 100 {
		timed("first-page", func() error { return readPage(s, s.List(box), 0) })
		timed("first-threads-page", func() error { return readThreads(s, s.Threads(box), box, 0) })
	}
	return took
}

const pageRows = 50

func readPage(s *localstore.Store, l *localstore.List, from int) error {
	refs, err := l.Page(from, pageRows, true)
	if err != nil {
		return err
	}
	ids := make([]localstore.MessageID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	entries, err := s.Entries(ids)
	if err == nil && (len(entries) != len(refs) || len(refs) == 0) {
		err = fmt.Errorf("row %d: %d of %d rows", from, len(entries), len(refs))
	}
	return err
}

func readThreads(s *localstore.Store, l *localstore.List, box localstore.MailboxID, from int) error {
	refs, err := l.Page(from, pageRows, true)
	if err != nil {
		return err
	}
	ids := make([]localstore.ThreadID, len(refs))
	for i, r := range refs {
		ids[i] = localstore.ThreadID(r.ID)
	}
	rows, err := s.ThreadRows(box, ids)
	if err != nil {
		return err
	}
	newest := make([]localstore.MessageID, len(rows))
	for i, r := range rows {
		newest[i] = r.Newest
	}
	entries, err := s.Entries(newest)
	if err == nil && (len(entries) != len(refs) || len(refs) == 0) {
		err = fmt.Errorf("thread %d: %d of %d rows", from, len(entries), len(refs))
	}
	return err
}

// marks marks 1,000 messages all over the store as read, and as unread again.
func marks(t *testing.T, f *filled) []time.Duration {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	var took []time.Duration
	for range 10 {
		ids := make([]localstore.MessageID, min(1000, f.n))
		for i := range ids {
			ids[i] = localstore.MessageID(1 + rng.IntN(f.n))
		}
		began := time.Now()
		if err := f.s.SetFlags(ids, localstore.Seen, 0); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began))
		if err := f.s.SetFlags(ids, 0, localstore.Seen); err != nil {
			t.Fatal(err)
		}
	}
	return took
}

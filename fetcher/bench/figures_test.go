//go:build unix

package bench

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

var (
	size = flag.Int("messages", 400, "messages in the mailbox; 20000 is the size that the limits are for")
	runs = flag.Int("runs", 1, "how often each side runs, in turn; the median counts")
)

// full tells whether the limits apply.
func full() bool { return *size >= 20_000 }

// figure prints a line. atLeast tells on which side of the limit it should be.
func figure(t *testing.T, name string, value, limit float64, atLeast bool) {
	t.Helper()
	sign, ok := "<=", value <= limit
	if atLeast {
		sign, ok = ">=", value >= limit
	}
	verdict := "ok"
	switch {
	case !full():
		verdict = "(small run, not judged)"
	case !ok:
		verdict = "SHORT"
	}
	fmt.Printf("FIGURE %s %.2f %s%.2f %s\n", name, value, sign, limit, verdict)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// TestFigures measures collecting a mailbox by RDEL beside writing the same octets
// to a plain file, and beside mpop collecting the same mail from dovecot.
func TestFigures(t *testing.T) {
	all := corpus(*size)
	octets := 0
	for _, m := range all {
		octets += len(m)
	}
	popfetch := build(t)
	pop3 := startDovecot(t, all)
	var ours, plain, mpop []time.Duration
	var memory int64
	for range *runs {
		took, peak := collect(t, popfetch, all)
		ours, memory = append(ours, took), max(memory, peak)
		plain = append(plain, copyToFile(t, all))
		if pop3 != nil {
			mpop = append(mpop, pop3.mpop(t))
		}
	}
	o, p := median(ours), median(plain)
	rate := func(d time.Duration) float64 { return float64(octets) / d.Seconds() / 1e6 }
	fmt.Printf("%d messages, %d octets; median of %d\n", len(all), octets, *runs)
	fmt.Printf("  popfetch, RDEL into the store: %v, %.0f MB/s, %.0f messages/s\n", o, rate(o), float64(len(all))/o.Seconds())
	fmt.Printf("  plain file with fsync:         %v, %.0f MB/s\n", p, rate(p))
	figure(t, "rdel-beside-plain-file", p.Seconds()/o.Seconds(), 0.35, true)
	figure(t, "fetch-memory-MB", float64(memory)/1e6, 150, false)
	if syncs, ok := countSyncs(t, popfetch, all); ok {
		figure(t, "messages-per-fsync", float64(len(all))/float64(syncs), 50, true)
	}
	if len(mpop) > 0 {
		m := median(mpop)
		fmt.Printf("  mpop from dovecot, Maildir:    %v, %.0f messages/s\n", m, float64(len(all))/m.Seconds())
		figure(t, "messages-per-second-beside-mpop", m.Seconds()/o.Seconds(), 3, true)
	}
}

// scratch returns a folder on a disk: a temporary folder may be in memory, where
// an fsync costs nothing.
func scratch(t *testing.T) string {
	t.Helper()
	base := os.Getenv("BENCH_DIR")
	if base == "" && os.Geteuid() == 0 {
		base = "/var/tmp/restante-bench" // the peer's server does not run as root and must get there
	}
	if base == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		base = filepath.Join(cache, "restante-bench")
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(base, "run")
	if err := errors.Join(err, os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

package bench

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// peak is the most of the heap that was in use while a function ran, beyond what was in
// use before: what is live is told by each of the collector's rounds, which come whenever
// the heap has grown by a few hundredths.
func peak(run func()) float64 {
	before := held()
	defer debug.SetGCPercent(debug.SetGCPercent(4))
	stop, most := make(chan bool), make(chan float64)
	go func() {
		sample, top := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, 0.0
		for {
			metrics.Read(sample)
			top = max(top, float64(sample[0].Value.Uint64()))
			select {
			case <-stop:
				most <- top
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	}()
	run()
	stop <- true
	return max(<-most, held()) - before
}

// TestReading measures the heap while HTML becomes a document: the most that is in use
// besides the message.
func TestReading(t *testing.T) {
	for _, m := range []struct {
		name string
		make func() string
	}{
		{"newsletters", func() string { return newsletters(t, *octets) }},
		{"statement", func() string { return statement(*octets / 2) }},
		{"small-elements", func() string { return strings.Repeat("<p>x", *octets/10) }},
	} {
		s := m.make()
		start := time.Now()
		d := ofHTML(s)
		took := time.Since(start)
		text := sha256.Sum256([]byte(d.Flat()))
		d = nil
		most := peak(func() { d = ofHTML(s) })
		runtime.GC()
		if most <= 0 || sha256.Sum256([]byte(d.Flat())) != text {
			t.Errorf("%s: %v octets in use at most; read twice, its text is the same: %t", m.name, most, sha256.Sum256([]byte(d.Flat())) == text)
		}
		figure("memory-while-reading-"+m.name, most/float64(len(s)), 3)
		after := held()
		runtime.KeepAlive(d)
		d = nil
		fmt.Printf("%s: %.1f MB in %.2f s, document %.1f MB\n", m.name, float64(len(s))/1e6, took.Seconds(), (after-held())/1e6)
		runtime.KeepAlive(s)
	}
}

//go:build unix

package scale

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/corpus"
)

// allLimits are how many µs a message may take of what is done to all of them at once.
const (
	allLimit     = 60
	waitLimit    = 250 // ms that another writer waits, the 99th of a hundred
	allMemory    = 200 // MB in memory, where nothing else is there
	lookAtOthers = 20 * time.Millisecond
)

// TestAllFigures does to all messages at once what can be done to one, and undoes it, while
// another writer marks one message again and again.
func TestAllFigures(t *testing.T) {
	f := storeOf(t, corpus.New(corpus.Options{Seed: 1}), *size)
	own := ownBox(t, f.s)
	boxes, err := f.s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	ctx, inbox := t.Context(), boxes[0].ID
	debug.FreeOSMemory()
	w := watchOthers(t, f.s)
	for _, deed := range []struct {
		name string
		do   func(ids []localstore.MessageID) (localstore.Undo, error)
	}{
		{"mark", func(ids []localstore.MessageID) (localstore.Undo, error) {
			return f.s.Mark(ctx, ids, localstore.Starred, 0, nil)
		}},
		{"move", func(ids []localstore.MessageID) (localstore.Undo, error) { return f.s.Move(ctx, ids, own, nil) }},
		{"trash", func(ids []localstore.MessageID) (localstore.Undo, error) { return f.s.Trash(ctx, ids, nil) }},
	} {
		ids := allOf(t, f.s, inbox)
		began := time.Now()
		u, err := deed.do(ids)
		if err != nil || u.Len() < len(ids) {
			t.Fatalf("%s: %d of %d, %v", deed.name, u.Len(), len(ids), err)
		}
		figure("scale-all-"+deed.name+"-us", each(began, len(ids)), allLimit)
		began = time.Now()
		redo, err := f.s.Undo(ctx, u, nil)
		if err != nil || redo.Len() != u.Len() {
			t.Fatalf("%s: undone %d of %d, %v", deed.name, redo.Len(), u.Len(), err)
		}
		figure("scale-all-"+deed.name+"-undo-us", each(began, len(ids)), allLimit)
	}
	peak, waits := w.end(), w.waits
	fmt.Printf("  another writer waits: median %.1f ms, most %.1f ms\n", ms(percentile(waits, 50)), ms(percentile(waits, 100)))
	figure("scale-all-others-wait-p99-ms", ms(percentile(waits, 99)), waitLimit)
	figure("scale-all-memory-MB", float64(peak)/1e6, allMemory)
}

// each is how many µs one of n took.
func each(began time.Time, n int) float64 {
	return float64(time.Since(began).Microseconds()) / float64(n)
}

func ownBox(t *testing.T, s *localstore.Store) localstore.MailboxID {
	t.Helper()
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range boxes {
		if b.Role == localstore.Own {
			return b.ID
		}
	}
	b, err := s.MakeMailbox("All of it")
	if err != nil {
		t.Fatal(err)
	}
	return b.ID
}

func allOf(t *testing.T, s *localstore.Store, box localstore.MailboxID) []localstore.MessageID {
	t.Helper()
	refs, err := s.Refs(box, true)
	if err != nil || len(refs) == 0 {
		t.Fatalf("%d rows, %v", len(refs), err)
	}
	ids := make([]localstore.MessageID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	return ids
}

// others is a writer beside what is measured, and somebody who looks at the memory.
type others struct {
	stop    context.CancelFunc
	running sync.WaitGroup
	waits   []time.Duration
	peak    int64
}

func watchOthers(t *testing.T, s *localstore.Store) *others {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &others{stop: stop}
	w.running.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			if err := s.PutSetting("scale", []byte(began.String())); err != nil {
				t.Error(err)
				return
			}
			w.waits = append(w.waits, time.Since(began))
			time.Sleep(lookAtOthers)
		}
	})
	w.running.Go(func() { w.look(ctx, t) })
	return w
}

// look looks at the memory of this process.
func (w *others) look(ctx context.Context, t *testing.T) {
	for ctx.Err() == nil {
		w.peak = max(w.peak, residentNow(t))
		time.Sleep(lookAtOthers)
	}
}

// end returns the most memory that was resident.
func (w *others) end() (peak int64) {
	w.stop()
	w.running.Wait()
	return w.peak
}

// residentNow is how much memory this process has, where the system tells.
func residentNow(t *testing.T) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	m := resident.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kb, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Error(err)
	}
	return kb * 1024
}

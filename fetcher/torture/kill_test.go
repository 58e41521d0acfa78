package torture

import (
	"fmt"
	"testing"
	"time"
)

// TestKill kills the program at random points of an RDEL fetch, up to three times
// before it may finish.
func TestKill(t *testing.T) {
	r := dice(t)
	all := mail(r)
	span := duration(t, all)
	t.Logf("an undisturbed fetch of %d letters takes %v", len(all), span)
	var early, within, late int // kills with nothing, a part, and everything in the store
	for n := 0; n < *kills; {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			tr := newTrial(t, all)
			tr.setUp()
			for range 1 + r.IntN(3) {
				cmd, _ := tr.fetch(t.Context())
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(r.Int64N(int64(span * 6 / 5)))) // the random point
				if err := cmd.Process.Kill(); err != nil {
					t.Log("it had ended:", err)
				}
				_ = cmd.Wait() // killed, or done: both are welcome
				n++
				switch b := tr.nothingLost(); b.stored {
				case 0:
					early++
				case len(all):
					late++
				default:
					within++
				}
			}
			tr.complete()
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills: %d with nothing in the store yet, %d with a part, %d with everything", early+within+late, early, within, late)
}

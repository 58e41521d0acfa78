//go:build unix

package torture

import (
	"fmt"
	"testing"
	"time"
)

// TestKill kills the program at random points of an RDEL fetch, up to three times
// before it may finish. Two thirds of the points are spread over the octets of the
// mailbox, the others over what follows the last of them: the commit, RCVD, the end.
func TestKill(t *testing.T) { inEach(t, killed) }

func killed(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	size := 0
	for _, m := range all {
		size += len(m)
	}
	t.Logf("an undisturbed fetch of %d letters takes %v", len(all), duration(t, d, all))
	var early, within, late int // kills with nothing, a part, and everything in the store
	for n := 0; n < *kills; {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			tr := newTrial(t, d, all)
			p := newProxy(t, tr.officeAt, 0, never, watch)
			tr.addr = p.ln.Addr().String()
			tr.setUp()
			for range 1 + r.IntN(3) {
				point, delay := 1+r.Int64N(int64(size)), time.Duration(r.Int64N(int64(5*time.Millisecond)))
				if r.IntN(3) == 0 {
					point, delay = int64(size), time.Duration(r.Int64N(int64(150*time.Millisecond)))
				}
				p.down.Store(point)
				killed := tr.killAt(p, delay)
				n++
				switch b := tr.nothingLost(); b.stored {
				case 0:
					early++
				case len(all):
					late++
				default:
					within++
				}
				if !killed || len(tr.office.Held()) == 0 {
					break // nothing is left to fetch: a kill would prove nothing
				}
			}
			p.down.Store(never)
			tr.complete()
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills: %d with nothing in the store yet, %d with a part, %d with everything", early+within+late, early, within, late)
}

// killAt starts a fetch and kills it some time after so many octets as the proxy
// waits for. It returns false if the fetch was over before: one by POP3 does not read
// again what is here.
func (tr *trial) killAt(p *proxy, delay time.Duration) bool {
	tr.t.Helper()
	for {
		cmd, out := tr.fetch(tr.t.Context())
		if err := cmd.Start(); err != nil {
			tr.t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait() // killed, or done: both are welcome
			close(ended)
		}()
		select {
		case <-p.struck:
			time.Sleep(delay)      // the random point
			_ = cmd.Process.Kill() // it may have ended
			<-ended
			return true
		case <-ended:
			// The post office had not noticed the end of the last session yet.
			switch {
			case !cmd.ProcessState.Success():
			case tr.dialect.protocol == "pop3":
				return false
			default:
				tr.t.Fatalf("it ended before its point: %s", out)
			}
		}
	}
}

//go:build unix

package torture

import (
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// blowKind is what a proxy does at its point.
type blowKind int

const (
	cut   blowKind = iota // end the connection
	stall                 // let it hang until the program gives up
	watch                 // nothing: the test does something
)

// proxy stands between the program and the post office and strikes in each session
// after so many octets have passed towards the program or away from it.
type proxy struct {
	ln       net.Listener
	to       string
	kind     blowKind
	down, up atomic.Int64  // where to strike
	struck   chan struct{} // tells of each blow
}

func newProxy(t *testing.T, to string, down, up int64, kind blowKind) *proxy {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{ln: ln, to: to, kind: kind, struck: make(chan struct{}, 16)}
	p.down.Store(down)
	p.up.Store(up)
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			go p.serve(near)
		}
	}()
	t.Cleanup(func() { _ = ln.Close() }) // ends the loop above
	return p
}

// serve passes one connection through.
func (p *proxy) serve(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer far.Close()
	ended := make(chan struct{}, 2)
	pass := func(dst, src net.Conn, limit int64) {
		if n, _ := io.CopyN(dst, src, limit); n == limit { // an error is an end like any other
			p.struck <- struct{}{}
			switch p.kind {
			case stall:
				_, _ = io.Copy(io.Discard, near) // until the program goes
			case watch:
				_, _ = io.Copy(dst, src) // until either side goes
			}
		}
		ended <- struct{}{}
	}
	go pass(near, far, p.down.Load())
	go pass(far, near, p.up.Load())
	<-ended
}

// never is more than passes in any session.
const never = 1 << 40

// TestCut cuts the connection after a random number of octets from the post
// office or, a third of the time, of those to it.
func TestCut(t *testing.T) { inEach(t, cutOff) }

func cutOff(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	size := 0
	for _, m := range all {
		size += len(m)
	}
	for i := range *cuts {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			down, up := r.Int64N(int64(size)*12/10), int64(never)
			if i%3 == 0 {
				down, up = up, r.Int64N(60)
			}
			p := newProxy(t, tr.officeAt, down+1, up+1, cut)
			tr.addr = p.ln.Addr().String()
			tr.setUp()
			cmd, _ := tr.fetch(t.Context())
			_ = cmd.Run() // cut off, or done: both are welcome
			tr.nothingLost()
			tr.moveTo(tr.officeAt)
			tr.complete()
		})
	}
}

// TestStall lets the connection hang after a random number of octets, then
// interrupts the program, which must end by itself.
func TestStall(t *testing.T) { inEach(t, stalled) }

func stalled(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	for i := range *cuts {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			p := newProxy(t, tr.officeAt, 1+r.Int64N(int64(len(all))*10_000), never, stall)
			tr.addr = p.ln.Addr().String()
			tr.setUp()
			cmd, out := tr.fetch(t.Context())
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-p.struck
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }) // the exit below tells
			_ = cmd.Wait()                                                            // its exit code is looked at below
			if hung.Stop(); cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("interrupted, it ended with %v\n%s", cmd.ProcessState, out)
			}
			tr.nothingLost()
			tr.moveTo(tr.officeAt)
			tr.complete()
		})
	}
}

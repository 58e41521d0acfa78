//go:build unix

package peers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Courier starts courierpop3d behind a listener of this package. The program begins
// after the login, so greeting, USER and PASS are the listener's own.
func Courier(t testing.TB) *Peer {
	t.Helper()
	binary := program(t, "/usr/lib/courier/courier/courierpop3d")
	if binary == "" {
		return nil
	}
	a := serverAccount(t)
	base, maildir := scratch(t, a)
	env, local := transplant(t, base, binary)
	p := &Peer{Name: "courierpop3d", User: "fred", Password: "open sesame", dir: maildir, owner: a}
	p.Addr, p.idle = inetd(t, func(nc *net.TCPConn) *exec.Cmd {
		if !preauthenticate(nc, p.User, p.Password) {
			return nil
		}
		c := exec.CommandContext(context.Background(), local, maildir)
		c.Dir = base
		c.Env = slices.Concat(env, []string{"AUTHENTICATED=" + p.User, "HOME=" + base, "MAILDIR=" + maildir, "TCPREMOTEIP=127.0.0.1"})
		a.run(c)
		return c
	})
	return p
}

// preauthenticate speaks POP3 up to a good PASS, whose reply is for the program to
// give. It reads no octet beyond that.
func preauthenticate(nc io.ReadWriter, user, password string) bool {
	in := bufio.NewReaderSize(nc, 16) // lines come one by one: a client waits for each reply here
	named, reply := false, "+OK ready"
	for {
		if _, err := fmt.Fprintf(nc, "%s\r\n", reply); err != nil {
			return false
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		switch verb = strings.ToUpper(verb); {
		case verb == "USER":
			named, reply = arg == user, "+OK"
		case verb == "PASS" && named && arg == password:
			return in.Buffered() == 0
		case verb == "QUIT":
			_, _ = io.WriteString(nc, "+OK\r\n") // the client may be gone
			return false
		default:
			reply = "-ERR not here"
		}
	}
}

// inetd listens on loopback and runs a program for each connection, which has it
// as its input and output. start returns nil to hang up instead. idle waits until no
// program runs.
func inetd(t testing.TB, start func(*net.TCPConn) *exec.Cmd) (addr string, idle func()) {
	t.Helper()
	ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var accepting sync.WaitGroup
	sessions := newGate()
	accepting.Go(func() {
		for {
			nc, err := ln.AcceptTCP()
			if err != nil {
				return // the test is over
			}
			sessions.enter()
			go func() {
				defer sessions.leave()
				serve(t, nc, start)
			}()
		}
	})
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		accepting.Wait()
		sessions.wait()
	})
	return ln.Addr().String(), sessions.wait
}

// gate counts who is inside. Unlike a sync.WaitGroup it may be entered while others wait.
type gate struct {
	mu     sync.Mutex
	left   *sync.Cond
	inside int
}

func newGate() *gate {
	g := new(gate)
	g.left = sync.NewCond(&g.mu)
	return g
}

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside++
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.left.Broadcast()
}

func (g *gate) wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside > 0 {
		g.left.Wait()
	}
}

func serve(t testing.TB, nc *net.TCPConn, start func(*net.TCPConn) *exec.Cmd) {
	defer nc.Close()
	c := start(nc)
	if c == nil {
		return
	}
	f, err := nc.File()
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	c.Stdin, c.Stdout = f, f
	if err := c.Start(); err != nil {
		t.Error(err)
		return
	}
	_ = nc.Close() // the program has the connection now
	_ = f.Close()
	_ = c.Wait() // a client that hangs up makes it fail
}

// transplant makes an unpacked program runnable for the account that serves, which
// may not enter the home of whoever unpacked it: a copy of it and of its libraries
// below base. An installed program stays where it is.
func transplant(t testing.TB, base, binary string) (env []string, local string) {
	t.Helper()
	if !strings.HasPrefix(binary, unpacked()) {
		return environment(), binary
	}
	lib := filepath.Join(base, "lib")
	mkdir(t, lib)
	for _, pattern := range []string{"usr/lib/*.so.*", "usr/lib/*-linux-gnu*/*.so.*", "lib/*-linux-gnu*/*.so.*"} {
		found, err := filepath.Glob(filepath.Join(unpacked(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			copied(t, f, filepath.Join(lib, filepath.Base(f)))
		}
	}
	local = filepath.Join(base, filepath.Base(binary))
	copied(t, binary, local)
	return []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH=" + lib}, local
}

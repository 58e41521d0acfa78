package postoffice

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

var (
	errShutdown = errors.New("the post office is shut down")
	errBusy     = errors.New("too many sessions; try again later")
	errGreedy   = errors.New("too many sessions from your address; try again later")
)

// gate counts sessions.
type gate struct {
	total, perAddress int

	mu    sync.Mutex
	all   int
	count map[netip.Prefix]int
}

func (g *gate) enter(a netip.Addr) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := network(a)
	switch {
	case g.all >= g.total:
		return errBusy
	case g.count[p] >= g.perAddress:
		return errGreedy
	}
	if g.count == nil {
		g.count = make(map[netip.Prefix]int)
	}
	g.all++
	g.count[p]++
	return nil
}

func (g *gate) leave(a netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := network(a)
	g.all--
	if g.count[p]--; g.count[p] == 0 {
		delete(g.count, p)
	}
}

// network is what counts as one place to come from: an IPv4 address or an IPv6 /64,
// of which one host has as many addresses as it likes.
func network(a netip.Addr) netip.Prefix {
	bits := 64
	if a = a.Unmap().WithZone(""); a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil { // not an IP address: all those count as one place
		return netip.Prefix{}
	}
	return p
}

// remoteAddr is the client's IP address, or the zero Addr if it has none.
func remoteAddr(nc net.Conn) netip.Addr {
	if nc.RemoteAddr() == nil {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(nc.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}

func (s *Server) addListener(ln net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.listeners[ln] = struct{}{}
	return true
}

func (s *Server) removeListener(ln net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, ln)
}

// addConn counts a connection in, unless the post office is closing.
func (s *Server) addConn(nc net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.conns[nc] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Server) removeConn(nc net.Conn) {
	_ = nc.Close() // nothing is left to be written
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, nc)
	s.running.Done()
}

// isTransient tells whether accepting may work again later.
func isTransient(err error) bool {
	for _, e := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// wait waits for d, and tells whether ctx lasted so long.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

package postoffice

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"restante.app/postoffice/maildrop"
)

const (
	// smtpReadTimeout is how long an SMTP client may be silent (RFC 5321 section 4.5.3.2).
	smtpReadTimeout = 5 * time.Minute
	// smtpLine bounds lines; RFC 5321 allows 1,000 octets in a message.
	smtpLine = 2000
)

// ServeSMTP takes mail for the post office's own users, and never relays. It
// returns nil after ctx ended or Shutdown was called, and closes the listener. If
// Config.TLS is set, STARTTLS is offered.
func (s *Server) ServeSMTP(ctx context.Context, ln net.Listener) error {
	drops, ok := s.cfg.Drops.(maildrop.Deliverer)
	if !ok {
		return errors.Join(errors.New("postoffice: these maildrops take no mail in, SMTP can't be served"), ln.Close())
	}
	svc := &smtpService{s: s, ln: ln, conns: make(map[*smtpConn]struct{})}
	svc.gate = gate{total: s.cfg.Limits.Sessions, perAddress: s.cfg.Limits.PerAddress}
	svc.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		tracked := trackedConn(c.Conn())
		if tracked == nil {
			return nil, errClosing
		}
		log := s.cfg.Log.With("smtp", s.sessions.Add(1), "remote", remoteAddr(c.Conn()).String())
		return &smtpSession{s: s, drops: drops, conn: c, tracked: tracked, log: log}, nil
	}))
	svc.server.Domain = s.cfg.Hostname
	svc.server.TLSConfig = s.cfg.TLS
	svc.server.MaxMessageBytes = s.cfg.Limits.MessageOctets
	svc.server.MaxRecipients = s.cfg.Limits.Recipients
	svc.server.MaxLineLength = smtpLine
	svc.server.ReadTimeout = smtpReadTimeout
	svc.server.WriteTimeout = s.cfg.Limits.WriteTimeout
	svc.server.ErrorLog = smtpLog{s.cfg.Log}
	if !s.addSMTP(svc) {
		return errors.Join(errShutdown, ln.Close())
	}
	defer context.AfterFunc(ctx, svc.drain)()
	if err := svc.server.Serve(svc); err != nil && !svc.isDraining() {
		return fmt.Errorf("accepting SMTP connections: %w", err)
	}
	return nil
}

func (s *Server) addSMTP(svc *smtpService) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.smtp[svc] = struct{}{}
	return true
}

// shutdownSMTP ends all SMTP services; deliveries under way are finished.
func (s *Server) shutdownSMTP(ctx context.Context) error {
	s.mu.Lock()
	services := slices.Collect(maps.Keys(s.smtp))
	clear(s.smtp)
	s.mu.Unlock()
	var err error
	for _, svc := range services {
		svc.drain()
		e := svc.server.Shutdown(ctx)
		if e != nil && !errors.Is(e, smtp.ErrServerClosed) && !errors.Is(e, net.ErrClosed) {
			_ = svc.server.Close() // it is given up
			err = errors.Join(err, e)
		}
	}
	return err
}

// smtpService is one SMTP listener and its connections. As a listener it lets in
// what the limits allow.
type smtpService struct {
	s      *Server
	ln     net.Listener
	server *smtp.Server
	gate   gate

	mu       sync.Mutex
	draining bool
	conns    map[*smtpConn]struct{}
}

// Accept implements net.Listener.
func (v *smtpService) Accept() (net.Conn, error) {
	for {
		nc, err := v.ln.Accept()
		if err != nil {
			return nil, err
		}
		addr := remoteAddr(nc)
		if err := v.gate.enter(addr); err != nil {
			v.s.cfg.Log.Warn("session refused", "remote", addr.String(), "err", err)
			_ = nc.SetWriteDeadline(time.Now().Add(time.Second))
			_, _ = fmt.Fprintf(nc, "421 4.7.0 %s\r\n", err) // a courtesy
			_ = nc.Close()                                  // nothing was begun
			continue
		}
		c := &smtpConn{Conn: nc, svc: v, addr: addr}
		v.mu.Lock()
		if v.draining {
			v.mu.Unlock()
			v.gate.leave(addr)
			_ = nc.Close() // it came too late
			continue
		}
		v.conns[c] = struct{}{}
		v.mu.Unlock()
		return c, nil
	}
}

// Close implements net.Listener.
func (v *smtpService) Close() error { return v.ln.Close() }

// Addr implements net.Listener.
func (v *smtpService) Addr() net.Addr { return v.ln.Addr() }

func (v *smtpService) isDraining() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.draining
}

// drain stops listening and closes the connections, those with a delivery under
// way after its reply.
func (v *smtpService) drain() {
	v.mu.Lock()
	v.draining = true // first: what Accept reports next is no failure then
	var idle []*smtpConn
	for c := range v.conns {
		if !c.busy {
			idle = append(idle, c)
		}
	}
	v.mu.Unlock()
	_ = v.ln.Close() // a second time is harmless
	for _, c := range idle {
		_ = c.Close() // the client tries again elsewhere or later
	}
}

// smtpConn is a connection that knows whether a message is being taken in on it.
type smtpConn struct {
	net.Conn
	svc  *smtpService
	addr netip.Addr
	once sync.Once

	busy      bool // guarded by svc.mu, as finishing is
	finishing bool // the delivery is over, its reply isn't written
}

// trackedConn finds the smtpConn below TLS.
func trackedConn(nc net.Conn) *smtpConn {
	if tc, ok := nc.(*tls.Conn); ok {
		nc = tc.NetConn()
	}
	c, _ := nc.(*smtpConn) // nil if it is another's
	return c
}

func (c *smtpConn) begin() {
	c.svc.mu.Lock()
	defer c.svc.mu.Unlock()
	c.busy, c.finishing = true, false
}

func (c *smtpConn) finish() {
	c.svc.mu.Lock()
	defer c.svc.mu.Unlock()
	c.finishing = true
}

// Read gives each read of a message a time limit of its own; go-smtp has one for the
// whole, which a large message on a slow line doesn't keep.
func (c *smtpConn) Read(p []byte) (int, error) {
	c.svc.mu.Lock()
	busy := c.busy
	c.svc.mu.Unlock()
	if busy {
		if err := c.Conn.SetReadDeadline(time.Now().Add(smtpReadTimeout)); err != nil {
			return 0, err
		}
	}
	return c.Conn.Read(p)
}

// Write ends a drained connection after the reply to its delivery.
func (c *smtpConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.svc.mu.Lock()
	last := false
	if c.finishing {
		c.busy, c.finishing = false, false
		last = c.svc.draining
	}
	c.svc.mu.Unlock()
	if last {
		_ = c.Close() // the reply is out
	}
	return n, err
}

// Close implements net.Conn.
func (c *smtpConn) Close() error {
	c.once.Do(func() {
		c.svc.gate.leave(c.addr)
		c.svc.mu.Lock()
		defer c.svc.mu.Unlock()
		delete(c.svc.conns, c)
	})
	return c.Conn.Close()
}

// smtpLog gives go-smtp's own messages to the log.
type smtpLog struct{ log *slog.Logger }

func (l smtpLog) Printf(format string, v ...any) { l.log.Warn("smtp: " + fmt.Sprintf(format, v...)) }
func (l smtpLog) Println(v ...any)               { l.log.Warn("smtp: " + fmt.Sprintln(v...)) }

package postoffice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"restante.app/postoffice/internal/dialect"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/pop1"
)

// Server is a post office. It is safe for concurrent use.
type Server struct {
	cfg      Config
	throttle *throttle
	visits   visits
	gate     gate
	checks   chan struct{} // holds one element for each password being checked
	sessions atomic.Uint64 // numbers them in the log

	stop    context.CancelFunc // begins the shutdown
	stopped context.Context

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	conns     map[net.Conn]struct{}
	smtp      map[*smtpService]struct{}
	running   sync.WaitGroup
}

// New checks the configuration and fills in defaults. It performs no I/O but
// asking for the machine's name.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:       c,
		throttle:  newThrottle(c.Limits.LoginDelay),
		gate:      gate{total: c.Limits.Sessions, perAddress: c.Limits.PerAddress},
		checks:    make(chan struct{}, c.Limits.Verifications),
		listeners: make(map[net.Listener]struct{}),
		conns:     make(map[net.Conn]struct{}),
		smtp:      make(map[*smtpService]struct{}),
	}
	s.stopped, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// Serve speaks POP1 without encryption to those who connect. It returns nil
// after ctx ended or Shutdown was called, and closes the listener. Sessions it
// accepted are ended as Shutdown ends them, but are not waited for.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	return s.accept(ctx, ln, func(ctx context.Context, nc net.Conn) { s.servePOP1(ctx, nc, nc) })
}

// ServeTLS is Serve inside TLS from the first octet (gap 11). It needs Config.TLS.
func (s *Server) ServeTLS(ctx context.Context, ln net.Listener) error {
	return s.acceptTLS(ctx, ln, s.servePOP1)
}

// Shutdown stops listening and ends all sessions: a command under way is finished
// (RCVD with its deletion, a message that is being delivered), waiting sessions are
// closed, and transactions without RCVD delete nothing. When ctx ends first, the
// remaining connections are closed and its error is returned.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.running.Wait()
	}()
	err := s.shutdownSMTP(ctx)
	select {
	case <-done:
		return err
	case <-ctx.Done():
		s.mu.Lock()
		for nc := range s.conns {
			_ = nc.Close() // it is given up
		}
		s.mu.Unlock()
		return ctx.Err()
	}
}

// accept runs serve for each connection, in a goroutine of its own, as far as the
// limits allow.
func (s *Server) accept(ctx context.Context, ln net.Listener, serve func(context.Context, net.Conn)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer context.AfterFunc(s.stopped, cancel)() // sessions outlive this function, see below
	if !s.addListener(ln) {
		cancel()
		return errors.Join(errShutdown, ln.Close())
	}
	defer s.removeListener(ln)
	context.AfterFunc(ctx, func() { _ = ln.Close() }) // Accept below reports it
	for delay := time.Duration(0); ; {
		nc, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			var ne net.Error
			if !errors.As(err, &ne) || !ne.Timeout() && !isTransient(err) {
				cancel()
				return fmt.Errorf("accepting connections: %w", err)
			}
			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
			s.cfg.Log.Warn("accepting a connection failed; trying again", "err", err)
			wait(ctx, delay)
			continue
		}
		delay = 0
		if !s.addConn(nc) {
			_ = nc.Close() // it came too late to be told anything
			continue
		}
		go func() {
			defer s.removeConn(nc)
			s.admit(ctx, nc, serve)
		}()
	}
}

// admit serves the connection if the limits allow it.
func (s *Server) admit(ctx context.Context, nc net.Conn, serve func(context.Context, net.Conn)) {
	addr := remoteAddr(nc)
	if err := s.gate.enter(addr); err != nil {
		s.cfg.Log.Warn("session refused", "remote", addr.String(), "err", err)
		_ = nc.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = fmt.Fprintf(nc, "-ERR %s\r\n", err) // a courtesy
		return
	}
	defer s.gate.leave(addr)
	// A fault of ours in one session must not end those of the others.
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("session failed", "remote", addr.String(), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	serve(ctx, nc)
}

// servePOP1 runs one session on nc; conn is the same connection, or TLS on it.
func (s *Server) servePOP1(ctx context.Context, nc, conn net.Conn) {
	c, log := s.begin(nc, "pop1", conn != nc)
	ended(log, pop1.Serve(ctx, dialect.NewConn(conn, s.cfg.Limits.Line, s.cfg.Limits.WriteTimeout), c, pop1.Options{
		DataReply: s.cfg.DataReply, Announce: s.cfg.Announce, Bare: s.cfg.Bare,
		Idle: s.cfg.IdleTimeout, Login: s.cfg.Limits.LoginTimeout,
		Failures: s.cfg.Limits.LoginFailures, Log: log,
	}))
}

// counter is what one connection may ask of the post office (dialect.Office).
type counter struct {
	s    *Server
	addr netip.Addr
	log  *slog.Logger
}

func (c *counter) Format() string { return c.s.cfg.Drops.Format() }

func (c *counter) Open(ctx context.Context, user, mailbox string) (maildrop.Snapshot, error) {
	return c.s.cfg.Drops.Open(ctx, user, mailbox)
}

func (c *counter) OpenLetters(ctx context.Context, user, mailbox string) (maildrop.Letters, error) {
	drops, ok := c.s.cfg.Drops.(maildrop.LetterOpener)
	if !ok {
		return nil, maildrop.ErrNoLetters
	}
	return drops.OpenLetters(ctx, user, mailbox)
}

// Login checks the password, after a wait if logins from this address or as this
// user failed before.
func (c *counter) Login(ctx context.Context, name, password string) (string, error) {
	s := c.s
	known, exists := s.cfg.Users.Lookup(name)
	delay, err := s.throttle.admit(c.addr, known, exists)
	if err != nil {
		c.log.Warn("login refused", "err", err)
		return "", err
	}
	if !wait(ctx, delay) {
		return "", ctx.Err()
	}
	select {
	case s.checks <- struct{}{}:
		defer func() { <-s.checks }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	user, err := s.cfg.Users.Verify(ctx, name, password)
	switch {
	case err == nil:
		s.throttle.succeeded(c.addr, user)
		if s.visits.tooSoon(user, s.cfg.LoginInterval) {
			return "", dialect.ErrTooSoon
		}
		return user, nil
	case errors.Is(err, ErrBadLogin):
		s.throttle.failed(c.addr, known, exists)
		// A name that isn't a user's may be a password typed in the wrong place.
		if exists {
			c.log.Warn("login failed", "user", known)
		} else {
			c.log.Warn("login failed: no such user")
		}
		return "", dialect.ErrBadLogin
	}
	c.log.Error("checking a password failed", "err", err)
	return "", err
}

package postoffice

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"restante.app/postoffice/internal/dialect"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/pop2"
	"restante.app/postoffice/pop3"
)

// ServePOP3 speaks POP3, and offers STLS if Config.TLS is set. Passwords are taken over
// TLS and from this machine, over other open lines only with Config.PlainLogin. For the
// rest it is as Serve.
func (s *Server) ServePOP3(ctx context.Context, ln net.Listener) error {
	return s.accept(ctx, ln, func(ctx context.Context, nc net.Conn) { s.servePOP3(ctx, nc, nc) })
}

// ServePOP3TLS is ServePOP3 inside TLS from the first octet. It needs Config.TLS.
func (s *Server) ServePOP3TLS(ctx context.Context, ln net.Listener) error {
	return s.acceptTLS(ctx, ln, s.servePOP3)
}

// ServePOP2 speaks POP2, which knows no TLS. Passwords are taken from this machine,
// from others only with Config.PlainLogin.
func (s *Server) ServePOP2(ctx context.Context, ln net.Listener) error {
	return s.accept(ctx, ln, func(ctx context.Context, nc net.Conn) { s.servePOP2(ctx, nc) })
}

// acceptTLS is accept with a handshake first. serve gets the connection and TLS on it.
func (s *Server) acceptTLS(ctx context.Context, ln net.Listener, serve func(ctx context.Context, nc, conn net.Conn)) error {
	if s.cfg.TLS == nil {
		return errors.New("postoffice: TLS needs Config.TLS")
	}
	return s.accept(ctx, ln, func(ctx context.Context, nc net.Conn) {
		tc := tls.Server(nc, s.cfg.TLS)
		hs, cancel := context.WithTimeout(ctx, s.cfg.Limits.LoginTimeout)
		defer cancel()
		if err := tc.HandshakeContext(hs); err != nil {
			s.cfg.Log.Info("TLS handshake failed", "remote", nc.RemoteAddr().String(), "err", err)
			return
		}
		serve(ctx, nc, tc)
		_ = nc.SetWriteDeadline(time.Now().Add(time.Second)) // the goodbye of TLS must not hang
		_ = tc.Close()                                       // the client may be gone
	})
}

// plain tells whether passwords may come over an open line from there.
func (s *Server) plain(nc net.Conn) bool {
	return s.cfg.PlainLogin || remoteAddr(nc).IsLoopback()
}

// begin makes a session's log and counter.
func (s *Server) begin(nc net.Conn, protocol string, secured bool) (*counter, *slog.Logger) {
	addr := remoteAddr(nc)
	log := s.cfg.Log.With("session", s.sessions.Add(1), "remote", addr.String(), "protocol", protocol)
	log.Info("session begins", "tls", secured)
	return &counter{s, addr, log}, log
}

func (s *Server) servePOP3(ctx context.Context, nc, conn net.Conn) {
	c, log := s.begin(nc, "pop3", conn != nc)
	ended(log, pop3.Serve(ctx, dialect.NewConn(conn, s.cfg.Limits.Line, s.cfg.Limits.WriteTimeout), c, pop3.Options{
		TLS: s.cfg.TLS, Secured: conn != nc, Plain: s.plain(nc), LoginDelay: s.cfg.LoginInterval,
		Idle: s.cfg.IdleTimeout, Login: s.cfg.Limits.LoginTimeout,
		Failures: s.cfg.Limits.LoginFailures, Log: log,
		Without: s.cfg.Quirks.Without, SilentQuit: s.cfg.Quirks.SilentQuit,
	}))
}

func (s *Server) servePOP2(ctx context.Context, nc net.Conn) {
	c, log := s.begin(nc, "pop2", false)
	ended(log, pop2.Serve(ctx, dialect.NewConn(nc, s.cfg.Limits.Line, s.cfg.Limits.WriteTimeout), c, pop2.Options{
		Plain: s.plain(nc), Idle: s.cfg.IdleTimeout, Login: s.cfg.Limits.LoginTimeout, Log: log,
		SilentQuit: s.cfg.Quirks.SilentQuit,
	}))
}

// ended logs how a session ended.
func ended(log *slog.Logger, err error) {
	switch {
	case err == nil:
		log.Info("session ends")
	case errors.Is(err, maildrop.ErrChanged):
		log.Error("session dropped", "err", err)
	default:
		log.Info("session dropped", "err", err)
	}
}

// visits remembers when users logged in last, for Config.LoginInterval.
type visits struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// tooSoon notes a login, unless the last one was less than the interval ago.
func (v *visits) tooSoon(user string, interval time.Duration) bool {
	if interval <= 0 {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	if last, ok := v.last[user]; ok && now.Sub(last) < interval {
		return true
	}
	if v.last == nil || len(v.last) >= maxTracked {
		v.last = map[string]time.Time{}
	}
	v.last[user] = now
	return false
}

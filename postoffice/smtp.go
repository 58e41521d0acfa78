package postoffice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"restante.app/postoffice/maildrop"
)

// Replies to SMTP clients. Temporary ones make the sender keep the mail and try again.
var (
	errClosing   = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "The post office is closing, try again later"}
	errNotStored = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The mail can't be stored now, try again later"}
	errDiskFull  = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "There is no room for mail now, try again later"}
	errRelay     = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "No relaying: this post office takes mail for its own users only"}
	errNoUser    = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
)

// smtpSession takes messages for the post office's own users (smtp.Session).
type smtpSession struct {
	s       *Server
	drops   maildrop.Deliverer
	conn    *smtp.Conn
	tracked *smtpConn
	log     *slog.Logger

	from string
	to   []string // users, each once
}

// Reset implements smtp.Session.
func (c *smtpSession) Reset() { c.from, c.to = "", nil }

// Logout implements smtp.Session.
func (c *smtpSession) Logout() error { return nil }

// Mail implements smtp.Session.
func (c *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if c.s.stopped.Err() != nil {
		return errClosing
	}
	c.from = from
	return nil
}

// Rcpt implements smtp.Session: users of this post office, nobody else.
func (c *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	at := strings.LastIndexByte(to, '@')
	if at < 0 || !c.s.isOurs(to[at+1:]) {
		return errRelay
	}
	user, ok := c.s.recipient(to[:at])
	if !ok {
		return errNoUser
	}
	if !slices.Contains(c.to, user) {
		c.to = append(c.to, user)
	}
	return nil
}

// isOurs tells whether mail for the domain is for this post office.
func (s *Server) isOurs(domain string) bool {
	ours := append([]string{s.cfg.Hostname, "localhost"}, s.cfg.Domains...)
	return slices.ContainsFunc(ours, func(d string) bool { return strings.EqualFold(d, domain) })
}

// recipient finds the user of a local part: as it is, without what follows a plus,
// or the postmaster, whom every host has (RFC 5321 section 4.5.1).
func (s *Server) recipient(local string) (string, bool) {
	if user, ok := s.cfg.Users.Lookup(local); ok {
		return user, true
	}
	if base, _, ok := strings.Cut(local, "+"); ok {
		if user, ok := s.cfg.Users.Lookup(base); ok {
			return user, true
		}
	}
	if strings.EqualFold(local, "postmaster") && s.cfg.Postmaster != "" {
		return s.cfg.Users.Lookup(s.cfg.Postmaster)
	}
	return "", false
}

// Data implements smtp.Session. The message is written for every recipient before the
// first delivery, so that a full disk fails all of them. Once it returns nil the
// message is on the disk in each mailbox.
func (c *smtpSession) Data(r io.Reader) (err error) {
	c.tracked.begin()
	defer c.tracked.finish()
	var staged []maildrop.Delivery
	defer func() {
		for _, d := range staged {
			if err := d.Abort(); err != nil {
				c.log.Error("cleaning up after a delivery failed", "err", err)
			}
		}
	}()
	ctx := context.Background() // a delivery that has begun is finished
	var all []io.Writer
	for _, user := range c.to {
		d, err := c.drops.Stage(ctx, user, maildrop.Envelope{Sender: c.from})
		if err != nil {
			return c.failed(err)
		}
		staged = append(staged, d)
		all = append(all, d)
	}
	lf := &lfWriter{w: io.MultiWriter(all...)}
	n, err := c.copy(lf, r)
	if err != nil {
		return err
	}
	for i, d := range staged {
		if err := d.Commit(ctx); err != nil {
			// Those before it have the message and will get it again.
			c.log.Error("delivery failed", "user", c.to[i], "delivered", i, "recipients", len(c.to), "err", err)
			return c.failed(err)
		}
	}
	c.log.Info("delivered", "from", c.from, "users", c.to, "octets", n)
	return nil
}

// copy writes the trace header and the message.
func (c *smtpSession) copy(w *lfWriter, r io.Reader) (int64, error) {
	if _, err := io.WriteString(w, c.received(time.Now())); err != nil {
		return 0, c.failed(err)
	}
	src := &sourceReader{r: r}
	n, err := io.Copy(w, src)
	if src.err != nil {
		return n, src.err // the client's doing; go-smtp has a reply for it
	}
	if err == nil {
		err = w.flush()
	}
	if err != nil {
		return n, c.failed(err)
	}
	return n, nil
}

// sourceReader remembers whether copying failed on the side of the client.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (c *smtpSession) failed(err error) error {
	c.log.Error("storing mail failed", "err", err)
	if errors.Is(err, syscall.ENOSPC) {
		return errDiskFull
	}
	return errNotStored
}

// received is the trace line of RFC 5321 section 4.4. Who else got the mail is
// not in it.
func (c *smtpSession) received(now time.Time) string {
	with := "ESMTP"
	if _, ok := c.conn.TLSConnectionState(); ok {
		with = "ESMTPS"
	}
	return fmt.Sprintf("Received: from %s ([%s])\n\tby %s with %s;\n\t%s\n",
		cleanHost(c.conn.Hostname()), remoteAddr(c.conn.Conn()), cleanHost(c.s.cfg.Hostname), with,
		now.Format("Mon, 2 Jan 2006 15:04:05 -0700"))
}

// cleanHost returns the host name if it can stand in a header.
func cleanHost(host string) string {
	ok := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(".-_:[]", r)
	}
	if host == "" || len(host) > 255 || strings.ContainsFunc(host, func(r rune) bool { return !ok(r) }) {
		return "unknown"
	}
	return host
}

// lfWriter turns CRLF into LF, as mail is stored on Unix: what other programs
// deliver beside it has LF too. CR and LF on their own stay.
type lfWriter struct {
	w  io.Writer
	cr bool // a CR is held back
}

func (l *lfWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	q := make([]byte, 0, len(p)+1)
	if l.cr {
		q = append(q, '\r')
	}
	q = append(q, p...)
	if l.cr = q[len(q)-1] == '\r'; l.cr {
		q = q[:len(q)-1]
	}
	if _, err := l.w.Write(bytes.ReplaceAll(q, []byte("\r\n"), []byte("\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what is held back.
func (l *lfWriter) flush() error {
	if !l.cr {
		return nil
	}
	l.cr = false
	_, err := l.w.Write([]byte("\r"))
	return err
}

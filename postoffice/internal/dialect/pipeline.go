package dialect

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrInjected means that octets came before the TLS handshake that belong behind it.
var ErrInjected = errors.New("octets came before the TLS handshake")

// Answer writes one line, ended by CRLF. It goes out with the next ReadLine, unless the
// client has sent its next command already (RFC 2449 PIPELINING): then one write
// serves many answers.
func (c *Conn) Answer(line string) error {
	_, err := fmt.Fprintf(c.bw, "%s\r\n", line)
	return err
}

// flushUnlessMore sends what is buffered if the client waits for it.
func (c *Conn) flushUnlessMore(ctx context.Context) error {
	if c.bw.Buffered() == 0 {
		return nil
	}
	come, err := c.br.Peek(c.br.Buffered())
	if err == nil && bytes.IndexByte(come, '\n') >= 0 {
		return nil
	}
	return c.Text(ctx, "", func(io.Writer) error { return c.bw.Flush() })
}

// Flush sends what is buffered.
func (c *Conn) Flush() error { return c.bw.Flush() }

// Text answers with a line and octets behind it, as Answer does; write gets the
// connection. When ctx ends, a blocked write returns. After an error the connection can
// only be closed: part of it may be out.
func (c *Conn) Text(ctx context.Context, first string, write func(w io.Writer) error) error {
	c.sending = ctx
	stop := context.AfterFunc(ctx, func() {
		_ = c.nc.SetWriteDeadline(time.Unix(1, 0)) // fails only on a closed connection
	})
	defer func() {
		stop()
		c.sending = nil
	}()
	if first != "" {
		if err := c.Answer(first); err != nil {
			return err
		}
	}
	return write(c.bw)
}

// StartTLS secures the connection, once what was answered before is out. Octets that
// are there already are ErrInjected (RFC 2595 section 2.2 and the injections of 2021).
func (c *Conn) StartTLS(ctx context.Context, config *tls.Config, within time.Duration) error {
	if c.br.Buffered() > 0 {
		return ErrInjected
	}
	if err := c.bw.Flush(); err != nil {
		return err
	}
	if err := c.nc.SetDeadline(time.Time{}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tc := tls.Server(c.nc, config)
	if err := tc.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS handshake: %w", err)
	}
	c.nc = tc
	c.br.Reset(tc)
	return nil
}

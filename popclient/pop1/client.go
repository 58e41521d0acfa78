package pop1

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// DataReply tells how the server answers RCEV (RFC 918 leaves two readings).
type DataReply int

// The readings.
const (
	DetectReply DataReply = iota // find out from the first octets
	NoReply                      // the data follow at once
	ReplyFirst                   // a line of +OK comes before them
)

// Limits bounds the waits and sizes of a session; see the fields of wire.Limits.
type Limits = wire.Limits

// Options are a session's settings. The zero value detects everything.
type Options struct {
	DataReply DataReply
	Format    string // of the maildrop, see package maildrop; "" to detect it
	SpoolDir  string // for what does not fit in memory while a maildrop is split; "" for the system's
	Limits    Limits
	Trace     *popclient.Transcript
	// OnProgress, if not nil, is called from the goroutine of Collect, often.
	OnProgress func(popclient.Progress)
}

// Client is a session with a POP1 server. It implements popclient.Session.
type Client struct {
	conn     *wire.Conn
	opts     Options
	greeting string
	expected int // messages, as the text behind the last #xxx has it; 0 if there is none
}

var _ popclient.Session = (*Client)(nil)

// New starts a session on nc, which it owns from then on. It performs no I/O:
// Greet comes next.
func New(nc net.Conn, opts Options) *Client {
	var trace wire.Trace
	if opts.Trace != nil {
		trace = opts.Trace
	}
	return &Client{conn: wire.New(nc, opts.Limits, trace), opts: opts}
}

// Greet waits for the server's greeting, +OK, and returns its text. A server that
// speaks something else gives popclient.ErrDialect with what it seems to be.
func (c *Client) Greet(ctx context.Context) (string, error) {
	defer c.conn.Bind(ctx)()
	line, err := c.conn.ReadLine()
	if err != nil {
		return "", &popclient.Error{Command: "greeting", Err: err}
	}
	text, ok := strings.CutPrefix(line, "+OK")
	if ok {
		c.greeting = c.conn.Shown(strings.TrimSpace(text))
		return c.greeting, nil
	}
	e := &popclient.Error{Command: "greeting", Line: c.conn.Shown(line), Err: popclient.ErrRefused}
	if !strings.HasPrefix(line, "-") {
		e.Err = fmt.Errorf("%w%s", popclient.ErrDialect, guess(line))
	}
	return "", e
}

// guess names the protocol of a greeting that is not POP1's.
func guess(line string) string {
	for _, g := range []struct{ prefix, name string }{
		{"+ ", "POP2"}, {"* ", "IMAP"}, {"220", "SMTP or FTP"}, {"HTTP/", "a web server"}, {"SSH-", "SSH"},
	} {
		if strings.HasPrefix(line, g.prefix) {
			return ": this looks like " + g.name
		}
	}
	return ""
}

// Quit ends the session (RFC 918 QUIT) and closes the connection, which it does
// even if the command fails.
func (c *Client) Quit(ctx context.Context) error {
	err := c.command(ctx, "QUIT")
	return errors.Join(err, c.Close())
}

// Noop does nothing at the server (RFC 918 NOOP).
func (c *Client) Noop(ctx context.Context) error {
	return c.command(ctx, "NOOP")
}

// Close drops the connection. The server unlocks the mailbox and deletes nothing.
func (c *Client) Close() error { return c.conn.Close() }

// Over implements popclient.Session. RFC 918 deletes at RCVD, so a session goes on.
func (c *Client) Over() bool { return false }

// command sends a line and waits for +OK.
func (c *Client) command(ctx context.Context, verb string, args ...string) error {
	defer c.conn.Bind(ctx)()
	name := strings.Join(append([]string{verb}, args...), " ")
	if err := c.conn.Send(verb, args...); err != nil {
		return &popclient.Error{Command: c.conn.Shown(name), Err: err}
	}
	return c.expectOK(name)
}

// expectOK reads the reply to a command: +OK, with any text (pop1.md, gap 1). A
// line that starts with a minus is a refusal, anything else a fault.
func (c *Client) expectOK(name string) error {
	line, err := c.conn.ReadLine()
	if err != nil {
		return &popclient.Error{Command: c.conn.Shown(name), Err: err}
	}
	if strings.HasPrefix(line, "+OK") {
		return nil
	}
	return c.unexpected(name, line)
}

func (c *Client) unexpected(name, line string) error {
	e := &popclient.Error{Command: c.conn.Shown(name), Line: c.conn.Shown(line), Err: popclient.ErrProtocol}
	if strings.HasPrefix(line, "-") {
		e.Err = popclient.ErrRefused
	}
	return e
}

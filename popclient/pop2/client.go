package pop2

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// Limits bounds the waits and sizes of a session; see the fields of wire.Limits.
type Limits = wire.Limits

// Options are a session's settings. The zero value will do.
type Options struct {
	Limits Limits
	Trace  *popclient.Transcript
	// OnProgress, if not nil, is called from the goroutine of Collect, often.
	OnProgress func(popclient.Progress)
}

// Client is a session with a POP2 server. It implements popclient.Chooser.
//
// It sees a mailbox as it was when the session opened it: mail that arrives
// later is for the next session.
type Client struct {
	conn  *wire.Conn
	opts  Options
	user  string
	home  string // what the server calls the default mailbox, "" if it gave no name
	open  string // the mailbox that is open, as it was asked for; defaultMailbox, or "" for none
	shown string // what the server calls it, "" if it gave no name
	count int    // messages in it
	rtt   time.Duration
	over  bool
}

var _ popclient.Chooser = (*Client)(nil)

// New starts a session on nc, which it owns from then on. It performs no I/O:
// Greet comes next.
func New(nc net.Conn, opts Options) *Client {
	var trace wire.Trace
	if opts.Trace != nil {
		trace = opts.Trace
	}
	return &Client{conn: wire.New(nc, opts.Limits, trace), opts: opts}
}

// Greet waits for the server's greeting, a plus sign, and returns its text. A
// server that speaks something else gives popclient.ErrDialect with what it seems
// to be.
func (c *Client) Greet(ctx context.Context) (string, error) {
	defer c.conn.Bind(ctx)()
	line, err := c.conn.ReadLine()
	if err != nil {
		return "", &popclient.Error{Command: "greeting", Err: err}
	}
	text, ok := strings.CutPrefix(line, "+")
	if ok && (text == "" || text[0] == ' ') {
		return c.conn.Shown(strings.TrimSpace(text)), nil
	}
	e := &popclient.Error{Command: "greeting", Line: c.conn.Shown(line), Err: popclient.ErrRefused}
	if !strings.HasPrefix(line, "-") {
		e.Err = fmt.Errorf("%w%s", popclient.ErrDialect, guess(line))
	}
	return "", e
}

// guess names the protocol of a greeting that is not POP2's.
func guess(line string) string {
	for _, g := range []struct{ prefix, name string }{
		{"+OK", "POP3"}, {"* ", "IMAP"}, {"220", "SMTP or FTP"}, {"HTTP/", "a web server"}, {"SSH-", "SSH"},
	} {
		if strings.HasPrefix(line, g.prefix) {
			return ": this looks like " + g.name
		}
	}
	return ""
}

// Over implements popclient.Session: true once something was deleted.
func (c *Client) Over() bool { return c.over }

// Quit ends the session (RFC 937 QUIT) and closes the connection, which it does
// even if the command fails. It does nothing once the session is over.
func (c *Client) Quit(ctx context.Context) error {
	if c.over {
		return nil
	}
	return errors.Join(c.quit(ctx), c.Close())
}

// quit sends QUIT, which UW's server takes in every state but between RETR and
// its acknowledgement.
func (c *Client) quit(ctx context.Context) error {
	defer c.conn.Bind(ctx)()
	if err := c.conn.Send("QUIT"); err != nil {
		return c.fail("QUIT", "", err)
	}
	line, err := c.conn.ReadLine()
	switch {
	case err != nil:
		return c.fail("QUIT", "", err)
	case !strings.HasPrefix(line, "+"):
		return c.unexpected("QUIT", line)
	}
	return nil
}

// Close drops the connection. Once the session is over it does nothing.
func (c *Client) Close() error {
	if c.over {
		return nil
	}
	return c.conn.Close()
}

// fail is the error of a command, with everything of the server's made fit to be shown.
func (c *Client) fail(name, line string, err error) error {
	return &popclient.Error{Command: c.conn.Shown(name), Line: c.conn.Shown(line), Err: err}
}

// unexpected is the error for a line that is not the reply due. A line that
// starts with a minus is a refusal, anything else a fault.
func (c *Client) unexpected(name, line string) error {
	if strings.HasPrefix(line, "-") {
		return c.fail(name, line, popclient.ErrRefused)
	}
	return c.fail(name, line, popclient.ErrProtocol)
}

func (c *Client) progress(p popclient.Progress) {
	if c.opts.OnProgress != nil {
		c.opts.OnProgress(p)
	}
}

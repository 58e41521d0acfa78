package pop3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/xdg-go/scram"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// Limits bounds the waits and sizes of a session; see the fields of wire.Limits.
type Limits = wire.Limits

// Options are a session's settings.
type Options struct {
	Limits Limits
	Trace  *popclient.Transcript
	// Auth is the mechanism; the best that is on offer if it is AuthBest. A set one is
	// never replaced by another.
	Auth popclient.Auth
	// Secure, if not nil, makes the session secure the line with STLS before anything
	// else, or fail. It performs the handshake: popclient.Dialer.Secure.
	Secure func(ctx context.Context, nc net.Conn) (net.Conn, error)
	// Protected tells that the line is protected already: TLS from the first octet.
	Protected bool
	// Host and Port are what OAUTHBEARER tells the server it was reached by.
	Host string
	Port int
	// OnProgress, if not nil, is called from the goroutine of Collect, often.
	OnProgress func(popclient.Progress)
}

// Client is a session with a POP3 server. It implements popclient.Chooser.
type Client struct {
	conn      *wire.Conn
	opts      Options
	protected bool
	stamp     string // of APOP, from the greeting; "" if there is none
	caps      Capabilities
	asked     bool // caps is what the server said in the present state
	binding   scram.ChannelBinding
	over      bool   // QUIT was answered, or the connection was given up at QUIT
	offers    offers // of the last list
}

var _ popclient.Chooser = (*Client)(nil)

// New starts a session on nc, which it owns from then on. It performs no I/O:
// Greet comes next.
func New(nc net.Conn, opts Options) *Client {
	var trace wire.Trace
	if opts.Trace != nil {
		trace = opts.Trace
	}
	return &Client{conn: wire.New(nc, opts.Limits, trace), opts: opts, protected: opts.Protected, binding: bindingTo(nc)}
}

// Greet waits for the server's greeting, secures the line if Options.Secure is set, and
// returns the greeting's text. A server that speaks
// something else gives popclient.ErrDialect with what it seems to be; one that can't
// be secured gives popclient.ErrNoTLS, or the handshake's error.
func (c *Client) Greet(ctx context.Context) (string, error) {
	text, err := c.greeting(ctx)
	if err != nil {
		return "", err
	}
	if c.opts.Secure != nil {
		return text, c.startTLS(ctx)
	}
	return text, nil
}

func (c *Client) greeting(ctx context.Context) (string, error) {
	defer c.conn.Bind(ctx)()
	line, err := c.conn.ReadLine()
	if err != nil {
		return "", &popclient.Error{Command: "greeting", Err: err}
	}
	text, ok := strings.CutPrefix(line, "+OK")
	if ok {
		c.stamp = stampOf(text)
		return c.conn.Shown(strings.TrimSpace(text)), nil
	}
	if strings.HasPrefix(line, "-ERR") {
		return "", c.refusal("greeting", line)
	}
	return "", &popclient.Error{Command: "greeting", Line: c.conn.Shown(line), Err: fmt.Errorf("%w%s", popclient.ErrDialect, guess(line))}
}

// guess names the protocol of a greeting that is not POP3's.
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

// Over implements popclient.Session: true once something was deleted.
func (c *Client) Over() bool { return c.over }

// Quit ends the session (RFC 1939 QUIT) and closes the connection, which it does
// even if the command fails. It does nothing once the session is over.
func (c *Client) Quit(ctx context.Context) error {
	if c.over {
		return nil
	}
	return errors.Join(c.command(ctx, "QUIT"), c.Close())
}

// Noop does nothing at the server (RFC 1939 NOOP).
func (c *Client) Noop(ctx context.Context) error { return c.command(ctx, "NOOP") }

// Reset takes back every DELE of the session (RFC 1939 RSET).
func (c *Client) Reset(ctx context.Context) error { return c.command(ctx, "RSET") }

// Close drops the connection: the server deletes nothing. Once the session is over it
// does nothing.
func (c *Client) Close() error {
	if c.over {
		return nil
	}
	return c.conn.Close()
}

// command sends a line and waits for +OK.
func (c *Client) command(ctx context.Context, verb string, args ...string) error {
	defer c.conn.Bind(ctx)()
	_, err := c.exchange(verb, args...)
	return err
}

// exchange sends a line and returns the text of the reply's +OK.
func (c *Client) exchange(verb string, args ...string) (string, error) {
	name := strings.Join(append([]string{verb}, args...), " ")
	if err := c.conn.Send(verb, args...); err != nil {
		return "", c.fail(name, err)
	}
	return c.ok(name)
}

// slowOK is ok for a command that may keep the server busy.
func (c *Client) slowOK(verb string) error {
	line, err := c.conn.ReadSlowLine()
	_, err = c.reply(verb, line, err)
	return err
}

// ok reads the first line of a reply and returns the text behind its +OK.
func (c *Client) ok(name string) (string, error) {
	line, err := c.conn.ReadLine()
	return c.reply(name, line, err)
}

// reply tells what a line means, or that it did not come.
func (c *Client) reply(name, line string, err error) (string, error) {
	if err != nil {
		return "", c.fail(name, err)
	}
	if text, ok := strings.CutPrefix(line, "+OK"); ok {
		return strings.TrimSpace(text), nil
	}
	return "", c.refusal(name, line)
}

func (c *Client) fail(name string, err error) error {
	return &popclient.Error{Command: c.conn.Shown(name), Err: err}
}

package pop3

import (
	"errors"
	"fmt"
	"io"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// window is how many commands may be on their way to a server that has PIPELINING
// (RFC 2449 section 6.6). They are 3 KB at most, which fit into the buffers of any line
// however long the server is busy with its first answer, and some megabytes of mail,
// so that it has something to do while what it sent is on its way.
const window = 256

// errStray says that the server said more than it was asked. What it answers can't be
// told from what it said before.
var errStray = fmt.Errorf("%w: it said more than it was asked", popclient.ErrProtocol)

// each sends verb with every argument, some ahead of the answers where the server
// can have it, and calls fn for each answer in order: with the refusal, or with nil
// once the first line was read. An error of fn ends it.
func (c *Client) each(args []string, verb string, send func(args []string) error, fn func(i int, refused error) error) error {
	ahead := 1
	if c.caps.Pipelining {
		ahead = window
	}
	sent := 0
	for i, arg := range args {
		if left := sent - i; left == 0 || left <= ahead*3/4 && sent < len(args) {
			if left == 0 && c.conn.Buffered() > 0 {
				return c.fail(verb+" "+arg, errStray)
			}
			upTo := min(len(args), i+ahead)
			if err := send(args[sent:upTo]); err != nil {
				return c.fail(verb+" "+args[sent], err)
			}
			sent = upTo
		}
		_, err := c.ok(verb + " " + arg)
		if err != nil && !popclient.Refused(err) {
			return err
		}
		if err := fn(i, err); err != nil {
			if _, told := errors.AsType[*popclient.Error](err); told {
				return err
			}
			return c.fail(verb+" "+arg, err)
		}
	}
	return nil
}

// eachText is each for commands that delete nothing.
func (c *Client) eachText(verb string, args []string, fn func(i int, refused error) error) error {
	return c.each(args, verb, func(some []string) error { return c.conn.SendAll(verb, some) }, fn)
}

// maxUnwanted is how much of a text is read that nobody wants.
const maxUnwanted = 256 << 20

// discard reads a text to its end.
func discard(m *wire.Multi) error {
	n, err := io.Copy(io.Discard, io.LimitReader(m, maxUnwanted))
	if n == maxUnwanted {
		return fmt.Errorf("%w: a header without end", popclient.ErrProtocol)
	}
	return err
}

package pop2

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"restante.app/popclient"
)

// defaultMailbox is the one that HELO opens. It goes by this name in any case of
// letters, and by the user's name, which is what accounts have if nothing was set.
const defaultMailbox = "INBOX"

// maxGap is how many numbers in a row may have no message before a server is
// taken to count what is not there.
const maxGap = 1000

// Offers lists a mailbox: READ n for each message (RFC 937), which marks nothing.
// The protocol has no unique ids, so every offer is ambiguous.
func (c *Client) Offers(ctx context.Context, mailbox string) ([]popclient.Offer, error) {
	if err := c.fold(ctx, mailbox); err != nil {
		return nil, err
	}
	defer c.conn.Bind(ctx)()
	var offers []popclient.Offer
	for n, gap := 1, 0; n <= c.count; n++ {
		size, err := c.read(n)
		switch {
		case err != nil:
			return nil, err
		case size > 0:
			gap = 0
			offers = append(offers, popclient.Offer{Number: n, Size: size, Ambiguous: true})
		case gap == maxGap:
			return nil, c.gap(n)
		default:
			gap++
		}
	}
	return offers, nil
}

func (c *Client) gap(n int) error {
	return c.fail(fmt.Sprintf("READ %d", n), "", fmt.Errorf("%w: it counted %d messages and has none of the last %d",
		popclient.ErrProtocol, c.count, maxGap))
}

// Top implements popclient.Chooser. RFC 937 can send a message whole or not at
// all, so the error is always popclient.ErrUnsupported.
func (c *Client) Top(_ context.Context, o popclient.Offer, _ int) ([]byte, error) {
	return nil, c.fail(fmt.Sprintf("header of message %d", o.Number), "", popclient.ErrUnsupported)
}

// fold opens a mailbox (RFC 937 FOLD), unless it is the one that is open.
func (c *Client) fold(ctx context.Context, mailbox string) error {
	name := "FOLD " + mailbox
	if strings.TrimSpace(mailbox) != mailbox || mailbox == "" {
		return c.fail(name, "", fmt.Errorf("%w: the mailbox has no name, or one that begins or ends with a space", popclient.ErrArgument))
	}
	if mailbox == c.user || strings.EqualFold(mailbox, defaultMailbox) {
		mailbox = defaultMailbox
	}
	if mailbox == c.open {
		return nil
	}
	defer c.conn.Bind(ctx)()
	if err := c.conn.Send("FOLD", mailbox); err != nil {
		return c.fail(name, "", err)
	}
	return c.opened(name, mailbox)
}

// opened reads the #nnn in reply to HELO or FOLD. Where it names the mailbox, that
// must be the one asked for: a server that stayed where it was would have another
// mailbox's mail deleted.
func (c *Client) opened(name, asked string) error {
	line, err := c.conn.ReadLine()
	if err != nil {
		return c.fail(name, "", err)
	}
	n, text, ok, err := number(line, '#', maxCount)
	switch {
	case !ok:
		c.open = ""
		return c.unexpected(name, line)
	case err != nil:
		return c.fail(name, line, err)
	}
	named, former := folderIn(text), c.shown
	if c.user != "" && named != "" && !c.isAsked(asked, named) {
		if named != former {
			c.open, c.shown = "", named
		}
		return c.fail(name, line, fmt.Errorf("%w: there seems to be no such mailbox, the server opened %s",
			popclient.ErrRefused, c.conn.Shown(named)))
	}
	c.open, c.shown, c.count = asked, named, int(n)
	return nil
}

func (c *Client) isAsked(asked, named string) bool {
	if asked == defaultMailbox && c.home != "" {
		return named == c.home
	}
	return isFolder(asked, named, c.shown)
}

// offer is what the server says of a message: =ccc.
type offer struct {
	number int   // 0 if the server names none
	size   int64 // 0: there is no message
}

// read asks for a message's size (RFC 937 READ); 0 is no message.
func (c *Client) read(n int) (int64, error) {
	name := fmt.Sprintf("READ %d", n)
	if err := c.conn.Send("READ", strconv.Itoa(n)); err != nil {
		return 0, c.fail(name, "", err)
	}
	o, err := c.offer(name)
	if err == nil && o.size > 0 && o.number != 0 && o.number != n {
		err = c.fail(name, "", fmt.Errorf("%w: it speaks of message %d", popclient.ErrProtocol, o.number))
	}
	return o.size, err
}

// offer reads the =ccc in reply to READ, ACKS, ACKD and NACK.
func (c *Client) offer(name string) (offer, error) {
	start := time.Now()
	line, err := c.conn.ReadLine()
	if err != nil {
		return offer{}, c.fail(name, "", err)
	}
	if wait := time.Since(start); c.rtt == 0 || wait < c.rtt {
		c.rtt = wait
	}
	n, text, ok, err := number(line, '=', maxSize)
	switch {
	case !ok:
		return offer{}, c.unexpected(name, line)
	case err != nil:
		return offer{}, c.fail(name, line, err)
	}
	return offer{messageIn(text), n}, nil
}

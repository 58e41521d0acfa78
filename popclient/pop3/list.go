package pop3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// offers are a mailbox's list, in the server's order.
type offers struct {
	all []popclient.Offer
	// at leads from a message's number to its place in all, for those that are not
	// where a list without gaps has them.
	at map[int]int
}

// place returns where a message is in the list.
func (l *offers) place(number int) (int, bool) {
	if number < 1 {
		return 0, false
	}
	if number <= len(l.all) && l.all[number-1].Number == number {
		return number - 1, true
	}
	at, ok := l.at[number]
	return at, ok
}

// maxUIDL is how long a unique id may be. RFC 1939 says 70 octets.
const maxUIDL = 512

// maxSize is where a size stops being one: a petabyte.
const maxSize = 1 << 50

// Offers implements popclient.Chooser (RFC 1939 LIST and UIDL). POP3 has one mailbox,
// called inbox here; any other name is refused without a word to the server.
func (c *Client) Offers(ctx context.Context, mailbox string) ([]popclient.Offer, error) {
	if err := c.checkName("LIST", mailbox); err != nil {
		return nil, err
	}
	defer c.conn.Bind(ctx)()
	if err := c.askLists(); err != nil {
		return nil, err
	}
	list, err := c.list()
	if err == nil {
		err = c.uidl(&list)
	}
	if err != nil {
		return nil, err
	}
	c.offers = list
	return append([]popclient.Offer(nil), list.all...), nil
}

// Stat asks how many messages there are and how many octets they have by the server's
// count (RFC 1939 STAT). It is quicker than Offers.
func (c *Client) Stat(ctx context.Context) (messages int, octets int64, err error) {
	defer c.conn.Bind(ctx)()
	text, err := c.exchange("STAT")
	if err != nil {
		return 0, 0, err
	}
	count, rest, _ := strings.Cut(text, " ")
	size, _, _ := strings.Cut(rest, " ")
	n, nerr := strconv.ParseUint(count, 10, 31)
	o, oerr := strconv.ParseUint(size, 10, 64)
	if nerr != nil || oerr != nil || o > maxSize {
		return 0, 0, &popclient.Error{Command: "STAT", Line: c.conn.Shown(text), Err: fmt.Errorf("%w: that is no count", popclient.ErrProtocol)}
	}
	return int(n), int64(o), nil
}

func (c *Client) checkName(command, mailbox string) error {
	switch {
	case strings.TrimSpace(mailbox) == "" || strings.ContainsAny(mailbox, "\r\n\x00"):
		return c.fail(command+" "+mailbox, fmt.Errorf("%w: the mailbox has no name that can be", popclient.ErrArgument))
	case !strings.EqualFold(mailbox, "inbox"):
		return c.fail(command+" "+mailbox, fmt.Errorf("%w: POP3 has one mailbox alone, inbox", popclient.ErrRefused))
	}
	return nil
}

// askLists sends LIST, and UIDL with it where the server can have that (RFC 2449 section
// 6.6): it makes the second list while the first is read.
func (c *Client) askLists() error {
	if err := c.conn.Send("LIST"); err != nil {
		return c.fail("LIST", err)
	}
	if !c.caps.Pipelining {
		return nil
	}
	if err := c.conn.Send("UIDL"); err != nil {
		return c.fail("UIDL", err)
	}
	return nil
}

func (c *Client) list() (offers, error) {
	list := offers{at: map[int]int{}}
	if err := c.slowOK("LIST"); err != nil {
		if popclient.Refused(err) && c.caps.Pipelining {
			err = errors.Join(err, c.drop("UIDL"))
		}
		return list, err
	}
	err := c.conn.List(wire.MessageList, func(line []byte) error {
		number, rest, ok := numbered(line)
		size, err := strconv.ParseUint(rest, 10, 64)
		if !ok || err != nil || size > maxSize {
			return fmt.Errorf("%w: %q is no line of a list", popclient.ErrProtocol, c.conn.Shown(string(line)))
		}
		if _, twice := list.place(number); twice {
			return fmt.Errorf("%w: message %d is in the list twice", popclient.ErrProtocol, number)
		}
		if number != len(list.all)+1 {
			list.at[number] = len(list.all)
		}
		list.all = append(list.all, popclient.Offer{Number: number, Size: int64(size), Ambiguous: true})
		return nil
	})
	if err != nil {
		return list, c.fail("LIST", err)
	}
	return list, nil
}

// numbered splits a line of a list: a message's number and the next word.
func numbered(line []byte) (number int, rest string, ok bool) {
	digits, after, ok := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
	n, err := strconv.ParseUint(string(digits), 10, 31)
	word, _, _ := strings.Cut(strings.TrimLeft(string(after), " "), " ")
	return int(n), word, ok && err == nil && n > 0 && word != ""
}

// uidl adds the unique ids. A server without them, and lines that can't be
// understood, leave the offers concerned without one.
func (c *Client) uidl(list *offers) error {
	if !c.caps.Pipelining {
		if err := c.conn.Send("UIDL"); err != nil {
			return c.fail("UIDL", err)
		}
	}
	if err := c.slowOK("UIDL"); popclient.Refused(err) {
		return nil
	} else if err != nil {
		return err
	}
	named := make([]bool, len(list.all))
	owners := make(map[string]int, len(list.all)) // of an id: how many messages have it
	err := c.conn.List(wire.MessageList, func(line []byte) error {
		number, id, ok := numbered(line)
		at, listed := list.place(number)
		if !ok || !listed || !validUIDL(id) {
			return nil
		}
		owners[id]++
		list.all[at].UIDL = id
		if named[at] {
			list.all[at].UIDL = "" // a message with two ids has none, and nobody else has these
		}
		named[at] = true
		return nil
	})
	if err != nil {
		return c.fail("UIDL", err)
	}
	for i, o := range list.all {
		list.all[i].Ambiguous = o.UIDL == "" || owners[o.UIDL] > 1
	}
	return nil
}

// drop reads a list that nobody wants, if there is one.
func (c *Client) drop(verb string) error {
	if err := c.slowOK(verb); popclient.Refused(err) {
		return nil
	} else if err != nil {
		return err
	}
	if err := c.conn.List(wire.MessageList, func([]byte) error { return nil }); err != nil {
		return c.fail(verb, err)
	}
	return nil
}

func validUIDL(id string) bool {
	if len(id) > maxUIDL {
		return false
	}
	for i := range len(id) {
		if id[i] < '!' || id[i] > '~' {
			return false
		}
	}
	return true
}

// Top implements popclient.Chooser (RFC 1939 TOP).
func (c *Client) Top(ctx context.Context, o popclient.Offer, lines int) ([]byte, error) {
	heads, err := c.tops(ctx, []popclient.Offer{o}, lines, maxTop)
	if err != nil {
		return nil, err
	}
	if heads[0] == nil {
		return nil, c.fail(fmt.Sprintf("TOP %d %d", o.Number, lines), popclient.ErrRefused)
	}
	return heads[0], nil
}

// How much of a header is kept, of one and of each of many.
const (
	maxTop  = 1 << 20
	maxTops = 128 << 10
)

// Tops reads the headers of several messages and the first lines of their bodies, in
// one go where the server can. What it refuses is nil, what is longer than 128 KB is cut.
// The error is popclient.ErrUnsupported where the server has no TOP.
func (c *Client) Tops(ctx context.Context, wanted []popclient.Offer, lines int) ([][]byte, error) {
	return c.tops(ctx, wanted, lines, maxTops)
}

func (c *Client) tops(ctx context.Context, wanted []popclient.Offer, lines, most int) ([][]byte, error) {
	if _, err := c.Capabilities(ctx); err != nil {
		return nil, err
	}
	if c.caps.Known && !c.caps.Top {
		return nil, c.fail("TOP", popclient.ErrUnsupported)
	}
	defer c.conn.Bind(ctx)()
	args := make([]string, len(wanted))
	for i, o := range wanted {
		args[i] = fmt.Sprintf("%d %d", o.Number, max(lines, 0))
	}
	heads := make([][]byte, len(wanted))
	err := c.eachText("TOP", args, func(i int, refused error) error {
		var err error
		if refused == nil {
			heads[i], err = c.text(most)
		}
		return err
	})
	if err != nil {
		return heads, err
	}
	if !c.caps.Known && len(wanted) > 0 && !slices.ContainsFunc(heads, func(h []byte) bool { return h != nil }) {
		return nil, c.fail("TOP", popclient.ErrUnsupported) // RFC 1939 has it optional, and nothing else tells
	}
	return heads, nil
}

// text reads a text to its end and returns its beginning, which is not nil.
func (c *Client) text(most int) ([]byte, error) {
	m := c.conn.Multi(nil)
	start, ended, err := m.Append([]byte{}, most)
	if err == nil && !ended {
		err = discard(m)
	}
	return start, err
}

package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Limits bounds what a server may make us wait for and hold. A zero field means
// its default.
type Limits struct {
	Line  int           // octets of a reply line, line end included; 1,000 (pop1.md, gap 1)
	Reply time.Duration // for a whole reply line; a minute, and five for some (ReadSlowLine)
	Idle  time.Duration // without one octet of a run; a minute
	Grace time.Duration // for a whole run, beside its length at MinRate; ten minutes
}

// MinRate is the octets a second below which a run is given up once Grace is
// spent: a server that drips one octet every half minute would hold us for ever.
const MinRate = 256

func (l Limits) orDefaults() Limits {
	if l.Line <= 0 {
		l.Line = 1000
	}
	if l.Reply <= 0 {
		l.Reply = time.Minute
	}
	if l.Idle <= 0 {
		l.Idle = time.Minute
	}
	if l.Grace <= 0 {
		l.Grace = 10 * time.Minute
	}
	return l
}

// Trace is told what is said on the line. Passwords reach neither method.
type Trace interface {
	Client(line string)
	Server(line string)
}

// readAhead is large because a run comes in one piece of up to gigabytes.
const readAhead = 256 << 10

// Conn is a connection to a post office, used by one goroutine.
type Conn struct {
	nc      net.Conn
	br      *bufio.Reader
	limits  Limits
	trace   Trace
	secrets []string      // what must never be shown, even if the server echoes it
	bareLF  bool          // the last reply line ended with LF alone
	rtt     time.Duration // the shortest wait for a reply, 0 before the first
	broken  error         // the fault after which nothing is sent any more
	open    bool          // nothing secret is sent before Upgrade

	ctx context.Context //nolint:containedctx // bound for the length of one call, see Bind

	mu        sync.Mutex // guards the fields below, which a cancelled context touches
	cancelled bool
	bound     int // counts Binds, so that a late cancellation of the last one is ignored
}

// New wraps nc. It performs no I/O. trace may be nil. If nc has a method NeedsTLS that
// returns true, nothing secret is sent before Upgrade.
func New(nc net.Conn, limits Limits, trace Trace) *Conn {
	if trace == nil {
		trace = noTrace{}
	}
	o, ok := nc.(interface{ NeedsTLS() bool })
	return &Conn{
		nc: nc, br: bufio.NewReaderSize(nc, readAhead), limits: limits.orDefaults(), trace: trace,
		ctx: context.Background(), open: ok && o.NeedsTLS(),
	}
}

// Bind ties what follows to ctx: when it ends, a read or write under way fails at
// once. The returned function unties it and must be called before the next Bind.
func (c *Conn) Bind(ctx context.Context) (unbind func()) {
	c.ctx = ctx
	c.mu.Lock()
	c.cancelled = false
	c.bound++
	turn := c.bound
	c.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.bound == turn {
			c.cancelled = true
			c.expire(time.Unix(1, 0))
		}
	})
	return func() {
		stop()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.bound++
		c.cancelled = false
		c.ctx = context.Background()
	}
}

// deadline sets the time by which what follows must be done, unless the context
// has ended already: then it stays in the past.
func (c *Conn) deadline(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.cancelled {
		c.expire(t)
	}
}

// expire sets the deadline. It fails only on a closed connection, which the next
// read or write reports.
func (c *Conn) expire(t time.Time) { _ = c.nc.SetDeadline(t) }

// Upgrade puts the connection behind another one, as STLS does (RFC 2595 section 4).
// Octets that came before the handshake were put there by someone in between: they
// are ErrProtocol, and the connection is then only good for closing.
func (c *Conn) Upgrade(secure func(net.Conn) (net.Conn, error)) error {
	if n := c.br.Buffered(); n > 0 {
		return fmt.Errorf("%w: %d octets came before the TLS handshake", ErrProtocol, n)
	}
	nc, err := secure(c.nc)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.nc = nc
	cancelled := c.cancelled
	c.mu.Unlock()
	if cancelled {
		return c.fault(context.Canceled)
	}
	c.br.Reset(nc)
	c.open = false
	return nil
}

// Close drops the connection. One that is closed already, as a failed handshake leaves
// it, is no error.
func (c *Conn) Close() error {
	if err := c.nc.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Buffered returns how many octets came that nobody has read. Where the protocol
// says that the server is silent, any is a fault.
func (c *Conn) Buffered() int { return c.br.Buffered() }

type noTrace struct{}

func (noTrace) Client(string) {}
func (noTrace) Server(string) {}

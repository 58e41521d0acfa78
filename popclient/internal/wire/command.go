package wire

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"restante.app/localstore/custody"
)

// hidden stands for a password wherever a line is shown.
const hidden = "********"

// guarded are the commands that let a server delete mail: RFC 918 RCVD, RFC 937
// ACKD, RFC 1939 DELE.
func guarded(verb string) bool {
	switch strings.ToUpper(verb) {
	case "RCVD", "ACKD", "DELE":
		return true
	}
	return false
}

// Send writes one command line. A guarded verb is refused with ErrGuarded, an
// argument with CR, LF or NUL with ErrArgument; in both cases nothing was sent.
func (c *Conn) Send(verb string, args ...string) error {
	if guarded(verb) {
		return fmt.Errorf("%s: %w", verb, ErrGuarded)
	}
	return c.line(verb, args, false)
}

// SendSecret writes a command whose last argument is a password. The transcript
// shows stars for it, here and wherever the server repeats it. On a line that was to be
// secured first nothing is sent, and the error is ErrNoTLS.
func (c *Conn) SendSecret(verb string, args ...string) error {
	if guarded(verb) {
		return fmt.Errorf("%s: %w", verb, ErrGuarded)
	}
	if len(args) > 0 {
		c.Conceal(args[len(args)-1])
	}
	return c.line(verb, args, true)
}

// Conceal keeps a secret out of the transcript and of errors from then on, wherever
// it may turn up.
func (c *Conn) Conceal(secret string) {
	if secret != "" && !slices.Contains(c.secrets, secret) {
		c.secrets = append(c.secrets, secret)
	}
}

// SendHidden writes a line that is a secret as a whole: a response of a SASL
// mechanism (RFC 5034 section 4).
func (c *Conn) SendHidden(line string) error {
	c.Conceal(line)
	return c.line("", []string{line}, true)
}

// SendAll writes one command for each argument in one go (RFC 2449 PIPELINING). The
// caller keeps those whose replies are not read yet so few that they fit into the
// buffers of the line, whatever the server does.
func (c *Conn) SendAll(verb string, args []string) error {
	if guarded(verb) {
		return fmt.Errorf("%s: %w", verb, ErrGuarded)
	}
	return c.lines(verb, args)
}

// SendReleaseAll is SendAll for commands after which the server may delete. Without
// a valid release nothing is sent and the error is custody.ErrNoCustody.
func (c *Conn) SendReleaseAll(release custody.Release, verb string, args []string) error {
	if !release.Valid() {
		return fmt.Errorf("%s: %w", verb, custody.ErrNoCustody)
	}
	return c.lines(verb, args)
}

func (c *Conn) lines(verb string, args []string) error {
	var all strings.Builder
	shown := make([]string, 0, len(args))
	for _, arg := range args {
		line := verb + " " + arg
		if strings.ContainsAny(line, "\r\n\x00") {
			return fmt.Errorf("%s: %w", strings.Map(visible, verb), ErrArgument)
		}
		all.WriteString(line + "\r\n")
		shown = append(shown, line)
	}
	return c.write(all.String(), shown...)
}

// write sends text, unless the line is out of step, and shows it.
func (c *Conn) write(text string, shown ...string) error {
	if c.broken != nil {
		return c.broken
	}
	for _, line := range shown {
		c.trace.Client(line)
	}
	c.deadline(time.Now().Add(c.limits.Reply))
	_, err := io.WriteString(c.nc, text)
	return c.fault(err)
}

// SendRelease writes a command after which the server may delete. It needs a
// valid release, else nothing is sent and the error is custody.ErrNoCustody.
func (c *Conn) SendRelease(release custody.Release, verb string, args ...string) error {
	if !release.Valid() {
		return fmt.Errorf("%s: %w", verb, custody.ErrNoCustody)
	}
	return c.line(verb, args, false)
}

func (c *Conn) line(verb string, args []string, secret bool) error {
	line := strings.TrimPrefix(strings.Join(append([]string{verb}, args...), " "), " ")
	if strings.ContainsAny(line, "\r\n\x00") {
		return fmt.Errorf("%s: %w", strings.Map(visible, verb), ErrArgument)
	}
	if secret && c.open {
		return fmt.Errorf("%s: %w", verb, ErrNoTLS)
	}
	shown := line
	if secret && len(args) > 0 {
		shown = strings.TrimPrefix(strings.Join(append(append([]string{verb}, args[:len(args)-1]...), hidden), " "), " ")
	}
	return c.write(line+"\r\n", shown)
}

// ReadLine reads one reply line and returns it without its line end, which may be
// CRLF or LF. A line longer than Limits.Line is ErrLine.
func (c *Conn) ReadLine() (string, error) { return c.readLine(c.limits.Reply) }

// slowness is how many times longer than for others this side waits for an answer
// behind work that grows with the mailbox.
const slowness = 5

// ReadSlowLine is ReadLine for such an answer: a list, the deletion of thousands of
// messages.
func (c *Conn) ReadSlowLine() (string, error) { return c.readLine(slowness * c.limits.Reply) }

func (c *Conn) readLine(wait time.Duration) (string, error) {
	start := time.Now()
	c.deadline(start.Add(wait))
	var line []byte
	for {
		b, err := c.br.ReadByte()
		if err != nil {
			return "", c.fault(err)
		}
		line = append(line, b)
		if b == '\n' {
			break
		}
		if len(line) >= c.limits.Line {
			c.broken = fmt.Errorf("%w (over %d octets)", ErrLine, c.limits.Line)
			return "", c.broken
		}
	}
	c.observe(time.Since(start))
	c.bareLF = !strings.HasSuffix(string(line), "\r\n")
	text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
	c.trace.Server(c.Shown(text))
	return text, nil
}

// observe keeps the shortest wait for a reply. The longer ones hold the server's
// own work, such as hashing a password, and say nothing about the line.
func (c *Conn) observe(wait time.Duration) {
	if c.rtt == 0 || wait < c.rtt {
		c.rtt = wait
	}
}

// Shown makes a server's line fit to be shown: no password in it, no control
// characters, at most 300 characters.
func (c *Conn) Shown(line string) string {
	for _, secret := range c.secrets {
		line = strings.ReplaceAll(line, secret, hidden)
	}
	line = strings.Map(visible, strings.ToValidUTF8(line, "?"))
	if r := []rune(line); len(r) > 300 {
		line = string(r[:300]) + "…"
	}
	return line
}

func visible(r rune) rune {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0:
		return '?'
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
		return '?'
	}
	return r
}

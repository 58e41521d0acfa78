package pop3

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"restante.app/popclient"
	"restante.app/popclient/internal/wire"
)

// Capabilities are what a server says it can do (RFC 2449 section 5 and later RFCs).
// The zero value is a server without CAPA: RFC 1939 and no more.
type Capabilities struct {
	Known          bool // the server has CAPA
	Top            bool
	User           bool
	UIDL           bool
	Pipelining     bool
	RespCodes      bool
	AuthRespCode   bool
	STLS           bool
	UTF8           bool // RFC 6856
	UTF8User       bool // and in user names and passwords
	Lang           bool
	SASL           []string // in capitals, as the server orders them
	Implementation string   // fit to be shown

	// LoginDelay is how long to wait between two logins, 0 if not said.
	LoginDelay time.Duration
	// Expires tells that the server deletes by itself, ExpireDays after it was read or
	// came; 0 is at once after it was read.
	Expires    bool
	ExpireDays int
}

// maxDelay is where a LOGIN-DELAY stops being believed.
const maxDelay = 24 * time.Hour

// add reads a line of the list. What is not understood is passed over.
func (caps *Capabilities) add(line string) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	args := words[1:]
	has := func(arg string) bool {
		return slices.ContainsFunc(args, func(a string) bool { return strings.EqualFold(a, arg) })
	}
	switch strings.ToUpper(words[0]) {
	case "TOP":
		caps.Top = true
	case "USER":
		caps.User = true
	case "UIDL":
		caps.UIDL = true
	case "PIPELINING":
		caps.Pipelining = true
	case "RESP-CODES":
		caps.RespCodes = true
	case "AUTH-RESP-CODE":
		caps.AuthRespCode = true
	case "STLS":
		caps.STLS = true
	case "LANG":
		caps.Lang = true
	case "UTF8":
		caps.UTF8, caps.UTF8User = true, has("USER")
	case "SASL":
		for _, a := range args {
			caps.SASL = append(caps.SASL, strings.ToUpper(a))
		}
	case "IMPLEMENTATION":
		caps.Implementation = strings.Join(args, " ")
	case "LOGIN-DELAY":
		if n, ok := count(args); ok {
			caps.LoginDelay = min(time.Duration(n)*time.Second, maxDelay)
		}
	case "EXPIRE":
		if n, ok := count(args); ok {
			caps.Expires, caps.ExpireDays = true, n
		}
	}
}

// count reads the number that some capabilities begin with; NEVER is none.
func count(args []string) (int, bool) {
	if len(args) == 0 {
		return 0, false
	}
	n, err := strconv.ParseUint(args[0], 10, 31)
	return int(n), err == nil
}

// Capabilities returns what the server can do in the present state, and asks it if
// that is not known. A server without CAPA gives the zero value; one that has it only
// before the login is taken at its word from then.
func (c *Client) Capabilities(ctx context.Context) (Capabilities, error) {
	if c.asked {
		return c.caps, nil
	}
	defer c.conn.Bind(ctx)()
	return c.caps, c.askCapabilities()
}

func (c *Client) askCapabilities() error {
	_, err := c.exchange("CAPA")
	if popclient.Refused(err) {
		c.asked = true
		return nil
	}
	if err != nil {
		return err
	}
	return c.readCapabilities()
}

// readCapabilities reads the list behind +OK.
func (c *Client) readCapabilities() error {
	caps := Capabilities{Known: true}
	err := c.conn.List(wire.CapabilityList, func(line []byte) error {
		caps.add(c.conn.Shown(string(line)))
		return nil
	})
	if err != nil {
		return c.fail("CAPA", err)
	}
	c.caps, c.asked = caps, true
	return nil
}

package popclient

import (
	"bufio"
	"net"
)

// tlsReadAhead is how much is read at once of what TLS will decrypt: crypto/tls by itself
// asks for a record of 16 KB at a time, a system call or two each.
const tlsReadAhead = 256 << 10

// readAhead is a connection that is read in large pieces. It never waits for more than
// the first octet. One goroutine at a time may read.
type readAhead struct {
	net.Conn
	br *bufio.Reader
}

func newReadAhead(nc net.Conn) *readAhead {
	return &readAhead{Conn: nc, br: bufio.NewReaderSize(nc, tlsReadAhead)}
}

// Read implements net.Conn.
func (c *readAhead) Read(p []byte) (int, error) { return c.br.Read(p) }

package popclient

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// counted counts the reads of a connection.
type counted struct {
	net.Conn
	from  io.Reader
	reads int
}

func (c *counted) Read(p []byte) (int, error) {
	c.reads++
	return c.from.Read(p)
}

// TestReadAhead reads in small pieces what comes in large ones.
func TestReadAhead(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789abcdef"), 100<<10)
	under := &counted{from: bytes.NewReader(want)}
	got, err := io.ReadAll(io.LimitReader(smallReader{newReadAhead(under)}, int64(len(want))))
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d octets of %d, %v", len(got), len(want), err)
	}
	if most := len(want)/tlsReadAhead + 2; under.reads > most {
		t.Errorf("%d reads, want at most %d", under.reads, most)
	}
}

type smallReader struct{ io.Reader }

func (r smallReader) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), 100)]) }

// TestReadAheadDoesNotWait returns what there is, and goes on after a deadline.
func TestReadAheadDoesNotWait(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	c := newReadAhead(here)
	go there.Write([]byte("+OK\r\n"))
	p := make([]byte, 1000)
	if n, err := c.Read(p); err != nil || string(p[:n]) != "+OK\r\n" {
		t.Fatalf("%q, %v", p[:n], err)
	}
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(p); err == nil {
		t.Fatal("a read after the deadline succeeded")
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	go there.Write([]byte("more"))
	if n, err := c.Read(p); err != nil || string(p[:n]) != "more" {
		t.Fatalf("%q, %v", p[:n], err)
	}
}

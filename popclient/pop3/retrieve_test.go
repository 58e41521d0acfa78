package pop3

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"restante.app/popclient"
)

func TestHeaderEnd(t *testing.T) {
	for message, want := range map[string]struct {
		n  int
		ok bool
	}{
		"A: b\r\n\r\nbody\r\n": {8, true},
		"A: b\n\nbody\n":       {6, true},
		"A: b\r\n\nbody":       {7, true},
		"\r\nbody\r\n":         {2, true},
		"A: b\r\nC: d\r\n":     {12, false},
		"A: b":                 {4, false},
		"A: b\r\n \r\nmore":    {13, false},
		"A: b\r\n\r":           {7, false},
		"":                     {0, false},
	} {
		if n, ok := headerEnd([]byte(message)); n != want.n || ok != want.ok {
			t.Errorf("%q: %d, %t; want %+v", message, n, ok, want)
		}
	}
}

// prompt is a server that gives each command its answer.
type prompt struct {
	net.Conn
	answers []string
	asked   int // answers that may go
	at      int // of the first
}

func (p *prompt) Write(b []byte) (int, error) {
	p.asked += bytes.Count(b, []byte("\n"))
	return len(b), nil
}

func (p *prompt) Read(b []byte) (n int, err error) {
	for ; n < len(b) && p.asked > 0; p.asked-- {
		c := copy(b[n:], p.answers[0][p.at:])
		n, p.at = n+c, p.at+c
		if p.at < len(p.answers[0]) {
			return n, nil
		}
		p.answers, p.at = p.answers[1:], 0
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (*prompt) SetDeadline(time.Time) error { return nil }

// BenchmarkCollect reads 2,000 messages of 11 KB in a pipeline, from memory and into
// nothing: what is left is this side's own work.
func BenchmarkCollect(b *testing.B) {
	const messages = 2000
	text := "Subject: one of many\r\n\r\n" + strings.Repeat("A line of an ordinary message has about seventy octets, and ends.\r\n", 165)
	var list, ids strings.Builder
	for i := range messages {
		fmt.Fprintf(&list, "%d %d\r\n", i+1, len(text))
		fmt.Fprintf(&ids, "%d %016x\r\n", i+1, i)
	}
	answers := []string{"+OK\r\n" + list.String() + ".\r\n", "+OK\r\n" + ids.String() + ".\r\n", "+OK\r\nUIDL\r\nTOP\r\nPIPELINING\r\n.\r\n"}
	for range messages {
		answers = append(answers, "+OK\r\n"+text+".\r\n")
	}
	b.SetBytes(int64(messages * len(text)))
	b.ReportAllocs()
	for b.Loop() {
		c := New(&prompt{answers: answers}, Options{OnProgress: func(popclient.Progress) {}})
		if tally, err := c.Collect(b.Context(), "inbox", forgetful{}, popclient.Leave); err != nil || tally.Octets != int64(messages*len(text)) {
			b.Fatal(tally, err)
		}
	}
}

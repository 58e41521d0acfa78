package pop3

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"restante.app/localstore/custody"
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

// TestLongHeader has a server that sends far more than the header that was asked for, and
// headers that are long themselves.
func TestLongHeader(t *testing.T) {
	const caps = "+OK\r\nTOP\r\n.\r\n"
	long := "Subject: x\r\n" + strings.Repeat("X: "+strings.Repeat("y", 900)+"\r\n", 3000)
	c := New(&prompt{answers: []string{caps, "+OK\r\n" + long + "\r\n.\r\n", "+OK\r\nSubject: y\r\n\r\n.\r\n"}}, Options{})
	heads, err := c.Tops(t.Context(), []popclient.Offer{{Number: 1}, {Number: 2}}, 0)
	if err != nil || len(heads) != 2 || string(heads[0]) != long[:maxTops] || string(heads[1]) != "Subject: y\r\n\r\n" {
		t.Errorf("%d headers, %v", len(heads), err)
	}
	c = New(&prompt{answers: []string{caps, "+OK\r\n" + long + "\r\n.\r\n", "-ERR gone\r\n"}}, Options{})
	if head, err := c.Top(t.Context(), popclient.Offer{Number: 1}, 5); err != nil || string(head) != long[:maxTop] {
		t.Errorf("%d octets, %v", len(head), err)
	}
	if _, err := c.Top(t.Context(), popclient.Offer{Number: 2}, 5); !popclient.Refused(err) {
		t.Errorf("a message that is gone: %v", err)
	}
	c = New(&prompt{answers: []string{"+OK\r\n1 5\r\n.\r\n", "-ERR\r\n", caps, "+OK\r\n" + long + "\r\nbody\r\n.\r\n", "+OK\r\n"}}, Options{})
	var got custody.Delivery
	tally, err := c.CollectChosen(t.Context(), "inbox", keeper{&got}, all(t, c, popclient.TakeHeader))
	if err != nil || !got.Partial || got.Rest != nil || string(got.Octets) != long[:custody.MaxInline] || tally.Octets != int64(len(long)+8) {
		t.Errorf("%d octets delivered, partial %t, %+v, %v", len(got.Octets), got.Partial, tally, err)
	}
}

// all makes one choice for everything.
func all(t *testing.T, c *Client, choice popclient.Choice) (chosen []popclient.Selection) {
	t.Helper()
	for _, o := range offered(t, c) {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: choice})
	}
	return chosen
}

// keeper keeps the last delivery, in memory.
type keeper struct{ last *custody.Delivery }

func (k keeper) Begin(context.Context, custody.Run) (custody.Intake, error) {
	return keeping{last: k.last}, nil
}

type keeping struct {
	forgetful
	last *custody.Delivery
}

func (k keeping) Deliver(_ context.Context, d custody.Delivery) error {
	*k.last = d
	return nil
}

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

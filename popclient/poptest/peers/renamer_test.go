//go:build unix

package peers_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
)

// renamer is a POP3 server whose unique ids the suite sets, as no real server lets it.
type renamer struct {
	addr string

	mu   sync.Mutex
	mail [][]byte // LF line ends
	ids  []string
}

var _ poptest.Renamer = (*renamer)(nil)

func startRenamer(t *testing.T) *renamer {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &renamer{addr: ln.Addr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return // the test is over
			}
			all.Go(func() {
				defer nc.Close()
				r.serve(nc)
			})
		}
	})
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		all.Wait()
	})
	return r
}

func (r *renamer) Mailbox() string { return "INBOX" }

func (r *renamer) Held() ([][]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.mail), nil
}

func (r *renamer) Deliver(m []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mail = append(r.mail, m)
	r.ids = append(r.ids, fmt.Sprintf("id%p", &m[0]))
	return nil
}

func (r *renamer) Rename(uidls ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids = uidls
}

func (r *renamer) Session(ctx context.Context) (popclient.Session, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", r.addr)
	if err != nil {
		return nil, err
	}
	c := pop3.New(nc, pop3.Options{})
	if _, err := c.Greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(ctx, "fred", popclient.Secret{Password: "secret"}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// visit is one session, on the mail of its beginning.
type visit struct {
	mail [][]byte
	ids  []string
	gone map[int]bool
}

func (r *renamer) serve(nc net.Conn) {
	r.mu.Lock()
	v := visit{slices.Clone(r.mail), slices.Clone(r.ids), map[int]bool{}}
	r.mu.Unlock()
	in := bufio.NewReader(nc)
	reply := "+OK ready"
	for {
		if _, err := io.WriteString(nc, reply+"\r\n"); err != nil {
			return
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verb == "QUIT" {
			r.remove(v)
			_, _ = io.WriteString(nc, "+OK\r\n") // the client may be gone
			return
		}
		digits, _, _ := strings.Cut(arg, " ")
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > len(v.mail) {
			n = 0
		}
		reply = v.answer(verb, n)
	}
}

// answer replies to a command; n is the message it names, 0 for none.
func (v visit) answer(verb string, n int) string {
	switch {
	case verb == "CAPA":
		return "+OK\r\nUSER\r\nTOP\r\nUIDL\r\nPIPELINING\r\n."
	case verb == "STAT":
		return fmt.Sprintf("+OK %d %d", len(v.mail), len(bytes.Join(v.mail, nil)))
	case verb == "LIST":
		return list(v.mail, func(i int) string { return strconv.Itoa(len(crlf(v.mail[i]))) })
	case verb == "UIDL":
		return list(v.mail, func(i int) string { return v.ids[i] })
	case verb == "TOP" && n > 0:
		head, _, _ := bytes.Cut(v.mail[n-1], []byte("\n\n"))
		return "+OK\r\n" + crlf(head) + "\r\n\r\n."
	case verb == "RETR" && n > 0:
		return "+OK\r\n" + strings.ReplaceAll("\n"+crlf(v.mail[n-1]), "\n.", "\n..")[1:] + "."
	case verb == "DELE" && n > 0:
		v.gone[n-1] = true
		return "+OK"
	case verb == "USER", verb == "PASS", verb == "NOOP", verb == "RSET":
		return "+OK"
	}
	return "-ERR"
}

func crlf(m []byte) string { return strings.ReplaceAll(string(m), "\n", "\r\n") }

func list(mail [][]byte, what func(int) string) string {
	reply := "+OK\r\n"
	for i := range mail {
		reply += fmt.Sprintf("%d %s\r\n", i+1, what(i))
	}
	return reply + "."
}

// remove deletes what a session marked; what came meanwhile stays.
func (r *renamer) remove(v visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept [][]byte
	var ids []string
	for i, m := range r.mail {
		if i >= len(v.mail) || !v.gone[i] {
			kept, ids = append(kept, m), append(ids, r.ids[i])
		}
	}
	r.mail, r.ids = kept, ids
}

// TestRenamer runs the suite with ids that are shared, empty and used again.
func TestRenamer(t *testing.T) {
	poptest.Suite(t, func(t *testing.T) poptest.Peer { return startRenamer(t) })
}

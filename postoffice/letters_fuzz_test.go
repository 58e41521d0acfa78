package postoffice_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
)

// FuzzCommands sends anything to POP2 and POP3 servers: they come to an end, and
// without a login nothing is deleted.
func FuzzCommands(f *testing.F) {
	for _, s := range []string{"QUIT\r\n", "CAPA\r\nQUIT\r\n", "AUTH PLAIN\r\n=\r\n", "USER x\r\nPASS y\r\nLIST\r\n", "HELO a b\r\nREAD\r\nRETR\r\n", "\x00\r\n", "TOP 1 -1\r\n", "STLS\r\n"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, said []byte, pop3 bool) {
		if n := heldAfter(t, said, pop3); n != 3 {
			t.Errorf("%d are held", n)
		}
	})
}

// FuzzLoggedIn sends anything behind a login: what is deleted was marked, and the mailbox
// left in order.
func FuzzLoggedIn(f *testing.F) {
	for _, s := range []string{
		"DELE 1\r\nQUIT\r\n", "DELE 2\r\nRSET\r\nQUIT\r\n", "LIST\r\nUIDL\r\nSTAT\r\nRETR 1\r\nTOP 2 0\r\nQUIT\r\n", "TOP 3 99999999999\r\nRETR 0\r\n", "LANG\r\nCAPA\r\nNOOP\r\n",
	} {
		f.Add([]byte(s), true)
	}
	for _, s := range []string{
		"READ\r\nRETR\r\nACKD\r\nQUIT\r\n", "READ 3\r\nRETR\r\nACKS\r\nRETR\r\n", "READ 2\r\nRETR\r\nACKD\r\nREAD 2\r\nRETR\r\n", "READ\r\nRETR\r\nACKD\r\nFOLD x\r\nREAD\r\n", "READ 9\r\nNACK\r\n",
	} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, said []byte, pop3 bool) {
		login := "HELO fred open sesame\r\n"
		marks, ends := []string{"ACKD"}, []string{"QUIT", "FOLD"}
		if pop3 {
			login = "USER fred\r\nPASS open sesame\r\n"
			marks, ends = []string{"DELE"}, []string{"QUIT"}
		}
		n := heldAfter(t, append([]byte(login), said...), pop3)
		allowed := holdsAny(said, marks) && holdsAny(said, ends)
		if n > 3 || n < 3 && !allowed {
			t.Errorf("%d are held", n)
		}
	})
}

func holdsAny(said []byte, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(bytes.ToUpper(said), []byte(w)) })
}

// heldAfter has a client say something to a post office of three messages, and returns how
// many are left after the session.
func heldAfter(t *testing.T, said []byte, pop3 bool) int {
	drops := new(maildrop.Memory)
	drops.Put("fred", "inbox", three...)
	srv, err := postoffice.New(postoffice.Config{
		Users: postoffice.StaticUsers{"fred": "open sesame"}, Drops: drops,
		Limits: postoffice.Limits{LoginDelay: -1}, PlainLogin: true, // a pipe comes from nowhere
	})
	if err != nil {
		t.Fatal(err)
	}
	ln := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	near, far := net.Pipe()
	ln.conns <- far
	done := make(chan error, 1)
	go func() {
		serve := srv.ServePOP2
		if pop3 {
			serve = srv.ServePOP3
		}
		done <- serve(context.Background(), ln)
	}()
	go func() {
		_, _ = near.Write(said) // the server may leave before the end
		_ = near.Close()
	}()
	_, _ = io.Copy(io.Discard, near) // ends when either side closes
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := errors.Join(srv.Shutdown(ctx), <-done); err != nil {
		t.Error(err)
	}
	return len(drops.Messages("fred", "inbox"))
}

// pipeListener accepts what is in conns.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case nc := <-l.conns:
		return nc, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

package postoffice_test

import (
	"context"
	"errors"
	"io"
	"net"
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
		drops := new(maildrop.Memory)
		drops.Put("fred", "inbox", three...)
		srv, err := postoffice.New(postoffice.Config{
			Users: postoffice.StaticUsers{"fred": "open sesame"}, Drops: drops,
			Limits: postoffice.Limits{LoginDelay: -1},
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
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(srv.Shutdown(ctx), <-done); err != nil {
			t.Error(err)
		}
		if n := len(drops.Messages("fred", "inbox")); n != 3 {
			t.Errorf("%d are held", n)
		}
	})
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

package postoffice_test

import (
	"context"
	"io"
	"net"
	"regexp"
	"testing"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// FuzzSession sends anything at all. Whatever it is, the session ends when the client
// does, what is answered is replies and the run, and mail goes only if the client sent
// RDEL, RCEV and RCVD.
func FuzzSession(f *testing.F) {
	login := "USER fred\r\nPASS open sesame\r\n"
	for _, s := range []string{
		"", "\r\n", "\n", "QUIT\r\n", login, login + "RDEL inbox\r\nRCEV\r\nRCVD\r\nQUIT\r\n",
		login + "retr inbox\nrcev\nrcvd\n", login + "RDEL inbox\r\nRCVD\r\nRSET\r\nRCEV\r\n",
		"USER \x00\r\n", "PASS\r\n", login + "RETR \xff\xfe\r\n", login + "RDEL ../../x\r\n", "user fred\rpass x\r\n",
	} {
		f.Add([]byte(s))
	}
	srv, err := postoffice.New(postoffice.Config{
		Users: postoffice.StaticUsers{postofficetest.User: postofficetest.Password}, Drops: fuzzDrops,
		Limits: postoffice.Limits{LoginDelay: -1, PerAddress: 1000, Sessions: 1000},
	})
	if err != nil {
		f.Fatal(err)
	}
	ln := newPipes()
	f.Cleanup(func() { _ = ln.Close() })
	go func() { _ = srv.Serve(context.Background(), ln) }() // ends when its listener does
	removes := regexp.MustCompile(`(?is)RDEL.*RCEV.*RCVD`)
	replies := regexp.MustCompile(`^(?:(?:\+OK|-ERR [^\r\n]*|#0|#69)\r\n|(?s:From MAILER.{58}))*$`)
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(fuzzDrops.Messages(postofficetest.User, "inbox")) == 0 {
			fuzzDrops.Put(postofficetest.User, "inbox", []byte("Subject: one\r\n\r\nbody\r\n"))
		}
		ours, theirs := net.Pipe()
		ln.conns <- theirs
		got := make(chan []byte)
		go func() {
			b, _ := io.ReadAll(ours) // until either side closes
			got <- b
		}()
		_, _ = ours.Write(input) // the server may close first
		_, _ = ours.Write([]byte("\r\nRSET\r\nQUIT\r\n"))
		answer := <-got
		if err := ours.Close(); err != nil {
			t.Fatal(err)
		}
		if !replies.Match(answer) {
			t.Errorf("answered %q", answer)
		}
		if len(fuzzDrops.Messages(postofficetest.User, "inbox")) == 0 && !removes.Match(input) {
			t.Errorf("the mail is gone")
		}
	})
}

var fuzzDrops = new(maildrop.Memory)

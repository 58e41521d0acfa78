package pop2

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// forgetful takes everything and keeps nothing, so its receipts release nothing.
type forgetful struct{}

func (forgetful) Begin(context.Context, custody.Run) (custody.Intake, error) { return forgetful{}, nil }

func (forgetful) Deliver(_ context.Context, d custody.Delivery) error {
	if d.Rest != nil {
		_, err := io.Copy(io.Discard, d.Rest)
		return err
	}
	return nil
}

func (forgetful) Commit(context.Context) (custody.Receipt, error) { return custody.Receipt{}, nil }
func (forgetful) Close() error                                    { return nil }
func (forgetful) Kept() (fresh, known int)                        { return 0, 0 }

// FuzzServer lets a server say anything. The client must come to an end, and
// without a receipt for something it must never send ACKD.
func FuzzServer(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		octets, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(serverSide(f, octets), true)
	}
	f.Fuzz(func(t *testing.T, said []byte, whole bool) {
		near, far := net.Pipe()
		heard := make(chan []byte, 1)
		go func() {
			b, _ := io.ReadAll(far) // ends when the client closes
			heard <- b
		}()
		go func() {
			_, _ = far.Write(said) // the client may leave before the end
		}()
		c := New(near, Options{Limits: Limits{Reply: 20 * time.Millisecond, Idle: 20 * time.Millisecond}})
		err := converse(t.Context(), c, whole)
		if cerr := c.Close(); cerr != nil {
			t.Error(cerr)
		}
		if b := <-heard; bytes.Contains(b, []byte("ACKD")) {
			t.Errorf("it sent ACKD (and ended with %v): %q", err, b)
		}
		if err := far.Close(); err != nil {
			t.Error(err)
		}
	})
}

// serverSide returns what a transcript has the server say.
func serverSide(f *testing.F, transcript []byte) []byte {
	var said bytes.Buffer
	for l := range bytes.Lines(transcript) {
		text := string(bytes.TrimSuffix(l, []byte("\n")))
		switch {
		case len(text) < 3:
		case text[:3] == "S: ", text[:3] == "S/ ":
			said.WriteString(text[3:] + "\r\n")
		case text[:3] == "S\" ":
			s, err := strconv.Unquote(text[3:])
			if err != nil {
				f.Fatal(err)
			}
			said.WriteString(s)
		}
	}
	return said.Bytes()
}

func converse(ctx context.Context, c *Client, whole bool) error {
	if _, err := c.Greet(ctx); err != nil {
		return err
	}
	if err := c.Login(ctx, "fred", "secret"); err != nil {
		return err
	}
	if whole {
		if _, err := c.Collect(ctx, "fred", forgetful{}, popclient.Delete); err != nil {
			return err
		}
		return c.Quit(ctx)
	}
	offers, err := c.Offers(ctx, "saved")
	if err != nil {
		return err
	}
	var chosen []popclient.Selection
	for i, o := range offers {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: popclient.Choice(i % 3)})
	}
	if _, err := c.CollectChosen(ctx, "saved", forgetful{}, chosen); err != nil {
		return err
	}
	return c.Quit(ctx)
}

// FuzzReply holds the parsers of replies to their bounds.
func FuzzReply(f *testing.F) {
	for _, s := range []string{"", "#", "=", "#3 messages in /x", "=164 characters in message 1", "=0 No more", "#-1", "=18446744073709551616"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, sign := range []byte("#=") {
			n, text, ok, err := number(line, sign, maxSize)
			if n < 0 || n > maxSize || err != nil && n != 0 {
				t.Errorf("%q: %d, %v", line, n, err)
			}
			if ok != (line != "" && line[0] == sign) {
				t.Errorf("%q: it is a reply: %t", line, ok)
			}
			if folder := folderIn(text); len(folder) > len(line) || folder != "" && !bytes.Contains([]byte(line), []byte(folder)) {
				t.Errorf("%q: folder %q", line, folder)
			}
			if m := messageIn(text); m < 0 {
				t.Errorf("%q: message %d", line, m)
			}
		}
	})
}

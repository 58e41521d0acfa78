package pop1

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
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
// without a receipt for something it must never send RCVD.
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
		var said bytes.Buffer
		for l := range bytes.Lines(octets) {
			if s, ok := bytes.CutPrefix(l, []byte("S: ")); ok {
				said.Write(s)
			}
		}
		f.Add(said.Bytes())
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		near, far := net.Pipe()
		heard := make(chan []byte, 1)
		go func() {
			b, _ := io.ReadAll(far) // ends when the client closes
			heard <- b
		}()
		go func() {
			_, _ = far.Write(said) // the client may leave before the end
		}()
		limits := Limits{Reply: 20 * time.Millisecond, Idle: 20 * time.Millisecond}
		c := New(near, Options{Limits: limits, SpoolDir: t.TempDir()})
		err := converse(t.Context(), c)
		if cerr := c.Close(); cerr != nil {
			t.Error(cerr)
		}
		if b := <-heard; bytes.Contains(b, []byte("RCVD")) {
			t.Errorf("it sent RCVD (and ended with %v): %q", err, b)
		}
		if err := far.Close(); err != nil {
			t.Error(err)
		}
	})
}

func converse(ctx context.Context, c *Client) error {
	if _, err := c.Greet(ctx); err != nil {
		return err
	}
	if err := c.Login(ctx, "fred", "secret"); err != nil {
		return err
	}
	if _, err := c.Collect(ctx, "inbox", forgetful{}, popclient.Delete); err != nil {
		return err
	}
	return c.Quit(ctx)
}

package pop3

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

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

// Vouch claims everything, with a receipt that is none.
func (forgetful) Vouch(_ context.Context, _ custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	held := make([]bool, len(claims))
	for i := range held {
		held[i] = true
	}
	return held, custody.Receipt{}, nil
}

// FuzzServer lets a server say anything. The client must come to an end, and without
// a receipt for something it must never send DELE.
func FuzzServer(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for i, name := range files {
		octets, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(serverSide(f, octets), uint8(i))
	}
	f.Fuzz(func(t *testing.T, said []byte, kind uint8) {
		line := &deaf{said: string(said)}
		c := New(line, Options{Protected: kind%2 == 0})
		err := session(t.Context(), c, kind)
		if cerr := c.Close(); cerr != nil {
			t.Error(cerr)
		}
		if b := line.heard.Bytes(); bytes.Contains(b, []byte("DELE")) {
			t.Errorf("it sent DELE (and ended with %v): %q", err, b)
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

func session(ctx context.Context, c *Client, kind uint8) error {
	if _, err := c.Greet(ctx); err != nil {
		return err
	}
	if err := c.Login(ctx, "fred", popclient.Secret{Password: "secret"}); err != nil {
		return err
	}
	if kind%3 == 0 {
		if _, err := c.Collect(ctx, "inbox", forgetful{}, popclient.Delete); err != nil {
			return err
		}
		return c.Quit(ctx)
	}
	offers, err := c.Offers(ctx, "inbox")
	if err != nil {
		return err
	}
	var chosen []popclient.Selection
	for i, o := range offers {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: popclient.Choice((i + int(kind)) % 5)})
	}
	if _, err := c.CollectChosen(ctx, "inbox", forgetful{}, chosen); err != nil {
		return err
	}
	return c.Quit(ctx)
}

// FuzzLines holds the parsers of lines to their bounds.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"1 120", "2 abc", "SASL PLAIN LOGIN", "LOGIN-DELAY 99999999999", "EXPIRE NEVER", "UTF8 USER", " [IN-USE] x", "<1896.697170952@dbc.mtview.ca.us>", "r=x,s=Y,i=99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if n, word, ok := numbered([]byte(line)); ok && (n <= 0 || word == "") {
			t.Errorf("%q: %d, %q", line, n, word)
		}
		var caps Capabilities
		caps.add(line)
		if caps.LoginDelay < 0 || caps.LoginDelay > maxDelay || caps.ExpireDays < 0 {
			t.Errorf("%q: %+v", line, caps)
		}
		if code := codeOf(line); meaningOf(code) != nil && code == "" {
			t.Errorf("%q: a meaning without a code", line)
		}
		if s := stampOf(line); s != "" && (s[0] != '<' || s[len(s)-1] != '>') {
			t.Errorf("%q: stamp %q", line, s)
		}
		if n := iterations(line); n < 0 {
			t.Errorf("%q: %d iterations", line, n)
		}
	})
}

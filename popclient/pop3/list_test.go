package pop3

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"restante.app/popclient"
)

// deaf is a connection on which a server says a line whenever one is waited for, whatever
// it hears.
type deaf struct {
	net.Conn
	said  string
	heard bytes.Buffer
}

func (d *deaf) Read(p []byte) (int, error) {
	if d.said == "" {
		return 0, io.EOF
	}
	end := strings.IndexByte(d.said, '\n') + 1
	if end == 0 {
		end = len(d.said)
	}
	n := copy(p, d.said[:end])
	d.said = d.said[n:]
	return n, nil
}

func (d *deaf) Write(p []byte) (int, error) { return d.heard.Write(p) }
func (*deaf) SetDeadline(time.Time) error   { return nil }
func (*deaf) Close() error                  { return nil }

func saying(said string) *Client {
	return New(&deaf{said: said}, Options{})
}

func offered(t *testing.T, c *Client) []popclient.Offer {
	t.Helper()
	offers, err := c.Offers(t.Context(), "inbox")
	if err != nil {
		t.Fatal(err)
	}
	return offers
}

func TestStat(t *testing.T) {
	for said, want := range map[string]struct {
		messages int
		octets   int64
		err      error
	}{
		"+OK 2 320\r\n":                       {2, 320, nil},
		"+OK 0 0 octets, none new\r\n":        {0, 0, nil},
		"+OK\r\n":                             {0, 0, popclient.ErrProtocol},
		"+OK 2\r\n":                           {0, 0, popclient.ErrProtocol},
		"+OK -1 5\r\n":                        {0, 0, popclient.ErrProtocol},
		"+OK 2 99999999999999999999999\r\n":   {0, 0, popclient.ErrProtocol},
		"+OK 9999999999 5\r\n":                {0, 0, popclient.ErrProtocol},
		"-ERR [SYS/TEMP] try again later\r\n": {0, 0, popclient.ErrTemporary},
		"":                                    {0, 0, popclient.ErrLost},
	} {
		messages, octets, err := saying(said).Stat(t.Context())
		if messages != want.messages || octets != want.octets || !errors.Is(err, want.err) || want.err == nil && err != nil {
			t.Errorf("%q: %d, %d, %v; want %+v", said, messages, octets, err, want)
		}
	}
}

// TestTwoIDs: a message that is given two ids has none, and no other message has one of
// them for its own.
func TestTwoIDs(t *testing.T) {
	offers := offered(t, saying("+OK\r\n1 5\r\n2 5\r\n3 5\r\n.\r\n+OK\r\n1 a\r\n1 b\r\n2 b\r\n3 c\r\n.\r\n"))
	if !offers[0].Ambiguous || offers[0].UIDL != "" || !offers[1].Ambiguous || offers[2].Ambiguous || offers[2].UIDL != "c" {
		t.Errorf("offers %+v", offers)
	}
}

// FuzzOffers has lists of any kind: what comes out of them can be relied on.
func FuzzOffers(f *testing.F) {
	f.Add([]byte("1 120\r\n2 200\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n"))
	f.Add([]byte("3 0\r\n1 1\r\n.\r\n+OK\r\n1 a\r\n3 a\r\n3 c\r\n9 x\r\n.\r\n"))
	f.Add([]byte(".\r\n-ERR no ids\r\n"))
	f.Add([]byte("2147483647 1125899906842624\r\n.\n+OK\n2147483647 ../x y\n.\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		c := saying("+OK\r\n" + string(said))
		offers, err := c.Offers(t.Context(), "inbox")
		if err != nil {
			if _, ok := errors.AsType[*popclient.Error](err); !ok {
				t.Errorf("error %v", err)
			}
			return
		}
		numbers, ids := map[int]bool{}, map[string]int{}
		for i, o := range offers {
			if at, ok := c.offers.place(o.Number); !ok || at != i || o.Number < 1 || numbers[o.Number] || o.Size < 0 || o.Size > maxSize || !validUIDL(o.UIDL) {
				t.Errorf("offer %+v, found at %d (%t)", o, at, ok)
			}
			numbers[o.Number] = true
			ids[o.UIDL]++
		}
		for _, o := range offers {
			if !o.Ambiguous && (o.UIDL == "" || ids[o.UIDL] > 1) {
				t.Errorf("%+v is not ambiguous", o)
			}
		}
	})
}

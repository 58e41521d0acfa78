package corpus

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
)

// TestDeterministic wants the same message for the same number, in any order.
func TestDeterministic(t *testing.T) {
	a, b := New(Options{Seed: 7, Attachments: true}), New(Options{Seed: 7, Attachments: true})
	other := New(Options{Seed: 8, Attachments: true})
	for _, i := range []int{999, 0, 500_000, 3} {
		one := a.Message(i)
		a.Message(i + 1)
		if !bytes.Equal(one.Octets, b.Message(i).Octets) || !bytes.Equal(one.Octets, a.Message(i).Octets) {
			t.Errorf("message %d differs from itself", i)
		}
		if bytes.Equal(one.Octets, other.Message(i).Octets) {
			t.Errorf("message %d does not depend on the seed", i)
		}
	}
}

// TestReadable reads what is made with another parser.
func TestReadable(t *testing.T) {
	c := New(Options{Seed: 1, Attachments: true})
	octets, replies, files, dense := 0, 0, 0, 0
	const n = 1000
	for i := range n {
		m := c.Message(i)
		octets += len(m.Octets)
		got, err := mail.ReadMessage(bytes.NewReader(m.Octets))
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		if err != nil || subject != m.Subject {
			t.Fatalf("message %d: subject %q for %q, %v", i, subject, m.Subject, err)
		}
		from, err := mail.ParseAddress(got.Header.Get("From"))
		if err != nil || from.Address != m.FromAddress || from.Name != m.FromName {
			t.Fatalf("message %d: from %v, %v", i, from, err)
		}
		if date, err := got.Header.Date(); err != nil || !date.Equal(m.Date) {
			t.Fatalf("message %d: date %v, %v", i, date, err)
		}
		body, err := io.ReadAll(got.Body)
		if err != nil || !bytes.Contains(body, []byte(strings.ReplaceAll(m.Text, "\n", "\r\n"))) {
			t.Fatalf("message %d: %v\n%s", i, err, body)
		}
		if refs := c.Thread(i); len(refs) > 0 {
			replies++
			if last := c.Message(refs[len(refs)-1]); !slices.Contains(m.References, last.ID) {
				t.Fatalf("message %d does not refer to what it answers", i)
			}
		}
		files += len(m.Files)
		if strings.ContainsAny(m.Text, "。，") {
			dense++
		}
	}
	if replies < n/3 || files < n/20 || dense < n/30 || octets/n < 2000 || octets/n > 20_000 {
		t.Errorf("%d replies, %d files, %d without spaces, %d octets each", replies, files, dense, octets/n)
	}
}

func BenchmarkMessage(b *testing.B) {
	c := New(Options{Seed: 1})
	octets := 0
	for i := 0; b.Loop(); i++ {
		octets += len(c.Message(i).Octets)
	}
	b.SetBytes(int64(octets / b.N))
}

package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"restante.app/localstore/custody"
	"restante.app/localstore/internal/resident"
)

// randomMail is a message that can't be compressed.
func randomMail(i, octets int) custody.Delivery {
	rng := rand.New(rand.NewPCG(7, uint64(i)))
	b := fmt.Appendf(make([]byte, 0, octets), "Subject: number %d\r\n\r\n", i)
	for len(b) < octets {
		b = append(b, byte(rng.Uint32())|1)
	}
	return custody.Delivery{Octets: b}
}

// TestResidence: whoever reads a store that is larger than what it may have in memory gets
// every octet, and the store stays small there.
func TestResidence(t *testing.T) {
	const messages, octets = 160, 600 << 10
	s := openTest(t, t.TempDir(), Options{})
	for i := range messages {
		fetch(t, s, "acc", "inbox", randomMail(i, octets))
	}
	if err := s.residence.releaseBodies(); err != nil {
		t.Fatal(err)
	}
	before, ok := resident.Octets()
	if !ok {
		t.Fatal("the system does not tell")
	}
	for round := range 2 {
		for i := range messages {
			m, err := s.OpenMessage(MessageID(i + 1))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(m.Reader())
			if err != nil || !bytes.Equal(got, randomMail(i, octets).Octets) {
				t.Fatalf("message %d, round %d: %d octets, %v", i, round, len(got), err)
			}
			if after, _ := resident.Octets(); after-before > residentSlack+3*touchedEvery {
				t.Fatalf("%d MB in memory after message %d", (after-before)>>20, i)
			}
		}
	}
}

// TestReleaseWhileUsed: what is read while memory is given back is what it was.
func TestReleaseWhileUsed(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: threadOfText, Text: wholeText})
	for i := range 20 {
		fetch(t, s, "acc", "inbox", threadMail(i+1, i))
	}
	stop := s.residence.closely()
	defer stop()
	for i := range 200 {
		if err := errors.Join(s.residence.releaseBodies(), s.meta.view(resident.Release)); err != nil {
			t.Fatal(err)
		}
		if e := entry(t, s, MessageID(i%20+1)); e.Summary.Subject != fmt.Sprintf("m%d", i%20+1) {
			t.Fatalf("%+v", e)
		}
		found, err := s.Search(t.Context(), fmt.Sprintf("m%d", i%20+1), SearchOptions{})
		if err != nil || len(found.Hits) == 0 {
			t.Fatalf("%+v, %v", found, err)
		}
	}
}

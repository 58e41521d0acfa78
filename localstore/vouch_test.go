package localstore

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

func claimOf(text, uidl string) custody.Claim {
	return custody.Claim{UIDL: uidl, Listed: int64(len(text)), Header: append(headerOf(text), '\r', '\n')}
}

// TestVouchForDamaged: a long message of which any piece is missing or has changed is
// not held, though its header is as it was.
func TestVouchForDamaged(t *testing.T) {
	text := letter(1, strings.Repeat("a line of a long message\r\n", 150_000))
	for name, damage := range map[string]func(b *bbolt.Bucket) error{
		"nothing":            func(*bbolt.Bucket) error { return nil },
		"no tail":            func(b *bbolt.Bucket) error { return b.Delete(bodyKey(1, tail)) },
		"a chunk is missing": func(b *bbolt.Bucket) error { return b.Delete(bodyKey(1, 1)) },
		"a chunk is another": func(b *bbolt.Bucket) error {
			p := bytes.Clone(b.Get(bodyKey(1, 2)))
			return b.Put(bodyKey(1, 1), p)
		},
	} {
		s, err := Open(t.TempDir(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := custody.Delivery{UIDL: "a", Listed: int64(len(text)), Octets: []byte(text[:1000]), Rest: strings.NewReader(text[1000:])}
		fetch(t, s, "acc", "inbox", d)
		f, err := s.shards.get(1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.update(func(tx *bbolt.Tx) error { return damage(tx.Bucket(bucketBodies)) }); err != nil {
			t.Fatal(err)
		}
		if held := vouch(t, s, claimOf(text, "a"))[0]; held != (name == "nothing") {
			t.Errorf("%s: held %t", name, held)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, _, err := s.Vouch(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"}, nil); !errors.Is(err, ErrClosed) {
			t.Errorf("a closed store vouches: %v", err)
		}
	}
}

// TestVouchDuringFailingCommit: readers see a commit before it is on the disk. Until
// it is known how one that is under way ends, there is no receipt.
func TestVouchDuringFailingCommit(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	failing := false
	s, err := Open(t.TempDir(), Options{fault: func(step string) error {
		if !failing || step != "meta" {
			return nil
		}
		close(reached)
		<-release
		return syscall.EIO
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	text := letter(1, "one")
	fetch(t, s, "acc", "inbox", offered(text, "a"))
	failing = true
	in := begin(t, s, "inbox")
	if err := in.Deliver(t.Context(), offered(letter(2, "two"), "b")); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := in.Commit(t.Context()); !errors.Is(err, ErrDisk) {
			t.Errorf("Commit: %v", err)
		}
	})
	<-reached
	both.Go(func() {
		held, receipt, err := s.Vouch(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"}, []custody.Claim{claimOf(text, "a")})
		release, releaseErr := receipt.Release(custody.Manifest{})
		if !errors.Is(err, ErrSuspect) || held != nil || release.Valid() || releaseErr == nil {
			t.Errorf("Vouch: %v, %v", held, err)
		}
	})
	close(release)
	both.Wait()
}

func vouch(t *testing.T, s *Store, claims ...custody.Claim) []bool {
	t.Helper()
	held, receipt, err := s.Vouch(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"}, claims)
	if err != nil {
		t.Fatal(err)
	}
	var tape custody.Tape
	some := false
	for i, c := range claims {
		if held[i] {
			some = true
			tape.Message()
			_, _ = tape.Write(c.Header)
		}
	}
	release, err := receipt.Release(tape.Manifest())
	if some && (err != nil || !release.Valid()) {
		t.Errorf("the receipt does not cover what is held: %v", err)
	}
	tape.Message()
	if release, err := receipt.Release(tape.Manifest()); err == nil || release.Valid() {
		t.Error("the receipt covers more than is held")
	}
	return held
}

func TestVouch(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	one, two, big := letter(1, "one"), letter(2, "two"), letter(3, string(bytes.Repeat([]byte("long line\r\n"), 300_000)))
	long := custody.Delivery{UIDL: "big", Listed: int64(len(big)), Octets: []byte(big[:custody.MaxInline]), Rest: bytes.NewReader([]byte(big[custody.MaxInline:]))}
	fetch(t, s, "acc", "inbox", offered(one, "a"), offered(two, "b"), long)
	fetchHead(t, s, headOnly(letter(4, "four"), "p"))
	claim := func(text, uidl string) custody.Claim {
		return custody.Claim{UIDL: uidl, Listed: int64(len(text)), Header: append(headerOf(text), '\r', '\n')}
	}
	other := claim(one, "a")
	other.Header = bytes.Replace(other.Header, []byte("letter 1"), []byte("letter 9"), 1)
	size := claim(one, "a")
	size.Listed++
	for _, c := range []struct {
		why   string
		claim custody.Claim
		want  bool
	}{
		{"as it came", claim(one, "a"), true},
		{"long", claim(big, "big"), true},
		{"no id", claim(one, ""), false},
		{"unknown id", claim(one, "z"), false},
		{"another's id", claim(two, "a"), false},
		{"another header", other, false},
		{"another size", size, false},
		{"no header", custody.Claim{UIDL: "a", Listed: int64(len(one))}, false},
		{"the header alone is here", claim(letter(4, "four"), "p"), false},
	} {
		if got := vouch(t, s, c.claim)[0]; got != c.want {
			t.Errorf("%s: %t", c.why, got)
		}
	}
	if got := vouch(t, s, claim(one, "a"), claim(one, "z"), claim(two, "b")); !got[0] || got[1] || !got[2] {
		t.Errorf("%v", got)
	}
	if err := s.Delete(t.Context(), []MessageID{holdings(t, s, "a")["a"].Message}, nil); err != nil {
		t.Fatal(err)
	}
	if vouch(t, s, claim(one, "a"))[0] {
		t.Error("vouched for what was deleted here")
	}
	checkClean(t, s)
}

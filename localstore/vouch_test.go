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

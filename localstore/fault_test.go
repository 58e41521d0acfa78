package localstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// A failure at any step of a commit gives an error of its kind and no receipt.
// Want of room passes; anything else closes the store to writes until it is reopened.
func TestFaults(t *testing.T) {
	for _, step := range []string{"begin", "bodies", "meta"} {
		for _, cause := range []error{syscall.ENOSPC, syscall.EIO} {
			t.Run(fmt.Sprintf("%s %v", step, cause), func(t *testing.T) {
				dir := t.TempDir()
				var failing bool
				o := Options{shardOctets: 128 << 10, fault: func(at string) error {
					if failing && at == step {
						if errors.Is(cause, syscall.ENOSPC) {
							return &fsError{cause}
						}
						return cause
					}
					return nil
				}}
				s := openTest(t, dir, o)
				fetch(t, s, "acc", "inbox", delivery(testMail(1)), long(2<<20, 7))
				failing = true
				in := begin(t, s, "inbox")
				deliverErr := errors.Join(in.Deliver(t.Context(), delivery(testMail(2))), in.Deliver(t.Context(), long(3<<20, 8)))
				r, err := in.Commit(t.Context())
				if release, _ := r.Release(custody.Manifest{}); err == nil || release.Valid() {
					t.Fatalf("a receipt in spite of %v (%v)", cause, deliverErr)
				}
				failing = false
				if errors.Is(cause, syscall.ENOSPC) {
					if !errors.Is(err, ErrNoSpace) {
						t.Fatalf("Commit: %v", err)
					}
					fetch(t, s, "acc", "inbox", delivery(testMail(3)), delivery(testMail(2)))
					return
				}
				if !errors.Is(err, ErrDisk) {
					t.Fatalf("Commit: %v", err)
				}
				if _, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: "new"}); !errors.Is(err, ErrSuspect) {
					t.Fatalf("Begin on a suspect store: %v", err)
				}
				if err := s.SetFlags([]MessageID{1}, Seen, 0); !errors.Is(err, ErrSuspect) {
					t.Fatalf("SetFlags on a suspect store: %v", err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				again := openTest(t, dir, Options{})
				if !again.Unclean() {
					t.Error("the failure was forgotten")
				}
				fetch(t, again, "acc", "inbox", delivery(testMail(3)), delivery(testMail(2)))
			})
		}
	}
}

// fsError is a refused write as bbolt returns it.
type fsError struct{ err error }

func (e *fsError) Error() string { return "file resize error: " + e.err.Error() }
func (e *fsError) Unwrap() error { return e.err }

func TestSummaryIsHeldToItsBounds(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: func(head []byte) Summary {
		if bytes.Contains(head, []byte("number 1")) {
			panic("hostile mail")
		}
		return Summary{Subject: strings.Repeat("é", 5000), FromName: "a\xffb", References: strings.Fields(strings.Repeat("x ", 400))}
	}})
	fetch(t, s, "acc", "inbox", delivery(testMail(1)), delivery(testMail(2)))
	entries, err := s.Entries([]MessageID{1, 99, 2})
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if entries[0].Summary.Subject != "" {
		t.Error("a summary out of a panic")
	}
	sum := entries[1].Summary
	if len(sum.Subject) != maxField || sum.FromName != "a\uFFFDb" || len(sum.References) != maxReferences {
		t.Errorf("%d octets of subject, %q, %d references", len(sum.Subject), sum.FromName, len(sum.References))
	}
}

// A store that is fetched into, given up, shut, and reopened in any order holds
// each message once in each mailbox it came for.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		o := Options{shardOctets: 64 << 10, batchOctets: 16 << 10, growOctets: 64 << 10}
		s, err := Open(dir, o)
		if err != nil {
			rt.Fatal(err)
		}
		want := map[string]map[int]bool{"a": {}, "b": {}}
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			box := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "mailbox")
			mail := rapid.SliceOfN(rapid.IntRange(0, 60), 0, 40).Draw(rt, "mail")
			in, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: box})
			if err != nil {
				rt.Fatal(err)
			}
			fresh := map[int]bool{}
			for _, i := range mail {
				d := delivery(testMail(i))
				if i%20 == 0 {
					d = long(chunkSize/40*int64(i+1), uint64(i))
				}
				if err := in.Deliver(t.Context(), d); err != nil {
					rt.Fatal(err)
				}
				fresh[i] = !want[box][i]
			}
			if rapid.IntRange(0, 4).Draw(rt, "end") == 0 {
				if err := in.Close(); err != nil {
					rt.Fatal(err)
				}
				// Full batches were committed before.
				again := fetch(t, s, "acc", box)
				if again.Fresh() != 0 {
					rt.Fatal("mail out of nothing")
				}
				in, err = s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: box})
				if err != nil {
					rt.Fatal(err)
				}
			} else {
				n := 0
				for i, f := range fresh {
					want[box][i] = true
					if f {
						n++
					}
				}
				r, err := in.Commit(t.Context())
				if err != nil || r.Fresh()+r.Known() != len(mail) || r.Fresh() > n {
					rt.Fatalf("%d fresh of at most %d, %d known, %v", r.Fresh(), n, r.Known(), err)
				}
			}
			if err := in.Close(); err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "reopen") {
				closeChecked(t, s)
				if s, err = Open(dir, o); err != nil {
					rt.Fatal(err)
				}
			}
		}
		checkModel(rt, s, want)
		closeChecked(t, s)
	})
}

func checkModel(t *rapid.T, s *Store, want map[string]map[int]bool) {
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]int{}
		for _, ref := range refs {
			m, err := s.OpenMessage(ref.ID)
			if err != nil {
				t.Fatal(err)
			}
			head := make([]byte, 60)
			n, err := m.ReadAt(head, 0)
			if err != nil && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			if m.Size() < chunkSize {
				have[string(head[:n])]++
			}
		}
		for i := range want[box.Source] {
			if text := testMail(i); i%20 != 0 && have[text[:min(len(text), 60)]] != 1 {
				t.Fatalf("mailbox %s has message %d %d times", box.Source, i, have[text[:min(len(text), 60)]])
			}
		}
	}
}

// A stray body is found; a body beyond the last commit is removed at Open.
func TestStrayBodies(t *testing.T) {
	dir := filledStore(t)
	changeBolt(t, shardPath(dir, 1), func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketBodies).Put(bodyKey(2, 0), []byte("\x00stray"))
	})
	changeBolt(t, shardPath(dir, 2), func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketBodies).Put(bodyKey(5000, tail), []byte("\x00beyond"))
	})
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.Check(t.Context(), true)
	if err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems[0].What, "Piece 0 of body 2") {
		t.Errorf("%v, %v", r.Problems, err)
	}
}

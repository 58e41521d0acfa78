package localstore

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

func change(t testing.TB, path string, fn func([]byte) []byte) {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, fn(p), 0o600); err != nil {
		t.Fatal(err)
	}
}

// changeBolt changes a bucket of a closed store.
func changeBolt(t testing.TB, path string, fn func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// Each kind of damage has its own sentence, and Open changes nothing.
func TestOpenDamaged(t *testing.T) {
	meta, first, second := "meta.bolt", "bodies/0001.bolt", "bodies/0002.bolt"
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		kind   error
		says   string
	}{
		"meta empty":       {func(t *testing.T, dir string) { truncate(t, dir, meta, 0) }, ErrDamaged, "is empty"},
		"meta cut short":   {func(t *testing.T, dir string) { truncate(t, dir, meta, 32<<10) }, ErrDamaged, "is cut short"},
		"meta one page":    {func(t *testing.T, dir string) { truncate(t, dir, meta, 4096) }, ErrDamaged, "is cut short"},
		"meta a few bytes": {func(t *testing.T, dir string) { truncate(t, dir, meta, 100) }, ErrDamaged, "is cut short"},
		"meta another file": {func(t *testing.T, dir string) {
			change(t, filepath.Join(dir, meta), func(p []byte) []byte { return bytes.Repeat([]byte("text "), len(p)/5) })
		}, ErrDamaged, "is not a mail store, or its first pages are damaged"},
		"meta first pages": {func(t *testing.T, dir string) {
			change(t, filepath.Join(dir, meta), func(p []byte) []byte {
				p[40] ^= 0xff
				p[4096+40] ^= 0xff
				return p
			})
		}, ErrDamaged, "has damaged first pages"},
		"meta one of the first pages": {func(t *testing.T, dir string) {
			change(t, filepath.Join(dir, meta), func(p []byte) []byte { p[40] ^= 0xff; return p })
		}, ErrDamaged, "has a damaged first page"},
		"shard one of the first pages": {func(t *testing.T, dir string) {
			change(t, filepath.Join(dir, second), func(p []byte) []byte { p[4096+40] ^= 0xff; return p })
		}, ErrDamaged, "has a damaged first page"},
		"meta a folder": {func(t *testing.T, dir string) {
			remove(t, dir, meta)
			if err := os.Mkdir(filepath.Join(dir, meta), 0o700); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged, "is not a file"},
		"meta missing": {func(t *testing.T, dir string) { remove(t, dir, meta) }, ErrDamaged, "meta.bolt is missing, though mail is there"},
		"meta of something else": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, meta), func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketStore) })
		}, ErrDamaged, "is not a mail store"},
		"meta without a part": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, meta), func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketSeen) })
		}, ErrDamaged, "lacks a part (seen)"},
		"meta newer": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, meta), func(tx *bbolt.Tx) error {
				return tx.Bucket(bucketStore).Put(keySchema, u32(schema+1))
			})
		}, ErrNewer, "was written by a newer Restante"},
		"meta older than the mail": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, meta), func(tx *bbolt.Tx) error {
				return tx.Bucket(bucketStore).Put(keyBatch, u64(0))
			})
		}, ErrDamaged, "is older than"},
		"meta of before the second file": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, meta), func(tx *bbolt.Tx) error {
				return errors.Join(tx.Bucket(bucketShards).Delete(u32(2)), tx.Bucket(bucketStore).Put(keyBatch, u64(0)))
			})
		}, ErrDamaged, "is older than"},
		"shard missing": {func(t *testing.T, dir string) { remove(t, dir, first) }, ErrDamaged, "0001.bolt is missing"},
		"shard empty":   {func(t *testing.T, dir string) { truncate(t, dir, first, 0) }, ErrDamaged, "0001.bolt is empty"},
		"last shard cut short": {func(t *testing.T, dir string) {
			truncate(t, dir, second, 40<<10)
		}, ErrDamaged, "0002.bolt is cut short"},
		"last shard newer": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, second), func(tx *bbolt.Tx) error {
				return tx.Bucket(bucketShard).Put(keySchema, u32(shardSchema+1))
			})
		}, ErrNewer, "0002.bolt was written by a newer Restante"},
		"shard of another store": {func(t *testing.T, dir string) {
			changeBolt(t, filepath.Join(dir, second), func(tx *bbolt.Tx) error {
				return tx.Bucket(bucketShard).Put(keyID, make([]byte, 16))
			})
		}, ErrDamaged, "belongs to another mail store"},
		"shards swapped": {func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, first), filepath.Join(dir, second))
		}, ErrDamaged, "under another name"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filledStore(t)
			c.damage(t, dir)
			before := snapshot(t, dir)
			s, err := Open(dir, Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("the store opened")
			}
			var e *Error
			if !errors.Is(err, c.kind) || !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || e.Next == "" {
				t.Errorf("the error is %v\nwant %v saying %q", err, c.kind, c.says)
			}
			if snapshot(t, dir) != before {
				t.Error("Open changed a damaged store")
			}
		})
	}
}

func truncate(t *testing.T, dir, name string, size int64) {
	t.Helper()
	if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	p, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, p, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// snapshot returns the names and contents of the mail files of a profile.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "in-use" {
			return err
		}
		p, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// Whatever pages are flipped, nothing panics, and what can't be read is said to be
// damaged or found by Check.
func TestFlippedPages(t *testing.T) {
	dir := filledStore(t)
	for _, name := range []string{"meta.bolt", "bodies/0001.bolt", "bodies/0002.bolt"} {
		size := fileSize(t, filepath.Join(dir, name))
		pages := min(size, 400<<10) / 4096
		for page := int64(2); page < pages; page += max(1, pages/6) {
			bad := filepath.Join(t.TempDir(), "profile")
			copyStore(t, dir, bad)
			change(t, filepath.Join(bad, name), func(p []byte) []byte {
				for i := range p[page*4096 : min(int64(len(p)), (page+1)*4096)] {
					p[page*4096+int64(i)] ^= 0x5a
				}
				return p
			})
			useDamaged(t, bad)
		}
	}
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// useDamaged does everything with a damaged store: errors must have a kind.
func useDamaged(t *testing.T, dir string) {
	t.Helper()
	kinds := []error{ErrDamaged, ErrNewer, ErrSuspect, ErrNotFound, ErrDisk, ErrClosed}
	known := func(what string, err error) {
		t.Helper()
		if err == nil {
			return
		}
		for _, k := range kinds {
			if errors.Is(err, k) {
				return
			}
		}
		t.Errorf("%s: an error without a kind: %v", what, err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		known("Open", err)
		return
	}
	if _, err := s.Check(t.Context(), true); err != nil {
		known("Check", err)
	}
	_, err = s.Mailboxes()
	known("Mailboxes", err)
	refs, err := s.Refs(1, true)
	known("Refs", err)
	for _, r := range refs[:min(len(refs), 50)] {
		_, err := s.Entries([]MessageID{r.ID})
		known("Entries", err)
		m, err := s.OpenMessage(r.ID)
		known("OpenMessage", err)
		if err == nil {
			_, err = io.Copy(io.Discard, m.Received())
			known("Received", err)
		}
	}
	known("SetFlags", s.SetFlags([]MessageID{1, 2, 3}, Seen, 0))
	if in, err := s.Begin(t.Context(), custody.Run{Account: "acc", Mailbox: "inbox"}); err == nil {
		known("Deliver", in.Deliver(t.Context(), delivery(testMail(5000))))
		_, err = in.Commit(t.Context())
		known("Commit", err)
		known("Close intake", in.Close())
	} else {
		known("Begin", err)
	}
	known("Close", s.Close())
}

// A changed octet within a message is noticed when it is read, and by Check.
func TestChangedOctet(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{})
	fetch(t, s, "acc", "inbox", delivery("Subject: x\r\n\r\nthe needle\r\n"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := shardPath(dir, 1)
	change(t, path, func(p []byte) []byte { return bytes.ReplaceAll(p, []byte("needle"), []byte("poodle")) })
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.OpenMessage(1)
	if err != nil || !errors.Is(m.Damage(), ErrDamaged) {
		t.Fatalf("OpenMessage: %v, damage %v", err, m.Damage())
	}
	p, err := io.ReadAll(m.Reader())
	if err != nil || !strings.Contains(string(p), "poodle") {
		t.Errorf("what is left of it can't be read: %q, %v", p, err)
	}
	for deep, want := range map[bool]int{false: 0, true: 1} {
		r, err := s.Check(t.Context(), deep)
		if err != nil || len(r.Problems) != want {
			t.Errorf("deep %t: %v, %v", deep, r.Problems, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Check finds each reference that is broken.
func TestCheckFinds(t *testing.T) {
	id, first := u64(3), u64(1)
	for name, damage := range map[string]func(tx *bbolt.Tx) error{
		"a message without its record": func(tx *bbolt.Tx) error { return tx.Bucket(bucketMessages).Delete(id) },
		"a message without its body":   func(tx *bbolt.Tx) error { return tx.Bucket(bucketContents).Delete(id) },
		"a body without its identity": func(tx *bbolt.Tx) error {
			k, _ := tx.Bucket(bucketNewIdentities).Cursor().First()
			return tx.Bucket(bucketNewIdentities).Delete(bytes.Clone(k))
		},
		"an identity without a body": func(tx *bbolt.Tx) error {
			return insertRefs(tx.Bucket(bucketIdentities), 0, []Ref{identityRow(Identity{1}, 99999).ref()})
		},
		"identities out of order": func(tx *bbolt.Tx) error {
			rows := []Ref{identityRow(Identity{2}, 1).ref(), identityRow(Identity{1}, 2).ref()}
			return tx.Bucket(bucketIdentities).Put(refKey(0, rows[0]), encodeRefs(rows))
		},
		"an id of no thread": func(tx *bbolt.Tx) error {
			return insertRefs(tx.Bucket(bucketLinks), 0, []Ref{hashRow{1, 99999}.ref()})
		},
		"a wrong count": func(tx *bbolt.Tx) error { return addCounts(tx, 1, counts{1, 0}) },
		"a wrong count of unread": func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketFlags).Put(id, u32(uint32(Seen)))
		},
		"flags of no message":     func(tx *bbolt.Tx) error { return tx.Bucket(bucketFlags).Put(u64(99999), u32(2)) },
		"a row without a message": func(tx *bbolt.Tx) error { return insertRefs(tx.Bucket(bucketRefs), 1, []Ref{{ID: 99999, Date: 5}}) },
		"a message without a row": func(tx *bbolt.Tx) error {
			m, _, err := readMessage(tx, 3)
			if err != nil {
				return err
			}
			_, err = removeRefs(tx.Bucket(bucketRefs), 1, []Ref{{ID: 3, Date: m.Date}})
			return err
		},
		"a message not known":     func(tx *bbolt.Tx) error { return tx.Bucket(bucketSeen).Delete(seenKey(3, 1)) },
		"known without a message": func(tx *bbolt.Tx) error { return tx.Bucket(bucketSeen).Put(seenKey(3, 7), u64(88888)) },
		"an id that stands for no body": func(tx *bbolt.Tx) error {
			return putID(tx, "x", uidlRecord{Content: 99999})
		},
		"an id without its hash": func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketIDs).Put(idKey(1, 1), uidlRecord{Content: 3}.encode("x"))
		},
		"an id twice": func(tx *bbolt.Tx) error {
			return errors.Join(putID(tx, "x", uidlRecord{Content: 3}), tx.Bucket(bucketIDs).Put(idKey(1, 7), uidlRecord{Content: 3}.encode("x")))
		},
		"a hash without an id": func(tx *bbolt.Tx) error {
			return errors.Join(putID(tx, "x", uidlRecord{Content: 3}), tx.Bucket(bucketIDs).Delete(idKey(1, 1)))
		},
		"a hash too many": func(tx *bbolt.Tx) error {
			return errors.Join(putID(tx, "x", uidlRecord{Content: 3}), insertRefs(tx.Bucket(bucketIDHashes), 0, []Ref{{Date: 7, ID: 1}}))
		},
		"a note that can't be read": func(tx *bbolt.Tx) error { return tx.Bucket(bucketDeedNotes).Put(noteKey(7, 1), first) },
		"an id that can't be read":  func(tx *bbolt.Tx) error { return tx.Bucket(bucketIDs).Put(idKey(1, 1), first) },
		"a message whose id is not noted": func(tx *bbolt.Tx) error {
			return changeMessage(tx, 3, func(m *messageRecord) { m.UIDL = []byte("x") })
		},
		"a header and an id that says whole": func(tx *bbolt.Tx) error {
			m, _, err := readMessage(tx, 3)
			return errors.Join(err, putID(tx, "x", uidlRecord{Content: m.Content}),
				changeMessage(tx, 3, func(m *messageRecord) { m.UIDL, m.Partial = []byte("x"), true }))
		},
		"a header that made room for nothing": func(tx *bbolt.Tx) error {
			return tx.Bucket(bucketHeads).Put(seenKey(1, 1), headRecord{Whole: 99999}.encode())
		},
		"a body in use that is to be removed": func(tx *bbolt.Tx) error { return tx.Bucket(bucketPending).Put(id, u32(1)) },
		"a wrong size": func(tx *bbolt.Tx) error {
			c, err := decodeContent(tx.Bucket(bucketContents).Get(first))
			c.Size++
			return errors.Join(err, tx.Bucket(bucketContents).Put(first, c.encode()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filledStore(t)
			changeBolt(t, metaPath(dir), damage)
			s, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			r, err := s.Check(t.Context(), false)
			if err != nil || r.OK() {
				t.Errorf("nothing found, %v", err)
			}
		})
	}
}

// putID keeps an id of the first mailbox.
func putID(tx *bbolt.Tx, uidl string, r uidlRecord) error {
	ids := openIDs(tx, newIDTable(hashFresh).in)
	return errors.Join(ids.put(1, uidl, r), ids.finish())
}

func changeMessage(tx *bbolt.Tx, id MessageID, fn func(*messageRecord)) error {
	m, _, err := readMessage(tx, id)
	if err != nil {
		return err
	}
	fn(&m)
	record, err := m.encode()
	if err != nil {
		return err
	}
	patchContent(record, m.Content)
	return tx.Bucket(bucketMessages).Put(u64(uint64(id)), record)
}

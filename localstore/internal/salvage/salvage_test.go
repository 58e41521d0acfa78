package salvage_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"restante.app/localstore/internal/salvage"
)

const records = 3000

func key(i int) []byte   { return binary.BigEndian.AppendUint64(nil, uint64(i)) }
func value(i int) []byte { return fmt.Appendf(nil, "value %d of them", i) }

// made returns a file of several transactions: the last one changes some records.
func made(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.bolt")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	for part := range 6 {
		err := db.Update(func(tx *bbolt.Tx) error {
			small, err := tx.CreateBucketIfNotExists([]byte("small"))
			if err != nil {
				return err
			}
			if err := small.Put([]byte("batch"), key(part)); err != nil {
				return err
			}
			b, err := tx.CreateBucketIfNotExists([]byte("large"))
			if err != nil {
				return err
			}
			for i := part; i < records; i += 6 {
				if err := b.Put(key(i), value(i)); err != nil {
					return err
				}
			}
			if part == 5 {
				return b.Put(key(records), make([]byte, 20_000)) // with overflow
			}
			return b.SetSequence(uint64(part) + 1)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// read salvages a file.
func read(t testing.TB, path string) (salvage.Outcome, map[string]string) {
	t.Helper()
	f, err := salvage.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := map[string]string{}
	out, err := f.Salvage(salvage.Reader{
		Buckets: []string{"small", "large"},
		Take: func(bucket string, k, v []byte, certain bool) error {
			name := bucket + string(k)
			if _, there := got[name]; certain || !there {
				got[name] = string(v)
			}
			return nil
		},
		Guess: func(k, v []byte) string {
			if len(k) == 8 && binary.BigEndian.Uint64(k) <= records {
				return "large"
			}
			return ""
		},
		Rank: func(get func(bucket, key string) []byte) uint64 {
			if v := get("small", "batch"); len(v) == 8 {
				return binary.BigEndian.Uint64(v)
			}
			return 0
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, got
}

func lacks(got map[string]string) (n int) {
	for i := range records {
		if got["large"+string(key(i))] != string(value(i)) {
			n++
		}
	}
	return n
}

func TestSound(t *testing.T) {
	out, got := read(t, made(t))
	if !out.Sound || out.Doubt || len(got) != records+2 || lacks(got) != 0 || out.Sequences["large"] != 5 {
		t.Errorf("%+v, %d records, %d lacking", out, len(got), lacks(got))
	}
}

// A page that is damaged costs what is on it, and nothing else.
func TestDamagedPages(t *testing.T) {
	path := made(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	for at := 0; at < len(whole); at += page {
		p := append([]byte(nil), whole...)
		on := 0
		for i := range records {
			if bytes.Contains(p[at:at+page], value(i)) {
				on++
			}
		}
		for i := range page {
			p[at+i] ^= 0x5a
		}
		bad := filepath.Join(t.TempDir(), "bad.bolt")
		if err := os.WriteFile(bad, p, 0o600); err != nil {
			t.Fatal(err)
		}
		out, got := read(t, bad)
		if n := lacks(got); n > on {
			t.Errorf("page %d had %d records, and %d are lacking: %+v", at/page, on, n, out)
		}
		if n := lacks(got); n > 0 && out.Sound {
			t.Errorf("page %d: %d records are lacking from what is called sound", at/page, n)
		}
	}
}

// Nothing that stands in a file makes it panic, take for ever or take all memory.
func FuzzSalvage(f *testing.F) {
	whole, err := os.ReadFile(made(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint64(1), 3, 200)
	f.Add(uint64(7), 40, 100_000)
	f.Fuzz(func(t *testing.T, seed uint64, n, size int) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := append([]byte(nil), whole[:max(0, min(size, len(whole)))]...)
		for range max(0, min(n, 1000)) {
			if len(p) > 0 {
				p[rng.IntN(len(p))] = byte(rng.Uint32())
			}
		}
		bad := filepath.Join(t.TempDir(), "bad.bolt")
		if err := os.WriteFile(bad, p, 0o600); err != nil {
			t.Fatal(err)
		}
		out, got := read(t, bad)
		if len(got) == 0 && out.Sound {
			t.Error("nothing is called sound")
		}
	})
}

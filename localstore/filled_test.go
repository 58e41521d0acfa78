package localstore

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"restante.app/localstore/custody"
)

// filledStore makes a closed store with some mail in two shards. It is filled once for
// all tests.
func filledStore(t testing.TB) string {
	t.Helper()
	filled.once.Do(func() {
		filled.files = map[string][]byte{}
		dir := fillStore(t)
		for _, path := range storeFiles(t, dir) {
			p, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(dir, path)
			if err != nil {
				t.Fatal(err)
			}
			filled.files[name] = p
		}
	})
	dir := filepath.Join(t.TempDir(), "profile")
	if err := os.MkdirAll(bodiesPath(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if len(filled.files) != 3 {
		t.Fatalf("%d files", len(filled.files))
	}
	for name, p := range filled.files {
		if err := os.WriteFile(filepath.Join(dir, name), p, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var filled struct {
	once  sync.Once
	files map[string][]byte
}

func fillStore(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "profile")
	s, err := Open(dir, Options{shardOctets: 48 << 10, batchDelay: time.Hour, growOctets: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	for part := range 2 {
		var ds []custody.Delivery
		for i := range 400 {
			ds = append(ds, delivery(testMail(part*1000+i)+strings.Repeat("padding of this message\r\n", i%40)))
		}
		fetch(t, s, "acc", "inbox", ds...)
	}
	closeChecked(t, s)
	return dir
}

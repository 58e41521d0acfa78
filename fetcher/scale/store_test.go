//go:build unix

package scale

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"restante.app/localstore"
	"restante.app/localstore/corpus"
	"restante.app/localstore/custody"
	"restante.app/mimeview"
)

var (
	size = flag.Int("messages", 2_000, "messages in the largest store; 1000000 is the size that the limits are for")
	keep = flag.String("stores", "", "a folder where the stores are kept, and used again by the next run")
)

const source = "inbox"

// filled is an open store with as many messages of the corpus as it is named for.
type filled struct {
	s       *localstore.Store
	dir     string
	account string
	n       int // messages in it
}

func summarize(head []byte) localstore.Summary { return localstore.Summary(mimeview.Summarize(head)) }

// storeOf returns the store of n messages, and fills it if it is not kept from before.
func storeOf(t *testing.T, c *corpus.Corpus, n int) *filled {
	t.Helper()
	base := *keep
	if base == "" {
		base = scratch(t)
	}
	f := openFilled(t, filepath.Join(base, fmt.Sprint(n)))
	for f.n < n {
		f.fetch(t, mail(c, f.n, min(5_000, n-f.n)))
	}
	return f
}

// openFilled opens a store, or makes one with an account.
func openFilled(t *testing.T, dir string) *filled {
	t.Helper()
	f := &filled{dir: dir}
	s, err := localstore.Open(f.dir, localstore.Options{Summarize: summarize})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	f.s = s
	accounts, err := s.Accounts()
	if err != nil {
		t.Fatal(err)
	}
	if len(accounts) > 0 {
		f.account = accounts[0].ID
	} else {
		a, err := s.PutAccount(localstore.Account{
			Name: "scale", Host: "127.0.0.1", Port: 1, Protocol: "pop1", User: "fred",
			Mailboxes: []string{source}, Security: localstore.Plain,
		})
		if err != nil {
			t.Fatal(err)
		}
		f.account = a.ID
	}
	st, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	f.n = st.Messages
	return f
}

func mail(c *corpus.Corpus, from, n int) []custody.Delivery {
	all := make([]custody.Delivery, n)
	for i := range all {
		all[i] = custody.Delivery{Octets: c.Message(from + i).Octets}
	}
	return all
}

// fetch brings messages into the store as a session does.
func (f *filled) fetch(t *testing.T, all []custody.Delivery) {
	t.Helper()
	in, err := f.s.Begin(t.Context(), custody.Run{Account: f.account, Mailbox: source})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if err := in.Deliver(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fresh, _ := in.Kept(); fresh != len(all) {
		t.Fatalf("%d of %d were new", fresh, len(all))
	}
	f.n += len(all)
}

// scratch returns a folder on a disk: a temporary folder may be in memory, where
// an fsync costs nothing.
func scratch(t *testing.T) string {
	t.Helper()
	base := os.Getenv("BENCH_DIR")
	if base == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		base = filepath.Join(cache, "restante-bench")
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(base, "scale")
	if err := errors.Join(err, os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

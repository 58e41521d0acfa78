//go:build unix

package bench

import (
	"net"
	"path/filepath"
	"strconv"
	"testing"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/postoffice/postofficetest"
)

// BenchmarkFetch is the path of TestFigures within one process, for profiles: the
// post office's share is in it.
func BenchmarkFetch(b *testing.B) {
	all := corpus(5000)
	for b.Loop() {
		office := postofficetest.Start(b, nil, all...)
		core, err := fetcher.Open(filepath.Join(b.TempDir(), "profile"), fetcher.Options{NoKeyring: true})
		if err != nil {
			b.Fatal(err)
		}
		_, port, err := net.SplitHostPort(office.Addr)
		if err != nil {
			b.Fatal(err)
		}
		n, err := strconv.Atoi(port)
		if err != nil {
			b.Fatal(err)
		}
		a, err := core.SaveAccount(localstore.Account{
			Name: "bench", Host: "127.0.0.1", Port: n, User: postofficetest.User, Protocol: "pop1",
			Mailboxes: []string{"inbox"}, Security: localstore.Plain,
		}, postofficetest.Password)
		if err != nil {
			b.Fatal(err)
		}
		if err := core.Fetch(a.ID, popclient.Delete, ""); err != nil {
			b.Fatal(err)
		}
		for e := range core.Events() {
			if f, ok := e.(fetcher.Finished); ok {
				if f.Err != nil || f.Tally.Collected != len(all) {
					b.Fatal(f.Err, f.Tally)
				}
				break
			}
		}
		if err := core.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

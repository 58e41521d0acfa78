package localstore

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"restante.app/localstore/custody"
)

// realMail reads the files of an archive in ../shared/mail, beside the module.
func realMail(t *testing.T, name string) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "mail", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Logf("%s is not in ../shared/mail beside the module: nothing to test", name)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var mail [][]byte
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return mail
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		p, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		mail = append(mail, p)
	}
}

// Real mail goes in and comes out octet for octet; what comes again in another
// guise is known; and what differs stays apart.
func TestRealMail(t *testing.T) {
	for _, name := range []string{"easy-ham-1.tar.gz", "torture.tar.gz"} {
		mail := realMail(t, name)
		if mail == nil {
			continue
		}
		s := openTest(t, t.TempDir(), Options{})
		distinct := map[string]bool{}
		var first, second []custody.Delivery
		for _, p := range mail {
			distinct[string(canonicalOctets(p))] = true
			first = append(first, custody.Delivery{Octets: p})
			guise := bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
			// A first line that continues nothing would continue a field put before it.
			if len(p) > 0 && p[0] != ' ' && p[0] != '\t' {
				guise = append([]byte("Status: RO\r\n"), guise...)
			}
			second = append(second, custody.Delivery{Prefix: []byte("From x Tue Oct  1 10:00:00 1984\r\n"), Octets: guise})
		}
		r := fetch(t, s, "acc", "inbox", first...)
		if r.Fresh() != len(distinct) {
			t.Errorf("%s: %d messages of %d distinct ones", name, r.Fresh(), len(distinct))
		}
		if r := fetch(t, s, "acc", "inbox", second...); r.Fresh() != 0 {
			t.Errorf("%s: %d messages are new in another guise", name, r.Fresh())
		}
		stored := map[string]bool{}
		for id := range r.Fresh() {
			stored[bodyOf(t, s, MessageID(id+1))] = true
		}
		missing := 0
		for _, p := range mail {
			if !stored[string(p)] {
				missing++
			}
		}
		if missing != len(mail)-len(stored) || len(stored) != r.Fresh() {
			t.Errorf("%s: %d of %d messages did not come back as they were", name, missing, len(mail))
		}
		t.Logf("%s: %d files, %d distinct", name, len(mail), len(distinct))
	}
}

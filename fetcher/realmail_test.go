package fetcher

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/popclient"
	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// corpus reads one of the archives of public mail beside the project, nil if it is
// not here.
func corpus(t *testing.T, name string) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "mail", name))
	if err != nil {
		t.Log("not run: the public mail is not here:", err)
		return nil
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || filepath.Base(h.Name) == "MANIFEST.tsv" {
			continue
		}
		m, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if line, rest, _ := bytes.Cut(m, []byte("\n")); bytes.HasPrefix(line, []byte("From ")) {
			m = rest
		}
		out = append(out, m)
	}
}

// inMaildir is a Maildir with these messages.
func inMaildir(t *testing.T, messages [][]byte) postoffice.Opener {
	t.Helper()
	dir := t.TempDir()
	box := filepath.Join(dir, postofficetest.User, "Maildir")
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(box, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range messages {
		if err := os.WriteFile(filepath.Join(box, "new", fmt.Sprintf("%d.M%dP1.test", 1_000_000_000+i, i)), m, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	drops, err := maildrop.NewMaildir(dir, maildrop.DefaultMaildir)
	if err != nil {
		t.Fatal(err)
	}
	return drops
}

// TestRealMail serves public mail and collects it by RETR twice and by RDEL. Every
// message must be there once, sound, and have something to read.
func TestRealMail(t *testing.T) {
	for _, name := range []string{"easy-ham-1.tar.gz", "torture.tar.gz"} {
		t.Run(name, func(t *testing.T) {
			all := corpus(t, name)
			if all == nil {
				return
			}
			drops := inMaildir(t, all)
			office := postofficetest.Start(t, func(c *postoffice.Config) { c.Drops = drops })
			c := openCore(t)
			a := save(t, c, at(t, office.Addr))
			f := fetch(t, c, a.ID, popclient.Leave, postofficetest.Password)
			if f.Err != nil || f.Tally.Collected+f.Tally.Known != len(all) {
				t.Fatalf("of %d: %+v", len(all), f)
			}
			kept := f.Tally.Collected
			if name == "easy-ham-1.tar.gz" && kept != len(all) {
				t.Errorf("%d of %d are distinct", kept, len(all))
			}
			f = fetch(t, c, a.ID, popclient.Leave, "")
			if d := cmp.Diff(popclient.Tally{Known: len(all), Left: len(all)}, f.Tally); d != "" || f.Err != nil {
				t.Errorf("RETR again: %v\n%s", f.Err, d)
			}
			f = fetch(t, c, a.ID, popclient.Delete, "")
			if d := cmp.Diff(popclient.Tally{Known: len(all), Removed: len(all)}, f.Tally); d != "" || f.Err != nil {
				t.Errorf("RDEL: %v\n%s", f.Err, d)
			}
			everyMessageReads(t, c, kept)
		})
	}
}

func everyMessageReads(t *testing.T, c *Core, want int) {
	t.Helper()
	if r, err := c.Store().Check(t.Context(), true); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
	boxes, err := c.Mailboxes()
	if err != nil || len(boxes) != 1 || boxes[0].Total != want {
		t.Fatalf("%+v, %v; want %d", boxes, err, want)
	}
	refs, err := c.Refs(boxes[0].ID, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		id := r.ID
		v, err := c.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		src, err := c.Source(t.Context(), id, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		// Some of the odd ones are a header alone, or boundaries with nothing between.
		_, body, _ := bytes.Cut(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		if v.Text == "" && len(v.Parts) == 0 && len(bytes.TrimSpace(body)) > 200 {
			t.Errorf("message %d has nothing to read: %.300q", id, body)
		}
	}
}

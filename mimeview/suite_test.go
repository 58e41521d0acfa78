package mimeview

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// check tells what must be so of every view.
func check(t testing.TB, v *View) {
	t.Helper()
	line := func(what, s string) {
		if !utf8.ValidString(s) {
			t.Errorf("%s is not UTF-8: %q", what, s)
		}
		for _, r := range s {
			if hidden(r) {
				t.Errorf("%s has %U: %q", what, r, s)
			}
		}
	}
	for _, list := range [][]Address{v.From, v.To, v.Cc, v.Bcc, v.ReplyTo} {
		for _, a := range list {
			line("a name", a.Name)
			line("an address", a.Address)
		}
	}
	line("the subject", v.Subject)
	for _, h := range v.Headers {
		line("a header", h.Name+h.Value)
	}
	for _, n := range v.Notices {
		line("a notice", n)
	}
	if !utf8.ValidString(v.Text) || !utf8.ValidString(v.HTML) {
		t.Error("the text is not UTF-8")
	}
	for i, p := range v.Parts {
		line("a name", p.Name)
		line("a claimed name", p.Claimed)
		line("a type", p.Type)
		line("an identifier", p.ID)
		if p.Index != i || p.Name == "" || p.Type == "" || len(p.Name) > 255 || p.Name != filepath.Base(p.Name) {
			t.Errorf("part %d: %q of %q", i, p.Name, p.Type)
		}
	}
}

// archive calls each with every file of an archive of mail that is not part of the
// project, if it is there.
func archive(t testing.TB, name string, each func(name string, message []byte)) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "mail", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Logf("%s is not there: this suite needs it", name)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || filepath.Base(h.Name) == "MANIFEST.tsv" {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		each(h.Name, b)
	}
}

// agree checks that a message's summary says what its view says.
func agree(t *testing.T, name string, b []byte, v *View) {
	t.Helper()
	s := Summarize(b)
	if v.Raw && len(v.Headers) == 0 {
		return
	}
	if s.Subject != v.Subject || !s.Date.Equal(v.Date) {
		t.Errorf("%s: summary %q %v, view %q %v", name, s.Subject, s.Date, v.Subject, v.Date)
	}
	if len(v.From) > 0 && (Address{s.FromName, s.FromAddress}) != v.From[0] {
		t.Errorf("%s: summary %q %q, view %q", name, s.FromName, s.FromAddress, v.From[0])
	}
}

func TestTorture(t *testing.T) {
	t.Parallel()
	n, raw := 0, 0
	archive(t, "torture.tar.gz", func(name string, b []byte) {
		n++
		v := Parse(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), Options{})
		check(t, v)
		if v.Raw {
			raw++
		}
		_, body, _ := splitHeader(b, DefaultBudget.HeaderOctets)
		if strings.TrimSpace(v.Text) == "" && len(bytes.TrimSpace(body)) > 20 {
			t.Errorf("%s: nothing to read of %d octets", name, len(b))
		}
		Summarize(b)
	})
	if n > 0 && (n < 700 || raw > n/50) {
		t.Errorf("of %d messages %d are shown raw", n, raw)
	}
}

func TestEasyHam(t *testing.T) {
	t.Parallel()
	archive(t, "easy-ham-1.tar.gz", func(name string, b []byte) {
		if !strings.Contains(string(b[:min(len(b), 4000)]), "\nReceived:") {
			return // a list of files, not a message
		}
		v := Parse(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), Options{})
		check(t, v)
		agree(t, name, b, v)
		if v.Raw || strings.TrimSpace(v.Text) == "" || len(v.From) == 0 {
			t.Errorf("%s: raw %v, text of %d octets, from %v", name, v.Raw, len(v.Text), v.From)
		}
	})
}

func TestDemoMail(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "assets", "demo", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the demo's mail: %d files, %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		v := Parse(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), Options{})
		check(t, v)
		agree(t, f, b, v)
		if strings.TrimSpace(v.Text) == "" && !strings.Contains(f, "empty-body") {
			t.Errorf("%s: nothing to read", f)
		}
	}
}

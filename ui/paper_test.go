package ui

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/uitest"
)

// TestAMessageOnPaper writes messages as PDF, in each form, and twice under one name.
func TestAMessageOnPaper(t *testing.T) {
	core := uitest.New(3)
	core.Made = map[localstore.MessageID]*mimeview.View{
		3: mimeview.Parse(sectionOf([]byte("Subject: ../a \"name\"\nFrom: Ann <ann@example.org>\nContent-Type: text/html\n\n<h1>Hello</h1><p>from <b>Ann</b></p><img src=http://example.org/x.png>\n")), mimeview.Options{}),
	}
	b := newBench(t, core)
	if _, ok := b.message.onPaper(); ok {
		t.Error("there is something to print where no message is chosen")
	}
	b.list.list.Select(0)
	b.settle()
	dir := t.TempDir()
	seen := map[string]bool{}
	for _, m := range []mode{asHTML, asText, asHeaders} {
		b.message.setMode(m)
		o, ok := b.message.onPaper()
		if !ok {
			t.Fatal("there is nothing to print")
		}
		path, err := o.writeTo(dir)
		if err != nil {
			t.Fatal(err)
		}
		octets, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(octets, []byte("%PDF-")) || !bytes.Contains(octets[max(0, len(octets)-32):], []byte("%%EOF")) {
			t.Errorf("%s: %d octets that are no PDF, %v", m, len(octets), err)
		}
		if filepath.Dir(path) != dir || seen[path] {
			t.Errorf("written to %s", path)
		}
		seen[path] = true
	}
	if len(core.WebAsked) > 0 {
		t.Errorf("printing asked the web for %v", core.WebAsked)
	}
}

// TestPrint hands a PDF to the desktop, and says so where the desktop can't show it.
func TestPrint(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	b := newBench(t, uitest.New(3))
	s := &stand{}
	b.opts.Desktop = s
	b.list.list.Select(0)
	b.settle()
	b.message.print()
	b.settle()
	octets, err := os.ReadFile(s.shown)
	if err != nil || !bytes.HasPrefix(octets, []byte("%PDF-")) || b.desk.asking() {
		t.Fatalf("the desktop was shown %q of %d octets, %v", s.shown, len(octets), err)
	}
	s.refuse = errors.New("no program for it")
	b.message.print()
	b.settle()
	if !b.desk.asking() {
		t.Error("nobody was told that nothing was printed")
	}
}

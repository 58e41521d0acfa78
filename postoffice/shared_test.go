package postoffice_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// sharedMail reads the messages of an archive of public mail that lies beside the project,
// or returns nil if it isn't there.
func sharedMail(t *testing.T, archive string) [][]byte {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above this package")
		}
	}
	f, err := os.Open(filepath.Join(root, "..", "shared", "mail", archive))
	if errors.Is(err, fs.ErrNotExist) {
		t.Logf("the public mail ../shared/mail/%s is not here; nothing is tested with it", archive)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || filepath.Base(h.Name) == "MANIFEST.tsv" {
			continue
		}
		msg, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, msg)
	}
}

var fromLine = regexp.MustCompile(`^>*From `)

// Real mail, as one mbox and as a Maildir: by RETR twice and by RDEL the run is,
// octet for octet, what the plain definition of the format says (no line begins
// with 80 of ">").
func TestSharedMail(t *testing.T) {
	for _, archive := range []string{"easy-ham-1.tar.gz", "torture.tar.gz"} {
		messages := sharedMail(t, archive)
		if messages == nil {
			continue
		}
		t.Run(archive+"/mbox", func(t *testing.T) {
			dir := t.TempDir()
			all := bytes.Join(messages, []byte("\n"))
			writeFile(t, filepath.Join(dir, "fred/inbox"), string(all))
			drops, err := maildrop.NewMbox(dir, maildrop.DefaultMbox, 0)
			if err != nil {
				t.Fatal(err)
			}
			collectAll(t, drops, all)
		})
		t.Run(archive+"/maildir", func(t *testing.T) {
			dir := t.TempDir()
			var want bytes.Buffer
			for i, msg := range messages {
				writeFile(t, filepath.Join(dir, fmt.Sprintf("fred/Maildir/new/%d.x.host", i+1)), string(msg))
				appendEntry(&want, i+1, msg)
			}
			drops, err := maildrop.NewMaildir(dir, maildrop.DefaultMaildir)
			if err != nil {
				t.Fatal(err)
			}
			collectAll(t, drops, want.Bytes())
		})
	}
}

var returnPath = regexp.MustCompile(`(?i)\A(?:[^\r\n]+\r?\n)*?return-path:[ \t]*<?([!-~]*?)>?[ \t]*\r?\n`)

// appendEntry writes the mboxrd entry of a message delivered in that second, by
// other means than the server's.
func appendEntry(w *bytes.Buffer, second int, msg []byte) {
	eol := "\n"
	if i := bytes.IndexByte(msg, '\n'); i > 0 && msg[i-1] == '\r' {
		eol = "\r\n"
	}
	sender := "MAILER-DAEMON"
	if m := returnPath.FindSubmatch(msg); m != nil && len(m[1]) > 0 {
		sender = string(m[1])
	}
	fmt.Fprintf(w, "From %s Thu Jan  1 %02d:%02d:%02d 1970%s", sender, second/3600, second/60%60, second%60, eol)
	for line := range bytes.Lines(msg) {
		if fromLine.Match(line[:min(len(line), 80)]) {
			w.WriteByte('>')
		}
		w.Write(line)
	}
	if !bytes.HasSuffix(msg, []byte("\n")) && len(msg) > 0 {
		w.WriteString(eol)
	}
	w.WriteString(eol)
}

func collectAll(t *testing.T, drops postoffice.Opener, want []byte) {
	t.Helper()
	o := postofficetest.Start(t, func(c *postoffice.Config) { c.Drops = drops })
	p := dial(t, o.Addr)
	p.login()
	for _, command := range []string{"RETR inbox", "RETR fred", "RDEL inbox"} {
		got := []byte(p.collect(command))
		if !bytes.Equal(got, want) {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Fatalf("%s: %d octets, want %d; they differ at %d: %.80q, want %.80q", command, len(got), len(want), i, got[i:], want[i:])
		}
		p.want("RCVD", "+OK")
	}
	p.want("RDEL inbox", "#0")
	p.want("QUIT", "+OK")
}

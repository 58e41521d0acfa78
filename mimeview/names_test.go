package mimeview

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// safeNames are claims, and the names that they get as a PDF, the fourth part.
var safeNames = map[string]string{
	"report.pdf":                 "report.pdf",
	"":                           "attachment-4.pdf",
	"report":                     "report.pdf",
	"../../x":                    "x.pdf",
	"..\\..\\x.doc":              "x.doc",
	"/etc/passwd":                "passwd.pdf",
	"C:\\Temp\\a.txt":            "a.txt",
	"..":                         "attachment-4.pdf",
	".":                          "attachment-4.pdf",
	"folder/":                    "attachment-4.pdf",
	".profile":                   "profile.pdf",
	"CON":                        "_CON.pdf",
	"con.txt":                    "_con.txt",
	"aux.tar.gz":                 "_aux.tar.gz",
	"COM1":                       "_COM1.pdf",
	"LPT\u00b9.txt":              "_LPT\u00b9.txt",
	"COM10.txt":                  "COM10.txt",
	"CONIN$":                     "_CONIN$.pdf",
	"a.txt...":                   "a.txt",
	"a.txt. . ":                  "a.txt",
	"a.pdf\u202eexe":             "a.pdfexe",
	"invoice-\u202efdp.exe":      "invoice-fdp.exe",
	"a.txt:stream":               "a.txt_stream",
	"a:b":                        "a_b.pdf",
	"a\x00b.txt":                 "a_b.txt",
	"a\r\nb.txt":                 "a b.txt",
	"a<b>c|d?e*f\"g.txt":         "a_b_c_d_e_f_g.txt",
	"-rf":                        "_-rf.pdf",
	"\xff\xfe.txt":               "__.txt",
	"Grüße, наш файл.docx":       "Grüße, наш файл.docx",
	"page.a very long end of it": "page.a very long end of it.pdf",
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for claimed, want := range safeNames {
		got := SafeName(claimed, "application/pdf", 3)
		if got != want {
			t.Errorf("SafeName(%q) = %q, want %q", claimed, got, want)
		}
		safe(t, claimed, got)
	}
	for _, long := range []string{strings.Repeat("a", 5000) + ".exe", strings.Repeat("é", 200) + ".txt", strings.Repeat("🐟", 100) + ".x", strings.Repeat(".", 500), "a." + strings.Repeat("b", 500)} {
		safe(t, long, SafeName(long, "", 0))
	}
	if got := SafeName(strings.Repeat("a", 5000)+".exe", "image/png", 0); strings.HasSuffix(got, ".exe") && len(got) > maxFileName {
		t.Errorf("%q", got)
	}
}

// safe checks what must be so of every name of a file.
func safe(t *testing.T, claimed, name string) {
	t.Helper()
	stem, _, _ := strings.Cut(name, ".")
	switch {
	case name == "", len(name) > 140, !utf8.ValidString(name), name != filepath.Base(name), !filepath.IsLocal(name),
		strings.ContainsAny(name, "/\\:\x00<>\"|?*"), strings.ContainsFunc(name, hidden), device(stem),
		strings.HasPrefix(name, "."), strings.HasSuffix(name, "."), strings.HasSuffix(name, " "), filepath.Ext(name) == "":
		t.Errorf("%q gives %q", claimed, name)
	}
}

func TestSuspicious(t *testing.T) {
	t.Parallel()
	for claimed, want := range map[string]bool{
		"a.pdf": false, "a.pdf.exe": true, "a.EXE": true, "a\u202efdp.exe": true, "a.pdf\u202e": true, "../../a.txt": true,
		"C:\\Temp\\a.txt": false, "Re: a.eml": false, "a.pdf                  .scr": true, "a.js": true, "": false,
	} {
		p := Part{Name: SafeName(claimed, "application/octet-stream", 0), Type: "application/octet-stream"}
		if got := suspicious(claimed, &p); got != want {
			t.Errorf("%q: %v", claimed, got)
		}
	}
	if !suspicious("a.pdf", &Part{Name: "a.pdf", Type: "application/pdf", Octets: append([]byte("MZ"), make([]byte, 100)...)}) {
		t.Error("a program as a PDF is not suspicious")
	}
}

func TestSavePart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := Part{Name: "../../evil.sh", Type: "text/x-sh", Octets: []byte("one")}
	for i, want := range []string{"evil.sh", "evil (2).sh", "evil (3).sh"} {
		p.Octets = []byte{byte(i)}
		path, err := SavePart(dir, p)
		if err != nil || path != filepath.Join(dir, want) {
			t.Fatalf("%q, %v; want %q", path, err, want)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "evil.sh"))
	if err != nil || !bytes.Equal(b, []byte{0}) {
		t.Errorf("the first file has %q, %v", b, err)
	}
	info, err := os.Stat(filepath.Join(dir, "evil.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("mode %o", mode)
	}
	if _, err := SavePart(filepath.Join(dir, "missing"), p); err == nil {
		t.Error("no error where there is no folder")
	}
}

func TestSavePartFollowsNoLink(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "target")
	if err := os.Symlink(outside, filepath.Join(dir, "a.txt")); err != nil {
		t.Logf("no symbolic links here: %v", err)
		return
	}
	path, err := SavePart(dir, Part{Name: "a.txt", Octets: []byte("x")})
	if err != nil || path != filepath.Join(dir, "a (2).txt") {
		t.Errorf("%q, %v", path, err)
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("written through a link")
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"plain", 10, "plain"},
		{"a\nb\tc\r\n", 10, "a b c "},
		{"a\x00\x1b[31mb\x7f", 10, "a[31mb"},
		{"\u202ea\u2066b\u200bc\ufeff\u00ad", 10, "abc"},
		{"\xffa\xc3", 10, "\ufffda\ufffd"},
		{"abcdef", 3, "ab…"},
		{"äöü", 3, "äöü"},
		{"äöüß", 3, "äö…"},
		{"abc", 0, ""},
		{"ä", math.MaxInt, "ä"},
		{"👩‍🚀", 10, "👩🚀"},
		{"u\u0085v", 10, "uv"},
	} {
		if got := Clean(c.in, c.max); got != c.want {
			t.Errorf("Clean(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

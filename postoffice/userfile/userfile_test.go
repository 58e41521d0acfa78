package userfile

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
)

func openFile(t *testing.T, content string) (f *File, path string, log *bytes.Buffer) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "users")
	if content != "" {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log = new(bytes.Buffer)
	f, err := Open(path, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return f, path, log
}

func verify(t *testing.T, f *File, name, password string, want bool) {
	t.Helper()
	user, err := f.Verify(t.Context(), name, password)
	switch {
	case want && (err != nil || user != strings.ToLower(name)):
		t.Errorf("%s: %q, %v", name, user, err)
	case !want && !errors.Is(err, postoffice.ErrBadLogin):
		t.Errorf("%s: %q, %v, want ErrBadLogin", name, user, err)
	}
}

// The life of a user, and that a running post office sees each step of it.
func TestUsers(t *testing.T) {
	f, path, _ := openFile(t, "")
	running, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, running, "fred", "a", false)
	if err := f.Add("Fred", "open sesame"); err != nil {
		t.Fatal(err)
	}
	verify(t, running, "fred", "open sesame", true)
	verify(t, running, "FRED", "open sesame", true)
	for _, wrong := range []string{"", "open", "Open sesame", "open sesame ", " open sesame"} {
		verify(t, running, "fred", wrong, false)
	}
	for _, nobody := range []string{"wilma", "", "../fred", "fred\x00"} {
		verify(t, running, nobody, "open sesame", false)
	}
	if err := f.Add("fred", "x"); !errors.Is(err, ErrExists) {
		t.Errorf("Add twice: %v", err)
	}
	if err := f.SetPassword("fred", "another"); err != nil {
		t.Fatal(err)
	}
	verify(t, running, "fred", "open sesame", false)
	verify(t, running, "fred", "another", true)
	if err := f.Add("barney", "b"); err != nil {
		t.Fatal(err)
	}
	names, err := running.Names()
	if diff := cmp.Diff([]string{"barney", "fred"}, names); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := f.Remove("fred"); err != nil {
		t.Fatal(err)
	}
	verify(t, running, "fred", "another", false)
	verify(t, running, "barney", "b", true)
	if err := f.Remove("fred"); !errors.Is(err, ErrNoUser) {
		t.Errorf("Remove twice: %v", err)
	}
	if err := f.SetPassword("fred", "x"); !errors.Is(err, ErrNoUser) {
		t.Errorf("SetPassword of nobody: %v", err)
	}
	fi, err := os.Stat(path)
	if err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "another") || !strings.HasPrefix(string(text), "barney:$argon2id$v=19$m=") {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if _, ok := running.Lookup("Barney"); !ok {
		t.Error("Lookup does not find barney")
	}
	if _, ok := running.Lookup("fred"); ok {
		t.Error("Lookup finds fred")
	}
}

func TestBadNamesAndPasswords(t *testing.T) {
	f, path, _ := openFile(t, "")
	for _, name := range []string{"", "a b", "../x", "a:b", "#x"} {
		if err := f.Add(name, "x"); !errors.Is(err, maildrop.ErrBadName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, password := range []string{"", "a\nb", "a\x00", strings.Repeat("x", 257)} {
		err := f.Add("fred", password)
		if !errors.Is(err, ErrPassword) {
			t.Errorf("%q: %v", password, err)
		}
		if password != "" && strings.Contains(err.Error(), password) {
			t.Errorf("the error holds the password: %v", err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was written")
	}
}

// What can't be understood is named by its line, skipped, and kept when the file is changed.
func TestBadLines(t *testing.T) {
	good := "barney:" + newPHC("b").String()
	lines := []string{
		"# users of the house", "", "no colon", "fred:plaintext", "a b:" + newPHC("x").String(), good, good,
		"hi:$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"ho:$argon2id$v=16$m=64,t=2,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"hu:$argon2id$v=19$m=64,t=2,p=1,x=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"he:$argon2id$v=19$m=64,t=2,p=1$!$a2V5a2V5a2V5a2V5a2V5",
		"hy:$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$YQ",
	}
	text := strings.Join(lines, "\n") + "\n"
	f, path, log := openFile(t, text)
	verify(t, f, "barney", "b", true)
	verify(t, f, "fred", "plaintext", false)
	for _, n := range []int{3, 4, 5, 7, 8, 9, 10, 11, 12} {
		if !strings.Contains(log.String(), fmt.Sprintf("line=%d ", n)) {
			t.Errorf("line %d is not named:\n%s", n, log)
		}
	}
	for _, n := range []int{1, 2, 6} {
		if strings.Contains(log.String(), fmt.Sprintf("line=%d ", n)) {
			t.Errorf("line %d is named:\n%s", n, log)
		}
	}
	if strings.Contains(log.String(), "plaintext") {
		t.Errorf("the log holds what may be a password:\n%s", log)
	}
	if err := f.Add("wilma", "w"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), text+"wilma:$argon2id$") {
		t.Errorf("the other lines changed:\n%s", got)
	}
	// passwd mends a broken line; deluser removes all lines of a user.
	if err := f.SetPassword("fred", "mended"); err != nil {
		t.Fatal(err)
	}
	verify(t, f, "fred", "mended", true)
	if err := f.Remove("barney"); err != nil {
		t.Fatal(err)
	}
	verify(t, f, "barney", "b", false)
}

// A file that others can read is reported; one that can't be read keeps what was.
func TestFileTrouble(t *testing.T) {
	f, path, log := openFile(t, "barney:"+newPHC("b").String()+"\n")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, slog.New(slog.NewTextHandler(log, nil))); err != nil || !strings.Contains(log.String(), "chmod 600") {
		t.Errorf("%v, log %s", err, log)
	}
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	verify(t, f, "barney", "b", true)
	if !strings.Contains(log.String(), "keeping the users as they were") {
		t.Errorf("log %s", log)
	}
	if _, err := Open(path, nil); err == nil {
		t.Error("a folder is opened as a users file")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	verify(t, f, "barney", "b", false)
}

// Several who add users at the same time lose none.
func TestConcurrentAdds(t *testing.T) {
	f, path, _ := openFile(t, "")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			other, err := Open(path, nil)
			if err == nil {
				err = other.Add(fmt.Sprintf("u%d", i), "x")
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if names, err := f.Names(); err != nil || len(names) != 8 {
		t.Errorf("%v, %v", names, err)
	}
}

// Hashes of other programs that follow the same form are understood.
func TestForeignHash(t *testing.T) {
	// From argon2's own test vectors: password "password", salt "somesalt", version 19.
	h, err := parsePHC("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	if err != nil {
		t.Fatal(err)
	}
	if !h.matches("password") || h.matches("Password") {
		t.Error("the test vector does not match")
	}
	if back, err := parsePHC(h.String()); err != nil || back.String() != h.String() {
		t.Errorf("%v, %v", back, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("fred:" + newPHC("x").String() + "\n# c\nbad\n"))
	f.Add([]byte("a:$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5"))
	f.Fuzz(func(t *testing.T, text []byte) {
		users, problems := parse(text)
		lines := bytes.Count(text, []byte("\n")) + 1
		if len(users)+len(problems) > lines {
			t.Errorf("%d users and %d problems in %d lines", len(users), len(problems), lines)
		}
		for name, h := range users {
			if clean, err := maildrop.CleanUser(name); clean != name || err != nil {
				t.Errorf("user %q", name)
			}
			if back, err := parsePHC(h.String()); err != nil || back.String() != h.String() {
				t.Errorf("%v does not come back: %v", h, err)
			}
		}
	})
}

//go:build unix

package localstore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	openTest(t, dir, Options{})
	_, err := Open(dir, Options{LockTimeout: time.Millisecond})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "Another Restante has the mail store") {
		t.Errorf("Open: %v", err)
	}
}

func TestOthersCanNotRead(t *testing.T) {
	dir := fillStore(t) // made by the store itself, modes and all
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClosedStore(t *testing.T) {
	s, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := begin(t, s, "inbox")
	if err := in.Deliver(t.Context(), delivery(testMail(1))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if r, err := in.Commit(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Commit: %v, %v", r, err)
	}
	if _, err := s.Mailboxes(); !errors.Is(err, ErrClosed) {
		t.Errorf("Mailboxes: %v", err)
	}
	if _, err := s.Check(t.Context(), false); !errors.Is(err, ErrClosed) {
		t.Errorf("Check: %v", err)
	}
	if err := s.PutSetting("a", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("PutSetting: %v", err)
	}
}

// The mail lies in a folder that its user may only read. Root may write anywhere,
// so the child gives that up.
func TestReadOnlyFolder(t *testing.T) {
	if dir := os.Getenv("RESTANTE_TEST_READONLY"); dir != "" {
		_, err := Open(dir, Options{})
		if !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "can't be written to") {
			t.Errorf("Open: %v", err)
		}
		return
	}
	dir, err := os.MkdirTemp("", "restante-readonly")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	copyStore(t, filledStore(t), filepath.Join(dir, "profile"))
	cmd := runAgain(t, "TestReadOnlyFolder", "RESTANTE_TEST_READONLY="+filepath.Join(dir, "profile"))
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		child := filepath.Join(dir, "child.test")
		copyFile(t, os.Args[0], child)
		cmd.Path, cmd.Dir = child, dir
		for path, mode := range map[string]os.FileMode{child: 0o755, dir: 0o755} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	makeReadable(t, filepath.Join(dir, "profile"))
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestReadOnlyFolder") {
		t.Errorf("%v\n%s", err, out)
	}
}

func makeReadable(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o555)
		}
		return os.Chmod(path, 0o444)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// With the size of files limited, as on a full disk, a fetch fails with its
// own error, and what was there stays.
func TestNoSpace(t *testing.T) {
	if dir := os.Getenv("RESTANTE_TEST_NOSPACE"); dir != "" {
		failForSpace(t, dir)
		return
	}
	dir := t.TempDir()
	out, err := runAgain(t, "TestNoSpace", "RESTANTE_TEST_NOSPACE="+dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestNoSpace") {
		t.Fatalf("%v\n%.3000s", err, out)
	}
	s := openTest(t, dir, Options{})
	if r := checkClean(t, s); r.Messages < 10 {
		t.Errorf("%d messages are left", r.Messages)
	}
	fetch(t, s, "acc", "inbox", delivery(testMail(77)))
}

func failForSpace(t *testing.T, dir string) {
	s := openTest(t, dir, Options{batchOctets: 1 << 20, growOctets: 2 << 20})
	for i := range 10 {
		fetch(t, s, "acc", "inbox", delivery(testMail(i)))
	}
	limit := syscall.Rlimit{Cur: 12 << 20, Max: 12 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		in := begin(t, s, "inbox")
		err := in.Deliver(t.Context(), long(24<<20, seed))
		r, commitErr := in.Commit(t.Context())
		if err = errors.Join(err, commitErr); !errors.Is(err, ErrNoSpace) {
			t.Fatalf("a fetch on a full disk: %v, %v", r, err)
		}
		if r := checkClean(t, s); r.Messages != 10+int(seed) {
			t.Fatalf("%d messages", r.Messages)
		}
		// What is small finds room still.
		fetch(t, s, "acc", "inbox", delivery(testMail(10+int(seed))))
	}
}

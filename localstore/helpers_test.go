package localstore

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func storeFiles(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "bodies", "*.bolt"))
	if err != nil {
		t.Fatal(err)
	}
	return append(files, metaPath(dir))
}

// copyStore copies the files of a store as they are. They are mostly holes.
func copyStore(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		name, relErr := filepath.Rel(from, path)
		if err = errors.Join(err, relErr); err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		p, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		err = os.WriteFile(filepath.Join(to, name), bytes.TrimRight(p, "\x00"), 0o600)
		return errors.Join(err, os.Truncate(filepath.Join(to, name), int64(len(p))))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// runAgain runs one test of this binary in a process of its own.
func runAgain(t *testing.T, test string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

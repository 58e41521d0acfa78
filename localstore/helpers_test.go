package localstore

import (
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

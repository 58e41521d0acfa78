package fetcher

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"restante.app/localstore"
)

// TestUpkeep: a backup is made when it is due, not again before, and old ones go only
// after a new one is there.
func TestUpkeep(t *testing.T) {
	c := openCore(t)
	if made, err := c.Upkeep(t.Context()); err != nil || made != "" {
		t.Fatalf("nothing was planned: %q, %v", made, err)
	}
	folder := t.TempDir()
	if err := c.SetBackupPlan(BackupPlan{Folder: "here", Days: 1}); err == nil {
		t.Error("a path that is not whole")
	}
	if err := c.SetBackupPlan(BackupPlan{Folder: folder, Days: 1, Keep: 1}); err != nil {
		t.Fatal(err)
	}
	made, err := c.Upkeep(t.Context())
	if err != nil || made == "" {
		t.Fatalf("%q, %v", made, err)
	}
	if again, err := c.Upkeep(t.Context()); err != nil || again != "" {
		t.Errorf("it is not due: %q, %v", again, err)
	}
	old := filepath.Join(folder, "restante-20200102-030405")
	if err := os.Rename(made, old); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "restante-notes")
	if err := os.MkdirAll(other, 0o700); err != nil {
		t.Fatal(err)
	}
	made, err = c.Upkeep(t.Context())
	if err != nil || made == "" {
		t.Fatalf("%q, %v", made, err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old one is still there: %v", err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
	if all, err := c.Backups(folder); err != nil || len(all) != 1 || all[0].Path != made || time.Since(all[0].At).Abs() > time.Hour {
		t.Errorf("the backups are %+v, %v", all, err)
	}
	if none, err := c.Backups(""); err != nil || len(none) != 0 {
		t.Errorf("without a folder: %+v, %v", none, err)
	}
	if r, err := c.Check(t.Context(), true); err != nil || !r.OK() || !r.Deep {
		t.Errorf("the check found %+v, %v", r, err)
	}
	s, err := localstore.Open(made, localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

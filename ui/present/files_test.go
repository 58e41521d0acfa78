package present

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func names(files []File) string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

func TestFilesInOrder(t *testing.T) {
	all := []File{{Name: "b.mbox"}, {Name: "Mail", Folder: true}, {Name: ".cache", Folder: true}, {Name: "a.eml"}, {Name: "élan", Folder: true}, {Name: ".x"}}
	if got := names(Files(all, true)); got != "élan Mail a.eml b.mbox" {
		t.Errorf("with files: %s", got)
	}
	if got := names(Files(all, false)); got != "élan Mail" {
		t.Errorf("folders: %s", got)
	}
	for typed, want := range map[string]string{"": "Mail email éma", "MA": "Mail email éma", "em": "email éma", "zz": ""} {
		if got := names(Narrow([]File{{Name: "Mail"}, {Name: "email"}, {Name: "éma"}}, typed)); got != want {
			t.Errorf("%q leaves %q, want %q", typed, got, want)
		}
	}
}

func TestFileCells(t *testing.T) {
	now := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	if got := FileCells(File{Name: "a", Size: 2000, At: now}, now); got[1] != "2.0 kB" || got[2] != "12:00" {
		t.Errorf("%q", got)
	}
	if got := FileCells(File{Name: "a", Folder: true, Size: 4096}, now); got[1] != "" {
		t.Errorf("a folder has a size: %q", got)
	}
}

func TestNoFolderSaysWhatToDo(t *testing.T) {
	for _, err := range []error{fs.ErrNotExist, fs.ErrPermission, errors.New("the disk is broken"), fmt.Errorf("x: %w", fs.ErrNotExist)} {
		if got := NoFolder("/a/b", err); !strings.Contains(got, "/a/b") || !strings.Contains(got, "Choose") {
			t.Errorf("%v: %q", err, got)
		}
	}
}

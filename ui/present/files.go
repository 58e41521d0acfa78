package present

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// File is a line of the list in which a file or a folder is chosen.
type File struct {
	Name   string
	Folder bool
	Size   int64
	At     time.Time // when it was changed
}

// Files puts the contents of a folder into order, folders first. Hidden ones are left out,
// and files too unless they are wanted.
func Files(all []File, files bool) []File {
	out := slices.DeleteFunc(slices.Clone(all), func(f File) bool {
		return strings.HasPrefix(f.Name, ".") || !f.Folder && !files
	})
	slices.SortStableFunc(out, func(a, b File) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(folded(a.Name), folded(b.Name)), strings.Compare(a.Name, b.Name))
	})
	return out
}

// Narrow returns the files whose names hold what was typed, those that begin with it first.
func Narrow(files []File, typed string) []File {
	w := folded(typed)
	var begin, hold []File
	for _, f := range files {
		switch name := folded(f.Name); {
		case strings.HasPrefix(name, w):
			begin = append(begin, f)
		case strings.Contains(name, w):
			hold = append(hold, f)
		}
	}
	return append(begin, hold...)
}

// FileCells are what is shown of a file: its name, its size, and when it was changed.
func FileCells(f File, now time.Time) []string {
	if f.Folder {
		return []string{f.Name, "", Date(f.At, now)}
	}
	return []string{f.Name, Size(f.Size), Date(f.At, now)}
}

// NoFolder says why a folder can't be looked into, and what to do.
func NoFolder(path string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "There is no " + path + ". Choose one of the list, or make it with New folder."
	case errors.Is(err, fs.ErrPermission):
		return path + " is not yours to read. Choose another folder."
	}
	return path + " can't be read: " + err.Error() + ". Choose another folder."
}

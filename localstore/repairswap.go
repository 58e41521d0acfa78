package localstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// repairPath is the folder of the files that a repair has made, once they were checked.
func repairPath(dir string) string { return filepath.Join(dir, "repair") }

// announce makes a repair complete: from then on it will be finished, whatever happens. The
// file that says so names the folder for what is replaced, and then, a line each, what is
// put there with nothing in its place.
func (p *repairer) announce() error {
	text := strings.Join(append([]string{p.replaced}, p.aside...), "\n")
	if err := writeDurably(filepath.Join(p.fresh, replacesName), text); err != nil {
		return err
	}
	if err := errors.Join(syncFolderOf(filepath.Join(bodiesPath(p.fresh), "x")), syncFolderOf(filepath.Join(p.fresh, "x"))); err != nil {
		return err
	}
	return errors.Join(os.Rename(p.fresh, repairPath(p.dir)), syncFolderOf(p.fresh))
}

// finishRepair puts the files of a repair that is complete in their places, and those that
// are there aside. It can be done any number of times, and does nothing if there is none.
func finishRepair(dir string) error {
	from := repairPath(dir)
	text, err := os.ReadFile(filepath.Join(from, replacesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return classify(from, err)
	}
	lines := strings.Split(string(text), "\n")
	aside := filepath.Join(dir, filepath.Base(lines[0]))
	return classify(dir, func() error {
		for _, name := range lines[1:] {
			if err := putAside(dir, aside, name); err != nil {
				return err
			}
		}
		shards, err := filepath.Glob(filepath.Join(bodiesPath(from), "*.bolt"))
		if err != nil {
			return err
		}
		for _, path := range append(shards, metaPath(from)) { // meta.bolt is the last
			name, err := filepath.Rel(from, path)
			if err != nil {
				return err
			}
			if missing(path) {
				continue // it is in its place already
			}
			if err := putAside(dir, aside, name); err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				return err
			}
			if err := os.Rename(path, filepath.Join(dir, name)); err != nil {
				return err
			}
		}
		return errors.Join(syncFolderOf(filepath.Join(bodiesPath(dir), "x")), syncFolderOf(metaPath(dir)), os.RemoveAll(from))
	}())
}

// putAside moves a file of the store into a folder, once: what is there stays.
func putAside(dir, aside, name string) error {
	from, to := filepath.Join(dir, name), filepath.Join(aside, name)
	if missing(from) || !missing(to) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.Rename(from, to)
}

package localstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// partSuffix marks a folder that is not complete.
const partSuffix = ".part"

// Backup copies the store, as it is at one moment, into a folder that does not exist yet,
// and makes sure of the copy: it is opened, and every structure and every octet in it is
// checked. Only then it has that name. The store may be used meanwhile. progress, if not
// nil, is told of the octets copied and those to copy.
//
// The errors are ErrInvalid (something of that name is there), ErrNoSpace, ErrReadOnly,
// ErrDisk, ErrDamaged (of the store or of its copy; the Report names what) and the
// context's. After any of them nothing is left.
func (s *Store) Backup(ctx context.Context, path string, progress func(done, total int64)) (Report, error) {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return Report{}, invalid("There is something at %s already: choose another name for the backup.", path)
	}
	fresh := path + partSuffix
	r, err := s.backupTo(ctx, fresh, progress)
	if err == nil {
		err = s.o.fault("backup")
	}
	if err == nil {
		err = classify(path, errors.Join(os.Rename(fresh, path), syncFolderOf(path)))
	}
	if err != nil {
		return r, errors.Join(err, classify(fresh, os.RemoveAll(fresh)))
	}
	return r, nil
}

func (s *Store) backupTo(ctx context.Context, dir string, progress func(done, total int64)) (Report, error) {
	if err := os.RemoveAll(dir); err != nil { // of a process that died
		return Report{}, classify(dir, err)
	}
	if err := os.MkdirAll(bodiesPath(dir), 0o700); err != nil {
		return Report{}, classify(dir, err)
	}
	snap, err := s.freeze(ctx)
	if err != nil {
		return Report{}, err
	}
	err = s.copyMoment(ctx, snap, dir, progress)
	if err = errors.Join(err, snap.end()); err != nil {
		return Report{}, err
	}
	return checkCopy(ctx, dir, s.o)
}

func (s *Store) copyMoment(ctx context.Context, snap *moment, dir string, progress func(done, total int64)) error {
	total, n := snap.octets(), int64(0)
	tell := func(done int64) {
		if progress != nil {
			progress(done, total)
		}
	}
	for i := range snap.files {
		f := &snap.files[i]
		path := filepath.Join(dir, f.name)
		err := guard(path, func() error { return writeCopy(ctx, f.tx, path, &n, tell) })
		// A long transaction keeps its file from growing.
		if err = errors.Join(err, f.end()); err != nil {
			return err
		}
		if err := s.o.fault("backup"); err != nil {
			return err
		}
	}
	return nil
}

// checkCopy opens a copy of a store and looks at all of it.
func checkCopy(ctx context.Context, dir string, o Options) (Report, error) {
	c, err := Open(dir, Options{Log: o.Log, LockTimeout: o.LockTimeout, growOctets: o.growOctets})
	if err != nil {
		return Report{}, err
	}
	r, err := c.Check(ctx, true)
	if err = errors.Join(err, c.Close()); err != nil {
		return r, err
	}
	if !r.OK() {
		e := damaged(dir, "is not a sound copy: "+r.Problems[0].String(), nil)
		e.Next = "The store itself is damaged, or the disk that it is copied to: check the store (popfetch verify --deep)."
		return r, e
	}
	return r, nil
}

// Restore puts a backup, or any copy of a store, into the place of the store in dir, which
// no process may have open. The copy is checked first, all of it, and changed in no way.
// What was in dir before stays there, in a folder that is returned, "" if there was
// nothing. After a crash the next Open, or Restore, finishes it.
//
// The errors are ErrLocked, ErrDamaged (of the copy), ErrNoSpace, ErrReadOnly, ErrDisk
// and the context's; the store is then as it was.
func Restore(ctx context.Context, backup, dir string, o Options) (r Report, replaced string, err error) {
	o.defaults()
	if _, err := os.Stat(metaPath(backup)); err != nil {
		return r, "", invalid("There is no backup of a mail store in %s.", backup)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, "", classify(dir, err)
	}
	if err := errors.Join(finishRestore(dir), finishRepair(dir)); err != nil {
		return r, "", err
	}
	old, err := lockOld(dir, o)
	if err != nil {
		return r, "", err
	}
	r, replaced, err = restore(ctx, backup, dir, o)
	if old != nil {
		err = errors.Join(err, old.close())
	}
	return r, replaced, err
}

// lockOld keeps other processes out of the store that is to be replaced. One that can't be
// opened, as it is damaged, is no hindrance.
func lockOld(dir string, o Options) (*boltFile, error) {
	if _, err := os.Stat(metaPath(dir)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // there is nothing to lock
	}
	f, err := openBolt(metaPath(dir), o.LockTimeout, o.tuning(metaTuning))
	if errors.Is(err, ErrDamaged) {
		return nil, nil //nolint:nilnil // as above
	}
	return f, err
}

func restore(ctx context.Context, backup, dir string, o Options) (r Report, replaced string, err error) {
	fresh := restorePath(dir) + partSuffix
	replaced = "replaced-" + o.Now().UTC().Format(keptTime)
	err = func() error {
		if err := os.RemoveAll(fresh); err != nil {
			return err
		}
		if err := copyFiles(ctx, backup, fresh); err != nil {
			return err
		}
		if r, err = checkCopy(ctx, fresh, o); err != nil {
			return err
		}
		if err := writeDurably(filepath.Join(fresh, replacesName), replaced); err != nil {
			return err
		}
		if err := o.fault("restore"); err != nil {
			return err
		}
		return errors.Join(os.Rename(fresh, restorePath(dir)), syncFolderOf(fresh))
	}()
	if err != nil {
		return r, "", errors.Join(classify(dir, err), classify(fresh, os.RemoveAll(fresh)))
	}
	if err := o.fault("restore"); err != nil {
		return r, "", err
	}
	if err := finishRestore(dir); err != nil {
		return r, "", err
	}
	path := filepath.Join(dir, replaced)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		path = ""
	}
	return r, path, nil
}

// replacesName is a file in the folder of a restore, with the name of the folder that what
// is replaced goes to.
const replacesName = "replaces"

func restorePath(dir string) string { return filepath.Join(dir, "restore") }

// finishRestore puts the files of a restore that is complete in their places, and those
// that are there aside. It can be done any number of times, and does nothing if there is
// no restore.
func finishRestore(dir string) error {
	from := restorePath(dir)
	name, err := os.ReadFile(filepath.Join(from, replacesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return classify(from, err)
	}
	aside := filepath.Join(dir, filepath.Base(string(name)))
	return classify(dir, func() error {
		// The bodies are moved first: while they are there, nothing of the new is in its place.
		if _, err := os.Stat(bodiesPath(from)); err == nil {
			if err := moveAside(dir, aside); err != nil {
				return err
			}
		}
		for _, name := range []string{bodiesName, metaName} {
			err := os.Rename(filepath.Join(from, name), filepath.Join(dir, name))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return errors.Join(syncFolderOf(metaPath(dir)), os.RemoveAll(from))
	}())
}

// moveAside moves the files of a store into a folder, once: what is there stays.
func moveAside(dir, aside string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.bolt"))
	if err != nil {
		return err
	}
	for _, path := range append(files, bodiesPath(dir), markPath(dir)) {
		to := filepath.Join(aside, filepath.Base(path))
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, err := os.Lstat(to); err == nil {
			continue // this one is the restored one already
		}
		if err := os.MkdirAll(aside, 0o700); err != nil {
			return err
		}
		if err := os.Rename(path, to); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles copies the files of a store that is not open.
func copyFiles(ctx context.Context, from, to string) error {
	if err := os.MkdirAll(bodiesPath(to), 0o700); err != nil {
		return err
	}
	shards, err := filepath.Glob(filepath.Join(bodiesPath(from), "*.bolt"))
	if err != nil {
		return err
	}
	for _, path := range append(shards, metaPath(from)) {
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if err := copyFileTo(ctx, path, filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// keptTime is how a moment stands in the names of backups.
const keptTime = "20060102-150405"

// BackupName returns the name of a backup that is made now. Such names sort by time.
func BackupName(now time.Time) string { return backupPrefix + now.UTC().Format(keptTime) }

// backupPrefix begins the names of backups.
const backupPrefix = "restante-"

// BackupTime returns when a backup of that name was made, and whether it is such a name.
func BackupTime(name string) (time.Time, bool) {
	text, ok := strings.CutPrefix(name, backupPrefix)
	if !ok {
		return time.Time{}, false
	}
	at, err := time.Parse(keptTime, text)
	return at, err == nil
}

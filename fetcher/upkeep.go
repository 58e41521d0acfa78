package fetcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"restante.app/localstore"
)

// BackupPlan says where and how often the store is backed up by itself. It is kept in the
// profile. The zero value is never.
type BackupPlan struct {
	Folder string `json:"folder,omitempty"` // that the backups go to, each in a folder of its own
	Days   int    `json:"days,omitempty"`   // between two of them
	Keep   int    `json:"keep,omitempty"`   // how many stay; older ones are removed. 0: all
}

const backupSetting = "backup-plan"

// BackupPlan returns the plan that SetBackupPlan kept.
func (c *Core) BackupPlan() (BackupPlan, error) {
	var p BackupPlan
	v, err := c.store.Setting(backupSetting)
	if err != nil || v == nil {
		return p, err
	}
	err = json.Unmarshal(v, &p)
	return p, err
}

// SetBackupPlan keeps a plan.
func (c *Core) SetBackupPlan(p BackupPlan) error {
	if p.Days < 0 || p.Days > 3650 || p.Keep < 0 || p.Days > 0 && !filepath.IsAbs(p.Folder) {
		return errors.New("a plan for backups needs a whole path to a folder, and 1 to 3650 days between two of them")
	}
	v, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.store.PutSetting(backupSetting, v)
}

// Backup makes a backup in a folder, under a name of its own, and returns its path. It is
// opened and checked, all of it, before it has that name. It blocks; the store may be used
// meanwhile. The errors are those of localstore.Store.Backup.
func (c *Core) Backup(ctx context.Context, folder string, progress func(done, total int64)) (string, localstore.Report, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", localstore.Report{}, fmt.Errorf("the folder for backups: %w", err)
	}
	path := filepath.Join(folder, localstore.BackupName(time.Now()))
	r, err := c.store.Backup(ctx, path, progress)
	return path, r, err
}

// Compact gives the room of deleted mail back to the disk, of files that are mostly free
// or, if all, of each.
func (c *Core) Compact(ctx context.Context, all bool) (localstore.Compaction, error) {
	return c.store.Compact(ctx, all)
}

// Made is a backup that is complete.
type Made struct {
	Path string
	At   time.Time
}

// Backups returns the backups in a folder, the oldest first; none for "".
func (c *Core) Backups(folder string) ([]Made, error) {
	if folder == "" {
		return nil, nil
	}
	paths, err := backups(folder)
	made := make([]Made, len(paths))
	for i, path := range paths {
		at, _ := localstore.BackupTime(filepath.Base(path)) // which backups has made sure of
		made[i] = Made{path, at}
	}
	return made, err
}

// Check looks at the whole store, every octet of it if deep, while it may be used: see
// localstore.Store.Check.
func (c *Core) Check(ctx context.Context, deep bool) (localstore.Report, error) {
	return c.store.Check(ctx, deep)
}

// backups returns the backups in a folder, the oldest first.
func backups(folder string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(folder, "restante-*", "meta.bolt"))
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, meta := range found {
		dir := filepath.Dir(meta)
		if _, ok := localstore.BackupTime(filepath.Base(dir)); ok {
			paths = append(paths, dir)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

// Upkeep does what is due: it compacts what is mostly free, and makes a backup if the last
// one is older than the plan says. made is the backup's path, "" if none was due.
func (c *Core) Upkeep(ctx context.Context) (made string, err error) {
	if _, err := c.Compact(ctx, false); err != nil {
		return "", err
	}
	plan, err := c.BackupPlan()
	if err != nil || plan.Days == 0 {
		return "", err
	}
	old, err := backups(plan.Folder)
	if err != nil {
		return "", err
	}
	if n := len(old); n > 0 {
		last, _ := localstore.BackupTime(filepath.Base(old[n-1]))
		if time.Since(last) < time.Duration(plan.Days)*24*time.Hour {
			return "", nil
		}
	}
	if made, _, err = c.Backup(ctx, plan.Folder, nil); err != nil {
		return "", err
	}
	// Only once the new one is sound, and never the new one.
	for plan.Keep > 0 && len(old)+1 > plan.Keep && len(old) > 0 {
		if err := os.RemoveAll(old[0]); err != nil {
			return made, err
		}
		old = old[1:]
	}
	return made, nil
}

// When upkeep is looked at: not while the program starts, and then now and then.
const (
	firstUpkeep = 10 * time.Minute
	everyUpkeep = time.Hour
)

// startUpkeep runs Upkeep in the background. What it returns ends that and waits for it.
func (c *Core) startUpkeep() func() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for wait := firstUpkeep; ; wait = everyUpkeep {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			made, err := c.Upkeep(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				c.log.Error("the store's upkeep failed", "err", err)
			}
			if made != "" || err != nil {
				c.bus.publish(UpkeepDone{Backup: made, Err: err})
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// backupSheet is the dialog of where backups go and how often, with those that are there.
type backupSheet struct {
	desk        *desk
	plan        fetcher.BackupPlan // but for what is chosen in every and keep
	folder      *copyable
	every, keep *option
	days, kept  present.Choice[int]
	there       *copyable
	sheet       *sheet
}

// backups opens the sheet.
func (w *Window) backups() {
	d := w.desk
	type known struct {
		plan fetcher.BackupPlan
		made []fetcher.Made
	}
	work(d, "Reading the plan for backups", func() (k known, err error) {
		if k.plan, err = d.core.BackupPlan(); err == nil {
			k.made, err = d.core.Backups(k.plan.Folder)
		}
		return k, err
	}, func(k known) {
		if !d.asking() {
			w.newBackupSheet(k.plan, k.made)
		}
	})
}

func (w *Window) newBackupSheet(plan fetcher.BackupPlan, made []fetcher.Made) *backupSheet {
	d := w.desk
	s := &backupSheet{desk: d, plan: plan, folder: d.wrapped(""), there: d.wrapped("")}
	s.folder.Wrapping, s.folder.Truncation = fyne.TextWrapOff, fyne.TextTruncateEllipsis
	s.days, s.kept = present.EveryDays(plan.Days), present.KeptBackups(plan.Keep)
	s.every, s.keep = d.newOption(s.days.Labels(), s.days.Label(plan.Days)), d.newOption(s.kept.Labels(), s.kept.Label(plan.Keep))
	choose := d.newAnswer("Choose…", s.choose)
	now := d.newAnswer("Back up now", s.now)
	save := d.newAnswer("Save", s.save)
	save.Importance = widget.HighImportance
	form := container.New(layout.NewFormLayout(),
		widget.NewLabel("Folder"), container.NewBorder(nil, nil, nil, choose, s.folder),
		widget.NewLabel("By itself"), container.NewGridWithColumns(2, framed(s.every), framed(s.keep)))
	about := newNote("A backup is a whole copy of your mail, made while you go on. It counts once every message in it was read again.", fyne.TextAlignLeading).wrapped()
	s.sheet = d.newSheet("Backups", fyne.NewSize(sheetWidth+60, 0), container.NewVBox(about, form, s.there),
		d.newAnswer("Cancel", func() { s.sheet.close() }), now, save)
	if w.opts.Restore != nil {
		back := d.newAnswer("Restore…", func() { s.restore(w) })
		s.sheet.left.Add(back)
		d.marks["backup-restore"] = back
	}
	for name, o := range map[string]fyne.CanvasObject{"folder": choose, "every": s.every, "keep": s.keep, "now": now, "save": save, "said": s.there} {
		d.marks["backup-"+name] = o
	}
	s.sheet.closed = func() { d.marks.drop("backup-") }
	s.show(made)
	s.sheet.open(save)
	return s
}

// show says where backups go and which there are.
func (s *backupSheet) show(made []fetcher.Made) {
	s.folder.SetText("none yet")
	if s.plan.Folder != "" {
		s.folder.SetText(mimeview.Clean(s.plan.Folder, 500))
	}
	s.there.SetText(present.Backups(s.plan.Folder, made, time.Now()))
	s.sheet.fit()
}

// choose asks for the folder, and then does what needed one.
func (s *backupSheet) choose() { s.chooseThen(func() {}) }

func (s *backupSheet) chooseThen(then func()) {
	d := s.desk
	d.chooseFolder("Where shall backups be kept?", "Choose", func(dir string) {
		work(d, "Looking for backups", func() ([]fetcher.Made, error) { return d.core.Backups(dir) }, func(made []fetcher.Made) {
			s.plan.Folder = dir
			s.show(made)
			then()
		})
	})
}

// save keeps the plan and closes the sheet. Backups that are made by themselves need a
// folder.
func (s *backupSheet) save() { s.keepPlan(func() {}) }

func (s *backupSheet) keepPlan(then func()) {
	p := s.plan
	p.Days, p.Keep = s.days.Value(s.every.Selected), s.kept.Value(s.keep.Selected)
	if p.Days > 0 && p.Folder == "" {
		s.chooseThen(func() { s.keepPlan(then) })
		return
	}
	work(s.desk, "Keeping the plan for backups", func() (struct{}, error) { return struct{}{}, s.desk.core.SetBackupPlan(p) }, func(struct{}) {
		s.sheet.close()
		then()
	})
}

// now makes a backup, whatever the plan.
func (s *backupSheet) now() {
	if s.plan.Folder == "" {
		s.chooseThen(s.now)
		return
	}
	s.keepPlan(func() { s.desk.backUp(s.plan.Folder) })
}

// restore asks which backup is to take the place of the mail, and has that done once the
// program has ended.
func (s *backupSheet) restore(w *Window) {
	d := s.desk
	d.chooseFolder("Which backup?", "Choose", func(dir string) {
		s.sheet.close()
		d.ask("Restore a backup", present.RestoreQuestion(dir), "Restore", true, func() {
			if err := w.opts.Restore(dir); err != nil {
				d.fault("Restante could not be started anew", err)
				return
			}
			w.quit()
		})
	})
}

// backUp makes a backup in a folder.
func (d *desk) backUp(folder string) {
	d.watch("Backing up", func(ctx context.Context, tell func(string, float64)) (string, error) {
		path, r, err := d.core.Backup(ctx, folder, func(done, total int64) {
			tell(present.BackupProgress(done, total), share(done, total))
		})
		if err != nil {
			return "No backup was made; nothing is left of it.", err
		}
		return present.BackedUp(path, r), nil
	}, func() {})
}

// checkMail reads every message in the store.
func (w *Window) checkMail() {
	d := w.desk
	if d.asking() {
		return
	}
	d.watch("Checking the mail", func(ctx context.Context, tell func(string, float64)) (string, error) {
		tell("Reading every message and every list. You may go on meanwhile.", -1)
		r, err := d.core.Check(ctx, true)
		if err != nil {
			return "The check did not come to its end.", err
		}
		return present.Checked(r), nil
	}, func() {})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"restante.app/localstore"
)

// restoreFlag names the backup that is to be restored.
const restoreFlag = "restore"

// lockWait is how long the window that asked for it may take to end.
const lockWait = 30 * time.Second

// showRestore puts a backup into the place of the mail, in a window that says how that goes.
func showRestore(ctx context.Context, a fyne.App, profile, backup string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := newFault(a, profile, cancel, "")
	f.restore(ctx, backup)
	f.window.ShowAndRun()
}

// chooseBackup asks for the folder of a backup, and restores it.
func (f *fault) chooseBackup(ctx context.Context) {
	dialog.ShowFolderOpen(func(dir fyne.ListableURI, err error) {
		switch {
		case err != nil:
			f.text.SetText("The folder could not be opened: " + err.Error())
		case dir != nil:
			f.restore(ctx, dir.Path())
		}
	}, f.window)
}

// restore runs in the background, and ends with what it did.
func (f *fault) restore(ctx context.Context, backup string) {
	f.begin("The backup is read, every octet of it, and then takes the place of your mail. Nothing is changed until that is done, and what is there now is kept.\n\n" + backup)
	go func() {
		whole, err := filepath.Abs(backup)
		var r localstore.Report
		var replaced string
		if err == nil {
			r, replaced, err = localstore.Restore(ctx, whole, f.profile, localstore.Options{LockTimeout: lockWait})
		}
		if ctx.Err() != nil {
			return
		}
		fyne.Do(func() {
			f.end(restoreText(r, replaced, err))
			if !errors.Is(err, localstore.ErrLocked) {
				f.offerToOpen()
			}
		})
	}()
}

// restoreText says what was restored, or why nothing was.
func restoreText(r localstore.Report, replaced string, err error) string {
	if err != nil {
		return "The backup was not restored; your mail is as it was.\n\n" + err.Error()
	}
	s := fmt.Sprintf("The backup is restored: %d messages are there, and every octet of them was read.", r.Messages)
	if replaced != "" {
		s += fmt.Sprintf("\n\nWhat was there before is kept in %s; remove that folder once you have looked through your mail.", replaced)
	}
	return s
}

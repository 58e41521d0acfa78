package ui

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// transfer is an import or an export under way: how far it has come, and a way to stop it.
type transfer struct {
	desk   *desk
	words  *widget.Label
	bar    *widget.ProgressBar
	button *answer
	sheet  *sheet
	cancel context.CancelFunc
	ended  bool
}

// transfer runs job, which blocks, with a sheet that shows how far it is. end puts the
// tally into words.
func (d *desk) transfer(title string, job func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error), end func(mailfile.Tally) string) {
	ctx, cancel := context.WithCancel(context.Background())
	t := &transfer{desk: d, words: widget.NewLabel("Looking…"), bar: widget.NewProgressBar(), cancel: cancel}
	t.words.Wrapping = fyne.TextWrapWord
	t.button = d.newAnswer("Stop", func() {
		if t.ended {
			t.sheet.close()
			return
		}
		cancel()
	})
	t.sheet = d.newSheet(title, fyne.NewSize(sheetWidth, 230), container.NewVBox(t.bar, t.words), t.button)
	t.sheet.closed = func() {
		cancel()
		d.marks.drop("transfer-")
	}
	d.marks["transfer-words"], d.marks["transfer-button"] = t.words, t.button
	t.sheet.open(t.button)
	d.spawn(func() {
		tally, err := job(ctx, func(p mailfile.Progress) { d.onUI(func() { t.progress(p) }) })
		d.onUI(func() { t.end(end(tally), err) })
	})
}

func (t *transfer) progress(p mailfile.Progress) {
	if t.ended {
		return
	}
	t.words.SetText(present.TransferProgress(p))
	if p.Total > 0 {
		t.bar.SetValue(min(float64(p.Octets)/float64(p.Total), 1))
	}
}

// end says what was done, whatever ended it.
func (t *transfer) end(words string, err error) {
	t.ended = true
	switch {
	case errors.Is(err, context.Canceled):
		words = "Stopped. " + words
	case err != nil:
		words = mimeview.Clean(err.Error(), 500) + "\n\n" + words
	default:
		t.bar.SetValue(1)
	}
	t.words.SetText(words)
	t.button.SetText("Close")
	t.sheet.fit()
}

// importFrom imports what is at a path.
func (d *desk) importFrom(path string) {
	d.transfer("Import "+mimeview.Clean(filepath.Base(path), 60), func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error) {
		return d.core.Import(ctx, path, fetcher.ImportOptions{Progress: progress})
	}, present.Imported)
}

// importFile asks for a file of mail, and imports it.
func (w *Window) importFile() {
	d := w.desk
	dialog.ShowFileOpen(func(f fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			d.fault("The file could not be opened", err)
		case f != nil:
			path := f.URI().Path()
			if err := f.Close(); err != nil {
				d.fault("The file could not be read", err)
				return
			}
			d.importFrom(path)
		}
	}, d.window)
}

// importFolder asks for a folder of mail, a Thunderbird profile say, and imports it.
func (w *Window) importFolder() { w.desk.chooseFolder(w.desk.importFrom) }

// exportMailbox writes the chosen mailbox into a folder, in a form that other programs read.
func (w *Window) exportMailbox(f mailfile.Format) {
	d, p := w.desk, w.place()
	if p.Heading || p.Mailbox == 0 {
		return
	}
	d.chooseFolder(func(dir string) {
		path := filepath.Join(dir, present.ExportName(p.Name, f, time.Now()))
		d.transfer("Export "+p.Name, func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error) {
			return d.core.ExportMailbox(ctx, p.Mailbox, path, f, progress)
		}, func(t mailfile.Tally) string { return present.Exported(t, path) })
	})
}

// exportChosen writes the chosen messages as files of one message each.
func (w *Window) exportChosen(f mailfile.Format) {
	w.list.withChosen(func(ids []localstore.MessageID) { w.export(ids, f) })
}

func (w *Window) export(ids []localstore.MessageID, f mailfile.Format) {
	d := w.desk
	if d.asking() {
		return
	}
	d.chooseFolder(func(dir string) {
		path := filepath.Join(dir, present.ExportName("messages", f, time.Now()))
		d.transfer("Export "+present.Count(len(ids), "message"), func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error) {
			return d.core.ExportMessages(ctx, ids, path, f, progress)
		}, func(t mailfile.Tally) string { return present.Exported(t, path) })
	})
}

package ui

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// transfer is long work under way: an import, a backup. It shows how far that has come,
// and is a way to stop it.
type transfer struct {
	desk   *desk
	words  *widget.Label
	bar    *widget.ProgressBar
	button *answer
	sheet  *sheet
	ended  bool
}

// watch runs job, which blocks, with a sheet that shows how far it is: tell takes words for
// that, and the share that is done, less than 0 if nobody knows. What job returns is said
// at the end, whatever ended it; then is called once the sheet is closed.
func (d *desk) watch(title string, job func(ctx context.Context, tell func(words string, share float64)) (string, error), then func()) {
	ctx, cancel := context.WithCancel(context.Background())
	t := &transfer{desk: d, words: widget.NewLabel("Looking…"), bar: widget.NewProgressBar()}
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
		then()
	}
	d.marks["transfer-words"], d.marks["transfer-button"] = t.words, t.button
	t.sheet.open(t.button)
	d.spawn(func() {
		words, err := job(ctx, func(words string, share float64) { d.onUI(func() { t.progress(words, share) }) })
		d.onUI(func() { t.end(words, err) })
	})
}

// transfer watches an import or an export. end puts the tally into words.
func (d *desk) transfer(title string, job func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error), end func(mailfile.Tally) string) {
	d.watch(title, func(ctx context.Context, tell func(string, float64)) (string, error) {
		tally, err := job(ctx, func(p mailfile.Progress) { tell(present.TransferProgress(p), share(p.Octets, p.Total)) })
		return end(tally), err
	}, func() {})
}

// share is what is done of a total, less than 0 if that is not known.
func share(done, total int64) float64 {
	if total <= 0 {
		return -1
	}
	return min(float64(done)/float64(total), 1)
}

func (t *transfer) progress(words string, share float64) {
	if t.ended {
		return
	}
	t.words.SetText(words)
	if share >= 0 {
		t.bar.SetValue(share)
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
	d.chooseFile("Import which file?", "Import", d.importFrom)
}

// importFolder asks for a folder of mail, a Thunderbird profile say, and imports it.
func (w *Window) importFolder() {
	w.desk.chooseFolder("Import which folder?", "Import", w.desk.importFrom)
}

// exportMailbox writes the chosen mailbox into a folder, in a form that other programs read.
func (w *Window) exportMailbox(f mailfile.Format) {
	d, p := w.desk, w.place()
	if p.Heading || p.Mailbox == 0 {
		return
	}
	d.chooseFolder("Export into which folder?", "Export here", func(dir string) {
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
	d.chooseFolder("Export into which folder?", "Export here", func(dir string) {
		path := filepath.Join(dir, present.ExportName("messages", f, time.Now()))
		d.transfer("Export "+present.Count(len(ids), "message"), func(ctx context.Context, progress func(mailfile.Progress)) (mailfile.Tally, error) {
			return d.core.ExportMessages(ctx, ids, path, f, progress)
		}, func(t mailfile.Tally) string { return present.Exported(t, path) })
	})
}

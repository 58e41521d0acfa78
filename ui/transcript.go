package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// transcriptOf shows what was said with an account's post office last.
func (d *desk) transcriptOf(account string) {
	work(d, "Reading the transcript", func() (string, error) { return d.core.Transcript(account), nil }, d.showTranscript)
}

// showTranscript shows what was said in a session.
func (d *desk) showTranscript(text string) {
	if text == "" {
		text = "Nothing was said since the program started."
	}
	view := d.newReader()
	view.Display(plain(text))
	copyAll := d.newAnswer("Copy all", func() { d.app.Clipboard().SetContent(text) })
	body := container.NewBorder(newNote("C: this side, S: the post office. Passwords and mail are left out.", fyne.TextAlignLeading), nil, nil, nil, view)
	var s *sheet
	done := d.newAnswer("Close", func() { s.close() })
	done.Importance = widget.HighImportance
	s = d.newSheet("Transcript", fyne.NewSize(680, 460), body, done)
	s.left.Add(copyAll)
	d.marks["transcript-close"] = done
	s.closed = func() { d.marks.drop("transcript-") }
	s.open(done)
}

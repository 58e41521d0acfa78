package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/textview"
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
	view := textview.New(textview.Options{Monospace: true})
	view.OnFocus = d.focus
	view.SetText(text)
	copyAll := widget.NewButton("Copy all", func() { d.app.Clipboard().SetContent(text) })
	body := container.NewBorder(newNote("C: this side, S: the post office. Passwords and mail are left out.", fyne.TextAlignLeading), container.NewHBox(copyAll), nil, nil, view)
	dlg := dialog.NewCustom("Transcript", "Close", body, d.window)
	dlg.Resize(fyne.NewSize(640, 440))
	dlg.Show()
}

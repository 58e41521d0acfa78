package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/mimeview"
)

// reportObjects shows a connection test: its steps, what failed, what to do next,
// and for a refused certificate the key that may be pinned.
func reportObjects(d *desk, r fetcher.Report, pin func(fingerprint string)) []fyne.CanvasObject {
	delete(d.marks, "dialog-trust")
	steps := container.New(&tight{overlap: lineOverlap})
	for _, s := range r.Steps {
		steps.Add(stepLine(s))
	}
	out := []fyne.CanvasObject{steps}
	said := widget.NewLabel("All is well: Save, then Fetch.")
	if !r.OK() {
		said.SetText(mimeview.Clean(r.Advice.What+" "+r.Advice.Next, 600))
		said.Importance = widget.DangerImportance
	}
	said.Wrapping = fyne.TextWrapWord
	out = append(out, said)
	if r.Fingerprint != "" {
		trust := d.newAnswer("Trust this key for this account", func() { pin(r.Fingerprint) })
		d.marks["dialog-trust"] = trust
		out = append(out, d.fingerprint(r.Fingerprint), container.NewHBox(trust))
	}
	return append(out, container.NewHBox(d.transcriptButton(func() { d.showTranscript(r.Transcript) })))
}

// stepLine shows a step with a mark that is not told by its colour alone.
func stepLine(s fetcher.StepResult) fyne.CanvasObject {
	icon, text := fynetheme.ConfirmIcon(), string(s.Step)
	switch {
	case s.Err != nil:
		icon, text = fynetheme.CancelIcon(), text+": failed"
	case s.Detail != "":
		text += ": " + s.Detail
	}
	l := widget.NewLabel(mimeview.Clean(text, 300))
	l.Truncation = fyne.TextTruncateEllipsis
	return container.NewBorder(nil, nil, widget.NewIcon(icon), nil, l)
}

// grouped breaks a fingerprint into groups that can be compared by eye.
func grouped(hex string) string {
	var out string
	for i, c := range hex {
		if i > 0 && i%32 == 0 {
			out += "\n"
		} else if i > 0 && i%4 == 0 {
			out += " "
		}
		out += string(c)
	}
	return out
}

package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// background is the context of what nobody stops.
var background = context.Background()

// shownParts is how many attachments get a button of their own.
const shownParts = 30

// partStrip lists the attachments of a message.
type partStrip struct {
	desk    *desk
	object  *fyne.Container
	all     *tool // "Save all", nil without attachments
	buttons []*tool
	open    func(mimeview.Part) // opens a message that is an attachment
	reached func(*tool)         // is told that one has the keyboard
}

func newPartStrip(d *desk, open func(mimeview.Part)) *partStrip {
	return &partStrip{desk: d, object: container.New(&tight{}), open: open, reached: func(*tool) {}}
}

// show lists what a message brings besides its text. Images that the text shows in
// their places are not listed, but saved with the others.
func (s *partStrip) show(v *mimeview.View) {
	s.object.RemoveAll()
	s.all, s.buttons = nil, nil
	s.desk.marks.drop("part-")
	delete(s.desk.marks, "save-all")
	var parts []mimeview.Part
	for _, p := range v.Parts {
		if !shownWithin(v, p) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return
	}
	row := container.NewHBox()
	for i, p := range parts[:min(len(parts), shownParts)] {
		b := newTool(label(p), iconOf(p), func() { s.look(p) }, s.desk.key)
		if p.Suspicious {
			b.Importance = widget.WarningImportance
		}
		s.buttons = append(s.buttons, b)
		s.desk.marks[fmt.Sprintf("part-%d", i)] = b
		row.Add(b)
	}
	if n := len(parts) - shownParts; n > 0 {
		row.Add(widget.NewLabel(fmt.Sprintf("and %d more", n)))
	}
	s.all = newTool(fmt.Sprintf("Save all (%d)", len(v.Parts)), nil, func() { s.saveAll(v.Parts) }, s.desk.key)
	s.all.Importance = widget.MediumImportance
	s.all.reached = func() { s.reached(s.all) }
	s.desk.marks["save-all"] = s.all
	scroll := container.NewHScroll(row)
	for _, b := range s.buttons {
		b.reached = func() {
			bring(scroll, b)
			s.reached(b)
		}
	}
	s.object.Add(container.NewPadded(indented(container.NewBorder(nil, nil, nil, s.all, scroll))))
	s.object.Add(newRule())
}

// bring scrolls sideways to an object.
func bring(s *container.Scroll, o fyne.CanvasObject) {
	at, end := o.Position().X, o.Position().X+o.Size().Width
	switch {
	case at < s.Offset.X:
		s.Offset.X = at
	case end > s.Offset.X+s.Size().Width:
		s.Offset.X = end - s.Size().Width
	default:
		return
	}
	s.Refresh()
}

// label names an attachment, with what it is and how large.
func label(p mimeview.Part) string {
	name := ellipsis(p.Name, 260, 13, fyne.TextStyle{})
	if p.Suspicious {
		name = "Careful: " + name
	}
	return fmt.Sprintf("%s  %s, %s", name, present.PartKind(p), present.Size(int64(len(p.Octets))))
}

// icons of attachments by what they are; others have the paper clip.
var partIcons = map[mimeview.Class]fyne.ThemeIconName{
	mimeview.PlainText: fynetheme.IconNameFileText, mimeview.Page: fynetheme.IconNameFileText, mimeview.Document: fynetheme.IconNameDocument,
	mimeview.Sheet: fynetheme.IconNameGrid, mimeview.Slides: fynetheme.IconNameDocument, mimeview.Image: fynetheme.IconNameFileImage,
	mimeview.Audio: fynetheme.IconNameFileAudio, mimeview.Video: fynetheme.IconNameFileVideo, mimeview.Archive: fynetheme.IconNameFolder,
	mimeview.Message: fynetheme.IconNameMailCompose, mimeview.Calendar: fynetheme.IconNameCalendar, mimeview.Contact: fynetheme.IconNameAccount,
	mimeview.Program: fynetheme.IconNameFileApplication,
}

func iconOf(p mimeview.Part) fyne.Resource {
	if p.Suspicious {
		return fynetheme.WarningIcon()
	}
	if n, ok := partIcons[p.Class]; ok {
		return fynetheme.Icon(n)
	}
	return theme.Icon(theme.IconNameAttachment)
}

// look opens an attachment: a message as a message, anything else as what can be shown
// of it.
func (s *partStrip) look(p mimeview.Part) {
	if p.Class == mimeview.Message && !p.Suspicious {
		s.open(p)
		return
	}
	s.preview(p)
}

// saveAll saves all attachments, after a question if one could do harm.
func (s *partStrip) saveAll(parts []mimeview.Part) {
	for _, p := range parts {
		if p.Suspicious {
			s.desk.ask("An attachment may do harm", present.Harm(p), "Save all", true, func() { s.saveTo(parts) })
			return
		}
	}
	s.saveTo(parts)
}

// saveTo saves attachments into a folder that the person chooses.
func (s *partStrip) saveTo(parts []mimeview.Part) {
	s.desk.chooseFolder("Save in which folder?", "Save here", func(dir string) {
		work(s.desk, "Saving", func() (string, error) { return writeParts(parts, dir) }, func(last string) {
			text := "Saved as " + last
			if len(parts) > 1 {
				text = fmt.Sprintf("%s saved in %s", present.Count(len(parts), "attachment"), dir)
			}
			s.desk.tell("Saved", mimeview.Clean(text, 400))
		})
	})
}

// writeParts saves attachments and returns the path of the last one.
func writeParts(parts []mimeview.Part, dir string) (path string, err error) {
	for _, p := range parts {
		if path, err = mimeview.SavePart(dir, p); err != nil {
			return path, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return path, nil
}

package ui

import (
	"context"
	"errors"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

var errNotALink = errors.New("only web and mail addresses are opened")

// shownParts is how many attachments get a button of their own.
const shownParts = 12

// partStrip lists the attachments of a message.
type partStrip struct {
	desk    *desk
	object  *fyne.Container
	all     *widget.Button // "Save all", nil without attachments
	buttons []*widget.Button
}

func newPartStrip(d *desk) *partStrip {
	return &partStrip{desk: d, object: container.New(&tight{})}
}

func (s *partStrip) show(id localstore.MessageID, parts []mimeview.Part) {
	s.object.RemoveAll()
	s.all, s.buttons = nil, nil
	delete(s.desk.marks, "save-all")
	if len(parts) == 0 {
		return
	}
	row := container.NewHBox()
	for _, p := range parts[:min(len(parts), shownParts)] {
		b := widget.NewButtonWithIcon(label(p), theme.Icon(theme.IconNameAttachment), func() { s.save(id, p) })
		b.Importance = widget.LowImportance
		if p.Suspicious {
			b.Importance = widget.WarningImportance
		}
		s.buttons = append(s.buttons, b)
		row.Add(b)
	}
	if n := len(parts) - shownParts; n > 0 {
		row.Add(widget.NewLabel(fmt.Sprintf("and %d more", n)))
	}
	s.all = widget.NewButton(fmt.Sprintf("Save all (%d)", len(parts)), func() { s.saveAll(id, parts) })
	s.desk.marks["save-all"] = s.all
	scroll := container.NewHScroll(row)
	s.object.Add(container.NewPadded(indented(container.NewBorder(nil, nil, nil, s.all, scroll))))
	s.object.Add(newRule())
}

func label(p mimeview.Part) string {
	return ellipsis(p.Name, 260, 13, fyne.TextStyle{}) + "  " + present.Size(int64(len(p.Octets)))
}

// save asks for a folder, after a warning for what could do harm, and saves one
// attachment there.
func (s *partStrip) save(id localstore.MessageID, p mimeview.Part) {
	if !p.Suspicious {
		s.saveTo(id, []mimeview.Part{p})
		return
	}
	text := fmt.Sprintf("%s is of the type %s, which can run as a program or pretends to be something else.\nSave it only if you expected it from this sender.", p.Name, p.Type)
	s.desk.ask("This attachment may do harm", text, "Save it", true, func() { s.saveTo(id, []mimeview.Part{p}) })
}

func (s *partStrip) saveAll(id localstore.MessageID, parts []mimeview.Part) { s.saveTo(id, parts) }

// saveTo saves attachments into a folder that the person chooses.
func (s *partStrip) saveTo(id localstore.MessageID, parts []mimeview.Part) {
	dialog.ShowFolderOpen(func(dir fyne.ListableURI, err error) {
		if err != nil {
			s.desk.fault("The folder could not be opened", err)
			return
		}
		if dir == nil {
			return
		}
		work(s.desk, "Saving", func() (string, error) { return s.write(id, parts, dir.Path()) }, func(last string) {
			text := "Saved as " + last
			if len(parts) > 1 {
				text = fmt.Sprintf("%s saved in %s", present.Count(len(parts), "attachment"), dir.Path())
			}
			s.desk.tell("Saved", mimeview.Clean(text, 400))
		})
	}, s.desk.window)
}

// write saves the parts and returns the path of the last one.
func (s *partStrip) write(id localstore.MessageID, parts []mimeview.Part, dir string) (path string, err error) {
	for _, p := range parts {
		if path, err = s.desk.core.SavePart(context.Background(), id, p.Index, dir); err != nil {
			return path, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return path, nil
}

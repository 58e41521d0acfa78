package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// chooser asks for a mailbox by its name: what is typed narrows the list down.
type chooser struct {
	narrowing
	all    []present.Place
	found  []present.Place
	chosen func(present.Place)
}

// chooseAccount asks for one of the accounts.
func (d *desk) chooseAccount(title, answer string, chosen func(localstore.Account)) {
	var places []present.Place
	byID := map[string]localstore.Account{}
	for _, a := range d.accounts {
		places, byID[a.ID] = append(places, present.Place{Account: a.ID, Name: a.Name}), a
	}
	d.choose(title, answer, places, func(p present.Place) { chosen(byID[p.Account]) })
}

// choose asks for one of some places.
func (d *desk) choose(title, answer string, places []present.Place, chosen func(present.Place)) {
	c := &chooser{all: places, chosen: chosen}
	c.narrowing = d.newNarrowing(c, "Type some of its name", c.narrow, c.take)
	c.entry.other = c.Key
	do := d.newAnswer(answer, c.take)
	do.Importance = widget.HighImportance
	body := container.NewBorder(c.entry, nil, nil, nil, container.NewStack(newGround(theme.ColorNameListBackground), framed(c.list)))
	c.sheet = d.newSheet(title, fyne.NewSize(sheetWidth, 420), body, d.newAnswer("Cancel", func() { c.sheet.close() }), do)
	d.marks["mailbox-entry"], d.marks["mailbox-list"], d.marks["mailbox-do"] = c.entry, c.list, do
	c.sheet.closed = func() { d.marks.drop("mailbox-") }
	c.narrow("")
	c.sheet.open(c.entry)
}

// narrow shows the mailboxes whose names hold what was typed.
func (c *chooser) narrow(typed string) {
	c.found = nil
	for _, p := range c.all {
		if strings.Contains(strings.ToLower(p.Name), strings.ToLower(strings.TrimSpace(typed))) {
			c.found = append(c.found, p)
		}
	}
	c.list.SetLength(len(c.found), min(0, len(c.found)-1))
	c.list.Refresh()
}

func (c *chooser) take() {
	at := c.list.SelectedRow()
	if at < 0 || at >= len(c.found) {
		return
	}
	p := c.found[at]
	c.sheet.close()
	c.chosen(p)
}

// NewRow is part of rowlist.Source.
func (c *chooser) NewRow() fyne.CanvasObject { return newPlaceRow() }

// ShowRow is part of rowlist.Source.
func (c *chooser) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*placeRow); ok && i < len(c.found) {
		r.show(c.found[i])
	}
}

// moveChosen moves or copies the chosen messages to a mailbox that it asks for.
func (w *Window) moveChosen(isCopy bool) {
	w.list.withChosen(func(ids []localstore.MessageID) {
		if !w.desk.asking() {
			w.moveTo(ids, isCopy)
		}
	})
}

func (w *Window) moveTo(ids []localstore.MessageID, isCopy bool) {
	d, answer := w.desk, "Move"
	if isCopy {
		answer = "Copy"
	}
	d.choose(answer+" "+present.Count(len(ids), "message"), answer, present.Others(w.sidebar.places, w.shown()), func(p present.Place) { w.putInto(ids, p, isCopy) })
}

// putInto moves or copies messages into a mailbox. What goes to the trash is deleted by
// that, so that it can be restored.
func (w *Window) putInto(ids []localstore.MessageID, to present.Place, isCopy bool) {
	core := w.desk.core
	if isCopy {
		w.deeds.do("Copying", present.Copied(len(ids), to.Name), func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return core.Copy(ctx, ids, to.Mailbox, tell)
		})
		return
	}
	move := func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
		return core.Move(ctx, ids, to.Mailbox, tell)
	}
	if to.Role == localstore.Trash {
		move = func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return core.Trash(ctx, ids, tell)
		}
	}
	w.list.leaving()
	w.deeds.do("Moving", present.Moved(len(ids), to.Name), move)
}

// archiveChosen moves the chosen messages to the archive.
func (w *Window) archiveChosen() {
	if w.role() == localstore.Archive {
		return
	}
	w.list.withChosen(func(ids []localstore.MessageID) {
		w.list.leaving()
		w.deeds.do("Archiving", present.Moved(len(ids), "the archive"), func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return w.desk.core.Archive(ctx, ids, tell)
		})
	})
}

// restoreChosen moves the chosen messages out of the trash again.
func (w *Window) restoreChosen() {
	if w.role() != localstore.Trash && w.list.hits == nil {
		return
	}
	w.list.withChosen(func(ids []localstore.MessageID) {
		w.list.leaving()
		w.deeds.do("Restoring", present.Count(len(ids), "message")+" restored to where they were", func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return w.desk.core.Restore(ctx, ids, tell)
		})
	})
}

// starChosen stars the chosen messages, or takes the stars away if all have one.
func (w *Window) starChosen() {
	d := w.desk
	w.list.withChosen(func(ids []localstore.MessageID) {
		work(d, "Starring", func() (bool, error) { return allHave(d.core, ids, localstore.Starred) }, func(starred bool) {
			set, unset, words := localstore.Starred, localstore.Flags(0), present.Count(len(ids), "message")+" starred"
			if starred {
				set, unset, words = unset, set, "Star taken from "+present.Count(len(ids), "message")
			}
			w.deeds.do("Starring", words, func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
				return d.core.Mark(ctx, ids, set, unset, tell)
			})
		})
	})
}

// allHave tells whether messages all have some flags. It reads the store.
func allHave(core Core, ids []localstore.MessageID, f localstore.Flags) (bool, error) {
	for part := range slices.Chunk(ids, 500) {
		entries, err := core.Entries(part)
		if err != nil || slices.ContainsFunc(entries, func(e localstore.Entry) bool { return !e.Flags.Has(f) }) {
			return false, err
		}
	}
	return true, nil
}

// markChosen marks the chosen messages read or unread.
func (w *Window) markChosen(seen bool) {
	w.message.reading.stop()
	set, unset, word := localstore.Seen, localstore.Flags(0), "read"
	if !seen {
		set, unset, word = unset, set, "unread"
	}
	w.list.withChosen(func(ids []localstore.MessageID) {
		w.deeds.do("Marking", present.Count(len(ids), "message")+" marked "+word, func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return w.desk.core.Mark(ctx, ids, set, unset, tell)
		})
	})
}

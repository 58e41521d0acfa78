package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
	"restante.app/ui/present"
)

// offer opens a menu of its own at a place within an object.
func (d *desk) offer(entries []entry, within fyne.CanvasObject, at fyne.Position) {
	at = d.app.Driver().AbsolutePositionForObject(within).Add(at)
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items(entries, false)...), d.window.Canvas(), at)
}

// offerMessages opens the menu of the chosen messages.
func (w *Window) offerMessages(at fyne.Position) {
	if w.desk.asking() {
		return
	}
	w.desk.offer(w.messageEntries(), w.list.list, at)
}

// messageEntries are what can be done with the chosen messages.
func (w *Window) messageEntries() []entry {
	out := []entry{
		{"Mark read", func() { w.markChosen(true) }, nil, "R"}, {"Mark unread", func() { w.markChosen(false) }, nil, "U"},
		{"Star, or not", w.starChosen, nil, "*"}, {},
		{"Move…", func() { w.moveChosen(false) }, nil, "M"}, {"Copy…", func() { w.moveChosen(true) }, nil, "C"},
	}
	switch w.role() {
	case localstore.Trash:
		out = append(out, entry{"Restore", w.restoreChosen, nil, ""}, entry{"Delete for good…", w.deleteChosen, nil, "Delete"})
	case localstore.Archive:
		out = append(out, entry{"Delete", w.deleteChosen, nil, "Delete"})
	default:
		out = append(out, entry{"Archive", w.archiveChosen, nil, "A"}, entry{"Delete", w.deleteChosen, nil, "Delete"})
	}
	if w.list.hits != nil {
		out = append(out, entry{"Restore from the trash", w.restoreChosen, nil, ""})
	}
	out = append(out, entry{}, entry{"Export…", func() { w.exportChosen(mailfile.EML) }, nil, ""})
	if query := present.FromSame(w.message.shown); query != "" && w.list.list.PickedCount() == 1 {
		out = append(out, entry{"All mail from this sender", func() { w.search.look(query) }, nil, ""})
	}
	return out
}

// offerPlace opens the menu of the chosen line of the mailboxes.
func (w *Window) offerPlace(at fyne.Position) {
	if w.desk.asking() {
		return
	}
	w.desk.offer(w.placeEntries(w.place()), w.sidebar.list, at)
}

// placeEntries are what can be done with a mailbox, or with an account.
func (w *Window) placeEntries(p present.Place) []entry {
	if _, ok := w.account(); p.Heading && p.Account != "" && ok {
		return []entry{
			{"Fetch…", w.fetch, nil, "F5"}, {"On the server…", w.onServer, ctrl(fyne.KeyO), ""}, {},
			{"Edit account…", w.editAccount, ctrl(fyne.KeyE), ""}, {"Journal…", func() { w.journal(p.Account) }, nil, ""},
			{"Transcript of the last session", w.transcript, ctrl(fyne.KeyT), ""},
		}
	}
	if p.Heading {
		return []entry{{"New mailbox…", w.newMailbox, nil, ""}}
	}
	out := []entry{{"Mark all read", w.markAllRead, nil, ""}}
	if p.All {
		return append(out, entry{"Fetch all", w.fetchAll, nil, "Shift+F5"})
	}
	out = append(out, entry{"Group by thread, or not", w.groupByThread, nil, "G"}, entry{}, entry{"New mailbox…", w.newMailbox, nil, ""}, entry{"Rename…", w.renameMailbox, nil, ""})
	switch p.Role {
	case localstore.Own:
		out = append(out, entry{"Delete…", w.deleteMailbox, nil, ""})
	case localstore.Trash:
		out = append(out, entry{"Empty the trash…", w.emptyTrash, nil, ""})
	}
	return append(out, entry{}, entry{"Export the mailbox…", func() { w.exportMailbox(mailfile.MboxRD) }, nil, ""})
}

// markAllRead marks everything in the chosen mailbox read.
func (w *Window) markAllRead() {
	p, core := w.place(), w.desk.core
	if p.Heading || p.Mailbox == 0 {
		return
	}
	w.message.reading.stop()
	work(w.desk, "Reading the mailbox", func() ([]localstore.MessageID, error) { return unreadOf(core, p) }, func(unread []localstore.MessageID) {
		if len(unread) == 0 {
			w.deeds.say("Everything in "+p.Name+" is read.", false)
			return
		}
		w.deeds.do("Marking", present.Count(len(unread), "message")+" marked read", func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return core.Mark(ctx, unread, localstore.Seen, 0, tell)
		})
	})
}

// unreadOf returns the unread messages of a place. It reads the store, no further than to
// the last of them.
func unreadOf(core Core, p present.Place) (out []localstore.MessageID, err error) {
	refs, err := core.Refs(p.Mailbox, true)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(refs, 500) {
		if len(out) >= p.Fresh {
			break
		}
		entries, err := core.Entries(ids(part))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.Flags.Has(localstore.Seen) {
				out = append(out, e.ID)
			}
		}
	}
	return out, nil
}

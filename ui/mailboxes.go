package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/ui/present"
)

var errNotOwn = errors.New("only mailboxes that you made can be deleted. Choose one of these on the left")

// place is the chosen line of the mailboxes.
func (w *Window) place() present.Place {
	if i := w.sidebar.list.SelectedRow(); i >= 0 && i < len(w.sidebar.places) {
		return w.sidebar.places[i]
	}
	return present.Place{}
}

// shown is the place that the rows are of, nothing where a search shows those of many.
func (w *Window) shown() present.Place {
	if w.list.hits != nil {
		return present.Place{}
	}
	return w.place()
}

// role is what the mailbox is for that the rows are of.
func (w *Window) role() localstore.Role { return w.shown().Role }

// placeKey answers to keys in the list of mailboxes: there they are for a mailbox, not for
// the messages in it.
func (w *Window) placeKey(name fyne.KeyName) {
	switch p := w.place(); {
	case name == fyne.KeyDelete && w.desk.asking(), name == fyne.KeyF2 && w.desk.asking():
	case name == fyne.KeyDelete && p.Role == localstore.Own:
		w.deleteMailbox()
	case name == fyne.KeyDelete && p.Role == localstore.Trash:
		w.emptyTrash()
	case name == fyne.KeyDelete:
		w.deeds.say(present.NotDeleted(p), false)
	case name == fyne.KeyF2:
		w.renameMailbox()
	case name == fyne.KeyReturn || name == fyne.KeyEnter:
		w.desk.focus(w.desk.home)
	default:
		w.key(name)
	}
}

// newMailbox asks for the name of a mailbox of the owner's own.
func (w *Window) newMailbox() {
	w.desk.askName("New mailbox", "A place of its own on this disk. Nothing changes at any server.", "", "Make", func(name string, s *sheet) {
		work(w.desk, "The mailbox was not made", func() (localstore.Mailbox, error) { return w.desk.core.MakeMailbox(name) }, func(localstore.Mailbox) { s.close() })
	})
}

// renameMailbox asks for another name of the chosen mailbox.
func (w *Window) renameMailbox() {
	p := w.place()
	if p.Heading || p.All || p.Mailbox == 0 {
		return
	}
	w.desk.askName("Rename "+p.Name, "The name that it is shown under. At the server nothing changes.", p.Name, "Rename", func(name string, s *sheet) {
		work(w.desk, "The mailbox was not renamed", func() (struct{}, error) { return struct{}{}, w.desk.core.RenameMailbox(p.Mailbox, name) }, func(struct{}) { s.close() })
	})
}

// groupByThread shows the chosen mailbox by threads, or without them again, and keeps that.
func (w *Window) groupByThread() {
	p := w.place()
	switch {
	case p.Heading || p.Mailbox == 0 || w.desk.asking():
	case p.All:
		w.desk.tell("No threads here", "The inboxes of all accounts are shown as one list of messages. Choose one of the mailboxes below to see its threads.")
	default:
		work(w.desk, "The list stays as it is", func() (struct{}, error) { return struct{}{}, w.desk.core.SetFlat(p.Mailbox, !p.Flat) }, func(struct{}) { w.reload() })
	}
}

// deleteMailbox deletes the chosen mailbox of the owner's own; its mail goes to the trash.
func (w *Window) deleteMailbox() {
	p := w.place()
	if p.Role != localstore.Own {
		w.desk.fault("Nothing was deleted", errNotOwn)
		return
	}
	w.desk.ask("Delete the mailbox "+p.Name+"?", present.MailboxDeletion(p), "Delete", true, func() {
		w.sidebar.chosen = 0
		w.deeds.do("The mailbox was not deleted", "The mailbox "+p.Name+" is deleted; its mail is in the trash", func(ctx context.Context, tell localstore.Progress) (localstore.Undo, error) {
			return w.desk.core.DeleteMailbox(ctx, p.Mailbox, tell)
		})
	})
}

// emptyTrash deletes everything in the trash for good.
func (w *Window) emptyTrash() {
	d := w.desk
	total := 0
	for _, p := range w.sidebar.places {
		if p.Role == localstore.Trash {
			total = p.Total
		}
	}
	if total == 0 {
		d.tell("The trash is empty", "There is nothing in it to delete.")
		return
	}
	work(d, "Emptying the trash", d.core.Accounts, func(accounts []localstore.Account) {
		d.ask("Empty the trash?", present.Deletion(total, accounts), "Delete "+present.Count(total, "message"), true, func() {
			w.deleteForGood("Emptying the trash", total, d.core.EmptyTrash)
		})
	})
}

// askName asks for a name. take closes the sheet, or leaves it open for another try.
func (d *desk) askName(title, text, name, answer string, take func(name string, s *sheet)) {
	entry := d.newTyping(name, "Name")
	var s *sheet
	give := func() {
		if entry.Text != "" {
			take(entry.Text, s)
		}
	}
	entry.OnSubmitted = func(string) { give() }
	do := d.newAnswer(answer, give)
	do.Importance = widget.HighImportance
	s = d.newSheet(title, fyne.NewSize(sheetWidth, 0), container.NewVBox(d.wrapped(text), entry), d.newAnswer("Cancel", func() { s.close() }), do)
	d.marks["name-entry"], d.marks["name-do"] = entry, do
	s.closed = func() { d.marks.drop("name-") }
	s.open(entry)
}

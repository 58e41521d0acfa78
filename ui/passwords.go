package ui

import (
	"errors"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// withPassword calls do with "" where the password of an account is known, or where a
// command gives a token, else asks for it first, in the browser where that is the way.
func (d *desk) withPassword(a localstore.Account, do func(password string)) {
	work(d, "Looking for the password", func() (bool, error) { return d.core.HasPassword(a.ID), nil }, func(known bool) {
		switch {
		case known, len(a.OAuth.Command) > 0:
			do("")
			return
		case a.OAuth.AuthURL != "":
			d.signIn(a, func() { do("") })
			return
		}
		d.askSecret("Password of "+a.Name, "The password of "+a.User+" at "+a.Host+".", "Go on", "password", func(password string, s *sheet) {
			s.close()
			do(password)
		})
	})
}

// askSecret asks for one secret. take closes the sheet, or leaves it open to be
// answered again.
func (d *desk) askSecret(title, text, answer, hint string, take func(secret string, s *sheet)) {
	entry := d.newTyping("", hint)
	entry.Password = true
	var s *sheet
	give := func() {
		if entry.Text != "" {
			take(entry.Text, s)
		}
	}
	entry.OnSubmitted = func(string) { give() }
	do := d.newAnswer(answer, give)
	do.Importance = widget.HighImportance
	s = d.newSheet(title, fyne.NewSize(sheetWidth, 0), container.NewVBox(d.wrapped(mimeview.Clean(text, 500)), entry), d.newAnswer("Cancel", func() { s.close() }), do)
	d.marks["secret-entry"], d.marks["secret-do"] = entry, do
	s.closed = func() { d.marks.drop("secret-") }
	s.open(entry)
}

// unlock asks for the passphrase of the passwords' file if that is locked.
func (d *desk) unlock() {
	work(d, "Looking for the passwords", func() (fetcher.SecretState, error) { return d.core.Secrets(), nil }, func(s fetcher.SecretState) {
		if s.Locked && !d.asking() {
			d.askUnlock("Your passwords are in a file that is sealed with a passphrase. Without it Restante asks for each password.")
		}
	})
}

func (d *desk) askUnlock(text string) {
	d.askSecret("Unlock your passwords", text, "Unlock", "passphrase", func(passphrase string, s *sheet) {
		s.close()
		d.spawn(func() {
			err := d.core.UnlockSecrets(passphrase)
			d.onUI(func() {
				switch {
				case errors.Is(err, fetcher.ErrPassphrase):
					d.askUnlock("That was not the passphrase. Try again, or cancel: nothing is lost.")
				case err != nil:
					d.fault("The passwords could not be unlocked", err)
				}
			})
		})
	})
}

// passwords says where passwords are kept and changes that.
func (d *desk) passwords() {
	work(d, "Looking for the passwords", func() (fetcher.SecretState, error) { return d.core.Secrets(), nil }, func(s fetcher.SecretState) {
		if !d.asking() {
			d.showPasswords(s)
		}
	})
}

func (d *desk) showPasswords(state fetcher.SecretState) {
	var s *sheet
	done := d.newAnswer("Close", func() { s.close() })
	done.Importance = widget.HighImportance
	body := container.NewVBox(d.wrapped(present.Secrets(state)))
	left := []*answer{}
	then := func(label string, do func()) {
		left = append(left, d.newAnswer(label, func() {
			s.close()
			do()
		}))
	}
	switch {
	case state.Locked:
		then("Unlock…", func() { d.askUnlock("The passphrase opens the file for as long as Restante runs.") })
	case state.Place == fetcher.InFile:
		then("Change the passphrase…", func() { d.newPassphrase("Change the passphrase") })
		then("Give up the file…", d.dropPassphrase)
	case state.Place == fetcher.InMemory:
		then("Set a passphrase…", func() { d.newPassphrase("Set a passphrase") })
	}
	s = d.newSheet("Passwords", fyne.NewSize(sheetWidth, 0), body, done)
	for _, b := range left {
		s.left.Add(b)
	}
	d.marks["passwords-close"] = done
	for i, b := range left {
		d.marks[fmt.Sprintf("passwords-%d", i)] = b
	}
	s.closed = func() { d.marks.drop("passwords-") }
	s.open(done)
}

// newPassphrase asks for a passphrase twice and seals the passwords with it.
func (d *desk) newPassphrase(title string) {
	first, second := d.newTyping("", "a long passphrase"), d.newTyping("", "the same again")
	first.Password, second.Password = true, true
	fault := widget.NewLabel("")
	fault.Importance, fault.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	fault.Hide()
	var s *sheet
	set := func() {
		if wrong := present.CheckPassphrase(first.Text, second.Text); wrong != "" {
			fault.SetText(wrong)
			fault.Show()
			s.fit()
			return
		}
		s.close()
		work(d, "The passphrase was not set", func() (struct{}, error) { return struct{}{}, d.core.SetPassphrase(first.Text) }, func(struct{}) {
			d.tell("Passphrase set", "Passwords that are to be kept go into the sealed file from now on. Restante asks for the passphrase when it starts. Nobody can recover it for you.")
		})
	}
	first.OnSubmitted = func(string) { d.focus(second) }
	second.OnSubmitted = func(string) { set() }
	do := d.newAnswer("Set", set)
	do.Importance = widget.HighImportance
	form := container.New(layout.NewFormLayout(), newNote("Passphrase", fyne.TextAlignTrailing), first, newNote("Again", fyne.TextAlignTrailing), second)
	s = d.newSheet(title, fyne.NewSize(sheetWidth, 0), container.NewVBox(form, fault), d.newAnswer("Cancel", func() { s.close() }), do)
	s.open(first)
}

// dropPassphrase deletes the sealed file.
func (d *desk) dropPassphrase() {
	d.ask("Give up the passwords' file?", "The file with your passwords is deleted. Restante asks for each password again, and keeps it in memory only.", "Delete the file", true, func() {
		work(d, "The file was not deleted", func() (struct{}, error) { return struct{}{}, d.core.SetPassphrase("") }, func(struct{}) {})
	})
}

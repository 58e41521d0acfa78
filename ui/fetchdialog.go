package ui

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/present"
)

// fetchDialog asks how to fetch: RETR or RDEL, and for the password if it is not
// known.
type fetchDialog struct {
	desk     *desk
	account  localstore.Account
	removal  popclient.Removal
	modes    *widget.RadioGroup
	words    *widget.Label
	password *typing
	confirm  *answer
	sheet    *sheet
}

// askFetch shows the dialog for an account. needPassword asks for the password too.
func (d *desk) askFetch(a localstore.Account, needPassword bool) *fetchDialog {
	f := &fetchDialog{desk: d, account: a, words: widget.NewLabel(""), password: d.newTyping("", "Password of "+a.User)}
	f.password.Password = true
	if a.Delete {
		f.removal = popclient.Delete
	}
	leave, remove := present.Mode(popclient.Leave), present.Mode(popclient.Delete)
	f.words.Wrapping = fyne.TextWrapWord
	f.modes = widget.NewRadioGroup([]string{leave, remove}, func(chosen string) {
		if chosen == "" { // the chosen one was pressed again
			f.modes.SetSelected(present.Mode(f.removal))
			return
		}
		f.removal = popclient.Leave
		if chosen == remove {
			f.removal = popclient.Delete
		}
		f.words.SetText(present.Consequence(a, f.removal))
		f.words.Importance = widget.MediumImportance
		if f.removal == popclient.Delete {
			f.words.Importance = widget.WarningImportance
		}
		f.words.Refresh()
		if f.sheet != nil {
			f.sheet.fit()
			d.focus(f.confirm) // so that Enter and Escape do what they do
		}
	})
	f.modes.SetSelected(present.Mode(f.removal))
	f.password.OnSubmitted = func(string) { f.start() }
	f.confirm = d.newAnswer("Fetch", f.start)
	f.confirm.Importance = widget.HighImportance
	body := container.NewVBox(f.modes, f.words)
	if needPassword {
		body.Add(f.password)
	}
	cancel := d.newAnswer("Cancel", d.escape)
	f.sheet = d.newSheet("Fetch from "+a.Name, fyne.NewSize(sheetWidth, 0), body, cancel, f.confirm)
	m := d.marks
	m["dialog-fetch"], m["dialog-modes"], m["dialog-words"], m["dialog-cancel"] = f.confirm, f.modes, f.words, cancel
	f.sheet.closed = func() { m.drop("dialog-") }
	if needPassword {
		m["dialog-password"] = f.password
		f.sheet.open(f.password)
	} else {
		f.sheet.open(f.confirm)
	}
	return f
}

func (f *fetchDialog) start() {
	f.sheet.close()
	password, removal := f.password.Text, f.removal
	f.desk.spawn(func() {
		err := f.desk.core.Fetch(f.account.ID, removal, password)
		if err == nil {
			return
		}
		f.desk.onUI(func() {
			switch {
			case errors.Is(err, fetcher.ErrPasswordNeeded):
				f.desk.askFetch(f.account, true)
			default:
				f.desk.fault("The fetch did not start", err)
			}
		})
	})
}

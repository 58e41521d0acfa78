package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
)

// accountDialog sets up an account by hand, tests it and keeps it.
type accountDialog struct {
	desk    *desk
	account localstore.Account
	fields  *accountFields
	fault   *widget.Label
	report  *fyne.Container
	test    *answer
	save    *answer
	sheet   *sheet
	cancel  context.CancelFunc // of a test that runs
	trust   *trustLine
}

// accountFields are what is typed.
type accountFields struct {
	name, host, port, user, password, mailboxes *typing
	tls, consent, keyring, remove               *tick
	reply, format                               *widget.Select
	consentRow                                  []fyne.CanvasObject
	more                                        *widget.Button // shows the rest
	grown                                       func()         // told when it does
}

func (d *desk) newAccountFields(f present.Form, s secrets) *accountFields {
	entry, keyring := d.newTyping, s.keyring
	a := &accountFields{
		name: entry(f.Name, "what to call it"), host: entry(f.Host, "mail.example.org"), port: entry(f.Port, "109"),
		user: entry(f.User, "your name there"), mailboxes: entry(f.Mailboxes, "the user name, or several with commas between"),
		password: entry("", "asked for at the first fetch if empty"),
		tls:      d.newTick("Secure the line with TLS"),
		consent:  d.newTick("Send my password and mail unprotected"),
		keyring:  d.newTick("Keep the password in this desktop's keyring, not in memory only"),
		remove:   d.newTick("Collect by RDEL: the post office deletes what is safely here"),
		reply:    widget.NewSelect(present.DataReplies, nil), format: widget.NewSelect(present.Formats, nil),
	}
	if a.password.Password = true; s.known {
		a.password.SetPlaceHolder("known; type to change it")
	}
	a.tls.SetChecked(f.TLS)
	a.consent.SetChecked(f.Consent)
	a.keyring.SetChecked(f.Keyring && keyring)
	a.remove.SetChecked(f.Delete)
	a.reply.SetSelected(f.DataReply)
	a.format.SetSelected(f.Format)
	if !keyring {
		a.keyring.Text = "No keyring here: the password is kept in memory until you quit"
		a.keyring.Disable()
	}
	return a
}

func (a *accountFields) form() present.Form {
	return present.Form{
		Name: a.name.Text, Host: a.host.Text, Port: a.port.Text, User: a.user.Text, Mailboxes: a.mailboxes.Text,
		TLS: a.tls.Checked, Delete: a.remove.Checked, Consent: a.consent.Checked, Keyring: a.keyring.Checked,
		DataReply: a.reply.Selected, Format: a.format.Selected,
	}
}

// object lays the fields out, labels on the left.
func (a *accountFields) object() fyne.CanvasObject {
	row := func(label string, field fyne.CanvasObject) []fyne.CanvasObject {
		return []fyne.CanvasObject{newNote(label, fyne.TextAlignTrailing), field}
	}
	a.consentRow = row("", a.consent)
	main := container.New(layout.NewFormLayout())
	for _, r := range [][]fyne.CanvasObject{
		row("Name", a.name), row("Host", a.host),
		row("Port", container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(76, a.port.MinSize().Height), a.port), nil, a.tls)),
		a.consentRow, row("User", a.user), row("Password", a.password), row("", a.keyring),
		row("Mailboxes", a.mailboxes), row("", a.remove),
	} {
		main.Add(r[0])
		main.Add(r[1])
	}
	more := container.New(layout.NewFormLayout())
	for _, r := range [][]fyne.CanvasObject{row("Reply to RCEV", a.reply), row("Maildrop format", a.format)} {
		more.Add(r[0])
		more.Add(r[1])
	}
	more.Hide()
	a.more = widget.NewButtonWithIcon("For servers that read RFC 918 otherwise", fynetheme.MenuDropDownIcon(), func() {
		more.Hidden = !more.Hidden
		a.grown()
	})
	a.more.Importance = widget.LowImportance
	return container.NewVBox(main, container.NewHBox(a.more), more)
}

// secrets is what is known of an account's password.
type secrets struct{ keyring, known bool }

// editAccount shows the dialog for an account, or for a new one, once it is known
// how its password is kept.
func (d *desk) editAccount(a localstore.Account) {
	work(d, "Looking for the password", func() (secrets, error) {
		return secrets{keyring: d.core.HasKeyring(), known: a.ID != "" && d.core.HasPassword(a.ID)}, nil
	}, func(s secrets) {
		if !d.asking() {
			d.askAccount(a, s)
		}
	})
}

// askAccount shows the dialog.
func (d *desk) askAccount(a localstore.Account, s secrets) *accountDialog {
	title := "New account"
	if a.ID != "" {
		title = a.Name
	}
	x := &accountDialog{desk: d, account: a, fault: widget.NewLabel(""), report: container.NewVBox(), trust: d.newTrustLine(a.PinnedKey), cancel: func() {}}
	x.fields = d.newAccountFields(present.NewForm(a), s)
	x.fault.Wrapping, x.fault.Importance = fyne.TextWrapWord, widget.DangerImportance
	x.fault.Hide()
	x.fields.grown = func() { x.sheet.news() }
	x.watch()
	x.test = d.newAnswer("Test", x.runTest)
	x.save = d.newAnswer("Save", x.keep)
	x.save.Importance = widget.HighImportance
	body := container.NewVBox(x.fields.object(), x.trust.object, x.fault, x.report)
	x.sheet = d.newLongSheet(title, 600, body, d.newAnswer("Cancel", x.close), x.save)
	x.sheet.left.Add(x.test)
	if a.ID != "" {
		gone := d.newAnswer("Remove account…", x.remove)
		gone.Importance = widget.LowImportance
		x.sheet.left.Add(gone)
		d.marks["dialog-remove"] = gone
	}
	x.sheet.closed = func() {
		x.cancel()
		d.marks.drop("dialog-")
	}
	for name, o := range map[string]fyne.CanvasObject{
		"host": x.fields.host, "port": x.fields.port, "user": x.fields.user, "password": x.fields.password,
		"tls": x.fields.tls, "more": x.fields.more, "mailboxes": x.fields.mailboxes, "fault": x.fault, "test": x.test, "save": x.save,
	} {
		d.marks["dialog-"+name] = o
	}
	x.sheet.open(x.fields.host)
	return x
}

// watch shows the question of consent where it comes up, and takes back an old
// fault once something is typed.
func (x *accountDialog) watch() {
	f := x.fields
	changed := func() {
		x.fault.Hide()
		needed := f.form().NeedsConsent()
		if needed == f.consent.Visible() {
			return
		}
		for _, o := range f.consentRow {
			if needed {
				o.Show()
			} else {
				o.Hide()
			}
		}
		if x.sheet != nil {
			x.sheet.fit()
		}
	}
	for _, e := range []*typing{f.name, f.host, f.port, f.user, f.password, f.mailboxes} {
		e.OnChanged = func(string) { changed() }
		e.OnSubmitted = func(string) { x.keep() }
	}
	f.tls.OnChanged = func(bool) { changed() }
	f.consent.OnChanged = func(bool) { changed() }
	changed()
}

// typed returns the account as typed, or shows what is wrong with it.
func (x *accountDialog) typed() (localstore.Account, bool) {
	form := x.fields.form()
	form.PinnedKey = x.trust.key
	a, err := form.Account(x.account)
	if err != nil {
		x.say(err)
		return a, false
	}
	return a, true
}

func (x *accountDialog) say(err error) {
	x.fault.SetText("Please look again: " + mimeview.Clean(err.Error(), 400) + ".")
	x.fault.Show()
	x.sheet.news()
}

func (x *accountDialog) close() { x.sheet.close() }

func (x *accountDialog) keep() {
	a, ok := x.typed()
	if !ok {
		return
	}
	password := x.fields.password.Text
	x.desk.spawn(func() {
		_, err := x.desk.core.SaveAccount(a, password)
		x.desk.onUI(func() {
			if err != nil {
				x.say(err)
				return
			}
			x.close()
		})
	})
}

func (x *accountDialog) remove() {
	text := "Restante forgets this post office and its password.\nThe mail that it collected stays on this disk."
	x.desk.ask("Remove "+x.account.Name+"?", text, "Remove", true, func() {
		work(x.desk, "Removing the account", func() (struct{}, error) {
			return struct{}{}, x.desk.core.RemoveAccount(x.account.ID)
		}, func(struct{}) { x.close() })
	})
}

// runTest connects with what is typed and shows the steps.
func (x *accountDialog) runTest() {
	a, ok := x.typed()
	if !ok {
		return
	}
	x.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	x.cancel = cancel
	x.test.Disable()
	x.report.Objects = []fyne.CanvasObject{widget.NewProgressBarInfinite()}
	x.report.Refresh()
	password := x.fields.password.Text
	x.desk.spawn(func() {
		r := x.desk.core.Test(ctx, a, password)
		x.desk.onUI(func() {
			x.test.Enable()
			if ctx.Err() == nil {
				x.showReport(r)
			}
		})
	})
}

func (x *accountDialog) showReport(r fetcher.Report) {
	x.report.Objects = reportObjects(x.desk, r, func(fingerprint string) {
		x.trust.set(fingerprint)
		x.runTest()
	})
	x.report.Refresh()
	x.sheet.news()
}

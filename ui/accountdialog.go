package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
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
	test    *widget.Button
	save    *widget.Button
	dialog  *dialog.CustomDialog
	cancel  context.CancelFunc // of a test that runs
	pin     string
	pinned  *fyne.Container // says which key is trusted, if one is
	scroll  *container.Scroll
}

// accountFields are what is typed.
type accountFields struct {
	name, host, port, user, password, mailboxes *widget.Entry
	tls, consent, keyring, remove               *widget.Check
	reply, format                               *widget.Select
	consentRow                                  []fyne.CanvasObject
}

func newAccountFields(f present.Form, keyring, passwordKnown bool) *accountFields {
	entry := func(text, hint string) *widget.Entry {
		e := widget.NewEntry()
		e.SetPlaceHolder(hint)
		e.SetText(text)
		return e
	}
	a := &accountFields{
		name: entry(f.Name, "what to call it"), host: entry(f.Host, "mail.example.org"), port: entry(f.Port, "109"),
		user: entry(f.User, "your name there"), mailboxes: entry(f.Mailboxes, "the user name, or several with commas between"),
		password: widget.NewPasswordEntry(),
		tls:      widget.NewCheck("Secure the line with TLS", nil),
		consent:  widget.NewCheck("Send my password and mail unprotected", nil),
		keyring:  widget.NewCheck("Keep the password in this desktop's keyring", nil),
		remove:   widget.NewCheck("Collect by RDEL: the post office deletes what is safely here", nil),
		reply:    widget.NewSelect(present.DataReplies, nil), format: widget.NewSelect(present.Formats, nil),
	}
	a.password.SetPlaceHolder("asked for at the first fetch if empty")
	if passwordKnown {
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
	return container.NewVBox(main, widget.NewAccordion(widget.NewAccordionItem("For servers that read RFC 918 otherwise", more)))
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
	x := &accountDialog{desk: d, account: a, fault: widget.NewLabel(""), report: container.NewVBox(), pin: a.PinnedKey, cancel: func() {}}
	x.fields = newAccountFields(present.NewForm(a), s.keyring, s.known)
	x.fault.Wrapping, x.fault.Importance = fyne.TextWrapWord, widget.DangerImportance
	x.fault.Hide()
	form := x.fields.object()
	x.pinned = container.NewVBox()
	x.showPin()
	x.watch()
	x.test = widget.NewButton("Test", x.runTest)
	x.save = widget.NewButton("Save", x.keep)
	x.save.Importance = widget.HighImportance
	x.scroll = container.NewVScroll(container.NewVBox(form, x.pinned, x.fault, x.report))
	x.dialog = dialog.NewCustomWithoutButtons(title, x.scroll, d.window)
	buttons := []fyne.CanvasObject{x.test, widget.NewButton("Cancel", x.close), x.save}
	if a.ID != "" {
		gone := widget.NewButton("Remove account…", x.remove)
		gone.Importance = widget.DangerImportance
		buttons = append([]fyne.CanvasObject{gone}, buttons...)
	}
	x.dialog.SetButtons(buttons)
	x.dialog.Resize(fyne.NewSize(600, 560))
	x.dialog.SetOnClosed(func() { d.marks.drop("dialog-") })
	for name, o := range map[string]fyne.CanvasObject{
		"host": x.fields.host, "port": x.fields.port, "user": x.fields.user, "password": x.fields.password,
		"tls": x.fields.tls, "mailboxes": x.fields.mailboxes, "fault": x.fault, "test": x.test, "save": x.save,
	} {
		d.marks["dialog-"+name] = o
	}
	x.dialog.Show()
	d.focus(x.fields.host)
	return x
}

// watch shows the question of consent where it comes up, and takes back an old
// fault once something is typed.
func (x *accountDialog) watch() {
	f := x.fields
	changed := func() {
		x.fault.Hide()
		for _, o := range f.consentRow {
			if f.form().NeedsConsent() {
				o.Show()
			} else {
				o.Hide()
			}
		}
	}
	for _, e := range []*widget.Entry{f.name, f.host, f.port, f.user, f.password, f.mailboxes} {
		e.OnChanged = func(string) { changed() }
	}
	f.tls.OnChanged = func(bool) { changed() }
	f.consent.OnChanged = func(bool) { changed() }
	changed()
}

// typed returns the account as typed, or shows what is wrong with it.
func (x *accountDialog) typed() (localstore.Account, bool) {
	form := x.fields.form()
	form.PinnedKey = x.pin
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
	x.scroll.ScrollToBottom()
}

// showPin says which key is trusted in spite of its certificate, and offers to
// forget it.
func (x *accountDialog) showPin() {
	x.pinned.RemoveAll()
	if x.pin == "" {
		return
	}
	what := newNote("Only one key of this server is trusted: "+mimeview.Clean(x.pin, 16)+"…", fyne.TextAlignLeading)
	forget := widget.NewButton("Forget it", func() {
		x.pin = ""
		x.showPin()
	})
	forget.Importance = widget.LowImportance
	x.pinned.Add(container.NewBorder(nil, nil, nil, forget, what))
}

func (x *accountDialog) close() {
	x.cancel()
	x.dialog.Hide()
}

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
	dialog.ShowConfirm("Remove "+x.account.Name, text, func(yes bool) {
		if !yes {
			return
		}
		work(x.desk, "Removing the account", func() (struct{}, error) {
			return struct{}{}, x.desk.core.RemoveAccount(x.account.ID)
		}, func(struct{}) { x.close() })
	}, x.desk.window)
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
		x.pin = fingerprint
		x.showPin()
		x.runTest()
	})
	x.report.Refresh()
	x.scroll.ScrollToBottom()
}

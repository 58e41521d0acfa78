package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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

// editAccount shows the dialog for an account, or for a new one, once it is known
// how its password is kept.
func (d *desk) editAccount(a localstore.Account) {
	work(d, "Looking for the password", func() (secrets, error) {
		return secrets{state: d.core.Secrets(), known: a.ID != "" && d.core.HasPassword(a.ID)}, nil
	}, func(s secrets) {
		if !d.asking() {
			d.askAccount(a, s)
		}
	})
}

// askAccount shows the dialog. An account without an id is new; what it has already
// is shown.
func (d *desk) askAccount(a localstore.Account, s secrets) *accountDialog {
	title := "New account by hand"
	if a.ID != "" {
		title = a.Name
	}
	x := &accountDialog{desk: d, account: a, fault: widget.NewLabel(""), report: container.NewVBox(), trust: d.newTrustLine(a.PinnedKey), cancel: func() {}}
	form := present.NewForm(a)
	if a.ID == "" {
		form.Keyring = true
	}
	x.fields = d.newAccountFields(form, s)
	x.fault.Wrapping, x.fault.Importance = fyne.TextWrapWord, widget.DangerImportance
	x.fault.Hide()
	x.test = d.newAnswer("Test", x.runTest)
	x.save = d.newAnswer("Save", x.keep)
	x.save.Importance = widget.HighImportance
	body := container.NewVBox(x.fields.object(x.form), x.trust.object, x.fault, x.report)
	x.sheet = d.newLongSheet(title, 600, body, d.newAnswer("Cancel", x.close), x.save)
	x.sheet.left.Add(x.test)
	x.fields.changed = x.changed
	if a.ID != "" {
		gone := d.newAnswer("Remove account…", x.remove)
		gone.Importance = widget.LowImportance
		x.sheet.left.Add(gone)
		d.marks["dialog-remove"] = gone
	}
	x.submit()
	x.sheet.closed = func() {
		x.cancel()
		d.marks.drop("dialog-")
	}
	x.mark()
	x.sheet.open(x.fields.server.host)
	return x
}

// form is what is typed, with what the account has beside it.
func (x *accountDialog) form() present.Form {
	f := x.fields.form(present.NewForm(x.account))
	f.PinnedKey = x.trust.key
	return f
}

// submit lets Enter in an entry save.
func (x *accountDialog) submit() {
	s, i, p := x.fields.server, x.fields.signIn, x.fields.policy
	for _, e := range []*typing{
		s.name, s.host, s.port, s.mailboxes, i.user, i.command, i.client, i.authURL, i.tokenURL, i.scopes, x.fields.password, p.days, p.limit, p.every,
	} {
		e.OnSubmitted = func(string) { x.keep() }
	}
}

func (x *accountDialog) mark() {
	f := x.fields
	for name, o := range map[string]fyne.CanvasObject{
		"host": f.server.host, "port": f.server.port, "user": f.signIn.user, "password": f.password, "protocol": f.server.protocol,
		"security": f.server.security, "mailboxes": f.server.mailboxes, "after": f.policy.after, "every": f.policy.every,
		"limit": f.policy.limit, "fault": x.fault, "test": x.test, "save": x.save,
	} {
		x.desk.marks["dialog-"+name] = o
	}
}

// changed takes back an old fault once something else is typed, and makes room for
// rows that came.
func (x *accountDialog) changed() {
	x.fault.Hide()
	x.sheet.fit()
}

// typed returns the account as typed, or shows what is wrong with it.
func (x *accountDialog) typed() (localstore.Account, bool) {
	a, err := x.form().Account(x.account)
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
		saved, err := x.desk.core.SaveAccount(a, password)
		x.desk.onUI(func() {
			if err != nil {
				x.account = saved // which is kept if it has an id
				x.say(err)
				return
			}
			x.close()
			if saved.OAuth.AuthURL != "" && saved.OAuth.AuthURL != x.account.OAuth.AuthURL {
				x.desk.signIn(saved, func() {})
			}
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
	x.sheet.news()
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

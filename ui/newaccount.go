package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
	"restante.app/ui/present"
)

// newAccountDialog sets an account up from a mail address and a password: one click
// finds how to reach the mail, another adds the account and fetches.
type newAccountDialog struct {
	desk     *desk
	address  *typing
	password *typing
	keep     *tick
	fault    *widget.Label
	steps    *attemptList
	result   *fyne.Container
	do       *answer // "Find", then "Add and fetch"
	sheet    *sheet
	found    *foundBox // nil until something was found
	account  localstore.Account
	cancel   context.CancelFunc
}

// newAccount shows the dialog once it is known where passwords are kept.
func (d *desk) newAccount() {
	work(d, "Looking for the keyring", func() (fetcher.SecretState, error) { return d.core.Secrets(), nil }, func(s fetcher.SecretState) {
		if !d.asking() {
			d.askNewAccount(s)
		}
	})
}

func (d *desk) askNewAccount(s fetcher.SecretState) *newAccountDialog {
	x := &newAccountDialog{
		desk: d, address: d.newTyping("", "ines@example.org"), password: d.newTyping("", "password"), keep: d.newTick(""),
		fault: widget.NewLabel(""), steps: newAttemptList(), result: container.NewVBox(), cancel: func() {},
	}
	x.password.Password = true
	label, possible := present.KeepPassword(s)
	// Where there is no place yet the wish is kept for when there is one.
	if x.keep.Text, x.keep.Checked = label, true; !possible {
		x.keep.Disable()
	}
	x.fault.Wrapping, x.fault.Importance = fyne.TextWrapWord, widget.DangerImportance
	x.fault.Hide()
	x.do = d.newAnswer("Find", x.next)
	x.do.Importance = widget.HighImportance
	form := container.New(layout.NewFormLayout(),
		newNote("Mail address", fyne.TextAlignTrailing), x.address, newNote("Password", fyne.TextAlignTrailing), x.password,
		newNote("", fyne.TextAlignTrailing), keepRow(x.keep))
	body := container.NewVBox(form, x.fault, x.steps.object, x.result)
	x.sheet = d.newLongSheet("New account", 560, body, d.newAnswer("Cancel", func() { x.sheet.close() }), x.do)
	hand := d.newAnswer("By hand…", x.byHand)
	hand.Importance = widget.LowImportance
	x.sheet.left.Add(hand)
	for _, e := range []*typing{x.address, x.password} {
		e.OnChanged = func(string) { x.retyped() }
	}
	x.address.OnSubmitted = func(string) { d.focus(x.password) }
	x.password.OnSubmitted = func(string) { x.next() }
	m := d.marks
	m["new-address"], m["new-password"], m["new-do"], m["new-hand"], m["new-fault"] = x.address, x.password, x.do, hand, x.fault
	x.sheet.closed = func() {
		x.cancel()
		m.drop("new-")
	}
	x.sheet.open(x.address)
	return x
}

// keepRow shows whether the password is kept, as a choice where there is one.
func keepRow(t *tick) fyne.CanvasObject {
	if t.Disabled() {
		return newNote(t.Text, fyne.TextAlignLeading).wrapped()
	}
	return t
}

// retyped takes back what was found, or ends the search for it: it was for another
// address or password.
func (x *newAccountDialog) retyped() {
	x.fault.Hide()
	if x.found == nil && !x.do.Disabled() {
		return
	}
	x.cancel()
	x.found = nil
	x.do.Enable()
	x.do.SetText("Find")
	x.steps.clear()
	x.result.RemoveAll()
	x.sheet.fit()
}

// next does what the button says.
func (x *newAccountDialog) next() {
	if x.do.Disabled() {
		return
	}
	if x.found != nil {
		x.add()
		return
	}
	x.find()
}

func (x *newAccountDialog) say(text string) {
	x.fault.SetText(mimeview.Clean(text, 600))
	x.fault.Show()
	x.sheet.fit()
}

// busy keeps the button from being pressed while something runs.
func (x *newAccountDialog) busy(is bool) {
	if is {
		x.do.Disable()
		return
	}
	x.do.Enable()
	x.desk.focus(x.do)
}

// find looks for the mail of the address, and shows each thing tried.
func (x *newAccountDialog) find() {
	address, password := strings.TrimSpace(x.address.Text), x.password.Text
	if wrong := present.CheckAddress(address, password); wrong != "" {
		x.say(wrong)
		return
	}
	x.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	x.cancel = cancel
	x.steps.clear()
	x.result.RemoveAll()
	delete(x.desk.marks, "new-said")
	x.busy(true)
	d := x.desk
	d.spawn(func() {
		found := d.core.Discover(ctx, address, password, func(a fetcher.Attempt) {
			d.onUI(func() {
				if ctx.Err() == nil {
					x.steps.add(a)
					x.sheet.news()
				}
			})
		})
		d.onUI(func() {
			if ctx.Err() == nil {
				x.show(found)
			}
		})
	})
}

// show shows what was found, or what to try instead.
func (x *newAccountDialog) show(f fetcher.Discovery) {
	x.busy(false)
	x.result.RemoveAll()
	x.account = f.Account
	if f.Account.Host == "" || f.Safety == fetcher.SafetyNothing {
		x.result.Objects = missedObjects(x.desk, f)
		x.sheet.news()
		return
	}
	x.found = x.desk.newFoundBox(f)
	x.result.Add(x.found.object)
	if f.SignIn {
		x.do.SetText("Sign in and fetch")
	} else {
		x.do.SetText("Add and fetch")
	}
	if !f.Report.OK() && !f.Safety.NeedsConsent() && !f.SignIn {
		x.tested(f.Report)
	}
	x.sheet.news()
}

// tested shows a connection test that failed below what was found.
func (x *newAccountDialog) tested(r fetcher.Report) {
	x.found.report.Objects = reportObjects(x.desk, r, func(key string) {
		x.account.PinnedKey = key
		x.add()
	})
	x.found.report.Refresh()
	x.do.SetText("Try again")
	x.sheet.news()
}

// add keeps the account and fetches. Where the password was not sent yet, for want of
// consent, the connection is tested first.
func (x *newAccountDialog) add() {
	if x.found.agree != nil && !x.found.agree.Checked {
		x.say("Tick that you accept this, or set the account up by hand with another server.")
		return
	}
	x.fault.Hide()
	a, password := x.account, x.password.Text
	a.RememberInKey = x.keep.Checked
	if x.found.SignIn {
		x.save(a, "", func(saved localstore.Account) { x.desk.signIn(saved, func() { x.desk.start(saved, "") }) })
		return
	}
	x.busy(true)
	found := x.found
	found.report.Objects = []fyne.CanvasObject{widget.NewProgressBarInfinite()}
	found.report.Refresh()
	x.sheet.news()
	ctx, cancel := context.WithCancel(context.Background())
	x.cancel = cancel
	x.desk.spawn(func() {
		r := found.Report
		if found.Safety.NeedsConsent() || !r.OK() { // nobody has logged in yet
			r = x.desk.core.Test(ctx, a, password)
		}
		x.desk.onUI(func() {
			if ctx.Err() != nil {
				return
			}
			x.busy(false)
			if x.found != found { // another address was typed meanwhile
				return
			}
			if found.report.RemoveAll(); !r.OK() {
				x.tested(r)
				return
			}
			x.save(a, password, func(saved localstore.Account) { x.desk.start(saved, password) })
		})
	})
}

// save keeps the account, closes the dialog and goes on with then.
func (x *newAccountDialog) save(a localstore.Account, password string, then func(localstore.Account)) {
	x.desk.spawn(func() {
		saved, err := x.desk.core.SaveAccount(a, password)
		x.desk.onUI(func() {
			if err != nil {
				x.account = saved // which is kept if it has an id
				x.say("The account could not be kept: " + err.Error())
				return
			}
			x.sheet.close()
			then(saved)
		})
	})
}

// byHand goes on with the full form, with what is known already.
func (x *newAccountDialog) byHand() {
	a := x.account
	if a.Host == "" {
		a = localstore.Account{}
		form := present.NewForm(a)
		if user, host, ok := strings.Cut(strings.TrimSpace(x.address.Text), "@"); ok && user != "" && host != "" {
			a.Address, a.User = strings.TrimSpace(x.address.Text), strings.TrimSpace(x.address.Text)
			a.Protocol, a.Security, a.Port = present.Protocols.Value(form.Protocol), localstore.TLS, present.DefaultPort(form.Protocol, form.Security)
		}
	}
	password := x.password.Text
	x.sheet.close()
	d := x.desk
	work(d, "Looking for the keyring", func() (secrets, error) { return secrets{state: d.core.Secrets()}, nil }, func(s secrets) {
		if !d.asking() {
			d.askAccount(a, s).fields.password.SetText(password)
		}
	})
}

// start fetches from an account for the first time, in the mode it is set to.
func (d *desk) start(a localstore.Account, password string) {
	r := popclient.Leave
	if a.Delete {
		r = popclient.Delete
	}
	work(d, "The fetch did not start", func() (struct{}, error) { return struct{}{}, d.core.Fetch(a.ID, r, password) }, func(struct{}) {})
}

package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/ui/present"
)

// accountFields are what is typed of an account, in four groups.
type accountFields struct {
	server   serverFields
	signIn   signInFields
	policy   policyFields
	odd      oddFields
	password *typing
	changed  func() // told when something was typed, and when rows come or go
}

// serverFields say where the post office is and how the line to it is protected.
type serverFields struct {
	name, host, port, mailboxes *typing
	protocol, security          *option
	consent                     *tick
}

// signInFields say who the owner is there.
type signInFields struct {
	user, command, client, authURL, tokenURL, scopes *typing
	auth                                             *option
	keyring                                          *tick
}

// policyFields say what becomes of mail at the server, and when it is fetched.
type policyFields struct {
	after              *option
	days, limit, every *typing
	withMine, atStart  *tick
}

// oddFields are for servers that read RFC 918 in their own way.
type oddFields struct{ reply, format *option }

// secrets is what is known of an account's password.
type secrets struct {
	state fetcher.SecretState
	known bool
}

func (d *desk) newAccountFields(f present.Form, s secrets) *accountFields {
	a := &accountFields{password: d.newTyping("", "asked for at the first fetch if empty"), changed: func() {}}
	if a.password.Password = true; s.known {
		a.password.SetPlaceHolder("known; type to change it")
	}
	a.server = serverFields{
		name: d.newTyping(f.Name, "what to call it"), host: d.newTyping(f.Host, "mail.example.org"), port: d.newTyping(f.Port, "995"),
		mailboxes: d.newTyping(f.Mailboxes, "the user name, or several with commas between"),
		protocol:  d.newOption(present.Protocols.Labels(), f.Protocol), security: d.newOption(present.SecuritiesOf(f.Protocol), f.Security),
		consent: d.newTick("Send my password and mail unprotected"),
	}
	a.server.consent.SetChecked(f.Consent)
	a.signIn = signInFields{
		user: d.newTyping(f.User, "your name there, often the mail address"), command: d.newTyping(f.Command, "a program that prints an access token"),
		client: d.newTyping(f.ClientID, "the client id"), authURL: d.newTyping(f.AuthURL, "https://… to sign in at"),
		tokenURL: d.newTyping(f.TokenURL, "https://… that gives tokens"), scopes: d.newTyping(f.Scopes, "scopes, with blanks between"),
		auth: d.newOption(present.Auths.Labels(), f.Auth), keyring: d.newTick(""),
	}
	keep, possible := present.KeepPassword(s.state)
	if a.signIn.keyring.Text, a.signIn.keyring.Checked = keep, f.Keyring; !possible {
		a.signIn.keyring.Disable()
	}
	a.policy = policyFields{
		after: d.newOption(present.Afters.Labels(), f.After),
		days:  d.newTyping(f.Days, "14"), limit: d.newTyping(f.LargerThan, "no limit"), every: d.newTyping(f.Every, "never"),
		withMine: d.newTick("What I delete here is deleted at the server, too"),
		atStart:  d.newTick("At start, too"),
	}
	a.policy.withMine.SetChecked(f.WithMine)
	a.policy.atStart.SetChecked(f.AtStart)
	a.odd = oddFields{reply: d.newOption(present.DataReplies.Labels(), f.DataReply), format: d.newOption(present.Formats.Labels(), f.Format)}
	return a
}

// form returns what was typed into f, which has what is not typed.
func (a *accountFields) form(f present.Form) present.Form {
	s, i, p := a.server, a.signIn, a.policy
	f.Name, f.Host, f.Port, f.Mailboxes = s.name.Text, s.host.Text, s.port.Text, s.mailboxes.Text
	f.Protocol, f.Security, f.Consent = s.protocol.Selected, s.security.Selected, s.consent.Checked
	f.User, f.Auth, f.Command, f.Keyring = i.user.Text, i.auth.Selected, i.command.Text, i.keyring.Checked
	f.ClientID, f.AuthURL, f.TokenURL, f.Scopes = i.client.Text, i.authURL.Text, i.tokenURL.Text, i.scopes.Text
	f.After, f.Days, f.WithMine = p.after.Selected, p.days.Text, p.withMine.Checked
	f.LargerThan, f.Every, f.AtStart = p.limit.Text, p.every.Text, p.atStart.Checked
	f.DataReply, f.Format = a.odd.reply.Selected, a.odd.format.Selected
	return f
}

// fieldRow is a line of the form. Without when it is always there.
type fieldRow struct {
	label string
	field fyne.CanvasObject
	when  func(present.Form) bool
}

// sized gives a field a width of its own, with something beside it.
func sized(width float32, field, beside fyne.CanvasObject) fyne.CanvasObject {
	box := container.NewGridWrap(fyne.NewSize(width, field.MinSize().Height), field)
	return container.NewBorder(nil, nil, box, nil, beside)
}

func quiet(text string) fyne.CanvasObject { return newNote(text, fyne.TextAlignLeading) }

// The conditions under which a row is there.
func speaks(protocols ...string) func(present.Form) bool {
	return func(f present.Form) bool { return slices.Contains(protocols, present.Protocols.Value(f.Protocol)) }
}

func byCommand(f present.Form) bool { return present.TakesCommand(f.Auth) }
func inBrowser(f present.Form) bool { return present.InBrowser(f.Auth) }
func byPassword(f present.Form) bool {
	return !speaks("pop3")(f) || !inBrowser(f) && !byCommand(f)
}

func (s *serverFields) rows(odd oddFields) []fieldRow {
	return []fieldRow{
		{"Name", s.name, nil}, {"Host", s.host, nil},
		{"Protocol", sized(92, framed(s.protocol), sized(62, s.port, framed(s.security))), nil},
		{"", s.consent, present.Form.NeedsConsent},
		{"Mailboxes", s.mailboxes, speaks("pop1", "pop2")},
		{"Reply to RCEV", framed(odd.reply), speaks("pop1")}, {"Maildrop format", framed(odd.format), speaks("pop1")},
	}
}

func (i *signInFields) rows(password *typing) []fieldRow {
	return []fieldRow{
		{"User", i.user, nil}, {"By", framed(i.auth), speaks("pop3")},
		{"Password", password, byPassword}, {"", keepRow(i.keyring), nil},
		{"Command", i.command, byCommand},
		{"Client id", i.client, inBrowser}, {"Sign in at", i.authURL, inBrowser},
		{"Tokens from", i.tokenURL, inBrowser}, {"Scopes", i.scopes, inBrowser},
	}
}

func (p *policyFields) rows() []fieldRow {
	several := speaks("pop2", "pop3")
	return []fieldRow{
		{"Afterwards", framed(p.after), nil},
		{"After", sized(76, p.days, quiet("days after it was collected")), func(f present.Form) bool { return present.AfterSomeDays(f.After) }},
		{"", p.withMine, func(f present.Form) bool { return !present.AfterDeletes(f.After) && several(f) }},
		{"Larger than", sized(76, p.limit, quiet("MB: the header alone comes, the rest on a click")), several},
	}
}

// object lays the fields out, labels on the left. form gives what is typed.
func (a *accountFields) object(form func() present.Form) fyne.CanvasObject {
	box := container.New(layout.NewFormLayout())
	var follow []func(present.Form)
	group := func(name string, rows []fieldRow) {
		box.Add(newNote("", fyne.TextAlignTrailing))
		box.Add(newHeading(name))
		for _, r := range rows {
			label := newNote(r.label, fyne.TextAlignTrailing)
			box.Add(label)
			box.Add(r.field)
			if r.when != nil {
				follow = append(follow, func(f present.Form) {
					setShown(label, r.when(f))
					setShown(r.field, r.when(f))
				})
			}
		}
	}
	group("Server", a.server.rows(a.odd))
	group("Sign in", a.signIn.rows(a.password))
	group("Mail at the server", a.policy.rows())
	p := a.policy
	group("Schedule", []fieldRow{{"Every", sized(76, p.every, container.NewHBox(quiet("minutes"), p.atStart)), nil}})
	a.follow(form, func(f present.Form) {
		for _, update := range follow {
			update(f)
		}
	})
	return box
}

func setShown(o fyne.CanvasObject, is bool) {
	switch {
	case o.Visible() == is:
	case is:
		o.Show()
	default:
		o.Hide()
	}
}

// newHeading names a group of rows.
func newHeading(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.TextStyle.Bold = true
	return container.New(layout.NewCustomPaddedLayout(6, 0, 0, 0), l)
}

// follow calls show with what is typed, now and whenever that changes.
func (a *accountFields) follow(form func() present.Form, show func(present.Form)) {
	update := func() {
		show(form())
		a.changed()
	}
	s, i, p := a.server, a.signIn, a.policy
	for _, e := range []*typing{
		s.name, s.host, s.port, s.mailboxes, i.user, i.command, i.client, i.authURL, i.tokenURL, i.scopes, a.password, p.days, p.limit, p.every,
	} {
		e.OnChanged = func(string) { update() }
	}
	for _, t := range []*tick{s.consent, i.keyring, p.withMine, p.atStart} {
		t.OnChanged = func(bool) { update() }
	}
	for _, o := range []*option{i.auth, p.after, a.odd.reply, a.odd.format} {
		o.OnChanged = func(string) { update() }
	}
	before := form()
	line := func(string) {
		now := form()
		s.security.SetOptions(present.SecuritiesOf(now.Protocol))
		if !slices.Contains(s.security.Options, s.security.Selected) {
			s.security.SetSelectedIndex(0)
			return // which comes here again
		}
		if s.port.Text == usualPort(before) { // nobody chose another one
			s.port.SetText(usualPort(now))
		}
		before = now
		update()
	}
	s.protocol.OnChanged, s.security.OnChanged = line, line
	update()
}

func usualPort(f present.Form) string {
	return strconv.Itoa(present.DefaultPort(f.Protocol, f.Security))
}

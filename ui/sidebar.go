package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// sidebar is the pane of accounts and mailboxes.
type sidebar struct {
	desk   *desk
	list   *rowlist.List
	places []present.Place
	chosen localstore.MailboxID
	last   localstore.MailboxID // open when the program ended, chosen at first if it is still there
	choose func(present.Place)  // tells the window
	key    func(fyne.KeyName)
	offer  func(at fyne.Position) // opens a menu for the chosen line
	strip  *standingStrip
}

func newSidebar(d *desk, choose func(present.Place), key func(fyne.KeyName), journal func(account string), offer func(at fyne.Position)) *sidebar {
	s := &sidebar{desk: d, choose: choose, key: key, offer: offer, strip: newStandingStrip(d), last: storedMailbox(d.core)}
	s.strip.journal = func() { journal(s.account()) }
	s.list = rowlist.New(s, d.focus)
	s.list.OnShortcut = d.pass
	return s
}

func (s *sidebar) object() fyne.CanvasObject {
	s.strip.around = container.NewBorder(nil, s.strip.object, nil, nil, s.list)
	return container.NewStack(newGround(theme.ColorNameSidebarBackground), s.strip.around)
}

// show takes over what there is, and keeps the chosen mailbox or chooses the first.
func (s *sidebar) show(places []present.Place, standings map[string]present.Standing) {
	s.places, s.strip.standings = places, standings
	defer func() { s.strip.show(s.account()) }()
	if s.chosen == 0 && s.at(s.last) >= 0 {
		s.chosen = s.last
	}
	at := -1
	for i, p := range places {
		if !p.Heading && (p.Mailbox == s.chosen || at < 0 && s.chosen == 0) {
			at = i
			break
		}
	}
	s.list.SetLength(len(places), at)
	if at >= 0 {
		if s.chosen == 0 {
			s.Selected(at)
			return
		}
		s.choose(places[at])
	}
}

// at returns the line of a mailbox, -1 if it has none.
func (s *sidebar) at(m localstore.MailboxID) int {
	return slices.IndexFunc(s.places, func(p present.Place) bool { return !p.Heading && p.Mailbox == m })
}

// goTo chooses a mailbox, if it is there.
func (s *sidebar) goTo(m localstore.MailboxID) {
	if i := s.at(m); i >= 0 {
		s.list.Select(i)
	}
}

// account returns the account of the chosen line, "" if there is none.
func (s *sidebar) account() string {
	if i := s.list.SelectedRow(); i >= 0 && i < len(s.places) {
		return s.places[i].Account
	}
	if len(s.places) > 0 {
		return s.places[0].Account
	}
	return ""
}

// NewRow is part of rowlist.Source.
func (s *sidebar) NewRow() fyne.CanvasObject { return newPlaceRow() }

// ShowRow is part of rowlist.Source.
func (s *sidebar) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*placeRow); ok && i < len(s.places) {
		r.show(s.places[i])
	}
}

// Selected is part of rowlist.Source.
func (s *sidebar) Selected(i int) {
	if p := s.places[i]; !p.Heading {
		s.chosen = p.Mailbox
	}
	s.strip.show(s.places[i].Account)
	s.choose(s.places[i])
}

// Key is part of rowlist.Source.
func (s *sidebar) Key(name fyne.KeyName) { s.key(name) }

// Rune is part of rowlist.Source: a letter goes to the next place that begins with it.
func (s *sidebar) Rune(r rune) {
	if at := present.NextPlace(s.places, s.list.SelectedRow(), r); at >= 0 {
		s.list.Select(at)
	}
}

// Offer is part of rowlist.Offerer.
func (s *sidebar) Offer(at fyne.Position) { s.offer(at) }

// standingStrip says below the accounts how the chosen one stands, in a sentence.
type standingStrip struct {
	object    *fyne.Container
	around    *fyne.Container
	words     *copyable
	more      *tool
	standings map[string]present.Standing // by account
	journal   func()
}

func newStandingStrip(d *desk) *standingStrip {
	s := &standingStrip{words: d.wrapped("")}
	s.words.SizeName = theme.SizeNameSmallText
	s.more = newTool("Journal", nil, func() { s.journal() }, d.key)
	d.marks["standing-journal"] = s.more
	s.object = container.NewBorder(newRule(), container.NewHBox(s.more), nil, nil, s.words)
	s.object.Hide()
	return s
}

func (s *standingStrip) show(account string) {
	standing := s.standings[account]
	s.words.SetText(mimeview.Clean(standing.Sentence, 400))
	setShown(s.object, standing.Sentence != "")
	setShown(s.more, standing.Fault)
	s.around.Refresh() // whose layout depends on how many lines it takes
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
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
	choose func(present.Place) // tells the window
	key    func(fyne.KeyName)
}

func newSidebar(d *desk, choose func(present.Place), key func(fyne.KeyName)) *sidebar {
	s := &sidebar{desk: d, choose: choose, key: key}
	s.list = rowlist.New(s, d.focus)
	return s
}

func (s *sidebar) object() fyne.CanvasObject {
	return container.NewStack(newGround(theme.ColorNameSidebarBackground), s.list)
}

// show takes over what there is, and keeps the chosen mailbox or chooses the first.
func (s *sidebar) show(places []present.Place) {
	s.places = places
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
	s.choose(s.places[i])
}

// Key is part of rowlist.Source.
func (s *sidebar) Key(name fyne.KeyName) { s.key(name) }

// Rune is part of rowlist.Source.
func (s *sidebar) Rune(rune) {}

// placeRow is a line of the sidebar.
type placeRow struct {
	widget.BaseWidget
	place  present.Place
	name   *line
	unread *line
	icon   *canvas.Image
}

func newPlaceRow() *placeRow {
	r := &placeRow{
		name:   newLine(theme.SizeNameListText, theme.ColorNameInk),
		unread: newLine(theme.SizeNameSmallText, theme.ColorNameUnread),
		icon:   canvas.NewImageFromResource(theme.Icon(theme.IconNameMailbox)),
	}
	r.icon.FillMode = canvas.ImageFillContain
	r.unread.Alignment = fyne.TextAlignTrailing
	r.ExtendBaseWidget(r)
	return r
}

func (r *placeRow) show(p present.Place) {
	if p.Heading != r.place.Heading || r.icon.Resource == nil {
		r.icon.Resource = theme.Icon(theme.IconNameMailbox)
		if p.Heading {
			r.icon.Resource = theme.Icon(theme.IconNamePostOffice)
		}
	}
	r.place = p
	color := theme.ColorNameInk
	if p.Heading {
		color = theme.ColorNameFaint
	}
	r.name.show(p.Name, p.Heading || p.Unread != "", color)
	r.unread.show(p.Unread, true, theme.ColorNameUnread)
	r.Refresh()
}

// CreateRenderer is Fyne's way to the row's objects.
func (r *placeRow) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{layout: r.layout, objects: []fyne.CanvasObject{r.icon, r.name.Text, r.unread.Text}}
}

func (r *placeRow) layout(s fyne.Size) {
	const icon, count = 15, 52
	x := float32(10)
	if !r.place.Heading {
		x += 14
	}
	r.icon.Move(fyne.NewPos(x, (s.Height-icon)/2))
	r.icon.Resize(fyne.NewSize(icon, icon))
	r.icon.Refresh()
	x += icon + 7
	room := s.Width - x - 6
	if r.place.Unread != "" {
		room -= count
	}
	r.name.place(x, max(0, room), s.Height)
	r.unread.place(s.Width-count-4, count, s.Height)
}

// rowRenderer lays the objects of a row out by one function.
type rowRenderer struct {
	layout  func(fyne.Size)
	objects []fyne.CanvasObject
	size    fyne.Size
}

func (r *rowRenderer) Layout(s fyne.Size) {
	r.size = s
	r.layout(s)
}
func (r *rowRenderer) MinSize() fyne.Size           { return fyne.NewSize(0, 0) }
func (r *rowRenderer) Refresh()                     { r.layout(r.size) }
func (r *rowRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *rowRenderer) Destroy()                     {}

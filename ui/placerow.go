package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// placeRow is a line of the sidebar.
type placeRow struct {
	widget.BaseWidget
	place  present.Place
	name   *line
	unread *line // or how an account stands
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
	if res := placeIcon(p); r.icon.Resource != res {
		r.icon.Resource = res
	}
	r.place = p
	color := theme.ColorNameInk
	if p.Heading {
		color = theme.ColorNameFaint
	}
	r.name.show(p.Name, p.Heading || p.Unread != "", color)
	switch {
	case p.Heading && p.Fault:
		r.unread.show(p.State, false, theme.ColorNamePostal)
	case p.Heading:
		r.unread.show(p.State, false, theme.ColorNameFaint)
	default:
		r.unread.show(p.Unread, true, theme.ColorNameUnread)
	}
	r.Refresh()
}

// placeIcon says what kind of place a line is.
func placeIcon(p present.Place) fyne.Resource {
	name := theme.IconNameMailbox
	switch {
	case p.Heading && p.Account == "":
		name = theme.IconNameFolder
	case p.Heading:
		name = theme.IconNamePostOffice
	case p.Role == localstore.Archive:
		name = theme.IconNameArchive
	case p.Role == localstore.Trash:
		name = theme.IconNameDelete
	case p.Role == localstore.Own:
		name = theme.IconNameFolder
	}
	return theme.Icon(name)
}

// CreateRenderer is Fyne's way to the row's objects.
func (r *placeRow) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{layout: r.layout, objects: []fyne.CanvasObject{r.icon, r.name.Text, r.unread.Text}}
}

func (r *placeRow) layout(s fyne.Size) {
	const icon = 15
	count := float32(52)
	if r.place.Fault {
		count = 62
	}
	x := float32(10)
	if !r.place.Heading {
		x += 14
	}
	r.icon.Move(fyne.NewPos(x, (s.Height-icon)/2))
	r.icon.Resize(fyne.NewSize(icon, icon))
	r.icon.Refresh()
	x += icon + 7
	room := s.Width - x - 6
	if r.place.Unread != "" || r.place.State != "" {
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

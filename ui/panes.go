package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"restante.app/ui/split"
	"restante.app/ui/theme"
)

// Settings of how the window is laid out.
const (
	densitySetting = "ui.density"
	besideSetting  = "ui.beside"
	widthSetting   = "ui.width.list"
)

// densities are the choices of the View menu, by what is kept of them.
var densities = []struct {
	key, label string
	density    theme.Density
}{
	{"compact", "Compact", theme.Compact},
	{"", "As usual", theme.Usual},
	{"roomy", "Roomy", theme.Roomy},
	{"two", "Two lines", theme.TwoLines},
}

func storedDensity(core Core) theme.Density {
	kept, err := core.Setting(densitySetting)
	if err != nil {
		return theme.Usual
	}
	for _, c := range densities {
		if c.key == string(kept) {
			return c.density
		}
	}
	return theme.Usual
}

// panes are how the panes are laid out.
type panes struct {
	desk         *desk
	density      theme.Density
	beside       bool // the message is beside the list, not below it
	object       *fyne.Container
	sidebar      fyne.CanvasObject
	list, letter fyne.CanvasObject
	keep         func(setting string) func(float32)
}

func newPanes(w *Window, sidebar, list, letter fyne.CanvasObject) *panes {
	core := w.desk.core
	kept, err := core.Setting(besideSetting)
	s := &panes{
		desk: w.desk, density: storedDensity(core), beside: err == nil && string(kept) == "on", object: container.NewStack(), sidebar: sidebar, list: list, letter: letter, keep: w.keep,
	}
	s.arrange()
	return s
}

// arrange lays the panes out.
func (s *panes) arrange() {
	core := s.desk.core
	mail := split.New(false, storedLength(core, listSetting, 300), s.list, s.letter, s.keep(listSetting))
	if s.beside {
		mail = split.New(true, storedLength(core, widthSetting, 460), s.list, s.letter, s.keep(widthSetting))
	}
	all := split.New(true, storedLength(core, sidebarSetting, 216), s.sidebar, mail, s.keep(sidebarSetting))
	s.object.Objects = []fyne.CanvasObject{all}
	s.object.Refresh()
}

// setBeside puts the message beside the list or below it, and keeps that.
func (w *Window) setBeside(beside bool) {
	w.panes.beside = beside
	w.panes.arrange()
	w.desk.put(besideSetting, onOff(beside))
	w.menus.shaped(w.panes)
	w.desk.rest()
}

// setDensity gives the rows more room or less, and keeps that.
func (w *Window) setDensity(key string) {
	for _, c := range densities {
		if c.key == key {
			w.panes.density = c.density
			w.desk.app.Settings().SetTheme(theme.NewDense(w.variant, c.density))
			w.desk.put(densitySetting, []byte(key))
		}
	}
	w.list.stack(w.panes.density == theme.TwoLines)
	w.desk.window.Content().Refresh()
	w.menus.shaped(w.panes)
}

// stack shows the rows on two lines or on one, with the chosen one in sight.
func (p *listPane) stack(two bool) {
	p.cols.stacked = two
	p.header.Refresh()
	if at := p.list.SelectedRow(); at >= 0 {
		p.list.Reveal(at)
	}
	p.list.Refresh()
}

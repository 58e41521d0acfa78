package ui

import (
	"restante.app/ui/theme"
)

// variants are the choices of the View menu, by what is kept of them.
var variants = []struct {
	key, label string
	variant    theme.Variant
}{
	{"system", "Follow the system", theme.FollowSystem},
	{"light", "Light", theme.Light},
	{"dark", "Dark", theme.Dark},
}

func storedVariant(core Core) theme.Variant {
	kept, err := core.Setting(themeSetting)
	if err != nil {
		return theme.FollowSystem
	}
	for _, v := range variants {
		if v.key == string(kept) {
			return v.variant
		}
	}
	return theme.FollowSystem
}

// setVariant changes the theme and keeps the choice.
func (w *Window) setVariant(key string) {
	for _, v := range variants {
		if v.key == key {
			w.variant = v.variant
			w.desk.app.Settings().SetTheme(theme.NewDense(v.variant, w.panes.density))
			w.desk.put(themeSetting, []byte(key))
			w.desk.window.Content().Refresh()
			w.markVariant(v.variant)
		}
	}
}

// markVariant shows which variant was chosen, in the menu, and how to get to the
// other one, in the toolbar.
func (w *Window) markVariant(chosen theme.Variant) {
	for i, v := range variants {
		w.menus.themes[i].Checked = v.variant == chosen
	}
	w.desk.window.MainMenu().Refresh()
	w.tools.dark(w.isDark())
}

// isDark tells whether the window is dark now, whoever decided that.
func (w *Window) isDark() bool {
	s := w.desk.app.Settings()
	paper := s.Theme().Color(theme.ColorNamePaneBackground, s.ThemeVariant())
	red, _, _, _ := paper.RGBA()
	return red < 0x8000
}

// nextVariant goes from light to dark and back.
func (w *Window) nextVariant() {
	if w.isDark() {
		w.setVariant("light")
		return
	}
	w.setVariant("dark")
}

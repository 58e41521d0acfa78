package docview

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/ui/docview/viewport"
	"restante.app/ui/theme"
)

// colours are the theme's.
type colours struct {
	ink, link, back, selection, thumb, accent color.NRGBA
	quotes                                    [3]color.NRGBA
	dark                                      bool
}

// setting is what the view's look depends on.
type setting struct {
	colours
	width float32 // of the view, in px of Fyne's
	zoom  float32
	size  float32
}

// Found words are marked in the yellow of markers, in both variants.
var (
	foundLight = color.NRGBA{0xff, 0xd2, 0x00, 0x70}
	foundDark  = color.NRGBA{0xd8, 0xa8, 0x00, 0x3c}
	white      = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	black      = color.NRGBA{0x1a, 0x1a, 0x1a, 0xff}
	blue       = color.NRGBA{0x0b, 0x57, 0xb8, 0xff}
)

// setting asks the theme. Under a theme that lacks this project's names, Fyne's own
// colours stand in.
func (v *View) setting() setting {
	named := func(n, instead fyne.ThemeColorName) color.NRGBA {
		c := fynetheme.ColorForWidget(n, v)
		if c == nil || c == color.Transparent {
			c = fynetheme.ColorForWidget(instead, v)
		}
		out, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
		return out
	}
	s := setting{width: v.Size().Width, zoom: v.zoom, size: fynetheme.SizeForWidget(theme.SizeNameMessageText, v)}
	if s.size <= 0 {
		s.size = 14
	}
	if s.width <= 0 {
		s.width = 700
	}
	s.colours = colours{
		ink:       named(theme.ColorNameInk, fynetheme.ColorNameForeground),
		link:      named(theme.ColorNameAccent, fynetheme.ColorNameHyperlink),
		back:      named(theme.ColorNamePaneBackground, fynetheme.ColorNameBackground),
		selection: named(theme.ColorNameAccent, fynetheme.ColorNameSelection),
		thumb:     named(fynetheme.ColorNameScrollBar, fynetheme.ColorNameScrollBar),
		accent:    named(theme.ColorNameAccent, fynetheme.ColorNamePrimary),
	}
	for i, n := range []fyne.ThemeColorName{theme.ColorNameQuote1, theme.ColorNameQuote2, theme.ColorNameQuote3} {
		s.quotes[i] = named(n, fynetheme.ColorNamePlaceHolder)
	}
	s.dark = int(s.back.R)+int(s.back.G)+int(s.back.B) < 3*0x80
	if s.selection.A = 0x3c; s.dark {
		s.selection.A = 0x38
	}
	return s
}

// onSheet tells whether a source is shown on white paper.
func (s setting) onSheet(of Source) bool { return of.Sheet && !s.dark }

func (s setting) forDocument(of Source) Setting {
	out := Setting{Width: s.width / s.zoom, Size: s.size, Dark: s.dark, Text: s.ink, Back: s.back, Link: s.link, Quotes: s.quotes[:]}
	if s.onSheet(of) {
		out.Text, out.Back, out.Link = black, white, blue
	}
	return out
}

func (s setting) look(of Source) viewport.Look {
	l := viewport.Look{Canvas: s.back, Selection: s.selection, Found: foundLight, Mark: s.accent, Fold: s.link, Dim: s.dark}
	if s.dark {
		l.Found = foundDark
	}
	if s.onSheet(of) {
		l.Canvas, l.Fold = white, blue
	}
	if of.Margin {
		l.Margin = textMargin
	}
	return l
}

// textMargin is around a document without margins of its own.
const textMargin = 12

// Package theme is the look of the window: ink on warm paper, or warm greys on
// charcoal, with postal red where something asks for attention, and paddings for
// people who work in the window all day.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Variant chooses between the light and the dark form of the theme.
type Variant int

// The variants.
const (
	FollowSystem Variant = iota // what the desktop says, and again whenever that changes
	Light
	Dark
)

// New gives the theme in the variant v and the usual density. An unknown v follows the
// system.
func New(v Variant) fyne.Theme { return NewDense(v, Usual) }

// NewDense is New with another density. An unknown one is the usual one.
func NewDense(v Variant, d Density) fyne.Theme {
	return &restante{variant: v, rows: rows[d], base: fynetheme.DefaultTheme()}
}

// restante is the theme. It has no state that changes, so any goroutine may ask it.
type restante struct {
	variant Variant
	rows    map[fyne.ThemeSizeName]float32 // of a density other than the usual one
	base    fyne.Theme
}

// Color gives the colour of a name in the variant that counts. Names that neither
// this package nor Fyne knows get Fyne's answer.
func (t *restante) Color(n fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	v := t.effective(system)
	p := &paper
	if v == fynetheme.VariantDark {
		p = &charcoal
	}
	if c, ok := p.named(n); ok {
		return c
	}
	return t.base.Color(n, v)
}

func (t *restante) effective(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.variant {
	case Light:
		return fynetheme.VariantLight
	case Dark:
		return fynetheme.VariantDark
	default:
		return system
	}
}

// Icon gives the icon of a name: this project's own, or else Fyne's.
func (t *restante) Icon(n fyne.ThemeIconName) fyne.Resource {
	if r, ok := ownIcons[n]; ok {
		return r
	}
	return t.base.Icon(n)
}

// Size gives a measure in density-independent pixels.
func (t *restante) Size(n fyne.ThemeSizeName) float32 {
	if s, ok := t.rows[n]; ok {
		return s
	}
	if s, ok := sizes[n]; ok {
		return s
	}
	return t.base.Size(n)
}

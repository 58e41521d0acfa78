package theme

import (
	"bytes"
	"image/color"
	"image/png"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"

	"restante.app/assets/icons"
)

// Least contrast by WCAG 2.1: 1.4.3 for text, 1.4.11 for what is not text.
const (
	textContrast  = 4.5
	shapeContrast = 3
)

var backgrounds = []fyne.ThemeColorName{
	ColorNamePaneBackground, ColorNameListBackground, ColorNameSidebarBackground, ColorNameRowSelected,
	ColorNameRowSelectedUnfocused, ColorNameRowHover, ColorNameNoticeBanner, ColorNameWarningBanner,
	ColorNameErrorBanner, ColorNameSuccessBanner, fynetheme.ColorNameBackground, fynetheme.ColorNameButton,
	fynetheme.ColorNameInputBackground, fynetheme.ColorNameMenuBackground, fynetheme.ColorNameOverlayBackground,
	fynetheme.ColorNameHeaderBackground, fynetheme.ColorNameSelection,
}

// pairs are the text colours and where they are written.
var pairs = map[fyne.ThemeColorName][]fyne.ThemeColorName{
	ColorNameInk:                           append([]fyne.ThemeColorName{ColorNameHit}, backgrounds...),
	fynetheme.ColorNameForeground:          backgrounds,
	ColorNameFaint:                         backgrounds,
	ColorNameAccent:                        backgrounds,
	ColorNameUnread:                        backgrounds,
	ColorNamePostal:                        backgrounds,
	ColorNameQuote1:                        {ColorNamePaneBackground, ColorNameRowSelectedUnfocused, fynetheme.ColorNameSelection},
	ColorNameQuote2:                        {ColorNamePaneBackground, ColorNameRowSelectedUnfocused, fynetheme.ColorNameSelection},
	ColorNameQuote3:                        {ColorNamePaneBackground, ColorNameRowSelectedUnfocused, fynetheme.ColorNameSelection},
	ColorNamePlaceholderMark:               {ColorNamePaneBackground, ColorNameRowSelectedUnfocused, fynetheme.ColorNameSelection},
	fynetheme.ColorNameHyperlink:           {fynetheme.ColorNameBackground, ColorNamePaneBackground, fynetheme.ColorNameOverlayBackground},
	fynetheme.ColorNamePlaceHolder:         {fynetheme.ColorNameBackground, fynetheme.ColorNameInputBackground, fynetheme.ColorNameOverlayBackground},
	fynetheme.ColorNameError:               {fynetheme.ColorNameBackground, fynetheme.ColorNameInputBackground, fynetheme.ColorNameOverlayBackground},
	fynetheme.ColorNameWarning:             {fynetheme.ColorNameBackground, fynetheme.ColorNameOverlayBackground},
	fynetheme.ColorNameSuccess:             {fynetheme.ColorNameBackground, fynetheme.ColorNameOverlayBackground},
	fynetheme.ColorNameForegroundOnPrimary: {fynetheme.ColorNamePrimary},
	fynetheme.ColorNameForegroundOnError:   {fynetheme.ColorNameError},
	fynetheme.ColorNameForegroundOnWarning: {fynetheme.ColorNameWarning},
	fynetheme.ColorNameForegroundOnSuccess: {fynetheme.ColorNameSuccess},
}

func variants() map[string]fyne.Theme {
	return map[string]fyne.Theme{"light": New(Light), "dark": New(Dark)}
}

func TestContrast(t *testing.T) {
	for name, th := range variants() {
		t.Run(name, func(t *testing.T) {
			for text, on := range pairs {
				for _, background := range on {
					c := contrast(th.Color(text, fynetheme.VariantLight), th.Color(background, fynetheme.VariantLight))
					if c < textContrast {
						t.Errorf("%s on %s: %.2f, want %v", text, background, c, textContrast)
					}
				}
			}
			for _, on := range []fyne.ThemeColorName{fynetheme.ColorNameBackground, ColorNamePaneBackground, ColorNameSidebarBackground, fynetheme.ColorNameMenuBackground, fynetheme.ColorNameOverlayBackground} {
				// WCAG asks nothing of what can't be used; it is still to be read.
				if c := contrast(th.Color(fynetheme.ColorNameDisabled, fynetheme.VariantLight), th.Color(on, fynetheme.VariantLight)); c < shapeContrast {
					t.Errorf("what can't be used on %s: %.2f, want %v", on, c, shapeContrast)
				}
			}
			border := th.Color(fynetheme.ColorNameInputBorder, fynetheme.VariantLight)
			for _, on := range []fyne.ThemeColorName{fynetheme.ColorNameBackground, fynetheme.ColorNameInputBackground} {
				if c := contrast(border, th.Color(on, fynetheme.VariantLight)); c < shapeContrast {
					t.Errorf("the border of fields on %s: %.2f, want %v", on, c, shapeContrast)
				}
			}
		})
	}
}

// contrast is WCAG's ratio of relative luminances, for opaque colours.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestContrastOfBlackAndWhite(t *testing.T) {
	if c := contrast(color.Black, color.White); math.Abs(c-21) > 1e-9 {
		t.Errorf("%v, want 21", c)
	}
}

func TestVariantsHaveTheSameNames(t *testing.T) {
	for n := range paper {
		if _, ok := charcoal[n]; !ok {
			t.Errorf("dark lacks %s", n)
		}
	}
	for n := range charcoal {
		if _, ok := paper[n]; !ok {
			t.Errorf("light lacks %s", n)
		}
	}
}

func TestVariantChoice(t *testing.T) {
	light, dark := paper[ColorNameInk], charcoal[ColorNameInk]
	tests := []struct {
		variant Variant
		system  fyne.ThemeVariant
		want    color.Color
	}{
		{FollowSystem, fynetheme.VariantLight, light},
		{FollowSystem, fynetheme.VariantDark, dark},
		{Light, fynetheme.VariantDark, light},
		{Dark, fynetheme.VariantLight, dark},
		{Variant(99), fynetheme.VariantDark, dark},
	}
	for _, tt := range tests {
		if got := New(tt.variant).Color(ColorNameInk, tt.system); got != tt.want {
			t.Errorf("variant %d, system %d: %v, want %v", tt.variant, tt.system, got, tt.want)
		}
	}
}

func TestEveryStyleHasAReadableFace(t *testing.T) {
	th := New(Light)
	for _, style := range []fyne.TextStyle{
		{}, {Bold: true}, {Italic: true}, {Bold: true, Italic: true},
		{Monospace: true}, {Monospace: true, Bold: true}, {Monospace: true, Italic: true}, {Symbol: true},
	} {
		face, err := font.ParseTTF(bytes.NewReader(th.Font(style).Content()))
		if err != nil {
			t.Errorf("%+v: %v", style, err)
			continue
		}
		if _, ok := face.NominalGlyph('R'); !ok && !style.Symbol {
			t.Errorf("%+v: no R", style)
		}
	}
}

func TestSizes(t *testing.T) {
	th := New(Light)
	for n, want := range map[fyne.ThemeSizeName]float32{SizeNameRow: 24, SizeNameListText: 13, SizeNameSmallText: 11.5} {
		if got := th.Size(n); got != want {
			t.Errorf("%s: %v, want %v", n, got, want)
		}
	}
	if got := th.Size(fynetheme.SizeNameWindowTitleBarHeight); got <= 0 {
		t.Errorf("a size that is Fyne's own: %v", got)
	}
}

func TestIcons(t *testing.T) {
	test.NewTempApp(t) // the icons ask it for their colour
	th := New(Light)
	for n := range ownIcons {
		r := th.Icon(n)
		if r == nil || !bytes.Contains(r.Content(), []byte("<svg")) {
			t.Errorf("%s is no SVG", n)
		}
	}
	if th.Icon(fynetheme.IconNameSettings) == nil {
		t.Error("Fyne's own icons are gone")
	}
	drawing, err := png.DecodeConfig(bytes.NewReader(icons.AppPNG))
	if err != nil || drawing.Width != 512 || drawing.Height != 512 {
		t.Errorf("the program's icon: %d by %d, %v", drawing.Width, drawing.Height, err)
	}
	if AppIcon().Name() != "restante.png" {
		t.Errorf("the program's icon is %s", AppIcon().Name())
	}
}

// TestBadge draws the tray's icons: each as small as trays want it, and told apart.
func TestBadge(t *testing.T) {
	seen := map[string]int{}
	for _, n := range []int{-1, 7, 42, 100} {
		img, err := png.Decode(bytes.NewReader(Badge(n).Content()))
		if err != nil || img.Bounds().Dx() != badgeSize || img.Bounds().Dy() != badgeSize {
			t.Fatalf("%d: %v, %v", n, img, err)
		}
		key := string(Badge(n).Content())
		if other, ok := seen[key]; ok {
			t.Errorf("%d looks like %d", n, other)
		}
		seen[key] = n
	}
	if !bytes.Equal(Badge(100).Content(), Badge(5000).Content()) {
		t.Error("100 and 5000 look different")
	}
}

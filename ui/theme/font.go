package theme

import (
	"fyne.io/fyne/v2"

	"restante.app/assets/fonts"
)

// The faces as Fyne's resources. Fyne caches by resource, so each exists once.
var (
	sans           = fyne.NewStaticResource("IBMPlexSans-Regular.ttf", fonts.Sans)
	sansBold       = fyne.NewStaticResource("IBMPlexSans-SemiBold.ttf", fonts.SansBold)
	sansItalic     = fyne.NewStaticResource("IBMPlexSans-Italic.ttf", fonts.SansItalic)
	sansBoldItalic = fyne.NewStaticResource("IBMPlexSans-SemiBoldItalic.ttf", fonts.SansBoldItalic)
	mono           = fyne.NewStaticResource("IBMPlexMono-Regular.ttf", fonts.Mono)
	monoBold       = fyne.NewStaticResource("IBMPlexMono-SemiBold.ttf", fonts.MonoBold)
)

// Font gives the face that Fyne asks first for a style. "Bold" is Plex's SemiBold:
// at 13 pixels it tells read from unread without shouting.
//
// A character that the face lacks is looked for, one character at a time, in
// Fyne's own Noto Sans (or DejaVu Sans Mono), its emoji and its symbols, then in a
// font of the system's language, then in any font of the system. So Chinese,
// Japanese, Korean, Arabic, Hebrew, Indic and Thai text show where the system has a
// font for them, and as U+FFFD where it has none: such fonts are too big to carry.
// Emoji are drawn, but sequences joined by U+200D show their parts side by side.
func (t *restante) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Symbol:
		return t.base.Font(s)
	case s.Monospace && s.Bold:
		return monoBold
	case s.Monospace:
		return mono
	case s.Bold && s.Italic:
		return sansBoldItalic
	case s.Bold:
		return sansBold
	case s.Italic:
		return sansItalic
	default:
		return sans
	}
}

// Package faces has the program's own fonts as package typeset takes them: those that
// messages are read in, in the window, on paper and beside a browser.
package faces

import (
	"restante.app/assets/fonts"
	"restante.app/ui/docview/typeset"
)

// Reading returns the fonts to read in. Each call makes new ones, which may be used apart.
// An error says that the program's own files can't be read.
func Reading() (*typeset.Fonts, error) {
	return typeset.NewFonts([]typeset.FaceSource{
		{Family: typeset.Sans, Weight: 400, Data: fonts.Sans},
		{Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
		{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic},
		{Family: typeset.Sans, Weight: 600, Italic: true, Data: fonts.SansBoldItalic},
		{Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
		{Family: typeset.Mono, Weight: 600, Data: fonts.MonoBold},
	})
}

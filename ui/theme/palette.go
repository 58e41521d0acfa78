package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// palette is one variant's colours.
type palette map[fyne.ThemeColorName]color.NRGBA

func (p *palette) named(n fyne.ThemeColorName) (color.Color, bool) {
	c, ok := (*p)[n]
	return c, ok
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func rgba(v uint32, alpha uint8) color.NRGBA {
	c := rgb(v)
	c.A = alpha
	return c
}

// paper is the light variant: ink on warm white.
var paper = palette{
	ColorNameInk:                  rgb(0x23211d),
	ColorNameFaint:                rgb(0x5f594f),
	ColorNameAccent:               rgb(0x1f4e8c),
	ColorNamePostal:               rgb(0xa3211f),
	ColorNameUnread:               rgb(0x1f4e8c),
	ColorNamePaneBackground:       rgb(0xfdfbf6),
	ColorNameListBackground:       rgb(0xfaf7f0),
	ColorNameSidebarBackground:    rgb(0xf1ece1),
	ColorNameRowSelected:          rgb(0xd5e1f2),
	ColorNameRowSelectedUnfocused: rgb(0xe6e0d3),
	ColorNameRowHover:             rgb(0xeae4d6),
	ColorNameHit:                  rgb(0xffe08a),
	ColorNameRule:                 rgb(0xd9d2c3),
	ColorNameQuote1:               rgb(0x2d5a86),
	ColorNameQuote2:               rgb(0x7a4a12),
	ColorNameQuote3:               rgb(0x41602b),
	ColorNameNoticeBanner:         rgb(0xf3eddd),
	ColorNameWarningBanner:        rgb(0xfbeac2),
	ColorNameErrorBanner:          rgb(0xf8dcd7),
	ColorNameSuccessBanner:        rgb(0xdfeeda),
	ColorNamePlaceholderMark:      rgb(0xa3211f),

	fynetheme.ColorNameBackground:          rgb(0xf6f2e9),
	fynetheme.ColorNameForeground:          rgb(0x23211d),
	fynetheme.ColorNameButton:              rgb(0xe9e3d6),
	fynetheme.ColorNameDisabledButton:      rgb(0xeeeae0),
	fynetheme.ColorNameDisabled:            rgb(0x8a8374),
	fynetheme.ColorNamePlaceHolder:         rgb(0x6c6659),
	fynetheme.ColorNamePrimary:             rgb(0x1f4e8c),
	fynetheme.ColorNameForegroundOnPrimary: rgb(0xffffff),
	fynetheme.ColorNameHyperlink:           rgb(0x1f4e8c),
	fynetheme.ColorNameFocus:               rgba(0x1f4e8c, 0x40),
	fynetheme.ColorNameHover:               rgba(0x23211d, 0x10),
	fynetheme.ColorNamePressed:             rgba(0x23211d, 0x22),
	fynetheme.ColorNameSelection:           rgb(0xc8daf1),
	fynetheme.ColorNameInputBackground:     rgb(0xfffdf9),
	fynetheme.ColorNameInputBorder:         rgb(0x8f8775),
	fynetheme.ColorNameMenuBackground:      rgb(0xfdfbf6),
	fynetheme.ColorNameOverlayBackground:   rgb(0xfaf7f0),
	fynetheme.ColorNameHeaderBackground:    rgb(0xf1ece1),
	fynetheme.ColorNameSeparator:           rgb(0xd9d2c3),
	fynetheme.ColorNameShadow:              rgba(0x23211d, 0x40),
	fynetheme.ColorNameScrollBar:           rgba(0x23211d, 0x80),
	fynetheme.ColorNameScrollBarBackground: rgba(0x23211d, 0x0c),
	fynetheme.ColorNameError:               rgb(0xa3211f),
	fynetheme.ColorNameForegroundOnError:   rgb(0xffffff),
	fynetheme.ColorNameWarning:             rgb(0x8a5300),
	fynetheme.ColorNameForegroundOnWarning: rgb(0xffffff),
	fynetheme.ColorNameSuccess:             rgb(0x2f6b2c),
	fynetheme.ColorNameForegroundOnSuccess: rgb(0xffffff),
}

// charcoal is the dark variant: warm greys, never pure black or white.
var charcoal = palette{
	ColorNameInk:                  rgb(0xe6e1d8),
	ColorNameFaint:                rgb(0xb8b1a5),
	ColorNameAccent:               rgb(0x93b8ea),
	ColorNamePostal:               rgb(0xf29f95),
	ColorNameUnread:               rgb(0x9fc1ee),
	ColorNamePaneBackground:       rgb(0x22201e),
	ColorNameListBackground:       rgb(0x262422),
	ColorNameSidebarBackground:    rgb(0x2c2a27),
	ColorNameRowSelected:          rgb(0x2b4062),
	ColorNameRowSelectedUnfocused: rgb(0x3d3a36),
	ColorNameRowHover:             rgb(0x34312d),
	ColorNameHit:                  rgb(0x6b5410),
	ColorNameRule:                 rgb(0x403c38),
	ColorNameQuote1:               rgb(0x8fb4da),
	ColorNameQuote2:               rgb(0xd9ab6c),
	ColorNameQuote3:               rgb(0x9fc086),
	ColorNameNoticeBanner:         rgb(0x35322e),
	ColorNameWarningBanner:        rgb(0x4b3a17),
	ColorNameErrorBanner:          rgb(0x572a26),
	ColorNameSuccessBanner:        rgb(0x2c4128),
	ColorNamePlaceholderMark:      rgb(0xf29f95),

	fynetheme.ColorNameBackground:          rgb(0x282623),
	fynetheme.ColorNameForeground:          rgb(0xe6e1d8),
	fynetheme.ColorNameButton:              rgb(0x3a3733),
	fynetheme.ColorNameDisabledButton:      rgb(0x302e2b),
	fynetheme.ColorNameDisabled:            rgb(0x7d776d),
	fynetheme.ColorNamePlaceHolder:         rgb(0xada699),
	fynetheme.ColorNamePrimary:             rgb(0x93b8ea),
	fynetheme.ColorNameForegroundOnPrimary: rgb(0x14202f),
	fynetheme.ColorNameHyperlink:           rgb(0x93b8ea),
	fynetheme.ColorNameFocus:               rgba(0x93b8ea, 0x48),
	fynetheme.ColorNameHover:               rgba(0xe6e1d8, 0x14),
	fynetheme.ColorNamePressed:             rgba(0xe6e1d8, 0x28),
	fynetheme.ColorNameSelection:           rgb(0x2c4265),
	fynetheme.ColorNameInputBackground:     rgb(0x1d1b19),
	fynetheme.ColorNameInputBorder:         rgb(0x7b756a),
	fynetheme.ColorNameMenuBackground:      rgb(0x302d2a),
	fynetheme.ColorNameOverlayBackground:   rgb(0x2c2a27),
	fynetheme.ColorNameHeaderBackground:    rgb(0x2c2a27),
	fynetheme.ColorNameSeparator:           rgb(0x403c38),
	fynetheme.ColorNameShadow:              rgba(0x000000, 0x80),
	fynetheme.ColorNameScrollBar:           rgba(0xe6e1d8, 0x66),
	fynetheme.ColorNameScrollBarBackground: rgba(0xe6e1d8, 0x0c),
	fynetheme.ColorNameError:               rgb(0xf29f95),
	fynetheme.ColorNameForegroundOnError:   rgb(0x2c0f0c),
	fynetheme.ColorNameWarning:             rgb(0xe3b562),
	fynetheme.ColorNameForegroundOnWarning: rgb(0x2a1d05),
	fynetheme.ColorNameSuccess:             rgb(0x9fc086),
	fynetheme.ColorNameForegroundOnSuccess: rgb(0x13210d),
}

package theme

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// sizes are the measures that differ from Fyne's. Fyne's paddings suit a touch
// screen; these suit a window that shows forty rows at once.
var sizes = map[fyne.ThemeSizeName]float32{
	SizeNameRow:         24,
	SizeNameMessageRow:  24,
	SizeNameListText:    13,
	SizeNameSmallText:   11.5,
	SizeNameMessageText: 14,
	SizeNameSubjectText: 18,
	SizeNameSpaceXS:     2,
	SizeNameSpaceS:      4,
	SizeNameSpaceM:      8,
	SizeNameSpaceL:      12,
	SizeNameSpaceXL:     20,

	fynetheme.SizeNameText:               13,
	fynetheme.SizeNameCaptionText:        11.5,
	fynetheme.SizeNameHeadingText:        20,
	fynetheme.SizeNameSubHeadingText:     15,
	fynetheme.SizeNamePadding:            3,
	fynetheme.SizeNameInnerPadding:       6,
	fynetheme.SizeNameLineSpacing:        3,
	fynetheme.SizeNameInlineIcon:         16,
	fynetheme.SizeNameScrollBar:          10,
	fynetheme.SizeNameScrollBarSmall:     4,
	fynetheme.SizeNameScrollBarRadius:    3,
	fynetheme.SizeNameSeparatorThickness: 1,
	fynetheme.SizeNameSplitThickness:     5,
	fynetheme.SizeNameInputBorder:        1,
	fynetheme.SizeNameInputRadius:        3,
	fynetheme.SizeNameSelectionRadius:    2,
}

// Density is how much room a row has.
type Density int

// The densities.
const (
	Usual Density = iota
	Compact
	Roomy
	TwoLines // messages on two lines: who and when, and below it what about
)

// rows are the heights of rows that differ from the usual ones.
var rows = map[Density]map[fyne.ThemeSizeName]float32{
	Compact:  {SizeNameRow: 20, SizeNameMessageRow: 20},
	Roomy:    {SizeNameRow: 30, SizeNameMessageRow: 30},
	TwoLines: {SizeNameMessageRow: 44},
}

package theme

import "fyne.io/fyne/v2"

// The colours that the panes use by name, beside Fyne's own. Every text colour
// reads at WCAG AA (4.5 to 1) on the backgrounds that its comment names.
const (
	ColorNameInk    fyne.ThemeColorName = "restanteInk"    // text, on every background here
	ColorNameFaint  fyne.ThemeColorName = "restanteFaint"  // dates, sizes, notes; on every background here
	ColorNameAccent fyne.ThemeColorName = "restanteAccent" // ink blue: links, marks; on pane and list
	ColorNamePostal fyne.ThemeColorName = "restantePostal" // postal red: what deletes, what failed; on pane and list
	ColorNameUnread fyne.ThemeColorName = "restanteUnread" // the unread count and dot; on pane, list and selected rows

	ColorNamePaneBackground       fyne.ThemeColorName = "restantePane"                 // the message and the mailboxes
	ColorNameListBackground       fyne.ThemeColorName = "restanteList"                 // the message list
	ColorNameSidebarBackground    fyne.ThemeColorName = "restanteSidebar"              // the mailboxes, toolbar and column headings
	ColorNameRowSelected          fyne.ThemeColorName = "restanteRowSelected"          // the chosen row of the pane with the focus
	ColorNameRowSelectedUnfocused fyne.ThemeColorName = "restanteRowSelectedUnfocused" // the chosen row of another pane
	ColorNameRowHover             fyne.ThemeColorName = "restanteRowHover"             // the row under the pointer
	ColorNameHit                  fyne.ThemeColorName = "restanteHit"                  // behind what a search has found in a row's text in Ink
	ColorNameRule                 fyne.ThemeColorName = "restanteRule"                 // hairlines between panes and rows; never text

	ColorNameQuote1 fyne.ThemeColorName = "restanteQuote1" // "> " text; on the pane
	ColorNameQuote2 fyne.ThemeColorName = "restanteQuote2" // "> > " text
	ColorNameQuote3 fyne.ThemeColorName = "restanteQuote3" // deeper text

	ColorNameNoticeBanner  fyne.ThemeColorName = "restanteNoticeBanner"  // behind a quiet note in Ink
	ColorNameWarningBanner fyne.ThemeColorName = "restanteWarningBanner" // behind a warning in Ink
	ColorNameErrorBanner   fyne.ThemeColorName = "restanteErrorBanner"   // behind a fault in Ink
	ColorNameSuccessBanner fyne.ThemeColorName = "restanteSuccessBanner" // behind a good tally in Ink

	ColorNamePlaceholderMark fyne.ThemeColorName = "restanteMark" // control characters made visible; on the pane
)

// The measures that the panes use by name, in density-independent pixels.
const (
	SizeNameRow         fyne.ThemeSizeName = "restanteRow"         // height of a row in a list: 24, or by density
	SizeNameMessageRow  fyne.ThemeSizeName = "restanteMessageRow"  // of a row in the message list: the same, or that of two lines
	SizeNameListText    fyne.ThemeSizeName = "restanteListText"    // text in rows: 13
	SizeNameSmallText   fyne.ThemeSizeName = "restanteSmallText"   // counts, notes, column headings: 11.5
	SizeNameMessageText fyne.ThemeSizeName = "restanteMessageText" // the text of a message: 14
	SizeNameSubjectText fyne.ThemeSizeName = "restanteSubjectText" // the subject above a message: 18
	SizeNameSpaceXS     fyne.ThemeSizeName = "restanteSpaceXS"     // 2
	SizeNameSpaceS      fyne.ThemeSizeName = "restanteSpaceS"      // 4
	SizeNameSpaceM      fyne.ThemeSizeName = "restanteSpaceM"      // 8
	SizeNameSpaceL      fyne.ThemeSizeName = "restanteSpaceL"      // 12
	SizeNameSpaceXL     fyne.ThemeSizeName = "restanteSpaceXL"     // 20
)

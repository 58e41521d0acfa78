package theme

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/assets/icons"
)

// The icons that Fyne lacks, for (fyne.Theme).Icon. They take the colour of the
// text around them.
const (
	IconNameFetch          fyne.ThemeIconName = "restanteFetch"          // a letter comes down: RETR
	IconNameFetchAndDelete fyne.ThemeIconName = "restanteFetchAndDelete" // a letter comes down and its slot is emptied: RDEL
	IconNameCancel         fyne.ThemeIconName = "restanteCancel"
	IconNameMailbox        fyne.ThemeIconName = "restanteMailbox"
	IconNamePostOffice     fyne.ThemeIconName = "restantePostOffice"
	IconNameAttachment     fyne.ThemeIconName = "restanteAttachment"
	IconNameSun            fyne.ThemeIconName = "restanteSun"
	IconNameMoon           fyne.ThemeIconName = "restanteMoon"
)

var ownIcons = map[fyne.ThemeIconName]fyne.Resource{
	IconNameFetch:          themed("fetch.svg", icons.Fetch),
	IconNameFetchAndDelete: themed("fetch-and-delete.svg", icons.FetchAndDelete),
	IconNameCancel:         themed("cancel.svg", icons.Cancel),
	IconNameMailbox:        themed("mailbox.svg", icons.Mailbox),
	IconNamePostOffice:     themed("post-office.svg", icons.PostOffice),
	IconNameAttachment:     themed("attachment.svg", icons.Attachment),
	IconNameSun:            themed("sun.svg", icons.Sun),
	IconNameMoon:           themed("moon.svg", icons.Moon),
}

var appIcon = fyne.NewStaticResource("restante.png", icons.AppPNG)

// Icon gives one of the icons above to a button or a canvas.Image, in the text's
// colour of the theme that counts when it is drawn; nil for an unknown name.
func Icon(n fyne.ThemeIconName) fyne.Resource { return ownIcons[n] }

// AppIcon gives the program's own icon, in its own colours.
func AppIcon() fyne.Resource { return appIcon }

func themed(name string, svg []byte) fyne.Resource {
	return fynetheme.NewThemedResource(fyne.NewStaticResource(name, svg))
}

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
	IconNameLock           fyne.ThemeIconName = "restanteLock"      // a line that nobody can read
	IconNameLockOpen       fyne.ThemeIconName = "restanteLockOpen"  // a line that everybody can read
	IconNameLockDoubt      fyne.ThemeIconName = "restanteLockDoubt" // an encrypted line to somebody unproved
	IconNamePause          fyne.ThemeIconName = "restantePause"
	IconNameResume         fyne.ThemeIconName = "restanteResume"
	IconNameDelete         fyne.ThemeIconName = "restanteDelete"
	IconNameDispatcher     fyne.ThemeIconName = "restanteDispatcher" // what lies at the server
	IconNameJournal        fyne.ThemeIconName = "restanteJournal"
	IconNameClock          fyne.ThemeIconName = "restanteClock"
	IconNameFetchAll       fyne.ThemeIconName = "restanteFetchAll" // from all accounts
	IconNameArchive        fyne.ThemeIconName = "restanteArchive"
	IconNameFolder         fyne.ThemeIconName = "restanteFolder"
	IconNameStar           fyne.ThemeIconName = "restanteStar"
	IconNameSearch         fyne.ThemeIconName = "restanteSearch"
	IconNameUndo           fyne.ThemeIconName = "restanteUndo"
	IconNameThreadClosed   fyne.ThemeIconName = "restanteThreadClosed"
	IconNameThreadOpen     fyne.ThemeIconName = "restanteThreadOpen" // its messages are below it
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
	IconNameLock:           themed("lock.svg", icons.Lock),
	IconNameLockOpen:       themed("lock-open.svg", icons.LockOpen),
	IconNameLockDoubt:      themed("lock-doubt.svg", icons.LockDoubt),
	IconNamePause:          themed("pause.svg", icons.Pause),
	IconNameResume:         themed("resume.svg", icons.Resume),
	IconNameDelete:         themed("delete.svg", icons.Delete),
	IconNameDispatcher:     themed("dispatcher.svg", icons.Dispatcher),
	IconNameJournal:        themed("journal.svg", icons.Journal),
	IconNameClock:          themed("clock.svg", icons.Clock),
	IconNameFetchAll:       themed("fetch-all.svg", icons.FetchAll),
	IconNameArchive:        themed("archive.svg", icons.Archive),
	IconNameFolder:         themed("folder.svg", icons.Folder),
	IconNameStar:           themed("star.svg", icons.Star),
	IconNameSearch:         themed("search.svg", icons.Search),
	IconNameUndo:           themed("undo.svg", icons.Undo),
	IconNameThreadClosed:   themed("thread-closed.svg", icons.ThreadClosed),
	IconNameThreadOpen:     themed("thread-open.svg", icons.ThreadOpen),
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

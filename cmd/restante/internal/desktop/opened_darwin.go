package desktop

import (
	"errors"

	"github.com/ebitengine/purego/objc"
)

// mostOpened bounds how many files one event of the Finder names.
const mostOpened = 1000

// OnOpened has open called, on a goroutine of its own, with the URLs of files and the
// mailto: links that macOS wants this program to open: they come as events, not on the
// command line, and to the window that is open. It is called once, before the toolkit's loop.
//
// QUIRK: GLFW 3.4's delegate of the application takes none of them (NSApplicationDelegate's
// application:openURLs:), so the method is added to it before there is such an object.
func OnOpened(open func(urls []string)) error {
	delegate := objc.GetClass("GLFWApplicationDelegate")
	if delegate == 0 {
		return errors.New("desktop: the toolkit's delegate is not there, so files and links of the Finder are not opened")
	}
	count, at, text, utf8 := objc.RegisterName("count"), objc.RegisterName("objectAtIndex:"), objc.RegisterName("absoluteString"), objc.RegisterName("UTF8String")
	method := objc.NewIMP(func(_ objc.ID, _ objc.SEL, _, urls objc.ID) {
		var all []string
		for i := range min(objc.Send[uint](urls, count), mostOpened) {
			all = append(all, objc.Send[string](urls.Send(at, i).Send(text), utf8))
		}
		go open(all)
	})
	if !delegate.AddMethod(objc.RegisterName("application:openURLs:"), method, "v@:@@") {
		return errors.New("desktop: the toolkit's delegate opens files by itself")
	}
	return nil
}

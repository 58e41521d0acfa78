package docview

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/ui/docview/viewport"
)

// What the view answers to by keyboard.
var (
	_ fyne.Focusable    = (*View)(nil)
	_ fyne.Shortcutable = (*View)(nil)
	_ fyne.Tabbable     = (*View)(nil)
	_ desktop.Keyable   = (*View)(nil)
)

// FocusGained marks the view.
func (v *View) FocusGained() {
	v.focused = true
	v.port.ShowFocus(true)
	v.hover(v.port.Focused())
	v.kick()
	v.showBars()
}

// FocusLost takes the mark away; what is selected stays so, and the link in focus is
// that again once the view has the keyboard.
func (v *View) FocusLost() {
	v.focused, v.shift, v.super = false, false, false
	v.port.ShowFocus(false)
	v.hover(nil)
	v.kick()
	v.showBars()
}

// AcceptsTab tells that Tab goes from link to link.
func (v *View) AcceptsTab() bool { return true }

// KeyDown notes which modifiers are held: typed keys come without them.
func (v *View) KeyDown(ev *fyne.KeyEvent) { v.hold(ev.Name, true) }

// KeyUp is part of desktop.Keyable.
func (v *View) KeyUp(ev *fyne.KeyEvent) { v.hold(ev.Name, false) }

func (v *View) hold(name fyne.KeyName, down bool) {
	switch name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		v.shift = down
	case desktop.KeyControlLeft, desktop.KeyControlRight, desktop.KeySuperLeft, desktop.KeySuperRight:
		v.super = down
	}
}

// TypedRune passes on what is typed.
func (v *View) TypedRune(r rune) {
	if v.OnRune != nil {
		v.OnRune(r)
	}
}

// extending are the keys that with Shift take the selection on, and with Ctrl and Shift.
var (
	extending = map[fyne.KeyName]viewport.Motion{
		fyne.KeyLeft: viewport.Left, fyne.KeyRight: viewport.Right, fyne.KeyUp: viewport.Up, fyne.KeyDown: viewport.Down,
		fyne.KeyPageUp: viewport.PageUp, fyne.KeyPageDown: viewport.PageDown, fyne.KeyHome: viewport.LineStart, fyne.KeyEnd: viewport.LineEnd,
	}
	extendingFar = map[fyne.KeyName]viewport.Motion{
		fyne.KeyLeft: viewport.WordLeft, fyne.KeyRight: viewport.WordRight, fyne.KeyHome: viewport.TextStart, fyne.KeyEnd: viewport.TextEnd,
	}
)

// TypedKey scrolls, selects with Shift, and goes from link to link.
func (v *View) TypedKey(ev *fyne.KeyEvent) {
	if m, ok := extending[ev.Name]; ok && v.shift {
		v.extend(m)
		return
	}
	switch ev.Name {
	case fyne.KeyUp:
		v.scroll(0, -lineStep)
	case fyne.KeyDown:
		v.scroll(0, lineStep)
	case fyne.KeyLeft:
		v.scroll(-lineStep, 0)
	case fyne.KeyRight:
		v.scroll(lineStep, 0)
	case fyne.KeyPageUp:
		v.scroll(0, -v.screen())
	case fyne.KeyPageDown:
		v.PageDown()
	case fyne.KeySpace:
		v.space()
	case fyne.KeyHome:
		v.jump(0, 0)
	case fyne.KeyEnd:
		v.jump(0, viewport.Bottom)
	case fyne.KeyTab:
		v.tab()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.followFocused()
	case desktop.KeyMenu:
		v.menu()
	default:
		if ev.Name == fyne.KeyF10 && v.shift {
			v.menu()
			return
		}
		v.passKey(ev.Name)
	}
}

// space presses the fold in focus, or scrolls by a screen, up with Shift.
func (v *View) space() {
	switch {
	case v.port.FoldFocused():
		v.kick()
	case v.shift:
		v.scroll(0, -v.screen())
	default:
		v.PageDown()
	}
}

// menu asks the owner for a menu of the link in focus, or of the text.
func (v *View) menu() {
	if v.OnMenuKey == nil {
		return
	}
	at := fyne.NewPos(textMargin, textMargin)
	if x, y, ok := v.port.FocusAt(); ok {
		at = fyne.NewPos(x/v.scale, y/v.scale)
	}
	v.OnMenuKey(at, Hit{Link: v.port.Focused()})
}

func (v *View) passKey(name fyne.KeyName) {
	if v.OnKey != nil {
		v.OnKey(name)
	}
}

// tab goes to the next link, or to the previous one with Shift; beyond them Tab is the
// owner's.
func (v *View) tab() {
	by := 1
	if v.shift {
		by = -1
	}
	v.glide.stop()
	there := v.port.FocusNext(by)
	v.hover(v.port.Focused())
	v.kick()
	if !there {
		v.passKey(fyne.KeyTab)
	}
}

// Follow does what a click on a link does: one to a place in this document ("#name")
// scrolls there, if there is such a place, others are for OnLink.
func (v *View) Follow(l Link) {
	name, inside := strings.CutPrefix(l.Href, "#")
	switch {
	case inside:
		v.glide.stop()
		v.port.GoTo(name)
		v.kick()
	case v.OnLink != nil:
		v.OnLink(l)
	}
}

// followFocused does what a click on what has the focus would do.
func (v *View) followFocused() {
	l := v.port.Focused()
	switch {
	case l != nil:
		v.Follow(*l)
	case v.port.FoldFocused():
		v.kick()
	default:
		v.passKey(fyne.KeyReturn)
	}
}

func (v *View) extend(m viewport.Motion) {
	v.glide.stop()
	v.port.Extend(m)
	v.kick()
}

// zoomBy zooms a step in (more than 0) or out.
func (v *View) zoomBy(direction float32) {
	to := v.zoom
	for _, z := range zooms {
		if direction > 0 && z > v.zoom+0.01 {
			to = z
			break
		}
		if direction < 0 && z < v.zoom-0.01 {
			to = z
		}
	}
	v.zoomTo(to)
}

// zooms are the steps of the keys, as browsers have them.
var zooms = []float32{0.3, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5}

func (v *View) zoomTo(z float32) {
	if z == v.zoom {
		return
	}
	v.SetZoom(z)
	if v.OnZoom != nil {
		v.OnZoom(v.zoom)
	}
}

// ZoomIn is what Ctrl and + does.
func (v *View) ZoomIn() { v.zoomBy(1) }

// ZoomOut is what Ctrl and - does.
func (v *View) ZoomOut() { v.zoomBy(-1) }

// ZoomReset is what Ctrl and 0 does.
func (v *View) ZoomReset() { v.zoomTo(1) }

// TypedShortcut copies, selects, zooms, and passes everything else on.
func (v *View) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		v.Copy(s.Clipboard)
		return
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
		return
	case *desktop.CustomShortcut:
		if v.custom(s) {
			return
		}
	}
	if v.OnShortcut != nil {
		v.OnShortcut(s)
	}
}

// custom does what Ctrl and another key do here.
func (v *View) custom(s *desktop.CustomShortcut) bool {
	const far = fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift
	if m, ok := extendingFar[s.KeyName]; ok && s.Modifier == far {
		v.extend(m)
		return true
	}
	if s.Modifier&^fyne.KeyModifierShift != fyne.KeyModifierShortcutDefault {
		return false
	}
	switch s.KeyName {
	case fyne.KeyPlus, fyne.KeyEqual:
		v.ZoomIn()
	case fyne.KeyMinus:
		v.ZoomOut()
	case fyne.Key0:
		v.ZoomReset()
	case fyne.KeyHome:
		v.jump(0, 0)
	case fyne.KeyEnd:
		v.jump(0, viewport.Bottom)
	default:
		return false
	}
	return true
}

package desktop

import "golang.org/x/sys/windows"

// anyProcess is ASFW_ANY of winuser.h.
const anyProcess = ^uint32(0)

// yieldFront lets the window that is open come to the front: Windows allows that to
// the program that a person has just started, and to whom that one names.
func yieldFront() {
	allow := windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow")
	_, _, _ = allow.Call(uintptr(anyProcess)) // else its button in the taskbar blinks
}

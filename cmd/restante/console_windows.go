package main

import (
	"io"
	"os"
	"sync"

	"golang.org/x/sys/windows"
)

// streams are where the program writes its answers and its faults. A program with a
// window is started without a console (-H windowsgui), so that what is written goes to
// the console that it was called from; a file or pipe that it was given comes first.
//
// The console is taken at the first word and not before: whoever closes a console ends
// all programs that have it.
func streams() (out, errs io.Writer) {
	console := sync.OnceValues(callersConsole)
	choose := func(given *os.File, number uint32) io.Writer {
		if leadsSomewhere(number) {
			return given
		}
		return &lateWriter{open: console}
	}
	return choose(os.Stdout, windows.STD_OUTPUT_HANDLE), choose(os.Stderr, windows.STD_ERROR_HANDLE)
}

// leadsSomewhere tells whether the program was started with this stream.
func leadsSomewhere(number uint32) bool {
	handle, err := windows.GetStdHandle(number)
	if err != nil || handle == 0 || handle == windows.InvalidHandle {
		return false
	}
	kind, err := windows.GetFileType(handle)
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

// attachParentProcess is ATTACH_PARENT_PROCESS of wincon.h.
const attachParentProcess = ^uint32(0)

// callersConsole is that of the program that started this one. It begins a line of its
// own there: the caller did not wait, and has shown its prompt again.
func callersConsole() (io.Writer, error) {
	attach := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")
	if done, _, err := attach.Call(uintptr(attachParentProcess)); done == 0 {
		return nil, &os.SyscallError{Syscall: "AttachConsole", Err: err}
	}
	console, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	_, err = console.WriteString("\n")
	return console, err
}

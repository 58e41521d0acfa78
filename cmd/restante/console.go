package main

import (
	"io"
	"sync"
)

// lateWriter opens what it writes to at its first Write. Its zero value has no open.
type lateWriter struct {
	open func() (io.Writer, error)
	once sync.Once
	to   io.Writer
	err  error
}

// Write is part of io.Writer. What can't be opened takes nothing, and says so each time.
func (w *lateWriter) Write(p []byte) (int, error) {
	w.once.Do(func() { w.to, w.err = w.open() })
	if w.err != nil {
		return 0, w.err
	}
	return w.to.Write(p)
}

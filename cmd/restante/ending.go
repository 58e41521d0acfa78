package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// endPatience is how long the toolkit may take to leave its loop.
const endPatience = 3 * time.Second

// ending closes what is open when the program ends, once, even if the toolkit never
// leaves its loop.
//
// QUIRK: Fyne 2.8.1's driver drains its queue at the end and then waits for events that
// another goroutine may have put there just after: it hangs now and then. The store must
// be closed all the same, and the profile let go.
type ending struct {
	begun  chan struct{}
	once   sync.Once
	closed func() error
	exit   func(code int)
}

func newEnding() *ending {
	e := &ending{begun: make(chan struct{}), closed: func() error { return nil }, exit: os.Exit}
	return e
}

// begin is told that the program is about to end. It may be called more than once.
func (e *ending) begin() { e.once.Do(func() { close(e.begun) }) }

// after says what is to be closed. It is called before the toolkit's loop.
func (e *ending) after(closing func() error) {
	e.closed = sync.OnceValue(closing)
	go func() {
		<-e.begun
		time.Sleep(endPatience)
		code := 0
		if err := e.closed(); err != nil {
			fmt.Fprintln(os.Stderr, "restante:", err)
			code = 1
		}
		e.exit(code)
	}()
}

// close closes what is open and returns what went wrong, whoever closed it.
func (e *ending) close() error { return e.closed() }

package main

import (
	"errors"
	"testing"
	"testing/synctest"
)

// TestAToolkitThatHangs never comes back from its loop: the store is closed all the same.
func TestAToolkitThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := 0
		code := make(chan int, 1)
		e := newEnding()
		e.exit = func(c int) { code <- c }
		e.after(func() error { closed++; return errors.New("the disk is full") })
		e.begin()
		e.begin()
		if c := <-code; c != 1 || closed != 1 {
			t.Errorf("exit code %d, closed %d times", c, closed)
		}
		if err := e.close(); err == nil || closed != 1 {
			t.Errorf("%v, closed %d times", err, closed)
		}
	})
}

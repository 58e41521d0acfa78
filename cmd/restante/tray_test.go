package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestAwaitTray(t *testing.T) {
	never := func() bool { return false }
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		soon := func() bool { return time.Since(start) > 3*time.Second }
		if !awaitTray(t.Context(), soon, nil) {
			t.Error("a tray that came up later was not seen")
		}
		if awaitTray(t.Context(), never, nil) {
			t.Error("there is no tray")
		}
		called := make(chan struct{})
		close(called)
		at := time.Now()
		if awaitTray(t.Context(), never, called) || time.Since(at) > 0 {
			t.Error("who called for the window waits for a tray")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if awaitTray(ctx, never, nil) || time.Since(at) > 0 {
			t.Error("the end waits for a tray")
		}
	})
}

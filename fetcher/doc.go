// Package fetcher is the core of the workstation without a window: it opens a
// profile, collects mail in the background, reads it for whoever shows it, and tells
// what happens as one stream of typed events.
//
// Core is safe for use by several goroutines. A fetch runs in a goroutine of its
// own for each account; nothing that a window calls waits for the network, except
// Test, which takes a context.
package fetcher

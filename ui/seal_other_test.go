//go:build !linux || !(amd64 || arm64)

package ui

import "testing"

// TestThreatsCanBeRead reads every message that tries something. Where the kernel can be
// asked to watch, it is asked to: see seal_linux_test.go.
func TestThreatsCanBeRead(t *testing.T) { readThreats(t)() }

//go:build !windows

package main

import (
	"io"
	"os"
)

// streams are where the program writes its answers and its faults.
func streams() (out, errs io.Writer) { return os.Stdout, os.Stderr }

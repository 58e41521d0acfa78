//go:build !unix

package maildrop

import "os"

// Here only the dotlock and the sessions' own lock exclude: no mail program of
// these systems takes others.

func lockFile(*os.File) error { return nil }

func flock(*os.File) error { return nil }

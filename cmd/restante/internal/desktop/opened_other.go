//go:build !darwin

package desktop

// OnOpened does nothing: on this system what is to be opened stands on the command line.
func OnOpened(func(urls []string)) error { return nil }

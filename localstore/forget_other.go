//go:build !linux

package localstore

// forgetCached does nothing: other systems do not keep what an fsync failed to write.
func forgetCached(string) error { return nil }

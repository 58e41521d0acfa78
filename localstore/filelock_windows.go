package localstore

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile does nothing: a file that another process has open can't be renamed there, and
// the exchange fails before anything is changed.
func lockFile(*os.File) (bool, error) { return true, nil }

// unlockFile does nothing: a lock ends with its handle there.
func unlockFile(*os.File) error { return nil }

// freeOctets returns how much may be written to the disk of a folder.
func freeOctets(dir string) (int64, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	return int64(free), err
}

// Package resident keeps small what a process has in memory of the files that it maps.
// A page that was read through a map stays the process's until the system needs room,
// so that reading a large file once makes the program look as large.
package resident

// Package wire is what the dialects of the Post Office Protocol share on the
// line: bounded reply lines, commands whose arguments can't smuggle a second one,
// runs of counted octets, and a transcript that never sees a password.
//
// The package is the only place that writes to a server, and it sends the
// commands that let a server delete mail (RCVD, ACKD, DELE) only against a
// custody.Release.
package wire

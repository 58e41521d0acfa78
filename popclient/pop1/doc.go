// Package pop1 is the client of RFC 918, the Post Office Protocol of October 1984.
//
// The RFC sends a mailbox as one run of counted octets and deletes all of it or
// nothing. Where it is silent, the client gets along with either reading; how is
// said at the place and listed in docs/conformance.md.
package pop1

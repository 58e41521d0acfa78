// Package pop2 is the client of RFC 937, the Post Office Protocol, version 2, of
// February 1985.
//
// The protocol hands messages over one by one, each as counted octets, and deletes
// a message at ACKD. Here every ACKD has a commit and a release of its own. Where
// UW's ipop2d, the server that was used most, departs from the RFC, the client gets
// along with it; how is said at the place and listed in docs/quirks.md.
package pop2

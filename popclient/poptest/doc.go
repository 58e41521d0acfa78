// Package poptest holds what the tests of all dialects share: a player of
// transcripts, which plays the server's side of a recorded session, and one
// conformance suite that runs over every dialect and against real servers.
//
// A transcript is a text file. Lines that begin with # are comments; a line
// "# key: value" before the first step is a setting for the test that plays it.
// The steps:
//
//	S: text      the server sends the text and CRLF
//	S/ text      the server sends the text and LF
//	S" "quoted"  the server sends the Go-quoted octets as they are
//	C~ text      the client must say a line that begins so
//	S* n text    the server sends the text n times, with CRLF each
//	C: text      the client must send this line
//	hang         the server says nothing more until the client closes
//	close        the server closes
//	gone         the client must close without another octet
package poptest

// Package maildrop splits the run of a POP1 mailbox into its messages.
//
// RFC 918 sends a mailbox as it lies on the server and does not say where a
// message ends. The package recognises Berkeley mbox with its variants, MMDF and
// TENEX / TOPS-20 MAIL.TXT; anything else is one message. Line ends may be LF or
// CRLF throughout.
//
// The split loses nothing: prefixes, messages and suffixes joined are the octets
// received, whatever they are. A separator counts only if it parses entirely, date
// and all. A length (Content-Length, the size of TENEX) counts only if a separator
// or the end of the run follows it; else the next separator ends the message, and
// without one the run does. Nothing is ever unquoted here: that is for display.
//
// It streams: a message of up to custody.MaxInline octets comes whole, a longer one
// as a reader, and what must be looked at ahead beyond 4 MiB goes to a file.
package maildrop

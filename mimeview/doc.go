// Package mimeview turns the octets of a message into something to show: headers,
// text, the HTML as sent, attachments, and notices of what is odd. It never fails:
// what can't be parsed is shown as its source. It touches neither network nor files,
// but for SavePart.
//
// Go-message does what it can do on any input: words of RFC 2047, address lists,
// charsets. The structure of a message (header, parts, encodings) is read by a
// tolerant reader of our own, because real mail lacks closing boundaries, has header
// lines without a colon and encodings that nobody knows, and a parser that returns
// an error there shows nothing.
package mimeview

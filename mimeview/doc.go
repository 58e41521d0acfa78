// Package mimeview turns the octets of a message into something to show: headers,
// text, the HTML as sent, attachments, and notices of what is odd. It never fails:
// what can't be parsed is shown as its source. It touches neither network nor files,
// but for SavePart.
//
// The structure of a message (header, parts, encodings) is read by a tolerant reader
// of our own, because real mail lacks closing boundaries, has header lines without a
// colon and encodings that nobody knows, and a parser that returns an error there
// shows nothing. Charsets are those of go-message and of x/text, unnamed ones are told
// by wlynxg/chardet, HTML is tokenized by x/net, and true types are told by mimetype.
// For TNEF, RTF and CMS there is no library that is safe on hostile input: internal
// has readers of what is needed. Every step is linear in what it reads, and what it
// reads is bounded by a Budget.
//
// All functions are safe for concurrent use.
package mimeview

package mimeview

import "time"

// View is a message as something to show. Every string in it is valid UTF-8 and,
// but for Text, HTML and Part.Octets, free of control, bidi-override and
// zero-width characters.
type View struct {
	From, To, Cc, Bcc, ReplyTo []Address
	Subject                    string
	Date                       time.Time // zero if there is none that can be read
	Headers                    []Header  // all of them, in order, decoded for display
	// Text is what there is to read: the text parts, or the text of the HTML if
	// there are none, or the raw source if nothing parses. It is never empty unless
	// the message has nothing in it.
	Text string
	// HTML is the HTML body as sent: untrusted, not cleaned, "" if there is none.
	HTML string
	// Raw is set where the message could not be parsed and Text is its source.
	Raw   bool
	Parts []Part // attachments and everything else not shown in Text, in order
	// Notices say in words what is odd: a cut-off body, an unknown charset, two
	// From fields, a budget exceeded. Each is one sentence.
	Notices []string
}

// Address is a mailbox of RFC 5322 section 3.4. Name may be empty.
type Address struct{ Name, Address string }

// Header is one header field, unfolded and decoded.
type Header struct{ Name, Value string }

// Part is an attachment.
type Part struct {
	Index      int    // its place in View.Parts
	Name       string // a safe base name, never empty, with the true extension
	Claimed    string // the name that the message gave, sanitised for display, "" if none
	Type       string // media type in lower case, "application/octet-stream" if unknown
	Octets     []byte // decoded
	Inline     bool   // the message asks for it to be shown in its text
	ID         string // Content-ID without brackets, "" if none
	Notice     string // what is wrong with it, "" if nothing
	Suspicious bool   // an executable type, or a name made to look like another type
}

package mimeview

import "time"

// View is a message as something to show. Every string in it is valid UTF-8 and,
// but for Text, HTML, those of Bodies and Part.Octets, free of control,
// bidi-override and zero-width characters.
type View struct {
	From, To, Cc, Bcc, ReplyTo []Address
	Subject                    string
	Date                       time.Time // zero if there is none that can be read
	Headers                    []Header  // all of them, in order, decoded for display
	// Text is what there is to read as one text, for lists, searching and terminals:
	// the plain forms of Bodies below each other, format=flowed undone, or the raw
	// source if nothing parses. It is never empty unless the message has nothing in it.
	Text string
	// HTML is the first HTML body of the message itself, as sent: untrusted, not
	// cleaned, "" if there is none. Bodies has all of them.
	HTML string
	// Bodies are what there is to read, in order, each on its own. There is one unless
	// the message has nothing in it. A window shows each as a document of its own, one
	// below the other: joined as HTML, one body could read what another says (Efail).
	Bodies []Body
	// Raw is set where the message could not be parsed and Text is its source.
	Raw   bool
	Parts []Part // attachments and everything else not shown in Text, in order
	// Signed and Encrypted name what some of the message is signed or encrypted with,
	// "OpenPGP" or "S/MIME", "" if it is not. No signature is checked here and nothing
	// decrypted: what is signed is shown like anything else.
	Signed, Encrypted string
	// Notices say in words what is odd: a cut-off body, an unknown charset, two
	// From fields, a budget exceeded. Each is one sentence.
	Notices []string
}

// Body is one thing to read, in the forms that it came in (RFC 2046 section 5.1.4):
// show HTML if there is any and the person likes it, else Text.
type Body struct {
	// Text is the plain form, with \n as line end: as sent, or TextOf(HTML) if only
	// that was sent. It is "" where another body's Text says what this one's HTML does.
	Text string
	// Flowed and DelSp tell that Text is of format=flowed (RFC 3676), which is not
	// undone in it.
	Flowed, DelSp bool
	// HTML is the HTML form as sent: untrusted, not cleaned, "" if there is none.
	HTML string
	// Location is the address that relative ones in HTML refer to (RFC 2557), "" if
	// none is given. It is claimed, not looked at.
	Location string
	// Within is the message that this belongs to: 0 is the one parsed, n the one in
	// View.Parts[n-1].
	Within int
}

// Address is a mailbox of RFC 5322 section 3.4. Name may be empty.
type Address struct{ Name, Address string }

// Header is one header field, unfolded and decoded.
type Header struct{ Name, Value string }

// Part is an attachment, or a text that has a file's name.
type Part struct {
	Index      int    // its place in View.Parts
	Name       string // a safe base name, never empty, with the true extension
	Claimed    string // the name that the message gave, sanitised for display, "" if none
	Type       string // the media type claimed, in lower case, "application/octet-stream" if unknown
	True       string // the media type that the octets look like, "" if they do not tell
	Class      Class  // what it is, by True if that tells, else by Type and Name
	Octets     []byte // decoded
	Inline     bool   // the message asks for it to be shown in its text
	ID         string // Content-ID without brackets, "" if none
	Location   string // Content-Location, "" if none
	Within     int    // the message that it belongs to, as Body.Within
	Notice     string // what is wrong with it, "" if nothing
	Suspicious bool   // an executable, or a name or type made to look like another
}

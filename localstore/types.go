package localstore

import "time"

// MessageID numbers a message within a profile, in the order of collection. It
// is never used again, not even after the message is deleted. 0 is no message.
type MessageID uint64

// MailboxID numbers a mailbox within a profile. 0 is no mailbox.
type MailboxID uint64

// Flags are what the owner of a message did with it.
type Flags uint32

// The flags. A message without Seen is unread.
const (
	Seen Flags = 1 << iota
	Starred
	Answered
	Forwarded
)

// Has tells whether all of the flags in f2 are set.
func (f Flags) Has(f2 Flags) bool { return f&f2 == f2 }

// Security is how an account's connection is protected.
type Security string

// The kinds of protection. An account set to TLS never falls back to Plain.
const (
	TLS      Security = "tls"      // TLS from the first octet
	STARTTLS Security = "starttls" // TLS by STLS (RFC 2595), before anything else is said; POP3 alone
	Plain    Security = "plain"    // no protection
)

// DataReply tells how an account's POP1 server answers RCEV (gap 2 of RFC 918).
type DataReply string

// The readings of gap 2.
const (
	DataReplyAuto  DataReply = ""     // detect it at each transaction
	DataReplyNone  DataReply = "none" // the data follow at once
	DataReplyFirst DataReply = "ok"   // a line of +OK comes before the data
)

// Account is a post office that mail is collected from. Passwords are not in it.
type Account struct {
	ID            string    `cbor:"1,keyasint" json:"id"` // made by PutAccount, never changes
	Name          string    `cbor:"2,keyasint" json:"name"`
	Protocol      string    `cbor:"3,keyasint" json:"protocol"` // "pop1", "pop2" or "pop3"
	Host          string    `cbor:"4,keyasint" json:"host"`
	Port          int       `cbor:"5,keyasint" json:"port"`
	Security      Security  `cbor:"6,keyasint" json:"security"`
	User          string    `cbor:"7,keyasint" json:"user"`
	Mailboxes     []string  `cbor:"8,keyasint" json:"mailboxes"` // at the server, fetched in order; empty: one named as the user
	Delete        bool      `cbor:"9,keyasint" json:"delete"`    // the default of a fetch: RDEL, else RETR
	DataReply     DataReply `cbor:"10,keyasint" json:"dataReply,omitempty"`
	Format        string    `cbor:"11,keyasint" json:"format,omitempty"`        // of the maildrop, "" to detect it
	PlainConsent  bool      `cbor:"12,keyasint" json:"plainConsent,omitempty"`  // the owner agreed to send the password in the clear
	PinnedKey     string    `cbor:"13,keyasint" json:"pinnedKey,omitempty"`     // hex SHA-256 of the one server key (SPKI) trusted in spite of its certificate
	RememberInKey bool      `cbor:"14,keyasint" json:"rememberInKey,omitempty"` // keep the password in the desktop's keyring or the sealed file

	Address string `cbor:"15,keyasint,omitempty" json:"address,omitempty"` // the mail address that it is for
	Auth    string `cbor:"16,keyasint,omitempty" json:"auth,omitempty"`    // the mechanism, a name of package popclient's Auth; "" for the best on offer
	OAuth   OAuth  `cbor:"17,keyasint,omitzero" json:"oauth,omitzero"`

	// What becomes of mail that was left at the server.
	DeleteAfterDays int  `cbor:"18,keyasint,omitempty" json:"deleteAfterDays,omitempty"` // days after it was collected; 0: it stays
	DeleteWithMine  bool `cbor:"19,keyasint,omitempty" json:"deleteWithMine,omitempty"`  // once its owner has deleted it here
	// SizeLimit is the size in octets from which only the header is collected; 0: none.
	SizeLimit int64 `cbor:"20,keyasint,omitempty" json:"sizeLimit,omitempty"`

	EveryMinutes int  `cbor:"21,keyasint,omitempty" json:"everyMinutes,omitempty"` // between two scheduled fetches; 0: none
	AtStart      bool `cbor:"22,keyasint,omitempty" json:"atStart,omitempty"`      // fetch when the program starts
}

// OAuth says where tokens come from, for an account whose provider takes no
// passwords. It is empty for all others. Tokens are secrets and not in it.
type OAuth struct {
	Command  []string `cbor:"1,keyasint,omitempty" json:"command,omitempty"` // prints an access token; its arguments too
	ClientID string   `cbor:"2,keyasint,omitempty" json:"clientID,omitempty"`
	AuthURL  string   `cbor:"3,keyasint,omitempty" json:"authURL,omitempty"`
	TokenURL string   `cbor:"4,keyasint,omitempty" json:"tokenURL,omitempty"`
	Scopes   []string `cbor:"5,keyasint,omitempty" json:"scopes,omitempty"`
}

// Role is what a mailbox is for.
type Role string

// The roles. There is at most one mailbox with each but Fetched and Own.
const (
	Fetched Role = ""        // mail that is fetched for an account comes here
	Own     Role = "own"     // made by the owner of the mail
	Archive Role = "archive" // what is done with
	Trash   Role = "trash"   // what is deleted and can be had back
)

// Mailbox is a list of messages on this disk.
type Mailbox struct {
	ID      MailboxID
	Account string // the account it is fetched for, "" if none
	Source  string // the mailbox's name at the server, "" if none
	Name    string // as shown
	Role    Role
	Flat    bool // it is shown without threads
	Total   int
	Unread  int
}

// Summary is what a list shows of a message: decoded to UTF-8, free of control
// characters, each field bounded. Any field may be empty.
type Summary struct {
	FromName    string    `cbor:"1,keyasint,omitempty"`
	FromAddress string    `cbor:"2,keyasint,omitempty"`
	To          string    `cbor:"3,keyasint,omitempty"`
	Subject     string    `cbor:"4,keyasint,omitempty"`
	Date        time.Time `cbor:"5,keyasint,omitempty"` // zero if the header has none that can be read
	MessageID   string    `cbor:"6,keyasint,omitempty"` // without angle brackets
	InReplyTo   string    `cbor:"7,keyasint,omitempty"`
	References  []string  `cbor:"8,keyasint,omitempty"` // at most 50, the first and the last ones
	Attachments bool      `cbor:"9,keyasint,omitempty"` // the header makes attachments likely
}

// Ref is a row of a mailbox: enough to sort and count by.
type Ref struct {
	ID   MessageID
	Date int64 // Unix seconds of Summary.Date, or of the collection if it has none
}

// Entry is a message without its octets.
type Entry struct {
	ID        MessageID
	Mailbox   MailboxID
	Origin    MailboxID // the mailbox that it came for, wherever it is now; 0 for a copy
	Summary   Summary
	Flags     Flags
	Size      int64 // octets of the message, without the maildrop's separators
	Collected time.Time
	Format    string // of the maildrop it was split from, see custody.Delivery
	Partial   bool   // only its header was collected
	UIDL      string // at the server, "" if it has none
	Listed    int64  // the size that the server gives, -1 if unknown
}

// Holding is what the store knows of a message that a server offers under an id.
type Holding struct {
	Message   MessageID // 0 if its owner has deleted it here
	Listed    int64
	Collected time.Time
	Partial   bool
}

// FetchRecord is a line of the journal: one fetch of one account, told when it ended.
type FetchRecord struct {
	Account   string        `cbor:"1,keyasint"`
	Started   time.Time     `cbor:"2,keyasint"`
	Duration  time.Duration `cbor:"3,keyasint"`
	Mode      string        `cbor:"4,keyasint"`           // "RETR", "RDEL" or what else was asked for
	Cause     string        `cbor:"5,keyasint,omitempty"` // "click", "schedule", "start", "awake"
	Octets    int64         `cbor:"6,keyasint,omitempty"`
	Collected int           `cbor:"7,keyasint,omitempty"`
	Known     int           `cbor:"8,keyasint,omitempty"`
	Removed   int           `cbor:"9,keyasint,omitempty"`
	Refused   int           `cbor:"10,keyasint,omitempty"`
	Left      int           `cbor:"11,keyasint,omitempty"`
	Headers   int           `cbor:"12,keyasint,omitempty"` // of which only the header came
	Failure   string        `cbor:"13,keyasint,omitempty"` // what went wrong, "" if nothing
	Next      string        `cbor:"14,keyasint,omitempty"` // what to do about it
	Cancelled bool          `cbor:"15,keyasint,omitempty"` // by its owner, who is told so in Failure
}

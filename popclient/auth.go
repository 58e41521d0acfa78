package popclient

import "errors"

// Auth is how a session proves who it is. The zero value is the best that the
// server offers and the line allows.
type Auth string

// The mechanisms: the SASL ones of RFC 5034, and POP3's own commands.
const (
	AuthBest        Auth = ""
	AuthSCRAMPlus   Auth = "scram-sha-256-plus" // RFC 7677, tied to the TLS session it runs in
	AuthSCRAM       Auth = "scram-sha-256"      // RFC 7677: the password never leaves
	AuthOAuthBearer Auth = "oauthbearer"        // RFC 7628, with a token
	AuthXOAuth2     Auth = "xoauth2"            // its forerunner, which large providers want
	AuthPlain       Auth = "plain"              // RFC 4616
	AuthLogin       Auth = "login"
	AuthCRAMMD5     Auth = "cram-md5" // RFC 2195, inside TLS only: its server holds the password
	AuthAPOP        Auth = "apop"     // RFC 1939 section 7, inside TLS only: MD5 is broken
	AuthUserPass    Auth = "userpass" // USER and PASS
)

// Secret is what a login proves itself with: one of the two.
type Secret struct {
	Password string
	Token    string // of OAuth
}

// What a login may meet.
var (
	// ErrMechanism means that the server offers no mechanism that may be used, or not
	// the one that was set.
	ErrMechanism = errors.New("the server offers no way to log in that can be used here")
	// ErrServerProof means that the server could not prove that it knows the password
	// too (SCRAM): it is not the server it seems to be.
	ErrServerProof = errors.New("the server could not prove that it knows the password")
)

// What a refusal means, by the response codes of RFC 2449 section 8 and RFC 3206.
// Each of these errors wraps ErrRefused as well.
var (
	ErrInUse      = errors.New("another session has the mailbox")            // [IN-USE]
	ErrLoginDelay = errors.New("the last login was too short a while ago")   // [LOGIN-DELAY]
	ErrTemporary  = errors.New("the server has a problem that will pass")    // [SYS/TEMP]
	ErrPermanent  = errors.New("the server has a problem that needs a hand") // [SYS/PERM]
)

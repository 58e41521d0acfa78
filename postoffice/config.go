package postoffice

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"time"

	"restante.app/postoffice/maildrop"
)

// ErrBadLogin is what Users.Verify returns if the name or the password is wrong.
var ErrBadLogin = errors.New("name or password is wrong")

// Users are those who have mail here. They are safe for concurrent use.
type Users interface {
	// Verify checks a password and returns the user's canonical name. It takes as
	// long for an unknown user as for a wrong password. The error is ErrBadLogin,
	// or says why nothing could be checked. It never holds the password.
	Verify(ctx context.Context, name, password string) (user string, err error)
	// Lookup returns the canonical name of a user. It may be called for mail that comes in.
	Lookup(name string) (user string, ok bool)
}

// Opener opens users' mailboxes, see maildrop.Opener. If it is a
// maildrop.Deliverer too, ServeSMTP can bring mail in.
type Opener = maildrop.Opener

// Limits bound what clients may use. Zero means the default.
type Limits struct {
	Sessions      int           // at a time; 200
	PerAddress    int           // at a time from one address (IPv6: one /64); 20
	Line          int           // octets of a command line without its end; 1000
	LoginTimeout  time.Duration // from the greeting to a successful PASS; 3 minutes
	WriteTimeout  time.Duration // for each 64 KB piece to be taken by the client; 1 minute
	LoginFailures int           // in one session before it is closed; 5
	LoginDelay    time.Duration // after the first failure, doubled by each further one; 500 ms, negative: no wait at all
	Verifications int           // passwords checked at a time; 2
	MessageOctets int64         // of a message that comes in; 50 MB
	Recipients    int           // of a message that comes in; 100
}

// Quirks are what servers elsewhere lack or leave undone.
type Quirks struct {
	// Without has words of POP3's capabilities (RFC 2449) that are not offered; the
	// commands of that name are not known: UIDL, TOP, CAPA, SASL, PIPELINING.
	Without []string
	// SilentQuit has the QUIT of POP2 and POP3 do its work and close without an answer.
	SilentQuit bool
}

// Config is how a post office is set up. Users and Drops are required.
type Config struct {
	Users Users
	Drops Opener
	// TLS is needed by ServeTLS; ServeSMTP offers STARTTLS if it is set.
	TLS    *tls.Config
	Limits Limits
	// Log gets what happens: never a password, never a message. nil drops it.
	Log *slog.Logger
	// DataReply sends +OK before the data (gap 2 of RFC 918).
	DataReply bool
	// Announce puts text after +OK and #xxx, as "#1874 214 messages".
	Announce bool
	// Bare leaves out the text after every code, -ERR included. It wins over Announce.
	Bare bool
	// IdleTimeout closes a session that sends no command for so long; 10 minutes.
	IdleTimeout time.Duration
	// PlainLogin has POP2 and POP3 take passwords over open lines from other machines.
	PlainLogin bool
	// LoginInterval is how long a user has to wait between two logins; 0: not at all.
	// POP3 tells clients (RFC 2449 LOGIN-DELAY).
	LoginInterval time.Duration
	// Quirks are for tests of clients.
	Quirks Quirks
	// Hostname is what SMTP calls this post office; the machine's name.
	Hostname string
	// Domains are those that SMTP takes mail for, besides Hostname and localhost.
	Domains []string
	// Postmaster is the user who gets mail for postmaster, if there is no user of that name.
	Postmaster string
}

func (c Config) withDefaults() (Config, error) {
	if c.Users == nil || c.Drops == nil {
		return c, errors.New("postoffice: Config needs Users and Drops")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	setDefault(&c.IdleTimeout, 10*time.Minute)
	l := &c.Limits
	setDefault(&l.Sessions, 200)
	setDefault(&l.PerAddress, 20)
	setDefault(&l.Line, 1000)
	setDefault(&l.LoginTimeout, 3*time.Minute)
	setDefault(&l.WriteTimeout, time.Minute)
	setDefault(&l.LoginFailures, 5)
	if l.LoginDelay == 0 {
		l.LoginDelay = 500 * time.Millisecond
	}
	setDefault(&l.Verifications, 2)
	setDefault(&l.MessageOctets, 50<<20)
	setDefault(&l.Recipients, 100)
	if c.Limits.Line < 512 {
		return c, errors.New("postoffice: a command line must be allowed at least 512 octets")
	}
	if c.Hostname == "" {
		host, err := os.Hostname()
		if err != nil || host == "" {
			host = "localhost"
		}
		c.Hostname = host
	}
	return c, nil
}

// setDefault replaces what isn't positive.
func setDefault[T int | int64 | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

package present

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"restante.app/localstore"
)

// Form is an account as it is typed.
type Form struct {
	Name, Host, Port, User, Mailboxes string
	TLS, Delete, Consent, Keyring     bool
	DataReply, Format, PinnedKey      string
}

// The choices of a form, as shown, in order. The first of each is the default.
var (
	DataReplies = []string{"Find out", "No +OK before the data", "+OK before the data"}
	Formats     = []string{"Find out", "mbox", "mboxo", "mboxrd", "mboxcl", "mboxcl2", "mmdf", "tenex", "bare"}
)

var dataReplies = []localstore.DataReply{localstore.DataReplyAuto, localstore.DataReplyNone, localstore.DataReplyFirst}

// DefaultPort is what Assigned Numbers (RFC 923) lists for POP.
const DefaultPort = 109

// NewForm shows an account; the zero Account gives the form of a new one.
func NewForm(a localstore.Account) Form {
	if a.ID == "" && a.Port == 0 {
		a.Port, a.Security = DefaultPort, localstore.TLS
	}
	f := Form{
		Name: a.Name, Host: a.Host, Port: strconv.Itoa(a.Port), User: a.User, Mailboxes: strings.Join(a.Mailboxes, ", "),
		TLS: a.Security != localstore.Plain, Delete: a.Delete, Consent: a.PlainConsent, Keyring: a.RememberInKey,
		DataReply: DataReplies[max(0, slices.Index(dataReplies, a.DataReply))], Format: Formats[0], PinnedKey: a.PinnedKey,
	}
	if a.Format != "" {
		f.Format = a.Format
	}
	return f
}

// Account returns what was typed as a change of account a, or an error that says
// which field to correct and how.
func (f Form) Account(a localstore.Account) (localstore.Account, error) {
	f.Host, f.User = strings.TrimSpace(f.Host), strings.TrimSpace(f.User)
	if err := f.check(); err != nil {
		return a, err
	}
	port, err := strconv.Atoi(strings.TrimSpace(f.Port))
	if err != nil || port < 1 || port > 65535 {
		return a, fmt.Errorf("the port is a number from 1 to 65535; RFC 918 has %d", DefaultPort)
	}
	a.Name, a.Host, a.Port, a.User, a.Protocol = strings.TrimSpace(f.Name), f.Host, port, f.User, "pop1"
	if a.Name == "" {
		a.Name = f.User + " at " + f.Host
	}
	a.Security = localstore.TLS
	if !f.TLS {
		a.Security = localstore.Plain
	}
	a.Delete, a.PlainConsent, a.RememberInKey, a.PinnedKey = f.Delete, f.Consent && !f.TLS, f.Keyring, f.PinnedKey
	a.DataReply = dataReplies[max(0, slices.Index(DataReplies, f.DataReply))]
	a.Format = ""
	if f.Format != Formats[0] {
		a.Format = f.Format
	}
	a.Mailboxes = nil
	for m := range strings.SplitSeq(f.Mailboxes, ",") {
		if m = strings.TrimSpace(m); m != "" && !slices.Contains(a.Mailboxes, m) {
			a.Mailboxes = append(a.Mailboxes, m)
		}
	}
	return a, nil
}

func (f Form) check() error {
	for _, field := range []struct{ name, value string }{
		{"host", f.Host}, {"user", f.User}, {"name", f.Name}, {"list of mailboxes", f.Mailboxes},
	} {
		if strings.ContainsAny(field.value, "\r\n\x00") {
			return fmt.Errorf("the %s holds a line break or a NUL", field.name)
		}
	}
	switch {
	case f.Host == "":
		return fmt.Errorf("type the post office's host, such as mail.example.org")
	case strings.ContainsAny(f.Host, " /@"):
		return fmt.Errorf("the host is a name or an address alone, such as mail.example.org")
	case f.User == "":
		return fmt.Errorf("type your user name at the post office")
	case f.NeedsConsent() && !f.Consent:
		return fmt.Errorf("without TLS your password and mail cross the network readable by anyone on the way: turn TLS on, or tick that you accept this")
	}
	return nil
}

// NeedsConsent tells whether the password would leave this machine unprotected.
func (f Form) NeedsConsent() bool {
	host := strings.TrimSpace(f.Host)
	if f.TLS || host == "" || strings.EqualFold(host, "localhost") {
		return false
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return !a.IsLoopback()
	}
	return net.ParseIP(host) == nil
}

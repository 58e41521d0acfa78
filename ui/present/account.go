package present

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"restante.app/localstore"
)

// Form is an account as it is typed. What is chosen from a list is the label shown.
type Form struct {
	Name, Address, Host, Port, User, Mailboxes string
	Protocol, Security                         string
	Consent, Keyring                           bool
	PinnedKey                                  string

	Auth                                string
	Command                             string // OAuth, a command line
	ClientID, AuthURL, TokenURL, Scopes string // OAuth, in the browser
	After, Days                         string
	WithMine                            bool
	LargerThan, Every                   string
	AtStart                             bool
	DataReply, Format                   string
}

// The choices of a form.
var (
	Protocols = Choice[string]{{"pop3", "POP3"}, {"pop2", "POP2"}, {"pop1", "POP1"}}

	Securities = Choice[localstore.Security]{
		{localstore.TLS, "TLS from the start"},
		{localstore.STARTTLS, "TLS after a greeting (STLS)"},
		{localstore.Plain, "None"},
	}

	DataReplies = Choice[localstore.DataReply]{
		{localstore.DataReplyAuto, "Find out"},
		{localstore.DataReplyNone, "No +OK before the data"},
		{localstore.DataReplyFirst, "+OK before the data"},
	}

	Formats = Choice[string]{
		{"", "Find out"},
		{"mbox", "mbox"}, {"mboxo", "mboxo"}, {"mboxrd", "mboxrd"}, {"mboxcl", "mboxcl"},
		{"mboxcl2", "mboxcl2"}, {"mmdf", "mmdf"}, {"tenex", "tenex"}, {"bare", "bare"},
	}
)

// SecuritiesOf lists what can protect a line of a protocol: STLS is POP3's alone.
func SecuritiesOf(protocol string) []string {
	all := Securities.Labels()
	if Protocols.Value(protocol) == "pop3" {
		return all
	}
	return []string{all[0], all[2]}
}

// DefaultPort is the registered port of a protocol, in the labels of a form: 995
// and 110 for POP3 (RFC 8314, RFC 1939), 109 for the older ones (RFC 923, RFC 937).
func DefaultPort(protocol, security string) int {
	switch {
	case Protocols.Value(protocol) != "pop3":
		return 109
	case Securities.Value(security) == localstore.TLS:
		return 995
	}
	return 110
}

// NewForm shows an account; the zero Account gives the form of a new one.
func NewForm(a localstore.Account) Form {
	if a.ID == "" && a.Port == 0 {
		a.Protocol, a.Security = "pop3", localstore.TLS
		a.Port = DefaultPort(Protocols.Label(a.Protocol), Securities.Label(a.Security))
	}
	f := Form{
		Name: a.Name, Address: a.Address, Host: a.Host, Port: strconv.Itoa(a.Port), User: a.User, Mailboxes: strings.Join(a.Mailboxes, ", "),
		Protocol: Protocols.Label(a.Protocol), Security: Securities.Label(a.Security),
		Consent: a.PlainConsent, Keyring: a.RememberInKey, PinnedKey: a.PinnedKey,
		DataReply: DataReplies.Label(a.DataReply), Format: Formats.Label(a.Format),
	}
	f.showSignIn(a)
	f.showPolicy(a)
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
		return a, fmt.Errorf("the port is a number from 1 to 65535; %s has %d", f.Protocol, DefaultPort(f.Protocol, f.Security))
	}
	a.Name, a.Address, a.Host, a.Port, a.User = strings.TrimSpace(f.Name), strings.TrimSpace(f.Address), f.Host, port, f.User
	if a.Name == "" {
		a.Name = f.User + " at " + f.Host
	}
	a.Protocol, a.Security = Protocols.Value(f.Protocol), Securities.Value(f.Security)
	a.PlainConsent = f.Consent && a.Security == localstore.Plain
	a.RememberInKey, a.PinnedKey = f.Keyring, f.PinnedKey
	a.DataReply, a.Format = "", ""
	if a.Protocol == "pop1" {
		a.DataReply, a.Format = DataReplies.Value(f.DataReply), Formats.Value(f.Format)
	}
	a.Mailboxes = nil
	for m := range strings.SplitSeq(f.Mailboxes, ",") {
		if m = strings.TrimSpace(m); m != "" && !slices.Contains(a.Mailboxes, m) {
			a.Mailboxes = append(a.Mailboxes, m)
		}
	}
	if err := f.signIn(&a); err != nil {
		return a, err
	}
	err = f.policy(&a)
	return a, err
}

func (f Form) check() error {
	for _, field := range []struct{ name, value string }{
		{"host", f.Host}, {"user", f.User}, {"name", f.Name}, {"mail address", f.Address}, {"list of mailboxes", f.Mailboxes},
		{"command", f.Command}, {"client", f.ClientID}, {"list of scopes", f.Scopes},
	} {
		if strings.ContainsAny(field.value, "\r\n\x00") {
			return fmt.Errorf("the %s holds a line break or a NUL", field.name)
		}
	}
	switch {
	case f.Host == "":
		return errors.New("type the post office's host, such as mail.example.org")
	case strings.ContainsAny(f.Host, " /@"):
		return errors.New("the host is a name or an address alone, such as mail.example.org")
	case f.User == "":
		return errors.New("type your user name at the post office")
	case Securities.Value(f.Security) == localstore.STARTTLS && Protocols.Value(f.Protocol) != "pop3":
		return fmt.Errorf("%s has no STLS: choose TLS from the start, or none", f.Protocol)
	case f.NeedsConsent() && !f.Consent:
		return errors.New("without TLS your password and mail cross the network readable by anyone on the way: turn TLS on, or tick that you accept this")
	}
	return nil
}

// NeedsConsent tells whether the password would leave this machine unprotected.
func (f Form) NeedsConsent() bool {
	host := strings.TrimSpace(f.Host)
	if Securities.Value(f.Security) != localstore.Plain || host == "" || strings.EqualFold(host, "localhost") {
		return false
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return !a.IsLoopback()
	}
	return net.ParseIP(host) == nil
}

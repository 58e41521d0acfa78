package autoconfig

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// ErrAddress says that a text is no mail address; the error that wraps it says why.
var ErrAddress = errors.New("this is not a mail address")

// Address is a mail address taken apart.
type Address struct {
	Full   string // as it goes into a mail: without port and brackets
	Local  string // before the at sign
	Domain string // a host name in ASCII and small letters, or an IP address
	Port   int    // behind a colon, 0 if none: where a post office of one's own listens
}

// maxAddress is how long an address may be (RFC 5321 section 4.5.3.1.3).
const maxAddress = 254

// ParseAddress takes "fred@example.org" and "Fred <fred@example.org>", names with other letters than ASCII's, and for
// a post office of one's own "fred@localhost:1110" and "fred@[192.168.1.2]".
func ParseAddress(text string) (Address, error) {
	bad := func(why string) (Address, error) { return Address{}, fmt.Errorf("%w: %s", ErrAddress, why) }
	text = strings.TrimSpace(text)
	if named, err := mail.ParseAddress(text); err == nil && strings.HasSuffix(text, ">") {
		text = named.Address
	}
	at := strings.LastIndexByte(text, '@')
	switch {
	case text == "":
		return bad("it is empty")
	case len(text) > maxAddress:
		return bad("it is too long")
	case at < 0:
		return bad("it has no @")
	case at == 0:
		return bad("nothing stands before the @")
	case at == len(text)-1:
		return bad("nothing stands behind the @")
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>(),;", r) }):
		return bad("it holds a blank, a bracket or a comma")
	}
	a := Address{Local: text[:at]}
	host, port, err := splitPort(text[at+1:])
	if err != nil {
		return bad(err.Error())
	}
	if a.Domain, err = domain(host); err != nil {
		return bad(err.Error())
	}
	a.Port = port
	a.Full = a.Local + "@" + a.Domain
	if net.ParseIP(a.Domain) != nil {
		a.Full = a.Local + "@[" + a.Domain + "]"
	}
	return a, nil
}

// splitPort splits what stands behind the at sign.
func splitPort(s string) (host string, port int, err error) {
	host, digits := s, ""
	switch end := strings.LastIndexByte(s, ']'); {
	case strings.HasPrefix(s, "[") && end > 0:
		host, digits = s[1:end], strings.TrimPrefix(s[end+1:], ":")
		if digits == "" && end != len(s)-1 {
			return "", 0, errors.New("behind the ] stands something")
		}
	case strings.Contains(s, ":"):
		host, digits, _ = strings.Cut(s, ":")
		if digits == "" {
			return "", 0, errors.New("behind the colon stands no port")
		}
	}
	if digits == "" {
		return host, 0, nil
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("%.20q is no port", digits)
	}
	return host, int(n), nil
}

func domain(host string) (string, error) {
	if ip := net.ParseIP(host); ip != nil {
		return ip.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || ascii == "" || len(ascii) > 253 || strings.Contains(ascii, "..") {
		return "", fmt.Errorf("%.60q is no host's name", host)
	}
	return strings.ToLower(ascii), nil
}

// Private tells whether the domain can only be a machine of one's own: this one, an
// address of a private network, or a name without a dot or in .local, .lan, .home.arpa,
// .internal or .test.
func (a Address) Private() bool {
	if ip := net.ParseIP(a.Domain); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	if !strings.Contains(a.Domain, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".lan", ".home.arpa", ".internal", ".test"} {
		if strings.HasSuffix(a.Domain, end) {
			return true
		}
	}
	return false
}

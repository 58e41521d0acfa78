package present

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"restante.app/mimeview"
)

// ErrNoLink says that a link leads to nothing that a browser or a mail program opens.
var ErrNoLink = errors.New("it leads neither to the web nor to a mail address")

// Link is where a link leads, in plain words.
type Link struct {
	URL   *url.URL // what to open; its host as it is looked up
	Where string   // the host, or the mail address
	Full  string   // all of it, for display
	Warn  string   // why to be careful, a sentence; "" if nothing seems wrong
}

// NewLink says where a link leads that the message shows with this text. Look-alikes
// are written as they are looked up (RFC 3492), and a text that names another
// host than the link's is told.
func NewLink(shown, href string) (Link, error) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return Link{}, fmt.Errorf("%w: %.60q", ErrNoLink, href)
	}
	switch strings.ToLower(u.Scheme) {
	case "mailto":
		return mailLink(u)
	case "http", "https":
		if u.Hostname() != "" {
			return webLink(shown, u), nil
		}
	}
	return Link{}, fmt.Errorf("%w: %.60q", ErrNoLink, href)
}

// mailLink keeps the address, the subject and the text, and drops what else a
// mailto: may carry (RFC 6068 section 7).
func mailLink(u *url.URL) (Link, error) {
	to, err := url.PathUnescape(u.Opaque)
	if err != nil || to == "" || strings.ContainsAny(to, "\r\n\x00") {
		return Link{}, fmt.Errorf("%w: %.60q", ErrNoLink, u.String())
	}
	kept := url.Values{}
	for name, values := range u.Query() {
		name = strings.ToLower(name)
		if slices.Contains([]string{"subject", "body", "to", "cc"}, name) && len(values) > 0 {
			kept.Set(name, strings.NewReplacer("\r", "", "\n", " ", "\x00", "").Replace(values[0]))
		}
	}
	clean := &url.URL{Scheme: "mailto", Opaque: (&url.URL{Path: to}).EscapedPath(), RawQuery: strings.ReplaceAll(kept.Encode(), "+", "%20")}
	return Link{URL: clean, Where: mimeview.Clean(to, 200), Full: mimeview.Clean(clean.String(), 500)}, nil
}

func webLink(shown string, u *url.URL) Link {
	to := *u
	host, mixed := lookedUp(u.Hostname())
	to.Host = host
	if strings.Contains(host, ":") {
		to.Host = "[" + host + "]"
	}
	if p := u.Port(); p != "" {
		to.Host += ":" + p
	}
	l := Link{URL: &to, Where: mimeview.Clean(to.Host, 200), Full: mimeview.Clean(to.String(), 500)}
	switch other := named(shown, host); {
	case other != "":
		l.Warn = fmt.Sprintf("The text says %s, but the link leads to %s.", mimeview.Clean(other, 100), l.Where)
	case u.User != nil:
		to.User = nil
		l.Full = mimeview.Clean(to.String(), 500)
		l.Warn = fmt.Sprintf("The link is made to look as if it led to %s; it leads to %s.", mimeview.Clean(u.User.Username(), 100), l.Where)
	case mixed:
		l.Warn = fmt.Sprintf("The name of the host mixes alphabets or has letters that look like others: it is %s.", l.Where)
	case isAddress(host):
		l.Warn = "The link leads to a number instead of a name, which companies seldom do."
	}
	return l
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// lookedUp writes a host as it is looked up. mixed tells that a label of it has letters
// of more than one alphabet, or of one that is easily taken for Latin.
func lookedUp(host string) (ascii string, mixed bool) {
	host = strings.ToLower(host)
	readable, err := idna.Punycode.ToUnicode(host)
	if err != nil {
		readable = host
	}
	mixed = slices.ContainsFunc(strings.Split(readable, "."), mixes)
	if ascii, err = idna.Lookup.ToASCII(readable); err == nil {
		return ascii, mixed
	}
	if ascii, err = idna.Punycode.ToASCII(readable); err == nil {
		return ascii, mixed
	}
	return host, mixed
}

// together are scripts that one word may mix.
var together = map[string]string{"Hiragana": "Han", "Katakana": "Han", "Hangul": "Han", "Bopomofo": "Han"}

// mixes tells whether a label mixes scripts, or is of Cyrillic or Greek letters that
// all look Latin.
func mixes(label string) bool {
	scripts := map[string]bool{}
	alike := true
	for _, r := range label {
		if !unicode.IsLetter(r) {
			continue
		}
		for name, table := range unicode.Scripts {
			if unicode.Is(table, r) {
				if other := together[name]; other != "" {
					name = other
				}
				scripts[name] = true
				break
			}
		}
		alike = alike && strings.ContainsRune("аеорсухіїјӏѕԁһԛԝѡҽ"+"αικνορτυχ", r)
	}
	return len(scripts) > 1 || alike && (scripts["Cyrillic"] || scripts["Greek"])
}

// named returns a host that a link's text names though the link leads to another
// one, "" if it does not. Hosts of one owner are not told apart: text says
// "example.org" where links lead to "mail.example.org".
func named(shown, host string) string {
	if len(shown) > 2000 {
		shown = shown[:2000]
	}
	for w := range strings.FieldsSeq(shown) {
		w = strings.Trim(w, "<>()[]{},;\"'.!?:“”„»«")
		_, rest, explicit := strings.Cut(w, "://")
		if explicit {
			w = rest
		} else if strings.Contains(w, "@") {
			continue // an address of mail
		}
		if i := strings.IndexAny(w, "/?#:"); i >= 0 {
			w = w[:i]
		}
		said, _ := lookedUp(w)
		suffix, known := publicsuffix.PublicSuffix(said)
		explicit = explicit || strings.HasPrefix(said, "www.")
		if !strings.Contains(said, ".") || !explicit && (!known && !strings.Contains(suffix, ".") || said == suffix) {
			continue // no host, as in "Node.js" and "e.g."
		}
		if owner(said) != owner(host) {
			return w
		}
	}
	return ""
}

// owner returns the part of a host that is registered as one.
func owner(host string) string {
	if o, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return o
	}
	return host
}

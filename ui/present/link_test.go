package present

import (
	"errors"
	"strings"
	"testing"
)

func TestLink(t *testing.T) {
	for _, c := range []struct{ shown, href, where, warn string }{
		{"Read more", "https://news.example.org/a?b=c", "news.example.org", ""},
		{"www.example.org", "https://example.org/", "example.org", ""},
		{"https://example.org/offer", "https://click.example.org/x", "click.example.org", ""},
		{"https://bank.com/login", "https://evil.example.net/", "evil.example.net", "says bank.com, but the link leads to evil.example.net"},
		{"Go to paypal.com.", "http://paypal.com.evil.net/", "paypal.com.evil.net", "says paypal.com"},
		{"our shop", "https://bank.com@evil.net/", "evil.net", "look as if it led to bank.com; it leads to evil.net"},
		{"here", "https://xn--pple-43d.com/", "xn--pple-43d.com", "mixes alphabets"},
		{"here", "https://аррӏе.com/", "xn--80ak6aa92e.com", "mixes alphabets"},
		{"bücher.example", "https://bücher.example/", "xn--bcher-kva.example", ""},
		{"日本語", "https://日本語テスト.jp/", "xn--zckzah9945czlbtz6h.jp", ""},
		{"here", "http://192.0.2.7/login", "192.0.2.7", "a number"},
		{"here", "http://[2001:db8::1]:8080/", "[2001:db8::1]:8080", "a number"},
		{"Node.js and e.g. v1.2", "https://example.org/", "example.org", ""},
		{"ann@bank.com", "https://example.org/", "example.org", ""},
		{"write", "mailto:ann@example.org?subject=Hello%20there&bcc=x@y.z&attach=/etc/passwd", "ann@example.org", ""},
		{"www.bank.intern", "http://evil.example.net/", "evil.example.net", "says www.bank.intern"},
		{"http://bank.lan/login", "http://evil.example.net/", "evil.example.net", "says bank.lan"},
		{"HTTPS", "HTTPS://EXAMPLE.org", "example.org", ""},
	} {
		l, err := NewLink(c.shown, c.href)
		if err != nil {
			t.Errorf("%s: %v", c.href, err)
			continue
		}
		if l.Where != c.where || !strings.Contains(l.Warn, c.warn) || (c.warn == "") != (l.Warn == "") {
			t.Errorf("%q -> %s: %+v", c.shown, c.href, l)
		}
	}
}

func TestLinkOfMail(t *testing.T) {
	l, err := NewLink("", "mailto:ann@example.org?SUBJECT=a%0d%0aBcc:%20x@y.z&bcc=b@c.d&attach=%2Fetc%2Fpasswd&body=hi")
	if err != nil {
		t.Fatal(err)
	}
	s := l.URL.String()
	for _, bad := range []string{"%0", "bcc=", "attach", "passwd"} {
		if strings.Contains(strings.ToLower(s), bad) {
			t.Errorf("%s holds %s", s, bad)
		}
	}
	if !strings.Contains(s, "subject=a%20Bcc") || !strings.Contains(s, "body=hi") {
		t.Errorf("%s", s)
	}
}

func TestNoLink(t *testing.T) {
	for _, href := range []string{"", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http:///x", "//a.example", "#a", "mailto:", "mailto:a%0db@c.d", "vbscript:x", "http://a b/"} {
		if l, err := NewLink("x", href); !errors.Is(err, ErrNoLink) {
			t.Errorf("%q: %+v, %v", href, l, err)
		}
	}
}

package present

import (
	"strings"
	"testing"
)

func TestParseMailto(t *testing.T) {
	for link, want := range map[string]Mailto{
		"mailto:ann@example.org":                                                                   {To: "ann@example.org"},
		"MAILTO:ann@example.org,ben@example.org":                                                   {To: "ann@example.org,ben@example.org"},
		"mailto:?to=ann@example.org&cc=ben@example.org":                                            {To: "ann@example.org", Cc: "ben@example.org"},
		"mailto:a+b@example.org?subject=caf%C3%A9+x&body=one%0D%0Atwo":                             {To: "a+b@example.org", Subject: "café+x", Body: "one\ntwo"},
		"mailto:ann@example.org?bcc=spy@example.org&attach=/etc/passwd&attachment=x&In-Reply-To=y": {To: "ann@example.org"},
		"mailto:ann%0d%0aBcc:spy@example.org?subject=x%0d%0aBcc:%20spy@example.org":                {To: "ann Bcc:spy@example.org", Subject: "x Bcc: spy@example.org"},
		"mailto:%zz?subject=%":                                                                     {To: "%zz", Subject: "%"},
		"mailto:":                                                                                  {},
	} {
		got, ok := ParseMailto(link)
		if !ok || got != want {
			t.Errorf("%s: %+v, %t; want %+v", link, got, ok, want)
		}
		if strings.ContainsAny(got.To+got.Cc+got.Subject, "\r\n") {
			t.Errorf("%s: a line end in %+v", link, got)
		}
	}
	for _, link := range []string{"", "http://example.org", "ann@example.org", "mailto:" + strings.Repeat("x", maxMailto)} {
		if _, ok := ParseMailto(link); ok {
			t.Errorf("%.20q is a mailto: link", link)
		}
	}
}

func FuzzParseMailto(f *testing.F) {
	f.Add("mailto:a@b?subject=%41&body=%0d%0a")
	f.Fuzz(func(t *testing.T, link string) {
		if m, ok := ParseMailto(link); ok && strings.ContainsAny(m.To+m.Cc+m.Subject, "\r\n\x00") {
			t.Errorf("%q gives %+v", link, m)
		}
	})
}

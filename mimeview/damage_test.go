package mimeview

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestDamage has what mail in the world is like, by class, and what there is to read
// of it all the same.
func TestDamage(t *testing.T) {
	t.Parallel()
	b64 := base64.StdEncoding.EncodeToString
	two := "--b\n\none\n--b\nContent-Type: application/x; name=a.x\n\ntwo"
	for name, c := range map[string]struct {
		message, text string
		parts         string // names and octets
	}{
		"no closing boundary":         {"Content-Type: multipart/mixed; boundary=b\n\n" + two, "one", "a.x=two"},
		"half a closing boundary":     {"Content-Type: multipart/mixed; boundary=b\n\n" + two + "\n--b-", "one", "a.x=two"},
		"cut in a boundary":           {"Content-Type: multipart/mixed; boundary=bbbb\n\n--bbbb\n\none\n--bb", "one", ""},
		"cut in a header":             {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: app", "one", "attachment-1.bin="},
		"no boundary named":           {"Content-Type: multipart/mixed\n\n" + two + "\n--b--\n", "one", "a.x=two"},
		"another boundary named":      {"Content-Type: multipart/mixed; boundary=other\n\n" + two + "\n--b--\n", "one", "a.x=two"},
		"no boundary at all":          {"Content-Type: multipart/mixed; boundary=b\n\none\n", "one", ""},
		"a boundary with blanks":      {"Content-Type: multipart/mixed; boundary=\"b c\" \n\n--b c  \n\none\n--b c--  \n", "one", ""},
		"a folded boundary":           {"Content-Type: multipart/mixed;\n\tboundary=\"b\n c\"\n\n--b c\n\none\n--b c--\n", "one", ""},
		"no semicolon":                {"Content-Type: multipart/mixed boundary=b\n\n" + two + "\n--b--\n", "one", "a.x=two"},
		"one boundary within another": {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b2\n\n--b2\n\none\n--b2--\n--b\n\ntwo\n--b--\n", "one\n\ntwo", ""},
		"an inner end that lacks":     {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n", "one\n\ntwo", ""},
		"text behind the end":         {"Content-Type: multipart/mixed; boundary=b\n\nbefore\n--b\n\none\n--b--\nafter\n", "one", ""},
		"line ends of one CR":         {"Subject: a\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b--\r", "one", ""},
		"line ends of all kinds":      {"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\n\r\n--b\r\n\none\r\n--b--\n", "one", ""},
		"a first line that is none":   {"garbage here\nSubject: a\nFrom: b@c\n\none\n", "one", ""},
		"a blank before all":          {" Subject: a\nFrom: b@c\n\none\n", "one", ""},
		"a type without a kind":       {"Content-Type: text\n\none\n", "one", ""},
		"a type with nothing":         {"Content-Type:\n\none\n", "one", ""},
		"a type with a comma":         {"Content-Type: text/plain, charset=utf-8\n\none\n", "one", ""},
		"a type within quotes":        {"Content-Type: \"text/html\"\n\n<p>one</p>\n", "one", ""},
		"two types":                   {"Content-Type: text/html\nContent-Type: text/plain\n\n<p>one</p>\n", "one", ""},
		"8bits":                       {"Content-Transfer-Encoding: 8bits\n\nGr\xc3\xbc\xc3\x9fe\n", "Grüße", ""},
		"7-bit":                       {"Content-Transfer-Encoding: 7-bit\n\none\n", "one", ""},
		"no encoding's name":          {"Content-Transfer-Encoding:\n\none\n", "one", ""},
		"an unknown encoding":         {"Content-Transfer-Encoding: x-nobody-knows\n\none\n", "one", ""},
		"an encoding with a comment":  {"Content-Transfer-Encoding: base64 (of course)\n\n" + b64([]byte("one")), "one", ""},
		"an encoding with more":       {"Content-Transfer-Encoding: base64; charset=utf-8\n\n" + b64([]byte("one")), "one", ""},
		"uuencode":                    {"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#;VYE\n`\nend\n", "one", ""},
		"uuencode with more":          {"Content-Transfer-Encoding: uuencode\n\nsee below\nbegin 644 a.x\n#='=O\n`\nend\n", "two", ""},
		"text called base64":          {"Content-Transfer-Encoding: base64\n\nDear all, this is no base64. It is plain text!\nReally, it is.\n", "Dear all, this is no base64. It is plain text!\nReally, it is.", ""},
		"base64 without padding":      {"Content-Transfer-Encoding: base64\n\n" + strings.TrimRight(b64([]byte("one")), "=") + "\n", "one", ""},
		"base64 in two":               {"Content-Transfer-Encoding: base64\n\n" + b64([]byte("one ")) + "\n" + b64([]byte("two")) + "\n", "one two", ""},
		"base64 with noise":           {"Content-Transfer-Encoding: base64\n\nb2*5l\nI!HR3\nbw==\n", "one two", ""},
		"base64 with a footer":        {"Content-Transfer-Encoding: base64\n\n" + b64([]byte("one two ")) + "\n____\nA list's footer\n", "one two", ""},
		"base64 with blanks":          {"Content-Transfer-Encoding: base64\n\n b25l\n\t IHR3\n\n bw==\n", "one two", ""},
		"QP with its end cut off":     {"Content-Transfer-Encoding: quoted-printable\n\none=C3=BC=C", "oneü=C", ""},
		"QP in lower case":            {"Content-Transfer-Encoding: quoted-printable\n\n=c3=bc =zz =\n", "ü =zz", ""},
		"utf-8 that is not":           {"Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe aus M\xfcnchen\n", "Grüße aus München", ""},
		"no charset, Cyrillic":        {"Subject: a\n\n\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0?\n", "Привет, как дела?", ""},
		"no charset, Japanese":        {"Subject: a\n\n\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xa4\xca\xa4\xc3\xa4\xc6\xa4\xaa\xa4\xea\xa4\xde\xa4\xb9\n", "お世話になっております", ""},
		"cp932":                       {"Content-Type: text/plain; charset=cp932\n\n\x87\x40\n", "①", ""},
		"utf8":                        {"Content-Type: text/plain; charset=utf8\n\n\xc3\xbc\n", "ü", ""},
		"ansi_x3.110-1983":            {"Content-Type: text/plain; charset=ansi_x3.110-1983\n\none\n", "one", ""},
		"iso-8859-8-i":                {"Content-Type: text/plain; charset=iso-8859-8-i\n\n\xf9\xec\xe5\xed\n", "שלום", ""},
		"x-mac-cyrillic":              {"Content-Type: text/plain; charset=x-mac-cyrillic\n\n\x8f\xf0\xe8\n", "При", ""},
		"utf-7":                       {"Content-Type: text/plain; charset=utf-7\n\nGr+APw-\n", "Grü", ""},
		"utf-16":                      {"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n//5vAG4AZQA=\n", "one", ""},
		"a message in base64":         {mixed("mixed", "\none", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"+b64([]byte("Subject: b\n\ntwo"))), "one\n\n---------- Message within this message ----------\nSubject: b\n\ntwo", "b.eml=Subject: b\n\ntwo"},
		"a report":                    {mixed("report", "\none", "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b\nStatus: 5.1.1"), "one\n\nFinal-Recipient: rfc822; a@b\nStatus: 5.1.1", ""},
	} {
		v := parse(t, c.message, Options{})
		var parts []string
		for _, p := range v.Parts {
			parts = append(parts, p.Name+"="+string(p.Octets))
		}
		if strings.TrimSpace(v.Text) != c.text || strings.Join(parts, " ") != c.parts || v.Raw {
			t.Errorf("%s: text %q, want %q; parts %q, want %q; raw %v", name, v.Text, c.text, parts, c.parts, v.Raw)
		}
	}
}

// TestDamagedNames has forms of an attachment's name (RFC 2231, RFC 2047 and what
// is sent instead).
func TestDamagedNames(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`filename*1=".pdf"; filename*0="a b"`:                           "a b.pdf",
		`filename*1="b.pdf"; filename*2="x"`:                            "b.pdfx",
		`filename*0*=utf-8''%C3%BC; filename*1="-%41"; filename*2*=%41`: "ü-%41A",
		`filename*0*=utf-8''a%C3; filename*1*=%BC.pdf`:                  "aü.pdf",
		`filename*=%C3%BC.pdf`:                                          "ü.pdf",
		`filename*=''%C3%BC.pdf`:                                        "ü.pdf",
		`filename*=no-such-charset''a.pdf`:                              "a.pdf",
		`filename*="utf-8''%C3%BC.pdf"`:                                 "ü.pdf",
		`filename="=?utf-8?b?w7w=?= =?utf-8?b?LnBkZg==?="`:              "ü.pdf",
		`filename="=?utf-8?q?a=C3?==?utf-8?q?=BC.pdf?="`:                "aü.pdf",
		"filename=\"\xc3\xbc.pdf\"":                                     "ü.pdf",
		"filename=\"\xfc.pdf\"":                                         "ü.pdf",
		`filename=a b (1).pdf`:                                          "a b (1).pdf",
		`filename="a.pdf`:                                               "a.pdf",
		`filename='a.pdf'`:                                              "a.pdf",
		`filename = "a.pdf" ; size = 3`:                                 "a.pdf",
		`FILENAME="a.pdf"`:                                              "a.pdf",
	} {
		v := parse(t, mixed("mixed", "\none", "Content-Type: application/pdf\nContent-Disposition: attachment; "+header+"\n\n%PDF"), Options{})
		if len(v.Parts) != 1 || v.Parts[0].Claimed != want {
			t.Errorf("%s: parts %+v, want %q", header, v.Parts, want)
		}
	}
}

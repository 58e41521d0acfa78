package pop3

import (
	"errors"
	"strings"
	"testing"

	"restante.app/popclient"
)

// TestLoginArguments: what would smuggle a command into the line is refused before
// anything of it is sent, whatever the mechanism.
func TestLoginArguments(t *testing.T) {
	for _, auth := range []popclient.Auth{popclient.AuthPlain, popclient.AuthLogin, popclient.AuthUserPass, popclient.AuthSCRAM} {
		for _, bad := range []string{"", "a\r\nDELE 1", "a\nb", "a\rb", "a\x00b"} {
			for name, login := range map[string][2]string{"user": {bad, "secret"}, "password": {"fred", bad}} {
				line := &deaf{said: "+OK\r\n+OK\r\nUSER\r\nSASL PLAIN LOGIN SCRAM-SHA-256\r\n.\r\n"}
				c := New(line, Options{Auth: auth})
				if _, err := c.Greet(t.Context()); err != nil {
					t.Fatal(err)
				}
				err := c.Login(t.Context(), login[0], popclient.Secret{Password: login[1]})
				if !errors.Is(err, popclient.ErrArgument) || bad != "" && strings.Contains(err.Error(), bad) {
					t.Errorf("%s, %s %q: %v", auth, name, bad, err)
				}
				if heard := line.heard.String(); heard != "CAPA\r\n" {
					t.Errorf("%s, %s %q: it sent %q", auth, name, bad, heard)
				}
			}
		}
	}
	c := saying("+OK\r\nLANG\r\n.\r\n")
	if err := c.Language(t.Context(), "en\r\nDELE 1"); !errors.Is(err, popclient.ErrArgument) {
		t.Errorf("LANG: %v", err)
	}
}

// TestMechanismFits: a mechanism that is set is used or nothing is, and a token goes with
// mechanisms for tokens alone.
func TestMechanismFits(t *testing.T) {
	const everything = "+OK\r\nUSER\r\nSASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256-PLUS SCRAM-SHA-256 XOAUTH2 OAUTHBEARER\r\n.\r\n"
	password, token := popclient.Secret{Password: "secret"}, popclient.Secret{Token: "token"}
	for _, c := range []struct {
		said      string
		set       popclient.Auth
		secret    popclient.Secret
		protected bool
		want      string // of the line sent
	}{
		{everything, popclient.AuthBest, password, false, "AUTH SCRAM-SHA-256 "},
		{everything, popclient.AuthBest, token, true, "AUTH OAUTHBEARER "},
		{everything, popclient.AuthXOAuth2, token, true, "AUTH XOAUTH2 "},
		{everything, popclient.AuthUserPass, password, true, "USER fred"},
		{everything, popclient.AuthCRAMMD5, password, true, "AUTH CRAM-MD5"},
		{everything, popclient.AuthCRAMMD5, password, false, ""},
		{everything, popclient.AuthAPOP, password, true, ""},
		{everything, popclient.AuthSCRAMPlus, password, true, ""},
		{everything, popclient.AuthPlain, token, true, ""},
		{everything, popclient.AuthXOAuth2, password, true, ""},
		{"+OK\r\nSASL CRAM-MD5\r\n.\r\n", popclient.AuthBest, password, false, ""},
		{"+OK\r\nSASL CRAM-MD5\r\n.\r\n", popclient.AuthBest, password, true, "AUTH CRAM-MD5"},
		{"+OK\r\nSASL login plain\r\n.\r\n", popclient.AuthBest, password, false, "AUTH PLAIN "},
		{"+OK\r\nUSER\r\n.\r\n", popclient.AuthBest, token, true, ""},
		{"+OK\r\n.\r\n", popclient.AuthBest, password, false, "USER fred"},
		{"-ERR\r\n", popclient.AuthBest, password, false, "USER fred"},
	} {
		line := &deaf{said: c.said}
		err := New(line, Options{Auth: c.set, Protected: c.protected}).Login(t.Context(), "fred", c.secret)
		sent := strings.TrimPrefix(line.heard.String(), "CAPA\r\n")
		if want := map[bool]error{true: popclient.ErrMechanism, false: popclient.ErrLost}[c.want == ""]; !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", c, err, want)
		}
		if !strings.HasPrefix(sent, c.want) || c.want == "" && sent != "" {
			t.Errorf("%+v: sent %q", c, sent)
		}
	}
}

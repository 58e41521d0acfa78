package pop3

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/popclient"
)

func TestCapabilities(t *testing.T) {
	for said, want := range map[string]Capabilities{
		"-ERR what?\r\n":   {},
		"+OK\r\n.\r\n":     {Known: true},
		"+OK\r\n\r\n.\r\n": {Known: true},
		"+OK Capability list follows\r\nTOP\r\nUSER\r\nSASL CRAM-MD5 KERBEROS_V4\r\nRESP-CODES\r\nLOGIN-DELAY 900\r\nPIPELINING\r\nEXPIRE 60\r\nUIDL\r\nIMPLEMENTATION Shlemazle-Plotz-v302\r\n.\r\n": {
			Known: true, Top: true, User: true, SASL: []string{"CRAM-MD5", "KERBEROS_V4"}, RespCodes: true, LoginDelay: 15 * time.Minute,
			Pipelining: true, Expires: true, ExpireDays: 60, UIDL: true, Implementation: "Shlemazle-Plotz-v302",
		}, // RFC 2449 section 5
		"+OK\r\nstls\r\nutf8 user\r\nlang\r\nauth-resp-code\r\nexpire 0\r\nlogin-delay 5 USER\r\nsasl plain\r\nX-GOOGLE-RICO\r\n.\r\n": {
			Known: true, STLS: true, UTF8: true, UTF8User: true, Lang: true, AuthRespCode: true, Expires: true, LoginDelay: 5 * time.Second, SASL: []string{"PLAIN"},
		},
		"+OK\r\nEXPIRE NEVER\r\nLOGIN-DELAY\r\nUTF8\r\nIMPLEMENTATION a\x1b[31mb\xff\r\n.\r\n": {Known: true, UTF8: true, Implementation: "a?[31mb?"},
		"+OK\r\nEXPIRE -1\r\nLOGIN-DELAY 99999999\r\n.\r\n":                                    {Known: true, LoginDelay: maxDelay},
		"+OK\r\nEXPIRE 99999999999999999999\r\nLOGIN-DELAY 1e9\r\n.\r\n":                       {Known: true},
	} {
		got, err := saying(said).Capabilities(t.Context())
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", said, err, d)
		}
	}
}

// TestSimpleCommands: NOOP, RSET and LANG have an answer of one line.
func TestSimpleCommands(t *testing.T) {
	for said, want := range map[string]error{"+OK\r\n": nil, "-ERR no\r\n": popclient.ErrRefused, "OK\r\n": popclient.ErrProtocol, "+OK": popclient.ErrLost} {
		for name, command := range map[string]func(*Client) error{
			"NOOP": func(c *Client) error { return c.Noop(t.Context()) },
			"RSET": func(c *Client) error { return c.Reset(t.Context()) },
		} {
			if err := command(saying(said)); !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("%s, %q: %v, want %v", name, said, err, want)
			}
		}
	}
	if err := saying("+OK\r\n.\r\n").Language(t.Context(), "de"); !errors.Is(err, popclient.ErrUnsupported) {
		t.Errorf("LANG where there is none: %v", err)
	}
}

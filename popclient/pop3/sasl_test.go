package pop3

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"

	"restante.app/popclient"
)

// step is an exchange: what the server says and what this side must answer.
type step struct{ challenge, answer string }

// talk runs a mechanism through an exchange.
func talk(t *testing.T, c sasl.Client, name, initial string, steps ...step) {
	t.Helper()
	mech, first, err := c.Start()
	if mech != name || string(first) != initial || err != nil {
		t.Fatalf("start: %q, %q, %v; want %q, %q", mech, first, err, name, initial)
	}
	for _, s := range steps {
		answer, err := c.Next([]byte(s.challenge))
		if string(answer) != s.answer || err != nil {
			t.Fatalf("to %q it answers %q, %v; want %q", s.challenge, answer, err, s.answer)
		}
	}
}

// pencil is the client of the example in RFC 7677 section 3.
func pencil() *scramClient {
	return &scramClient{user: "user", password: "pencil", nonce: func() string { return "rOprNGfwEbeRWgbNEkqO" }}
}

const (
	pencilFirst  = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
	pencilServer = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	pencilFinal  = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	pencilProof  = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
)

func TestSCRAMVectors(t *testing.T) {
	c := pencil()
	talk(t, c, "SCRAM-SHA-256", pencilFirst, step{pencilServer, pencilFinal})
	if c.verified() {
		t.Error("the server is believed before its proof")
	}
	if answer, err := c.Next([]byte(pencilProof)); err != nil || len(answer) != 0 {
		t.Errorf("%q, %v", answer, err)
	}
	if answer, err := c.Next(nil); err != nil || answer == nil || len(answer) != 0 || !c.verified() {
		t.Errorf("after the proof: %q, %v, verified %t", answer, err, c.verified())
	}
}

// TestSCRAMSuspicious has servers that want too much or prove nothing.
func TestSCRAMSuspicious(t *testing.T) {
	for name, c := range map[string]struct {
		messages []string
		want     error
	}{
		"another proof":       {[]string{pencilServer, "v=" + strings.Repeat("A", 43) + "="}, popclient.ErrServerProof},
		"no proof":            {[]string{pencilServer, "v="}, popclient.ErrServerProof},
		"a foreign nonce":     {[]string{strings.Replace(pencilServer, "rOpr", "xOpr", 1)}, popclient.ErrServerProof},
		"too many iterations": {[]string{strings.Replace(pencilServer, "4096", "2000000001", 1)}, popclient.ErrProtocol},
		"beyond 64 bits":      {[]string{strings.Replace(pencilServer, "4096", strings.Repeat("9", 30), 1)}, popclient.ErrProtocol},
		"a negative number":   {[]string{strings.Replace(pencilServer, "4096", "-4096", 1)}, popclient.ErrProtocol},
		"too few iterations":  {[]string{strings.Replace(pencilServer, "4096", "4095", 1)}, popclient.ErrProtocol},
		"proof first":         {[]string{pencilProof}, popclient.ErrServerProof},
		"nothing":             {[]string{""}, popclient.ErrProtocol},
		"a refusal":           {[]string{pencilServer, "e=invalid-proof"}, errSCRAMRefused},
	} {
		t.Run(name, func(t *testing.T) {
			client := pencil()
			if _, _, err := client.Start(); err != nil {
				t.Fatal(err)
			}
			var err error
			for _, m := range c.messages {
				_, err = client.Next([]byte(m))
			}
			if !errors.Is(err, c.want) || client.verified() {
				t.Errorf("error %v, want %v; verified %t", err, c.want, client.verified())
			}
		})
	}
}

// TestOtherMechanisms: RFC 2195 section 2, and what Google and Microsoft publish.
func TestOtherMechanisms(t *testing.T) {
	talk(t, &cramMD5Client{user: "tim", password: "tanstaaftanstaaf"}, "CRAM-MD5", "",
		step{"<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890"})
	talk(t, &loginClient{answers: []string{"fred", "secret"}}, "LOGIN", "", step{"Username:", "fred"}, step{"Passwort, bitte", "secret"})
	talk(t, &xoauth2Client{user: "someuser@example.com", token: "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"}, "XOAUTH2",
		"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01", step{`{"status":"401"}`, ""})
}

// TestAPOPStamp finds the timestamp in a greeting: the first is that of RFC 1939.
func TestAPOPStamp(t *testing.T) {
	for greeting, want := range map[string]string{
		" POP3 server ready <1896.697170952@dbc.mtview.ca.us>": "<1896.697170952@dbc.mtview.ca.us>",
		" <ready> <1@x> bye": "<1@x>",
		" no stamp":          "",
		" <no at sign>":      "",
		" <1@x":              "",
		" 1@x>":              "",
	} {
		if got := stampOf(greeting); got != want {
			t.Errorf("%q: %q, want %q", greeting, got, want)
		}
	}
}

// TestRefusalsAreBounded: a server may refuse everything it listed.
func TestRefusalsAreBounded(t *testing.T) {
	var r refusals
	if err := r.err(); err != nil {
		t.Error(err)
	}
	for i := range 100_000 {
		r.add(fmt.Errorf("RETR %d: %w", i, popclient.ErrRefused))
	}
	if err := r.err(); !popclient.Refused(err) || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "99995 more") {
		t.Errorf("error %.2000v", err)
	}
	if err := r.with(popclient.ErrLost); popclient.Refused(err) || !errors.Is(err, popclient.ErrLost) || !strings.Contains(err.Error(), "RETR 0") {
		t.Errorf("error %v", err)
	}
}

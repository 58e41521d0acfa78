package pop3_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/xdg-go/scram"

	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/postoffice"
	"restante.app/postoffice/postofficetest"
)

// TestSTLSNotTrusted has a post office whose certificate is refused after STLS: nothing
// secret is said then, and the session can't go on.
func TestSTLSNotTrusted(t *testing.T) {
	cert, roots := postofficetest.Certificate(t)
	office := postofficetest.Start(t, func(c *postoffice.Config) { c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}} })
	addr := office.Listen(t, office.Server.ServePOP3)
	for name, c := range map[string]struct {
		trust   popclient.Dialer
		changed bool
	}{
		"unknown authority": {popclient.Dialer{Host: "localhost"}, false},
		"wrong host":        {popclient.Dialer{Host: "mail.example.org", Roots: roots}, false},
		"another key":       {popclient.Dialer{Host: "localhost", Roots: roots, PinnedKey: strings.Repeat("0", 64)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			trace := &popclient.Transcript{}
			session := pop3.New(dial(t, addr), pop3.Options{Secure: c.trust.Secure, Trace: trace})
			_, err := session.Greet(t.Context())
			if ce, ok := errors.AsType[*popclient.CertificateError](err); !ok || ce.Changed != c.changed || ce.Fingerprint == "" {
				t.Errorf("error %v", err)
			}
			if err := session.Login(t.Context(), postofficetest.User, popclient.Secret{Password: postofficetest.Password}); !errors.Is(err, popclient.ErrNoTLS) {
				t.Errorf("a login all the same: %v", err)
			}
			if err := session.Close(); err != nil {
				t.Error(err)
			}
			if said := trace.String(); strings.Contains(said, "USER") || strings.Contains(said, "AUTH") {
				t.Errorf("it said\n%s", said)
			}
		})
	}
}

// TestNoSecretBeforeSTLS forgets to secure a line that was dialled to be secured.
func TestNoSecretBeforeSTLS(t *testing.T) {
	office := postofficetest.Start(t, nil)
	_, port, err := net.SplitHostPort(office.Listen(t, office.Server.ServePOP3))
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	for _, auth := range []popclient.Auth{popclient.AuthPlain, popclient.AuthLogin, popclient.AuthUserPass} {
		nc, err := popclient.Dialer{Host: "localhost", Port: n, StartTLS: true, PlainConsent: true}.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		session := pop3.New(nc, pop3.Options{Auth: auth})
		if _, err := session.Greet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := session.Login(t.Context(), postofficetest.User, popclient.Secret{Password: postofficetest.Password}); !errors.Is(err, popclient.ErrNoTLS) {
			t.Errorf("%s: %v", auth, err)
		}
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}
}

// scramServer is a POP3 server inside TLS that knows SCRAM and no more.
type scramServer struct {
	offer   string                                          // behind SASL
	binding func(*tls.ConnectionState) scram.ChannelBinding // what it holds its session to be
}

// serve talks to one client and returns what was asked of SCRAM.
func (s scramServer) serve(tc *tls.Conn) (asked string, err error) {
	if err := tc.Handshake(); err != nil {
		return "", err
	}
	state := tc.ConnectionState()
	lookup := func(string) (scram.StoredCredentials, error) {
		client, err := scram.SHA256.NewClient("fred", "secret", "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: 4096})
	}
	server, err := scram.SHA256.NewServer(lookup)
	if err != nil {
		return "", err
	}
	talk := server.NewConversationWithChannelBinding(s.binding(&state))
	br := bufio.NewReader(tc)
	if _, err := fmt.Fprintf(tc, "+OK\r\n"); err != nil {
		return "", err
	}
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return asked, nil //nolint:nilerr // the client has left
		}
		line = strings.TrimSpace(line)
		answer := "-ERR"
		switch {
		case line == "CAPA":
			answer = "+OK\r\nSASL " + s.offer + "\r\n."
		case line == "QUIT":
			answer = "+OK"
		case line == "" && talk.Valid():
			answer = "+OK welcome"
		case line != "*":
			said := line
			if rest, ok := strings.CutPrefix(line, "AUTH "); ok {
				asked, said, _ = strings.Cut(rest, " ")
			}
			answer = scramAnswer(talk, said)
		}
		if _, err := fmt.Fprintf(tc, "%s\r\n", answer); err != nil {
			return asked, err
		}
	}
}

func scramAnswer(talk *scram.ServerConversation, said string) string {
	octets, err := base64.StdEncoding.DecodeString(said)
	if err != nil {
		return "-ERR that is not base64"
	}
	answer, err := talk.Step(string(octets))
	if err != nil {
		return "-ERR [AUTH] no"
	}
	return "+ " + base64.StdEncoding.EncodeToString([]byte(answer))
}

func ownBinding(state *tls.ConnectionState) scram.ChannelBinding {
	if state.Version < tls.VersionTLS13 {
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	b, err := scram.NewTLSExporterBinding(state)
	if err != nil {
		panic(err) // a session of TLS 1.3 lends its keys
	}
	return b
}

// foreignBinding is what the server of somebody in between sees: another session.
func foreignBinding(state *tls.ConnectionState) scram.ChannelBinding {
	b := ownBinding(state)
	b.Data[0] ^= 1
	return b
}

// TestSCRAMPlus ties the login to the TLS session.
func TestSCRAMPlus(t *testing.T) {
	const both = "SCRAM-SHA-256-PLUS SCRAM-SHA-256"
	for name, c := range map[string]struct {
		server  scramServer
		version uint16
		auth    popclient.Auth
		asked   string
		err     error
	}{
		"TLS 1.3":                      {scramServer{both, ownBinding}, tls.VersionTLS13, "", "SCRAM-SHA-256-PLUS", nil},
		"TLS 1.2":                      {scramServer{both, ownBinding}, tls.VersionTLS12, "", "SCRAM-SHA-256-PLUS", nil},
		"without PLUS by choice":       {scramServer{both, ownBinding}, tls.VersionTLS13, popclient.AuthSCRAM, "SCRAM-SHA-256", nil},
		"a session of someone between": {scramServer{both, foreignBinding}, tls.VersionTLS13, "", "SCRAM-SHA-256-PLUS", popclient.ErrAuth},
		"PLUS taken out on the way":    {scramServer{"SCRAM-SHA-256", ownBinding}, tls.VersionTLS13, "", "SCRAM-SHA-256", popclient.ErrAuth},
	} {
		t.Run(name, func(t *testing.T) {
			cert, roots := postofficetest.Certificate(t)
			near, far := net.Pipe()
			asked := make(chan string, 1)
			go func() {
				tc := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: c.version, MaxVersion: c.version})
				word, err := c.server.serve(tc)
				if err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Error(err)
				}
				_ = tc.Close() // the client has left
				asked <- word
			}()
			err := scramLogin(t.Context(), near, popclient.Dialer{Host: "localhost", Roots: roots}, c.auth)
			if !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Errorf("error %v, want %v", err, c.err)
			}
			if got := <-asked; got != c.asked {
				t.Errorf("asked for %q, want %q", got, c.asked)
			}
		})
	}
}

func scramLogin(ctx context.Context, nc net.Conn, d popclient.Dialer, auth popclient.Auth) error {
	tc, err := d.Secure(ctx, nc)
	if err != nil {
		return errors.Join(err, nc.Close())
	}
	session := pop3.New(tc, pop3.Options{Protected: true, Auth: auth})
	_, err = session.Greet(ctx)
	if err == nil {
		err = session.Login(ctx, "fred", popclient.Secret{Password: "secret"})
	}
	if err == nil {
		return session.Quit(ctx)
	}
	return errors.Join(err, session.Close())
}

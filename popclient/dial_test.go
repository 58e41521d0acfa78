package popclient_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"restante.app/popclient"
)

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{cert, key}
}

// issue makes a certificate for a name and returns it with its key's fingerprint.
func (a authority) issue(t *testing.T, name string, until time.Time) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(spki)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, hex.EncodeToString(sum[:])
}

// serve accepts connections, finishes the handshake if there is a certificate, and
// says hello. It returns the port.
func serve(t *testing.T, cert *tls.Certificate) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if cert != nil {
		ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{*cert}})
	}
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
	})
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.WriteString(nc, "+OK\r\n") // the client may have refused
				_ = nc.Close()
			}()
		}
	}()
	return port
}

func TestCertificates(t *testing.T) {
	ca := newAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	soon := time.Now().Add(time.Hour)
	good, goodPrint := ca.issue(t, "localhost", soon)
	other, otherPrint := ca.issue(t, "mail.example.org", soon)
	expired, expiredPrint := ca.issue(t, "localhost", time.Now().Add(-time.Minute))
	nul, _ := ca.issue(t, "localhost\x00.example.org", soon)
	for _, c := range []struct {
		why     string
		cert    tls.Certificate
		dialer  popclient.Dialer
		refused string // the fingerprint in the refusal, "" if it is to be trusted
		changed bool
	}{
		{"valid", good, popclient.Dialer{Roots: roots}, "", false},
		{"unknown authority", good, popclient.Dialer{Roots: x509.NewCertPool()}, goodPrint, false},
		{"wrong host", other, popclient.Dialer{Roots: roots}, otherPrint, false},
		{"expired", expired, popclient.Dialer{Roots: roots}, expiredPrint, false},
		{"NUL in the name", nul, popclient.Dialer{Roots: roots}, "any", false},
		{"pinned", expired, popclient.Dialer{Roots: roots, PinnedKey: expiredPrint}, "", false},
		{"another key than the pinned one, valid or not", good, popclient.Dialer{Roots: roots, PinnedKey: otherPrint}, goodPrint, true},
	} {
		t.Run(c.why, func(t *testing.T) {
			c.dialer.Host, c.dialer.Port, c.dialer.TLS = "localhost", serve(t, &c.cert), true
			nc, err := c.dialer.Dial(t.Context())
			if c.refused == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := nc.Close(); err != nil {
					t.Error(err)
				}
				return
			}
			ce, ok := errors.AsType[*popclient.CertificateError](err)
			if !ok || ce.Changed != c.changed || c.refused != "any" && ce.Fingerprint != c.refused {
				t.Errorf("error %v (%+v), want the key %s refused", err, ce, c.refused)
			}
		})
	}
}

func TestNoTLSWhereTLSIsDue(t *testing.T) {
	d := popclient.Dialer{Host: "localhost", Port: serve(t, nil), TLS: true}
	if nc, err := d.Dial(t.Context()); nc != nil || err == nil {
		t.Errorf("got %v, %v from a server without TLS", nc, err)
	}
}

// TestClosedWhileSecured cuts the handshake off, as a server does that is full or starting.
func TestClosedWhileSecured(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			_ = nc.Close() // the test is about that
		}
	}()
	d := popclient.Dialer{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, TLS: true}
	if nc, err := d.Dial(t.Context()); nc != nil || !errors.Is(err, popclient.ErrHandshake) {
		t.Errorf("got %v, %v", nc, err)
	}
}

// TestNothingListens asks the operating system itself: each has numbers of its own.
func TestNothingListens(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	d := popclient.Dialer{Host: "127.0.0.1", Port: port, TLS: true}
	if _, err := d.Dial(t.Context()); !popclient.NothingListens(err) || popclient.NoRoute(err) {
		t.Errorf("got %v", err)
	}
}

func TestPlainNeedsConsentBeyondLoopback(t *testing.T) {
	// 192.0.2.1 is for documentation (RFC 5737): consent is refused before any look
	// at the network, and with consent the cancelled context ends the attempt.
	d := popclient.Dialer{Host: "192.0.2.1", Port: 109}
	if _, err := d.Dial(t.Context()); !errors.Is(err, popclient.ErrNoTLS) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.PlainConsent = true
	if _, err := d.Dial(ctx); err == nil || errors.Is(err, popclient.ErrNoTLS) {
		t.Errorf("error %v", err)
	}
	var steps []popclient.DialStep
	l := popclient.Dialer{Host: "127.0.0.1", Port: serve(t, nil), OnStep: func(s popclient.DialStep, _ string) { steps = append(steps, s) }}
	nc, err := l.Dial(t.Context())
	if err != nil || len(steps) != 2 {
		t.Fatalf("loopback: %v, steps %v", err, steps)
	}
	if err := nc.Close(); err != nil {
		t.Error(err)
	}
}

func TestTranscriptIsBounded(t *testing.T) {
	var tr popclient.Transcript
	for range 10_000 {
		tr.Client("NOOP")
		tr.Server("+OK")
	}
	tr.Note("the end")
	got := tr.String()
	if n := strings.Count(got, "\n"); n > 402 || !strings.HasPrefix(got, "C: NOOP\n") || !strings.HasSuffix(got, "(the end)\n") {
		t.Errorf("%d lines: %.60q … %q", n, got, got[len(got)-30:])
	}
}

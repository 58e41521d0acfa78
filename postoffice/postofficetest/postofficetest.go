// Package postofficetest starts post offices for tests: on loopback, with one
// user and mail in memory, which the test can look at.
package postofficetest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
)

// The user that every Office has.
const (
	User     = "fred"
	Password = "open sesame"
)

// Office is a running post office.
type Office struct {
	Addr   string           // host and port of the plain POP1 listener
	Drops  *maildrop.Memory // nil if the configuration brought its own
	Server *postoffice.Server
	Config postoffice.Config // as the Server was made with

	mask *mask // of Drops
}

// Start runs a post office until the test ends. The messages lie in fred's inbox. change,
// if not nil, changes the configuration before the start: limits, DataReply,
// other drops.
func Start(tb testing.TB, change func(*postoffice.Config), messages ...[]byte) *Office {
	tb.Helper()
	drops := new(maildrop.Memory)
	drops.Put(User, "inbox", messages...)
	cfg := postoffice.Config{
		Users:    postoffice.StaticUsers{User: Password},
		Drops:    drops,
		Hostname: "post.example",
		// Tests log in often and from one address.
		Limits: postoffice.Limits{PerAddress: 1000, Sessions: 1000, LoginDelay: -1},
	}
	if change != nil {
		change(&cfg)
	}
	o := &Office{Drops: drops, mask: &mask{Memory: drops}}
	if cfg.Drops == postoffice.Opener(drops) {
		cfg.Drops = o.mask
	} else {
		o.Drops, o.mask = nil, nil
	}
	srv, err := postoffice.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	o.Server, o.Config = srv, cfg
	o.Addr = o.Listen(tb, srv.Serve)
	return o
}

// Listen has serve, one of the Server's methods, serve a port of its own on loopback, and
// returns its address. When the test ends the post office is shut down.
func (o *Office) Listen(tb testing.TB, serve func(context.Context, net.Listener) error) string {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	done := make(chan error, 1)
	first := &firstAccept{Listener: ln, begun: make(chan struct{})}
	go func() { done <- serve(context.Background(), first) }()
	select {
	case <-first.begun: // else a short test could end before it
	case err := <-done:
		tb.Fatalf("the post office does not serve: %v", err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := o.Server.Shutdown(ctx); err != nil {
			tb.Errorf("the post office did not shut down: %v", err)
		}
		if err := <-done; err != nil {
			tb.Errorf("the post office stopped serving: %v", err)
		}
	})
	return ln.Addr().String()
}

// firstAccept tells when its server has begun to serve.
type firstAccept struct {
	net.Listener
	once  sync.Once
	begun chan struct{}
}

func (l *firstAccept) Accept() (net.Conn, error) {
	l.once.Do(func() { close(l.begun) })
	return l.Listener.Accept()
}

// Held returns what fred's inbox still holds, message by message as put.
func (o *Office) Held() [][]byte { return o.Drops.Messages(User, "inbox") }

// Certificate makes a certificate for localhost and 127.0.0.1, and what trusts it.
func Certificate(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots
}

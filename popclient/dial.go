package popclient

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Dialer says how to reach a post office and how far to trust the line to it.
type Dialer struct {
	Host string
	Port int
	// TLS protects the line from the first octet. Without it Dial refuses any host
	// that is not loopback, unless PlainConsent is set.
	TLS bool
	// StartTLS has Dial leave the line open: the session secures it with Secure (RFC
	// 2595 STLS). No session sends a password on such a connection before that; it
	// fails with ErrNoTLS, whatever PlainConsent says.
	StartTLS     bool
	PlainConsent bool
	// PinnedKey is the hex SHA-256 of the one public key (SubjectPublicKeyInfo) that
	// is trusted in spite of its certificate; "" for none. With a pin every other
	// key is refused, valid certificate or not.
	PinnedKey string
	// Timeout is for the connection and for the handshake, each; 0 means 30 s.
	Timeout time.Duration
	// Roots are the authorities trusted; nil means the system's.
	Roots *x509.CertPool
	// OnStep, if not nil, is told of each step as it succeeds.
	OnStep func(step DialStep, detail string)
}

// DialStep is a stage of Dial.
type DialStep int

// The stages, in order.
const (
	Resolved DialStep = iota
	Connected
	Secured
)

// CertificateError says that the server's certificate or key is not trusted.
type CertificateError struct {
	Host        string
	Fingerprint string // hex SHA-256 of the server's public key
	Changed     bool   // another key was pinned before
	Err         error  // the reason, often an x509 error
}

// Error implements error.
func (e *CertificateError) Error() string {
	if e.Changed {
		return fmt.Sprintf("the key of %s has changed since it was pinned (now %s)", e.Host, e.Fingerprint)
	}
	return fmt.Sprintf("the certificate of %s is not trusted: %v (its key: %s)", e.Host, e.Err, e.Fingerprint)
}

// Unwrap returns the reason.
func (e *CertificateError) Unwrap() error { return e.Err }

// Dial connects. It returns ErrNoTLS without a look at the network if the line
// would be open and nobody agreed; a *CertificateError if the certificate is refused;
// otherwise net's errors. The connection has no deadline set.
func (d Dialer) Dial(ctx context.Context) (net.Conn, error) {
	addrs, err := d.resolve(ctx)
	if err != nil {
		return nil, err
	}
	if !d.TLS && !d.StartTLS && !d.PlainConsent {
		for _, a := range addrs {
			if !a.IsLoopback() {
				return nil, fmt.Errorf("%s: %w", d.Host, ErrNoTLS)
			}
		}
	}
	d.step(Resolved, strings.Trim(fmt.Sprint(addrs), "[]"))
	nc, err := d.connect(ctx, addrs)
	if err != nil {
		return nil, err
	}
	d.step(Connected, nc.RemoteAddr().String())
	switch {
	case d.TLS:
	case d.StartTLS:
		return beforeTLS{nc}, nil
	default:
		return nc, nil
	}
	tc, err := d.Secure(ctx, nc)
	if err != nil {
		return nil, errors.Join(err, nc.Close())
	}
	return tc, nil
}

// beforeTLS is a connection that is to be secured before a password goes over it.
type beforeTLS struct{ net.Conn }

// NeedsTLS tells sessions so.
func (beforeTLS) NeedsTLS() bool { return true }

func (d Dialer) timeout() time.Duration {
	if d.Timeout <= 0 {
		return 30 * time.Second
	}
	return d.Timeout
}

func (d Dialer) step(s DialStep, detail string) {
	if d.OnStep != nil {
		d.OnStep(s, detail)
	}
}

func (d Dialer) resolve(ctx context.Context) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout())
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", d.Host)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: d.Host, IsNotFound: true}
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	return addrs, nil
}

// connect tries the addresses that were resolved, and checked, in their order.
// Dialling by name would resolve again and might come to another host.
func (d Dialer) connect(ctx context.Context, addrs []netip.Addr) (net.Conn, error) {
	nd := net.Dialer{Timeout: d.timeout()}
	var errs []error
	for _, a := range addrs {
		nc, err := nd.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), strconv.Itoa(d.Port)))
		if err == nil {
			return nc, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(errs...)
}

// Secure performs the TLS handshake on a connection to the Dialer's host and checks
// the server's certificate or its pinned key. The errors are those of Dial. The
// connection is not closed.
//
// Verification is our own because a pinned key takes the place of the chain, never of
// the handshake's proof that the server has it.
func (d Dialer) Secure(ctx context.Context, nc net.Conn) (net.Conn, error) {
	tc := tls.Client(newReadAhead(nc), &tls.Config{
		ServerName:         d.Host,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // VerifyConnection below does it, see above
		VerifyConnection:   d.verify,
	})
	ctx, cancel := context.WithTimeout(ctx, d.timeout())
	defer cancel()
	if err := tc.HandshakeContext(ctx); err != nil {
		if cutOff(err) {
			err = fmt.Errorf("%w: %w", ErrHandshake, err)
		}
		return nil, fmt.Errorf("TLS with %s: %w", d.Host, err)
	}
	state := tc.ConnectionState()
	d.step(Secured, tls.VersionName(state.Version)+", "+tls.CipherSuiteName(state.CipherSuite))
	return tc, nil
}

// cutOff tells whether the other side ended the connection, without a word of why.
func cutOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		isOneOf(err, errnoReset)
}

func (d Dialer) verify(state tls.ConnectionState) error {
	leaf := state.PeerCertificates[0]
	sum := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	key := hex.EncodeToString(sum[:])
	if d.PinnedKey != "" {
		if d.PinnedKey == key {
			return nil
		}
		return &CertificateError{Host: d.Host, Fingerprint: key, Changed: true, Err: errors.New("the key is not the pinned one")}
	}
	opts := x509.VerifyOptions{DNSName: d.Host, Roots: d.Roots, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		opts.Intermediates.AddCert(c)
	}
	if _, err := leaf.Verify(opts); err != nil {
		return &CertificateError{Host: d.Host, Fingerprint: key, Err: err}
	}
	return nil
}

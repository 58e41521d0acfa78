package fetcher

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/autoconfig"
)

func said(command, line string, errs ...error) error {
	return &popclient.Error{Command: command, Line: line, Err: errors.Join(errs...)}
}

func distrust(err error) error {
	return fmt.Errorf("TLS: %w", &popclient.CertificateError{Host: "pop.example.org", Fingerprint: "abcd", Err: err})
}

func dialError(err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.1:995")), Err: err}
}

// TestAdvice wants each cause to have a sentence of its own and a next step.
func TestAdvice(t *testing.T) {
	cert := &x509.Certificate{
		NotBefore: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2021, 1, 2, 0, 0, 0, 0, time.UTC),
		DNSNames: []string{"mail.example.net"},
	}
	refusedLogin := []error{popclient.ErrAuth, popclient.ErrRefused}
	causes := []struct {
		why  string
		err  error
		what string
		next string
	}{
		{"cancelled", context.Canceled, "You cancelled", "Fetch again"},
		{"QUIT unanswered", said("QUIT", "", popclient.ErrUnconfirmed, popclient.ErrLost), "safe on this disk, but", "not be shown twice"},
		{"no password", ErrPasswordNeeded, "password of this account is not known", "type it"},
		{"no token", ErrSignInNeeded, "sign in again", "Choose Sign in"},
		{"no client ID", ErrNoClientID, "by a client ID", "app password"},
		{"token command", fmt.Errorf("%w: it failed", ErrToken), "no access token could be had: it failed", "token command"},
		{"passphrase", ErrPassphrase, "passphrase does not open", "Type it again"},
		{"no address", fmt.Errorf("%w: it has no @", autoconfig.ErrAddress), "not a mail address", "name@example.org"},
		{"no domain", fmt.Errorf("%w: nowhere.invalid", autoconfig.ErrNoDomain), "no domain of that name", "spelling behind the @"},
		{"a provider without POP", &autoconfig.NoPOPError{Provider: "X", Reason: "X offers no POP."}, "X offers no POP", "forwarding"},
		{"nothing found", errNothingFound, "Nothing was found", "by hand"},
		{"gone", ErrGone, "not at the post office any more", "list again"},
		{"store damaged", said("saving inbox", "", popclient.ErrStore, localstore.ErrDamaged), "store on this disk is damaged", "backup"},
		{"disk full", said("saving inbox", "", popclient.ErrStore, localstore.ErrNoSpace), "no room left", "Free some space"},
		{"disk failed", said("saving inbox", "", popclient.ErrStore, localstore.ErrDisk), "could not be saved", "Check the disk"},
		{"key changed", &popclient.CertificateError{Host: "pop.example.org", Changed: true}, "not the one you pinned", "new fingerprint"},
		{"certificate expired", distrust(x509.CertificateInvalidError{Cert: cert, Reason: x509.Expired}), "from 2 January 2020 to 2 January 2021", "clock"},
		{"certificate of another host", distrust(x509.HostnameError{Certificate: cert, Host: "pop.example.org"}), "not for pop.example.org but for mail.example.net", "Set the account's host"},
		{"certificate self-signed", distrust(x509.UnknownAuthorityError{Cert: cert}), "nobody known to this machine", "compare the fingerprint"},
		{"certificate otherwise bad", distrust(errors.New("name constraints")), "name constraints", "compare the fingerprint"},
		{"no TLS there", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "does not speak TLS", "Try the port"},
		{"TLS too old", fmt.Errorf("TLS: %w", tls.AlertError(70)), "could not agree", "versions of TLS"},
		{"closed while it was secured", fmt.Errorf("TLS: %w: %w", popclient.ErrHandshake, io.EOF), "while it was being secured", "in a while"},
		{"open line", popclient.ErrNoTLS, "password unprotected", "Turn TLS on"},
		{"app password", said("PASS", "-ERR [AUTH] Application-specific password required: https://support.google.com", refusedLogin...), "does not take the usual password", "app password"},
		{"locked mailbox", said("PASS", "-ERR [IN-USE] locked", popclient.ErrInUse, popclient.ErrRefused), "Another program has the mailbox open", "Close it there"},
		{"too soon", said("PASS", "-ERR [LOGIN-DELAY] wait", popclient.ErrLoginDelay, popclient.ErrRefused), "more time to pass", "Wait some minutes"},
		{"passing fault", said("PASS", "-ERR [SYS/TEMP] try later", popclient.ErrTemporary, popclient.ErrRefused), "passing fault", "in a while"},
		{"lasting fault", said("PASS", "-ERR [SYS/PERM] broken", popclient.ErrPermanent, popclient.ErrRefused), "will not pass by itself", "whoever runs it"},
		{"wrong password", said("PASS", "-ERR [AUTH] no", refusedLogin...), "did not accept the user name and password", "Check both"},
		{"line break in the user name", said("USER", "", popclient.ErrArgument), "line break", "Correct"},
		{"web server", said("greeting", "HTTP/1.1 400 Bad Request", popclient.ErrDialect), "web server answers", "Check host and port"},
		{"web server that waits", fmt.Errorf("%w (%w)", errWebServer, said("greeting", "", popclient.ErrTimeout)), "web server answers", "Check host and port"},
		{"TLS expected", fmt.Errorf("%w (%w)", errWantsTLS, said("greeting", "", popclient.ErrTimeout)), "waits for TLS", "security to TLS"},
		{"IMAP", said("greeting", "* OK ready", popclient.ErrDialect), "Another protocol is spoken at this port: IMAP", "995"},
		{"too few octets", said("RCEV", "", popclient.ErrShort), "promised more octets", "each time"},
		{"too many octets", said("RCEV", "", popclient.ErrLong), "sent more octets", "whoever runs it"},
		{"nonsense", said("LIST", "hello", popclient.ErrProtocol), "does not allow", "transcript"},
		{"STLS refused", fmt.Errorf("%w: %w", popclient.ErrNoTLS, said("STLS", "-ERR no", popclient.ErrRefused)), "does not secure the line", "port 995"},
		{"no such mechanism", said("AUTH", "", popclient.ErrMechanism), "way to log in", "automatic"},
		{"a server that is another", said("AUTH SCRAM-SHA-256", "", popclient.ErrServerProof), "could not prove", "Do not log in"},
		{"no TOP", said("TOP 1 0", "", popclient.ErrUnsupported), "no command for that", "as a whole"},
		{"no such host", &net.DNSError{Name: "pop.example.org", IsNotFound: true}, "No host named pop.example.org", "spelling"},
		{"no resolver", &net.DNSError{Name: "pop.example.org", IsTemporary: true}, "could not be looked up", "online"},
		{"closed port", dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED)), "Nothing answers at 192.0.2.1:995", "running"},
		{"no network", dialError(os.NewSyscallError("connect", syscall.ENETUNREACH)), "no way from this machine", "online"},
		{"dead host", dialError(os.ErrDeadlineExceeded), "does not answer at all", "switched off"},
		{"reset at once", dialError(os.NewSyscallError("connect", syscall.ECONNRESET)), "could not be reached", "Check host and port"},
		{"silence", said("greeting", "", popclient.ErrTimeout), "then said nothing", "another kind of server"},
		{"no answer in time", said("RETR 1", "", popclient.ErrTimeout), "did not answer in time", "later"},
		{"connection lost", said("RETR 1", "", popclient.ErrLost), "connection was lost", "not shown twice"},
		{"deletion refused", said("DELE 1", "-ERR no", popclient.ErrRefused), "refused to delete", "not show it twice"},
		{"refused", said("RETR inbox", "-ERR no", popclient.ErrRefused), "The post office refused (it said", "Another session"},
		{"anything else", errors.New("lightning"), "lightning", "transcript"},
	}
	same := map[string]bool{"web server that waits": true}
	before := map[string]string{}
	for _, c := range causes {
		t.Run(c.why, func(t *testing.T) {
			a := Advise(c.err)
			if !strings.Contains(a.What, c.what) || !strings.Contains(a.Next, c.next) || !strings.HasSuffix(a.What, ".") || !strings.HasSuffix(a.Next, ".") {
				t.Errorf("%+v", a)
			}
			if other := before[a.What]; other != "" && !same[c.why] {
				t.Errorf("it says the same as %s: %q", other, a.What)
			}
			before[a.What] = c.why
		})
	}
	if a := Advise(nil); a != (Advice{}) {
		t.Errorf("without an error: %+v", a)
	}
}

// TestServersThatDoNotGreet asks real ones.
func TestServersThatDoNotGreet(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.StartTLS()
	defer secure.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	go swallow(mute)
	c := openCore(t)
	c.probing = 50 * time.Millisecond
	for _, x := range []struct{ why, addr, says string }{
		{"a web server", web.Listener.Addr().String(), "web server answers"},
		{"one of TLS, without", secure.Listener.Addr().String(), ""},
		{"nothing at all", mute.Addr().String(), "then said nothing"},
	} {
		t.Run(x.why, func(t *testing.T) {
			r := c.Test(t.Context(), at(t, x.addr), "secret")
			if last := r.Steps[len(r.Steps)-1]; last.Step != StepGreet || last.Err == nil || !strings.Contains(r.Advice.What, x.says) {
				t.Errorf("%+v", r)
			}
			if strings.Contains(r.Transcript, "secret") {
				t.Errorf("transcript:\n%s", r.Transcript)
			}
		})
	}
}

// swallow takes connections, says nothing and hangs up once it is spoken to.
func swallow(ln net.Listener) {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = nc.Read(make([]byte, 1)) // an end is as good as a word
			_ = nc.Close()
		}()
	}
}

// TestPostOfficeOfTLSWithout finds out what a TLS port is that is talked to in the open.
func TestPostOfficeOfTLSWithout(t *testing.T) {
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
			go func() {
				defer nc.Close()
				// What Go's own TLS does with a web request is to answer it, so the alert
				// that others send (RFC 8446 section 6) is written by hand.
				buf := make([]byte, 5)
				if _, err := io.ReadFull(nc, buf); err == nil {
					_, _ = nc.Write([]byte{21, 3, 1, 0, 2, 2, 70}) // the client may be gone
				}
			}()
		}
	}()
	c := openCore(t)
	c.probing = 50 * time.Millisecond
	if r := c.Test(t.Context(), at(t, ln.Addr().String()), "x"); !strings.Contains(r.Advice.What, "waits for TLS") {
		t.Errorf("%+v", r)
	}
}

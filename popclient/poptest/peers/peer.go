//go:build unix

package peers

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante.app/popclient"
)

// Peer is a running server with one user, whose mail lies in a Maildir.
type Peer struct {
	Name     string // the server's name and version
	User     string
	Password string
	Addr     string         // host and port of the plain listener
	TLSAddr  string         // of the one that has TLS from the first octet, "" for none
	Roots    *x509.CertPool // that its certificate is good for, nil if it has none
	Features Features

	dir   string // the Maildir
	owner account
	count int
	idle  func() // waits until no session is open, nil where QUIT is answered last
}

// Features are what a server of its kind and settings offers.
type Features struct {
	STLS bool
	APOP bool
	SASL []popclient.Auth // mechanisms
}

// Mailbox returns the only name that POP3 has for a mailbox.
func (p *Peer) Mailbox() string { return "INBOX" }

// Held returns the messages in the Maildir, with LF line ends. It waits for the end of
// all sessions where the server answers QUIT before it deletes.
func (p *Peer) Held() (out [][]byte, err error) {
	if p.idle != nil {
		p.idle()
	}
	for _, sub := range []string{"new", "cur"} {
		list, err := os.ReadDir(filepath.Join(p.dir, sub))
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			m, err := os.ReadFile(filepath.Join(p.dir, sub, e.Name()))
			if err != nil {
				return nil, err
			}
			out = append(out, bytes.ReplaceAll(m, []byte("\r\n"), []byte("\n")))
		}
	}
	return out, nil
}

// Empty removes all mail, as its owner would in a shell. No session is open then.
func (p *Peer) Empty() error {
	if p.idle != nil {
		p.idle()
	}
	var errs []error
	for _, sub := range []string{"new", "cur"} {
		list, err := os.ReadDir(filepath.Join(p.dir, sub))
		errs = append(errs, err)
		for _, e := range list {
			errs = append(errs, os.Remove(filepath.Join(p.dir, sub, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// Deliver adds a message as a delivery agent does: into tmp, then renamed into new.
func (p *Peer) Deliver(message []byte) error {
	p.count++
	name := fmt.Sprintf("%d.M%dP%d.test", 1_000_000_000+p.count, p.count, os.Getpid())
	temp := filepath.Join(p.dir, "tmp", name)
	if err := os.WriteFile(temp, message, 0o600); err != nil {
		return err
	}
	return errors.Join(p.owner.give(temp), os.Rename(temp, filepath.Join(p.dir, "new", name)))
}

// account is who runs the servers.
type account struct {
	*user.User
	group    string
	uid, gid uint32
}

// serverAccount is the user of the test, but nobody for root, whose mail servers
// refuse to serve.
func serverAccount(t testing.TB) account {
	t.Helper()
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(uerr, gerr); err != nil {
		t.Fatal(err)
	}
	return account{u, g.Name, uint32(uid), uint32(gid)}
}

// give makes the account the owner of what is at and below path.
func (a account) give(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return filepath.WalkDir(path, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, int(a.uid), int(a.gid)))
	})
}

// run has a command run as the account.
func (a account) run(c *exec.Cmd) {
	if os.Geteuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
	}
}

// scratch makes a folder that the account may reach, with an empty Maildir in it.
// t.TempDir is not used, because others may not enter it.
func scratch(t testing.TB, a account) (base, maildir string) {
	t.Helper()
	base, err := os.MkdirTemp("", "peer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	maildir = filepath.Join(base, "Maildir")
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(maildir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(base, 0o755), a.give(base)); err != nil { //nolint:gosec // another account enters it
		t.Fatal(err)
	}
	return base, maildir
}

// unpacked is where .ci/setup unpacks servers that are not installed.
func unpacked() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "/"
	}
	return filepath.Join(dir, "restante", "peers")
}

// program finds an installed or unpacked program by its absolute path, "" if there
// is none.
func program(t testing.TB, path string) string {
	t.Helper()
	for _, root := range []string{"/", unpacked()} {
		p := filepath.Join(root, path)
		if s, err := os.Stat(p); err == nil && s.Mode().IsRegular() {
			return p
		}
	}
	t.Logf("%s is not installed: this server is left out", path)
	return ""
}

// environment is what an unpacked program needs to find its libraries.
func environment(extra ...string) []string {
	var dirs []string
	for _, pattern := range []string{"usr/lib", "usr/lib/*-linux-gnu*", "lib/*-linux-gnu*"} {
		found, _ := filepath.Glob(filepath.Join(unpacked(), pattern)) // the pattern is well formed
		dirs = append(dirs, found...)
	}
	return append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH=" + strings.Join(dirs, ":")}, extra...)
}

func mkdir(t testing.TB, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // another account enters it
		t.Fatal(err)
	}
}

// copied copies a program or a library and makes it reachable for the account, which may not
// enter the home of root where it was unpacked.
func copied(t testing.TB, from, to string) {
	t.Helper()
	octets, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, octets, 0o755) //nolint:gosec // a program must be executable
	}
	if err != nil {
		t.Fatal(err)
	}
}

// freeAddr returns a loopback address that nobody listens at.
func freeAddr(t testing.TB) (addr string, port int) {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	a, ok := ln.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("a %T", ln.Addr())
	}
	return ln.Addr().String(), a.Port
}

// certify writes a new certificate for localhost and its key below base.
func certify(t testing.TB, base string) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "localhost"},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	roots.AppendCertsFromPEM(certPEM)
	certFile, keyFile = filepath.Join(base, "cert.pem"), filepath.Join(base, "key.pem")
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	if err := errors.Join(os.WriteFile(certFile, certPEM, 0o600), os.WriteFile(keyFile, keyPEM, 0o600)); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile, roots
}

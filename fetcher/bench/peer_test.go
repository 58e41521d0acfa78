//go:build unix

package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
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
	"syscall"
	"testing"
	"time"
)

// dovecot serves the corpus over POP3 from a Maildir, as an ordinary user.
type dovecot struct {
	all     [][]byte
	base    string
	port    int
	tlsPort int
	key     string // hex SHA-256 of its public key
	maildir string
	owner   *user.User
}

const dovecotConf = `base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
disable_plaintext_auth = no
default_internal_user = %[3]s
default_internal_group = %[4]s
default_login_user = %[3]s
first_valid_uid = 0
mail_location = maildir:%[1]s/Maildir
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=%[5]s gid=%[6]s home=%[1]s
}
service anvil { 
  chroot =
}
service pop3-login {
  chroot =
  inet_listener pop3 { 
    port = %[2]d
  }
  inet_listener pop3s { 
    port = %[7]d
    ssl = yes
  }
}
`

func installed(names ...string) bool {
	for _, n := range names {
		if _, err := exec.LookPath(n); err != nil {
			fmt.Printf("  the peer is left out: %v\n", err)
			return false
		}
	}
	return true
}

// serverUser is who runs dovecot: whoever runs the test, but nobody for root, whose
// mail dovecot refuses to serve.
func serverUser(t *testing.T) *user.User {
	t.Helper()
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func groupName(t *testing.T, u *user.User) string {
	t.Helper()
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return g.Name
}

func number(t *testing.T, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

// give makes the server's user the owner of what is in dir.
func (d *dovecot) give(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, int(number(t, d.owner.Uid)), int(number(t, d.owner.Gid))))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// startDovecot starts the peer's server, or says what is missing and returns nil.
func startDovecot(t *testing.T, all [][]byte) *dovecot {
	t.Helper()
	if !installed("dovecot", "mpop") {
		return nil
	}
	base := elsewhere(t)
	d := &dovecot{all: all, base: base, port: freePort(t), tlsPort: freePort(t), maildir: filepath.Join(base, "Maildir")}
	d.key = certify(t, base)
	conf := filepath.Join(base, "dovecot.conf")
	d.owner = serverUser(t)
	text := fmt.Sprintf(dovecotConf, base, d.port, d.owner.Username, groupName(t, d.owner), d.owner.Uid, d.owner.Gid, d.tlsPort)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.give(t, base)
	server := exec.Command("dovecot", "-F", "-c", conf)
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		server.SysProcAttr.Credential = &syscall.Credential{Uid: number(t, d.owner.Uid), Gid: number(t, d.owner.Gid)}
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // it may be gone
		_ = server.Wait()                          // terminated
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		nc, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.port)))
		if err == nil {
			_ = nc.Close() // only to see that it answers
			return d
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(base, "log")) // for the message below
			t.Fatalf("dovecot does not answer: %v\n%s", err, log)
		}
	}
}

// elsewhere returns a folder for the server's mail that does not share the disk with
// what is measured: a post office is another machine. Where there is no file system in
// memory it is a folder on the disk all the same.
func elsewhere(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "restante-bench")
	if err != nil {
		return scratch(t)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePort returns a port that nobody listens on now.
func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	return ln.Addr().(*net.TCPAddr).Port
}

// certify makes a certificate for 127.0.0.1 in dir and returns its key's hash.
func certify(t *testing.T, dir string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:])
}

// refill puts the whole corpus into the mailbox, as new, and has the server index it, as
// one that delivers the mail itself has done before anybody collects it.
func (d *dovecot) refill(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(d.maildir); err != nil {
		t.Fatal(err)
	}
	maildir(t, d.maildir, d.all)
	d.give(t, d.maildir)
	d.uidl(t)
}

// held returns how many messages the server has.
func (d *dovecot) held(t *testing.T) int {
	t.Helper()
	n := 0
	for _, sub := range []string{"new", "cur"} {
		files, err := os.ReadDir(filepath.Join(d.maildir, sub))
		if err != nil {
			t.Fatal(err)
		}
		n += len(files)
	}
	return n
}

// mpop collects the corpus with mpop into a Maildir, deleting at the server, and
// returns how long it took.
func (d *dovecot) mpop(t *testing.T) time.Duration {
	t.Helper()
	d.refill(t)
	to := filepath.Join(scratch(t), "mail")
	maildir(t, to, nil)
	conf := filepath.Join(d.base, "mpoprc")
	text := fmt.Sprintf("defaults\naccount bench\nhost 127.0.0.1\nport %d\nuser fred\npassword secret\nauth user\ntls off\nkeep off\nuidls_file %s/uidls\ndelivery maildir %s\n", d.port, to, to)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	out, err := exec.Command("mpop", "-C", conf, "-q", "bench").CombinedOutput()
	took := time.Since(start)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(d.base, "log")) // for the message below
		t.Fatalf("mpop: %v\n%s\n%s", err, out, log)
	}
	got, err := os.ReadDir(filepath.Join(to, "new"))
	if err != nil || len(got) != len(d.all) {
		t.Fatalf("mpop delivered %d of %d, %v", len(got), len(d.all), err)
	}
	return took
}

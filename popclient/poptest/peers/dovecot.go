//go:build unix

package peers

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante.app/popclient"
)

// dovecotConf is for dovecot 2.3. Passwords are stored in the clear, because APOP
// and SCRAM-SHA-256 are to be offered both.
const dovecotConf = `base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[8]s
ssl_key = <%[9]s
disable_plaintext_auth = no
auth_mechanisms = plain login apop cram-md5 scram-sha-256
default_internal_user = %[3]s
default_internal_group = %[4]s
default_login_user = %[3]s
first_valid_uid = 0
mail_location = maildir:%[1]s/Maildir
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u %[1]s/users
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
  }
}
`

// Dovecot starts dovecot with PIPELINING, STLS, APOP and several mechanisms.
func Dovecot(t testing.TB) *Peer {
	t.Helper()
	binary := program(t, "/usr/sbin/dovecot")
	if binary == "" || program(t, "/usr/lib/dovecot/pop3") == "" {
		return nil
	}
	a := serverAccount(t)
	base, maildir := scratch(t, a)
	cert, key, roots := certify(t, base)
	p := &Peer{
		Name: "dovecot " + version(t, binary, "--version"), User: "fred", Password: "open sesame",
		Roots: roots, dir: maildir, owner: a,
		Features: Features{STLS: true, APOP: true, SASL: []popclient.Auth{popclient.AuthPlain, popclient.AuthLogin, popclient.AuthCRAMMD5, popclient.AuthSCRAM}},
	}
	var port, tlsPort int
	p.Addr, port = freeAddr(t)
	p.TLSAddr, tlsPort = freeAddr(t)
	conf := fmt.Sprintf(dovecotConf, base, port, a.Username, a.group, a.Uid, a.Gid, tlsPort, cert, key)
	for name, text := range map[string]string{"dovecot.conf": conf, "users": "fred:{PLAIN}open sesame\n"} {
		if err := os.WriteFile(filepath.Join(base, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.give(base); err != nil {
		t.Fatal(err)
	}
	server := exec.CommandContext(context.Background(), binary, "-F", "-c", filepath.Join(base, "dovecot.conf"))
	a.run(server)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // it may be gone
		_ = server.Wait()                          // terminated
	})
	await(t, p.Addr, filepath.Join(base, "log"))
	return p
}

// version asks a program for the first word of its version.
func version(t testing.TB, binary, flag string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary, flag)
	c.Env = environment()
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", binary, flag, err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}

// await waits until a server answers at addr.
func await(t testing.TB, addr, log string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		nc, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
		if err == nil {
			_ = nc.Close() // only to see that it answers
			return
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log) // for the message below
			t.Fatalf("the server does not answer: %v\n%s", err, text)
		}
	}
}

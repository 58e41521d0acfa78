//go:build unix

package peers

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// mailutilsConf takes users from a file of the test and gives each the mailbox INBOX
// in the home folder named there.
const mailutilsConf = `auth {
  authentication "generic:virtdomain";
  authorization "virtdomain";
};
virtdomain { passwd-dir %[1]s/domains; };
mandatory-locking { lock-directory %[1]s/locks; };
tls {
  ssl-certificate-file %[2]s;
  ssl-key-file %[3]s;
};
tls-mode ondemand;
logging { syslog no; };
`

// Mailutils starts GNU Mailutils' pop3d, in inetd mode behind a listener of this
// package, with STLS. It takes root, and serves as nobody after the login.
func Mailutils(t testing.TB) *Peer {
	t.Helper()
	binary := program(t, "/usr/sbin/pop3d")
	if binary == "" {
		return nil
	}
	if os.Geteuid() != 0 {
		t.Log("mailutils' pop3d runs for root alone: this server is left out")
		return nil
	}
	crypt := hash(t, "open sesame")
	if crypt == "" {
		return nil
	}
	a := serverAccount(t)
	base, maildir := scratch(t, a)
	env, local := transplant(t, base, binary)
	inbox := filepath.Join(base, "INBOX")
	if err := os.Rename(maildir, inbox); err != nil {
		t.Fatal(err)
	}
	mkdir(t, filepath.Join(base, "domains"))
	mkdir(t, filepath.Join(base, "locks"))
	if err := os.Chmod(filepath.Join(base, "locks"), 0o777); err != nil { //nolint:gosec // the server takes locks as nobody
		t.Fatal(err)
	}
	cert, key, roots := certify(t, base)
	conf := filepath.Join(base, "pop3d.conf")
	for path, text := range map[string]string{
		conf: fmt.Sprintf(mailutilsConf, base, cert, key),
		filepath.Join(base, "domains", "example.org"): fmt.Sprintf("fred:%s:%s:%s:fred:%s:/bin/sh\n", crypt, a.Uid, a.Gid, base),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &Peer{
		Name: version(t, binary, "--version"), User: "fred@example.org", Password: "open sesame",
		Roots: roots, dir: inbox, owner: a, Features: Features{STLS: true},
	}
	p.Addr, p.idle = inetd(t, func(*net.TCPConn) *exec.Cmd {
		c := exec.CommandContext(context.Background(), local, "--inetd", "--no-site-config", "--config-file="+conf)
		c.Dir, c.Env = base, env
		return c
	})
	return p
}

// hash returns a password as crypt(3) writes it, "" if openssl is missing.
func hash(t testing.TB, password string) string {
	t.Helper()
	salt := fmt.Sprintf("%x", sha256.Sum256([]byte(t.Name())))[:16]
	out, err := exec.CommandContext(t.Context(), "openssl", "passwd", "-6", "-salt", salt, password).Output()
	if err != nil {
		t.Logf("openssl is not installed (%v): this server is left out", err)
		return ""
	}
	return string(out[:len(out)-1])
}

//go:build unix

package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
)

// profile makes a profile with an account at the server.
func (d *dovecot) profile(t *testing.T, secure, remove bool) string {
	t.Helper()
	dir := filepath.Join(scratch(t), "profile")
	s, err := localstore.Open(dir, localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := localstore.Account{
		Name: "bench", Host: "127.0.0.1", Port: d.port, Protocol: "pop3", User: "fred",
		Mailboxes: []string{"inbox"}, Security: localstore.Plain, Delete: remove,
	}
	if secure {
		a.Port, a.Security, a.PinnedKey = d.tlsPort, localstore.TLS, d.key
	}
	_, err = s.PutAccount(a)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fetch runs the program on a profile and returns how long it took as a whole. Its
// report must hold want.
func fetch(t *testing.T, bin, profile, want string) time.Duration {
	t.Helper()
	cmd := exec.Command(bin, "--profile", profile, "fetch")
	cmd.Env = append(os.Environ(), "RESTANTE_PASSWORD=secret", "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=")
	start := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(start)
	if err != nil || !strings.Contains(string(out), want) {
		t.Fatalf("%v, want %q:\n%s", err, want, out)
	}
	return took
}

// fetched refills the mailbox and collects it by RDEL.
func (d *dovecot) fetched(t *testing.T, bin string, secure bool) time.Duration {
	t.Helper()
	d.refill(t)
	took := fetch(t, bin, d.profile(t, secure, true), fmt.Sprintf(" %d collected,", len(d.all)))
	if n := d.held(t); n != 0 {
		t.Fatalf("%d are left at the server", n)
	}
	return took
}

// curl reads the corpus with curl, which throws it away and deletes nothing.
func (d *dovecot) curl(t *testing.T) time.Duration {
	t.Helper()
	d.refill(t)
	url := fmt.Sprintf("pop3://fred:secret@127.0.0.1:%d/[1-%d]", d.port, len(d.all))
	var out bytes.Buffer
	cmd := exec.Command("curl", "--silent", "--show-error", "--output", "/dev/null", url)
	cmd.Stderr = &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("curl: %v\n%s", err, &out)
	}
	return time.Since(start)
}

// TestPOP3Figures measures collecting over POP3 from dovecot beside mpop and beside
// curl, over TLS beside without it, and with nothing new beside the server's own list.
//
// The server has the same processors as the client here, and its own TLS takes more of
// them than the client's: so what TLS adds is also measured of a client that keeps nothing.
func TestPOP3Figures(t *testing.T) {
	if !installed("curl") {
		return
	}
	all := corpus(*size)
	d := startDovecot(t, all)
	if d == nil {
		return
	}
	bin := build(t)
	var plain, secure, mpop, curl, bare, bareSecure []time.Duration
	for range *runs {
		plain = append(plain, d.fetched(t, bin, false))
		mpop = append(mpop, d.mpop(t))
		curl = append(curl, d.curl(t))
		bare = append(bare, d.thrownAway(t, false))
		secure = append(secure, d.fetched(t, bin, true))
		bareSecure = append(bareSecure, d.thrownAway(t, true))
	}
	p, m, c, s := median(plain), median(mpop), median(curl), median(secure)
	least, leastSecure := median(bare), median(bareSecure)
	rate := func(d time.Duration) float64 { return float64(len(all)) / d.Seconds() }
	fmt.Printf("%d messages over POP3 from dovecot; median of %d\n", len(all), *runs)
	fmt.Printf("  popfetch, RDEL into the store: %v, %.0f messages/s\n", p, rate(p))
	fmt.Printf("  the same over TLS:             %v, %.0f messages/s\n", s, rate(s))
	fmt.Printf("  mpop into a Maildir:           %v, %.0f messages/s\n", m, rate(m))
	fmt.Printf("  curl, thrown away:             %v, %.0f messages/s\n", c, rate(c))
	fmt.Printf("  asked ahead and thrown away:   %v; over TLS: %v, %.2f times that\n", least, leastSecure, leastSecure.Seconds()/least.Seconds())
	figure(t, "pop3-messages-per-second-beside-mpop", m.Seconds()/p.Seconds(), 3, true)
	figure(t, "pop3-messages-per-second-beside-curl", c.Seconds()/p.Seconds(), 1, true)
	figure(t, "pop3-tls-time-beside-plain", s.Seconds()/p.Seconds(), 1.25, false)
	figure(t, "pop3-tls-adds-beside-throwing-away", (s-p).Seconds()/(leastSecure-least).Seconds(), 1.25, false)
	d.nothingNew(t, bin)
}

func (d *dovecot) nothingNew(t *testing.T, bin string) {
	t.Helper()
	d.refill(t)
	profile := d.profile(t, false, false)
	fetch(t, bin, profile, fmt.Sprintf(" %d collected,", len(d.all)))
	var ours, server []time.Duration
	for range max(*runs, 3) * 3 {
		ours = append(ours, fetch(t, bin, profile, fmt.Sprintf(" %d already known", len(d.all))))
		server = append(server, d.uidl(t))
	}
	o, s := median(ours), median(server)
	fmt.Printf("  nothing new among %d: %v; the server's own UIDL: %v\n", len(d.all), o, s)
	figure(t, "pop3-nothing-new-beside-uidl", o.Seconds()/s.Seconds(), 1.2, false)
}

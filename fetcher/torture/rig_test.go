//go:build unix

package torture

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/postoffice/postofficetest"
)

var (
	kills     = flag.Int("kills", 4, "how often to kill -9, in each dialect")
	upkeeps   = flag.Int("upkeeps", 3, "how often to kill -9 each thing that is done beside fetching")
	cuts      = flag.Int("cuts", 3, "how often to cut or stall the connection")
	faults    = flag.Int("faults", 2, "how often to fail the disk, for each way of failing")
	powercuts = flag.Int("powercuts", 2, "how often to cut the power")
	letters   = flag.Int("letters", 400, "messages in the mailbox")
	seed      = flag.Uint64("seed", 0, "of the random points; 0 chooses one and logs it")
)

// programs are the built popfetch: as shipped, and with the fsyncs left out.
var shipped, syncless string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	shipped, syncless = filepath.Join(dir, "popfetch"), filepath.Join(dir, "popfetch-nosync")
	for bin, tags := range map[string]string{shipped: "", syncless: "torture_nosync"} {
		cmd := exec.Command("go", "build", "-tags", tags, "-o", bin, "restante.app/cmd/popfetch")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building popfetch: %v\n%s", err, out)
			return 1
		}
	}
	return m.Run()
}

// dice returns the test's source of random points.
func dice(t *testing.T) *rand.Rand {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 918))
}

// mail makes the letters of a mailbox, about 11 KB each on average.
func mail(r *rand.Rand) [][]byte {
	out := make([][]byte, *letters)
	for i := range out {
		var b bytes.Buffer
		fmt.Fprintf(&b, "From: person%d@example.org\r\nTo: fred@example.org\r\nSubject: letter %05d\r\nDate: Mon, 12 Nov 1984 20:%02d:00 -0800\r\nMessage-ID: <%d@example.org>\r\n\r\n", i%7, i, i%60, i)
		for n := 200 + r.IntN(22_000); b.Len() < n; {
			fmt.Fprintf(&b, "From line %d of %x: the quick brown fox\r\n", b.Len(), r.Uint64())
			if r.IntN(50) == 0 {
				b.WriteString(".\r\n") // what a POP3 server has to stuff
			}
		}
		out[i] = b.Bytes()
	}
	return out
}

// office is a server that holds mail.
type office interface{ Held() [][]byte }

// dialect is a protocol, and what a server makes of it.
type dialect struct {
	name     string
	protocol string
	start    func(t *testing.T, all [][]byte) (o office, addr string)
}

func dialects() []dialect {
	pop3 := func(kind ids) func(*testing.T, [][]byte) (office, string) {
		return func(t *testing.T, all [][]byte) (office, string) {
			s := newPOP3Server(t, all, kind)
			return s, s.address
		}
	}
	return []dialect{
		{"pop1", "pop1", func(t *testing.T, all [][]byte) (office, string) {
			o := postofficetest.Start(t, nil, all...)
			return o, o.Addr
		}},
		{"pop3", "pop3", pop3(stable)},
		{"pop3-without-ids", "pop3", pop3(none)},
		{"pop3-odd", "pop3", pop3(odd)},
	}
}

// inEach runs a test in every dialect.
func inEach(t *testing.T, test func(t *testing.T, d dialect)) {
	for _, d := range dialects() {
		t.Run(d.name, func(t *testing.T) { test(t, d) })
	}
}

// trial is one profile and one post office that holds all letters.
type trial struct {
	t        *testing.T
	dialect  dialect
	office   office
	officeAt string
	all      [][]byte
	profile  string
	addr     string // where the account finds the post office
	program  string
}

func newTrial(t *testing.T, d dialect, all [][]byte) *trial {
	o, addr := d.start(t, all)
	return &trial{t: t, dialect: d, office: o, officeAt: addr, all: all, profile: t.TempDir(), addr: addr, program: shipped}
}

// setUp makes the account.
func (tr *trial) setUp() {
	tr.t.Helper()
	s, err := localstore.Open(tr.profile, localstore.Options{})
	if err != nil {
		tr.t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(tr.addr)
	if err != nil {
		tr.t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		tr.t.Fatal(err)
	}
	_, err = s.PutAccount(localstore.Account{
		Name: "torture", Host: host, Port: n, Protocol: tr.dialect.protocol, User: postofficetest.User,
		Mailboxes: []string{"inbox"}, Security: localstore.Plain, Delete: true,
	})
	if err := errors.Join(err, s.Close()); err != nil {
		tr.t.Fatal(err)
	}
}

// fetch returns the command of a fetch, with wrap in front of it.
func (tr *trial) fetch(ctx context.Context, wrap ...string) (*exec.Cmd, *bytes.Buffer) {
	args := append(wrap, tr.program, "--profile", tr.profile, "fetch")
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "RESTANTE_PASSWORD="+postofficetest.Password, "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	return cmd, &out
}

// finish fetches until nothing disturbs it. A post office that has not noticed
// the end of the last session yet still holds the mailbox; that is waited for. One that
// does not say whether it deleted is asked again.
func (tr *trial) finish() {
	tr.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		cmd, out := tr.fetch(tr.t.Context())
		err := cmd.Run()
		if err == nil {
			return
		}
		again := strings.Contains(out.String(), "in use") || unconfirmed(out)
		if !again || time.Now().After(deadline) {
			tr.t.Fatalf("the fetch after the blow: %v\n%s", err, out)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// unconfirmed tells whether a fetch failed only in that the post office did not say
// whether it deleted.
func unconfirmed(out *bytes.Buffer) bool {
	return strings.Contains(out.String(), "broke before the post office said")
}

// count returns how often each letter is in the store. The store must be sound; only
// the control's may have broken, and then holds nothing.
func (tr *trial) count() map[string]int {
	tr.t.Helper()
	s, err := localstore.Open(tr.profile, localstore.Options{Summarize: subject})
	if err != nil && tr.program == syncless {
		tr.t.Logf("after the blow the control's store does not open: %v", err)
		return nil
	}
	if err != nil {
		tr.t.Fatalf("after the blow the store does not open: %v", err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			tr.t.Error(err)
		}
	}()
	report, err := s.Check(tr.t.Context(), true)
	if !report.OK() && tr.program == syncless {
		tr.t.Logf("after the blow the control's store is damaged: %v", report)
		return nil
	}
	if err != nil || !report.OK() {
		tr.t.Fatalf("after the blow the store is damaged: %v, %v", report, err)
	}
	return tr.subjects(s)
}

func (tr *trial) subjects(s *localstore.Store) map[string]int {
	n := map[string]int{}
	boxes, err := s.Mailboxes()
	if err != nil {
		tr.t.Fatal(err)
	}
	for _, m := range boxes {
		refs, err := s.Refs(m.ID, false)
		if err != nil {
			tr.t.Fatal(err)
		}
		ids := make([]localstore.MessageID, len(refs))
		for i, r := range refs {
			ids[i] = r.ID
		}
		entries, err := s.Entries(ids)
		if err != nil {
			tr.t.Fatal(err)
		}
		for _, e := range entries {
			n[e.Summary.Subject]++
		}
	}
	return n
}

func subject(head []byte) localstore.Summary {
	_, rest, _ := bytes.Cut(head, []byte("\nSubject: "))
	line, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return localstore.Summary{Subject: string(line)}
}

// blow is what was seen after a disturbance.
type blow struct{ stored, held, lost, doubled int }

// look compares the store and the post office with the letters.
func (tr *trial) look() blow {
	tr.t.Helper()
	stored := tr.count()
	held := map[string]int{}
	for _, m := range tr.office.Held() {
		held[subject(m).Subject]++
	}
	b := blow{stored: len(stored), held: len(held)}
	for _, m := range tr.all {
		s := subject(m).Subject
		if stored[s] == 0 && held[s] == 0 {
			b.lost++
		}
		if stored[s] > 1 {
			b.doubled++
		}
	}
	return b
}

// nothingLost fails the test if a letter is nowhere or twice in the store.
func (tr *trial) nothingLost() blow {
	tr.t.Helper()
	b := tr.look()
	if b.lost > 0 || b.doubled > 0 {
		tr.t.Fatalf("%d letters lost, %d doubled (%d in the store, %d at the post office)", b.lost, b.doubled, b.stored, b.held)
	}
	return b
}

// complete fetches the rest and wants every letter once in the store.
func (tr *trial) complete() {
	tr.t.Helper()
	tr.finish()
	if b := tr.nothingLost(); b.stored != len(tr.all) || b.held != 0 {
		tr.t.Fatalf("after the next fetch %d of %d letters are in the store, %d at the post office", b.stored, len(tr.all), b.held)
	}
}

// duration measures an undisturbed fetch, and tries the rig itself.
func duration(t *testing.T, d dialect, all [][]byte) time.Duration {
	tr := newTrial(t, d, all)
	tr.setUp()
	start := time.Now()
	tr.finish()
	took := time.Since(start)
	if b := tr.nothingLost(); b.stored != len(all) || b.held != 0 {
		t.Fatalf("undisturbed: %+v", b)
	}
	return took
}

// moveTo points the account at another address.
func (tr *trial) moveTo(addr string) {
	tr.t.Helper()
	s, err := localstore.Open(tr.profile, localstore.Options{})
	if err != nil {
		tr.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			tr.t.Error(err)
		}
	}()
	accounts, err := s.Accounts()
	if err != nil || len(accounts) != 1 {
		tr.t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		tr.t.Fatal(err)
	}
	if accounts[0].Port, err = strconv.Atoi(port); err != nil {
		tr.t.Fatal(err)
	}
	if _, err := s.PutAccount(accounts[0]); err != nil {
		tr.t.Fatal(err)
	}
}

package fetcher

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/postoffice"
	"restante.app/postoffice/postofficetest"
)

var letters = [][]byte{
	[]byte("From: Ann <ann@example.org>\nSubject: one\nDate: Mon, 12 Nov 1984 20:30:00 -0800\n\nHello.\n"),
	[]byte("From: Bob <bob@example.org>\nSubject: two\nDate: Tue, 13 Nov 1984 20:30:00 -0800\n\nBye.\n"),
}

func openCore(t *testing.T) *Core {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "profile"), Options{NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func at(t *testing.T, addr string) localstore.Account {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return localstore.Account{
		Name: "Post", Host: host, Port: n, User: postofficetest.User, Protocol: "pop1",
		Mailboxes: []string{"inbox"}, Security: localstore.Plain,
	}
}

func save(t *testing.T, c *Core, a localstore.Account) localstore.Account {
	t.Helper()
	a, err := c.SaveAccount(a, "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fetch runs a fetch to its end.
func fetch(t *testing.T, c *Core, id string, r popclient.Removal, password string) Finished {
	t.Helper()
	if err := c.Fetch(id, r, password); err != nil {
		t.Fatal(err)
	}
	return finished(t, c)
}

func finished(t *testing.T, c *Core) Finished {
	t.Helper()
	for e := range c.Events() {
		if f, ok := e.(Finished); ok {
			f.Tally.Octets = 0
			return f
		}
	}
	t.Fatal("the events ended")
	return Finished{}
}

func TestFetchAndRead(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	c := openCore(t)
	a := save(t, c, at(t, office.Addr))
	if err := c.Fetch(a.ID, popclient.Leave, ""); !errors.Is(err, ErrPasswordNeeded) {
		t.Fatalf("without a password: %v", err)
	}
	f := fetch(t, c, a.ID, popclient.Leave, postofficetest.Password)
	if d := cmp.Diff(popclient.Tally{Collected: 2, Left: 2}, f.Tally); d != "" || f.Err != nil {
		t.Fatalf("%v\n%s", f.Err, d)
	}
	// The password that was accepted is known now.
	f = fetch(t, c, a.ID, popclient.Delete, "")
	if d := cmp.Diff(popclient.Tally{Known: 2, Removed: 2}, f.Tally); d != "" || f.Err != nil || len(office.Held()) != 0 {
		t.Fatalf("%v, %d held\n%s", f.Err, len(office.Held()), d)
	}
	boxes, err := c.Mailboxes()
	if err != nil || len(boxes) != 1 || boxes[0].Total != 2 || boxes[0].Unread != 2 {
		t.Fatalf("%+v, %v", boxes, err)
	}
	refs, err := c.Refs(boxes[0].ID, true)
	if err != nil || len(refs) != 2 {
		t.Fatalf("%v, %v", refs, err)
	}
	v, err := c.View(t.Context(), refs[0].ID)
	if err != nil || v.Subject != "two" || strings.TrimSpace(v.Text) != "Bye." || v.From[0].Address != "bob@example.org" {
		t.Errorf("%+v, %v", v, err)
	}
	src, err := c.Source(t.Context(), refs[0].ID, 1<<20)
	if err != nil || !strings.Contains(string(src), "Subject: two") || !strings.HasPrefix(string(src), "From ") {
		t.Errorf("%q, %v", src, err)
	}
	dir := t.TempDir()
	for _, want := range []string{"two.eml", "two (2).eml"} {
		path, err := c.SaveMessage(t.Context(), refs[0].ID, dir)
		saved, rerr := os.ReadFile(path)
		if err != nil || rerr != nil || path != filepath.Join(dir, want) || !bytes.Equal(saved, letters[1]) {
			t.Errorf("saved as %s: %q, %v, %v", path, saved, err, rerr)
		}
	}
	if err := c.SetSeen([]localstore.MessageID{refs[0].ID}, true); err != nil {
		t.Fatal(err)
	}
	if boxes, err = c.Mailboxes(); err != nil || boxes[0].Unread != 1 {
		t.Errorf("%+v, %v", boxes, err)
	}
	if tr := c.Transcript(a.ID); !strings.Contains(tr, "C: RDEL inbox") || strings.Contains(tr, postofficetest.Password) {
		t.Errorf("transcript:\n%s", tr)
	}
}

func TestMailboxDefaultsToTheUser(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	c := openCore(t)
	a := at(t, office.Addr)
	a.Mailboxes = nil
	f := fetch(t, c, save(t, c, a).ID, popclient.Leave, postofficetest.Password)
	if f.Err != nil || f.Tally.Collected != 2 {
		t.Errorf("%+v", f)
	}
	if tr := c.Transcript(f.Account); !strings.Contains(tr, "C: RETR "+postofficetest.User+"\n") {
		t.Errorf("transcript:\n%s", tr)
	}
}

// TestOneRefusedMailboxDoesNotKeepTheOthers has a mailbox that does not exist first.
func TestOneRefusedMailboxDoesNotKeepTheOthers(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	c := openCore(t)
	a := at(t, office.Addr)
	a.Mailboxes = []string{"nowhere", "inbox"}
	f := fetch(t, c, save(t, c, a).ID, popclient.Delete, postofficetest.Password)
	if !popclient.Refused(f.Err) || f.Tally.Removed != 2 || f.Advice.What == "" {
		t.Errorf("%+v", f)
	}
}

func TestCancel(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c := openCore(t)
	a := save(t, c, at(t, ln.Addr().String()))
	if err := c.Fetch(a.ID, popclient.Delete, "x"); err != nil {
		t.Fatal(err)
	}
	if err := c.Fetch(a.ID, popclient.Delete, "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second fetch: %v", err)
	}
	c.Cancel(a.ID)
	if f := finished(t, c); !errors.Is(f.Err, context.Canceled) || !strings.Contains(f.Advice.What, "nothing was deleted") {
		t.Errorf("%+v", f)
	}
}

// TestTestNamesTheStepThatFails tries each way in which a connection can fail.
func TestTestNamesTheStepThatFails(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := silent.Addr().String()
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	c := openCore(t)
	for _, x := range []struct {
		why      string
		change   func(*localstore.Account)
		password string
		step     Step // the failing one, "" if all is well
		says     string
	}{
		{"all is well", func(*localstore.Account) {}, postofficetest.Password, "", ""},
		{"no such host", func(a *localstore.Account) { a.Host = "no-such-host.invalid" }, "x", StepResolve, "no-such-host.invalid"},
		{"plain to another machine", func(a *localstore.Account) { a.Host = "192.0.2.1" }, "x", StepResolve, "unprotected"},
		{"nothing answers", func(a *localstore.Account) { *a = at(t, closed) }, "x", StepConnect, "Nothing answers"},
		{"TLS where there is none", func(a *localstore.Account) { a.Security = localstore.TLS }, "x", StepTLS, "does not speak TLS"},
		{"wrong password", func(*localstore.Account) {}, "wrong", StepLogin, "did not accept"},
		{"no such mailbox", func(a *localstore.Account) { a.Mailboxes = []string{"nowhere"} }, postofficetest.Password, StepMailbox, "refused"},
	} {
		t.Run(x.why, func(t *testing.T) {
			a := at(t, office.Addr)
			x.change(&a)
			r := c.Test(t.Context(), a, x.password)
			last := r.Steps[len(r.Steps)-1]
			if r.OK() != (x.step == "") || x.step != "" && last.Step != x.step {
				t.Fatalf("%+v", r)
			}
			if !strings.Contains(r.Advice.What, x.says) || (r.Advice.Next == "") != (x.step == "") {
				t.Errorf("advice %+v, want it to say %q", r.Advice, x.says)
			}
			if strings.Contains(r.Transcript, x.password) && x.password != "x" {
				t.Errorf("the password is in the transcript:\n%s", r.Transcript)
			}
		})
	}
	if n := len(office.Held()); n != 2 {
		t.Errorf("the test took mail: %d left", n)
	}
}

func TestRefusedRemovalIsTold(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	office.Drops.Expunging = func(string, string) error { return errors.New("the disk is read-only") }
	c := openCore(t)
	f := fetch(t, c, save(t, c, at(t, office.Addr)).ID, popclient.Delete, postofficetest.Password)
	if d := cmp.Diff(popclient.Tally{Collected: 2, Refused: 2, Left: 2}, f.Tally); d != "" {
		t.Error(d)
	}
	if !strings.Contains(f.Advice.Next, "does not show it twice") {
		t.Errorf("%+v", f.Advice)
	}
}

func TestRemovedAccountKeepsItsMail(t *testing.T) {
	office := postofficetest.Start(t, func(c *postoffice.Config) { c.Announce = true }, letters...)
	c := openCore(t)
	a := save(t, c, at(t, office.Addr))
	fetch(t, c, a.ID, popclient.Delete, postofficetest.Password)
	if err := c.RemoveAccount(a.ID); err != nil {
		t.Fatal(err)
	}
	if c.HasPassword(a.ID) {
		t.Error("the password is still known")
	}
	boxes, err := c.Mailboxes()
	if err != nil || len(boxes) != 1 || boxes[0].Total != 2 {
		t.Errorf("%+v, %v", boxes, err)
	}
}

func TestWrongPasswordIsAskedForAgain(t *testing.T) {
	office := postofficetest.Start(t, nil, letters...)
	c := openCore(t)
	a := save(t, c, at(t, office.Addr))
	if f := fetch(t, c, a.ID, popclient.Leave, "wrong"); !errors.Is(f.Err, popclient.ErrAuth) || c.HasPassword(a.ID) {
		t.Fatalf("%+v, password known: %t", f, c.HasPassword(a.ID))
	}
	if f := fetch(t, c, a.ID, popclient.Leave, postofficetest.Password); f.Err != nil || !c.HasPassword(a.ID) {
		t.Errorf("%+v", f)
	}
}

package fetcher

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

// letter makes a message whose subject is name; more makes it longer.
func letter(uidl, name string, more int) fakeMail {
	return fakeMail{uidl, "From: ann@example.org\r\nSubject: " + name + "\r\nMessage-ID: <" + name + "@example.org>\r\n\r\nHello.\r\n" + strings.Repeat("x", more) + "\r\n"}
}

// desk is a core and one account on a fake server.
type desk struct {
	*Core
	t       *testing.T
	server  *fakeServer
	dir     string
	account localstore.Account
}

func newDesk(t *testing.T, server *fakeServer, change func(*localstore.Account)) *desk {
	t.Helper()
	d := &desk{t: t, server: server, dir: filepath.Join(t.TempDir(), "profile")}
	d.open()
	t.Cleanup(func() { d.close() })
	a := remembered("desk")
	a.Protocol = protocolPOP3
	if change != nil {
		change(&a)
	}
	d.account = save(t, d.Core, a)
	return d
}

func (d *desk) open() {
	d.t.Helper()
	var err error
	if d.Core, err = open(d.dir, Options{NoKeyring: true}, d.server.dial); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) close() {
	if d.Core != nil {
		closeCore(d.t, d.Core)
		d.Core = nil
	}
}

// change saves the account changed.
func (d *desk) change(change func(*localstore.Account)) {
	d.t.Helper()
	change(&d.account)
	d.account = save(d.t, d.Core, d.account)
}

// fetch wants a tally, but for its octets.
func (d *desk) fetch(r popclient.Removal, want popclient.Tally) Finished {
	d.t.Helper()
	f := fetch(d.t, d.Core, d.account.ID, r, "sesame")
	if diff := cmp.Diff(want, f.Tally); diff != "" || f.Err != nil {
		d.t.Fatalf("%v: %v\n%s", r, f.Err, diff)
	}
	return f
}

// entries returns what is here.
func (d *desk) entries() []localstore.Entry {
	d.t.Helper()
	boxes, err := d.Mailboxes()
	if err != nil {
		d.t.Fatal(err)
	}
	var out []localstore.Entry
	for _, m := range boxes {
		refs, err := d.Refs(m.ID, false)
		if err != nil {
			d.t.Fatal(err)
		}
		ids := make([]localstore.MessageID, len(refs))
		for i, r := range refs {
			ids[i] = r.ID
		}
		entries, err := d.Entries(ids)
		if err != nil {
			d.t.Fatal(err)
		}
		out = append(out, entries...)
	}
	return out
}

// has wants these subjects here, each once.
func (d *desk) has(want ...string) {
	d.t.Helper()
	got := []string{}
	for _, e := range d.entries() {
		got = append(got, e.Summary.Subject)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Fatal(diff)
	}
	if r, err := d.Store().Check(context.Background(), true); err != nil || !r.OK() {
		d.t.Fatalf("the store is damaged: %+v, %v", r, err)
	}
}

func (d *desk) there(want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), d.server.uidls()); diff != "" {
		d.t.Fatal(diff)
	}
}

func TestSender(t *testing.T) {
	c := openCore(t)
	want := Sender{Remote: true, Mode: "text"}
	if err := c.SetSender("News@Example.org", want); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]Sender{" news@example.ORG": want, "other@example.org": {}, "": {}} {
		if got, err := c.Sender(address); err != nil || got != want {
			t.Errorf("%q: %+v, %v", address, got, err)
		}
	}
	if err := c.SetSender("", want); err != nil {
		t.Error(err)
	}
	if got, err := c.Sender(""); err != nil || got != (Sender{}) {
		t.Errorf("mail without a sender: %+v, %v", got, err)
	}
	if err := c.SetSender("news@example.org", Sender{}); err != nil {
		t.Fatal(err)
	}
	if kept, err := c.Setting(senderKey("news@example.org")); kept != nil || err != nil {
		t.Errorf("forgotten, and yet %q, %v", kept, err)
	}
	if err := c.PutSetting(senderKey("news@example.org"), []byte("{")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sender("news@example.org"); err == nil {
		t.Error("a broken record is no record")
	}
}

package fetcher

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// TestKnownMailCostsNothing passes over what is here, and deletes it without reading
// it again once it may.
func TestKnownMailCostsNothing(t *testing.T) {
	s := &fakeServer{}
	var names []string
	for i := range 500 {
		names = append(names, fmt.Sprintf("n%03d", i))
		s.mail = append(s.mail, letter(fmt.Sprint("u", i), names[i], i%7))
	}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 500, Left: 500})
	read := s.retrs
	d.fetch(popclient.Leave, popclient.Tally{Known: 500, Left: 500})
	if s.tops != 0 || s.retrs != read {
		t.Errorf("%d TOPs, %d RETRs for known mail", s.tops, s.retrs-read)
	}
	d.fetch(popclient.Delete, popclient.Tally{Removed: 500})
	if s.retrs != read || s.tops != 500 {
		t.Errorf("%d TOPs, %d RETRs to delete known mail", s.tops, s.retrs-read)
	}
	d.there()
	d.has(names...)
}

func TestJournal(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "one", 0), letter("b", "two", 0)}}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	s.do(func() { s.refuse = &popclient.Error{Command: "LIST", Err: popclient.ErrLost} })
	failed := fetch(t, d.Core, d.account.ID, popclient.Delete, "")
	s.do(func() { s.refuse, s.block = nil, make(chan struct{}) })
	if err := d.Fetch(d.account.ID, popclient.Delete, ""); err != nil {
		t.Fatal(err)
	}
	d.Cancel(d.account.ID)
	cancelled := finished(t, d.Core)
	got, err := d.Journal(d.account.ID, 10)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i := range got {
		if got[i].Started.IsZero() || got[i].Account != d.account.ID || got[i].Cause != "click" {
			t.Errorf("%+v", got[i])
		}
		got[i].Started, got[i].Duration, got[i].Account, got[i].Cause, got[i].Octets = time.Time{}, 0, "", "", 0
	}
	want := []localstore.FetchRecord{
		{Mode: "RDEL", Failure: cancelled.Advice.What, Next: cancelled.Advice.Next},
		{Mode: "RDEL", Failure: failed.Advice.What, Next: failed.Advice.Next},
		{Mode: "RETR", Collected: 2, Left: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if other, err := d.Journal("another", 10); err != nil || len(other) != 0 {
		t.Errorf("of another account: %v, %v", other, err)
	}
}

// TestOlderBackup puts an older state of the profile back.
func TestOlderBackup(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0)}}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	d.close()
	backup := filepath.Join(t.TempDir(), "backup")
	if err := os.CopyFS(backup, os.DirFS(d.dir)); err != nil {
		t.Fatal(err)
	}
	d.open()
	s.do(func() { s.mail = append(s.mail, letter("c", "c", 0), letter("d", "d", 0)) })
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Known: 2, Left: 4})
	d.close()
	if err := errors.Join(os.RemoveAll(d.dir), os.CopyFS(d.dir, os.DirFS(backup))); err != nil {
		t.Fatal(err)
	}
	d.open()
	d.has("a", "b")
	d.fetch(popclient.Delete, popclient.Tally{Collected: 2, Removed: 4})
	d.has("a", "b", "c", "d")
	d.there()
}

// TestTwoPrograms has two workstations on one mailbox, one that leaves and one that
// deletes.
func TestTwoPrograms(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0)}}
	leaves, deletes := newDesk(t, s, nil), newDesk(t, s, nil)
	leaves.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	deletes.fetch(popclient.Delete, popclient.Tally{Collected: 2, Removed: 2})
	s.do(func() { s.mail = append(s.mail, letter("c", "c", 0)) })
	leaves.fetch(popclient.Delete, popclient.Tally{Collected: 1, Removed: 1})
	leaves.has("a", "b", "c")
	deletes.fetch(popclient.Delete, popclient.Tally{})
	deletes.has("a", "b")
}

// TestServerThatDeletes has mail vanish there without a word.
func TestServerThatDeletes(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0)}}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	s.do(func() { s.mail = s.mail[1:] })
	d.fetch(popclient.Leave, popclient.Tally{Known: 1, Left: 1})
	d.has("a", "b")
}

// TestUniqueIDsThatAreNot has the ids renumbered, used again, doubled and taken away.
func TestUniqueIDsThatAreNot(t *testing.T) {
	a, b := letter("1", "a", 0), letter("2", "b", 0)
	for _, c := range []struct {
		why  string
		then []fakeMail
		want popclient.Tally // of RETR
		del  popclient.Tally // of RDEL after it
		has  []string
	}{
		{
			"renumbered", []fakeMail{{"9", a.octets}, {"8", b.octets}},
			popclient.Tally{Known: 2, Left: 2}, popclient.Tally{Removed: 2}, []string{"a", "b"},
		},
		{
			"exchanged", []fakeMail{{"2", a.octets}, {"1", b.octets}},
			popclient.Tally{Known: 2, Left: 2}, popclient.Tally{Known: 2, Removed: 2}, []string{"a", "b"},
		},
		{
			"used again for another size", []fakeMail{letter("1", "c", 5)},
			popclient.Tally{Collected: 1, Left: 1}, popclient.Tally{Removed: 1}, []string{"a", "b", "c"},
		},
		{
			"used again for the same size", []fakeMail{letter("1", "c", 0)},
			popclient.Tally{Known: 1, Left: 1}, popclient.Tally{Collected: 1, Removed: 1}, []string{"a", "b", "c"},
		},
		{
			"doubled", []fakeMail{a, letter("1", "c", 0)},
			popclient.Tally{Collected: 1, Known: 1, Left: 2}, popclient.Tally{Known: 2, Removed: 2}, []string{"a", "b", "c"},
		},
		{
			"taken away", []fakeMail{{"", a.octets}, {"", b.octets}},
			popclient.Tally{Known: 2, Left: 2}, popclient.Tally{Known: 2, Removed: 2}, []string{"a", "b"},
		},
	} {
		t.Run(c.why, func(t *testing.T) {
			s := &fakeServer{mail: []fakeMail{a, b}}
			d := newDesk(t, s, nil)
			d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
			s.do(func() { s.mail = c.then })
			d.fetch(popclient.Leave, c.want)
			d.fetch(popclient.Delete, c.del)
			d.has(c.has...)
			d.there()
		})
	}
}

// TestQuitUnanswered has the server delete without a word, and fetches again.
func TestQuitUnanswered(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0)}, unanswered: true}
	d := newDesk(t, s, nil)
	f := fetch(t, d.Core, d.account.ID, popclient.Delete, "sesame")
	if !errors.Is(f.Err, popclient.ErrUnconfirmed) || f.Tally.Removed != 0 || f.Tally.Collected != 1 {
		t.Fatalf("%+v", f)
	}
	s.do(func() {
		s.unanswered = false
		s.mail = []fakeMail{letter("a", "a", 0), letter("b", "b", 0)} // it had not deleted, after all
	})
	d.fetch(popclient.Delete, popclient.Tally{Collected: 1, Removed: 2})
	d.has("a", "b")
	d.there()
}

func TestSizeLimit(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "large", 5000)}}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit, a.Delete = 1000, true })
	d.fetch(popclient.Delete, popclient.Tally{Collected: 2, Headers: 1, Removed: 1, Left: 1})
	d.has("a", "large")
	d.there("b")
	d.fetch(popclient.Delete, popclient.Tally{Known: 1, Left: 1})
	d.there("b")
	var id, small localstore.MessageID
	for _, e := range d.entries() {
		if e.Partial {
			id = e.ID
		} else {
			small = e.ID
		}
	}
	if err := d.FetchWhole(small, ""); !errors.Is(err, ErrWhole) {
		t.Errorf("the rest of a whole message: %v", err)
	}
	if err := d.FetchWhole(id, ""); err != nil {
		t.Fatal(err)
	}
	if f := finished(t, d.Core); f.Err != nil || f.Mode != ModeWhole || f.Tally.Removed != 1 {
		t.Fatalf("%+v", f)
	}
	d.has("a", "large")
	d.there()
	for _, e := range d.entries() {
		if e.Partial {
			t.Errorf("still partial: %+v", e)
		}
	}
}

// TestWholeThatIsGone asks for the rest of what the server has deleted.
func TestWholeThatIsGone(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("b", "large", 5000)}}
	d := newDesk(t, s, func(a *localstore.Account) { a.SizeLimit = 1000 })
	d.fetch(popclient.Leave, popclient.Tally{Collected: 1, Headers: 1, Left: 1})
	s.do(func() { s.mail = nil })
	if err := d.FetchWhole(d.entries()[0].ID, ""); err != nil {
		t.Fatal(err)
	}
	if f := finished(t, d.Core); !errors.Is(f.Err, ErrGone) || !strings.Contains(f.Advice.Next, "list") {
		t.Errorf("%+v", f)
	}
	d.has("large")
}

func TestDeleteWithMine(t *testing.T) {
	s := &fakeServer{mail: []fakeMail{letter("a", "a", 0), letter("b", "b", 0)}}
	d := newDesk(t, s, nil)
	d.fetch(popclient.Leave, popclient.Tally{Collected: 2, Left: 2})
	for _, e := range d.entries() {
		if e.UIDL == "a" {
			if err := d.Delete([]localstore.MessageID{e.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.has("b")
	d.fetch(popclient.Leave, popclient.Tally{Known: 2, Left: 2})
	d.has("b")
	d.change(func(a *localstore.Account) { a.DeleteWithMine = true })
	f := fetch(t, d.Core, d.account.ID, popclient.Leave, "")
	if f.Err != nil || f.Tally.Removed != 1 || f.Tally.Left != 1 {
		t.Errorf("%+v", f)
	}
	d.there("b")
	d.has("b")
}

func TestDeleteAfterDays(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		c.server.mail = []fakeMail{letter("a", "a", 0)}
		a := c.account(t, func(a *localstore.Account) {
			a.Protocol, a.EveryMinutes, a.DeleteAfterDays = protocolPOP3, 0, 3
		})
		for day, want := range []popclient.Tally{
			{Collected: 1, Left: 1}, {Known: 1, Left: 1}, {Known: 1, Left: 1}, {Removed: 1}, {},
		} {
			if f := fetch(t, c.Core, a.ID, popclient.Leave, ""); f.Tally != want || f.Err != nil {
				t.Errorf("day %d: %+v", day, f)
			}
			time.Sleep(24 * time.Hour)
		}
	})
}

// TestAccountsAtOnce has two servers that both wait until the other is being read.
func TestAccountsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeServer{mail: []fakeMail{letter("a", "a", 0)}, block: make(chan struct{})}
		c, err := open(filepath.Join(t.TempDir(), "profile"), Options{NoKeyring: true}, s.dial)
		if err != nil {
			t.Fatal(err)
		}
		defer closeCore(t, c)
		for _, name := range []string{"one", "two"} {
			a := remembered(name)
			a.Protocol = protocolPOP3
			if _, err := c.SaveAccount(a, "sesame"); err != nil {
				t.Fatal(err)
			}
		}
		if n, need := c.FetchAll(); n != 2 || len(need) != 0 {
			t.Fatalf("%d, %v", n, need)
		}
		synctest.Wait()
		s.do(func() {
			if len(s.logins) != 2 {
				t.Errorf("%d are under way", len(s.logins))
			}
		})
		if n, _ := c.FetchAll(); n != 0 {
			t.Errorf("%d started again", n)
		}
		close(s.block)
		for range 2 {
			if f := finished(t, c); f.Err != nil || f.Tally.Collected != 1 {
				t.Errorf("%+v", f)
			}
		}
	})
}

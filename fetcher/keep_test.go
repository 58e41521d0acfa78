package fetcher

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

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
		{Mode: "RDEL", Failure: cancelled.Advice.What, Next: cancelled.Advice.Next, Cancelled: true},
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

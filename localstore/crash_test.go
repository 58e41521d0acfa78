package localstore

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"restante.app/localstore/custody"
)

// A run of the crash test's child is 40 messages, the last of them long.
const crashRun = 40

func crashMail(i int) custody.Delivery {
	d := delivery(testMail(i))
	if i%crashRun == crashRun-1 {
		d = long(1<<20+5000, uint64(i))
	}
	d.UIDL, d.Listed = crashID(i), int64(i)
	return d
}

func crashID(i int) string { return fmt.Sprint("id", i) }

// The header of some messages comes before them, and some are deleted once they are
// committed.
func crashHeaderFirst(i int) bool { return i%10 == 7 }
func crashDeleted(i int) bool     { return i%10 == 3 }

func crashHeader(i int) custody.Delivery {
	d := delivery(fmt.Sprintf("Subject: header of %d\r\n\r\n", i))
	d.UIDL, d.Listed, d.Partial = crashID(i), int64(i), true
	return d
}

// A child fetches run after run, headers first for some messages, deletes others, and
// is killed with SIGKILL at a random step of its work. Each time the store opens and is
// in order, everything that was reported as committed is there, nothing is there twice,
// and every id stands for what came with it.
func TestKill(t *testing.T) {
	if dir := os.Getenv("RESTANTE_TEST_KILL"); dir != "" {
		fetchUntilKilled(t, dir)
		return
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := filepath.Join(t.TempDir(), "profile")
	committed, unclean, backups := 0, 0, 0
	for range 20 {
		committed = max(committed, killOnce(t, dir, committed, 1+rng.IntN(160)))
		if checkBackup(t, dir) {
			backups++
		}
		s, err := Open(dir, Options{growOctets: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if s.Unclean() {
			unclean++
		}
		checkAfterKill(t, s, committed)
		closeChecked(t, s)
	}
	if unclean == 0 || committed == 0 {
		t.Errorf("%d times open at the kill, %d messages: the test tests nothing", unclean, committed)
	}
	t.Logf("%d messages committed over 20 kills, %d backups", committed, backups)
}

// killOnce starts a child, kills it after it has reported so many steps, and
// returns how many messages it has reported as committed.
func killOnce(t *testing.T, dir string, from, steps int) int {
	t.Helper()
	cmd := runAgain(t, "TestKill", "RESTANTE_TEST_KILL="+dir, "RESTANTE_TEST_FROM="+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	committed := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if n, found := strings.CutPrefix(lines.Text(), "committed "); found {
			if committed, err = strconv.Atoi(n); err != nil {
				t.Fatal(err)
			}
		}
		if strings.HasPrefix(lines.Text(), "error") {
			t.Errorf("the child: %s", lines.Text())
		}
		// What it says before it has died counts all the same.
		if steps--; steps == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended before it was killed")
	}
	return committed
}

func fetchUntilKilled(t *testing.T, dir string) {
	say := func(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }
	s, err := Open(dir, Options{growOctets: 1 << 20, shardOctets: 8 << 20, batchOctets: 256 << 10, fault: func(step string) error {
		say("step %s", step)
		return nil
	}})
	if err != nil {
		say("error: %v", err)
		t.Fatal(err)
	}
	from, err := strconv.Atoi(os.Getenv("RESTANTE_TEST_FROM"))
	if err != nil {
		t.Fatal(err)
	}
	deleteSome(t, s, from-crashRun) // the last child may have died before it did
	for {
		fetchHeaders(t, s, from)
		say("headers from %d", from)
		in := begin(t, s, "inbox")
		for i := from; i < from+crashRun; i++ {
			d := crashMail(i)
			if d.Rest != nil {
				rest := d.Rest
				d.Rest = readFunc(func(p []byte) (int, error) {
					if rand.IntN(8) == 0 {
						say("reading %d", i)
					}
					return rest.Read(p)
				})
			}
			if err := in.Deliver(t.Context(), d); err != nil {
				say("error: %v", err)
				t.Fatal(err)
			}
			say("delivered %d", i)
		}
		if _, err := in.Commit(t.Context()); err != nil {
			say("error: %v", err)
			t.Fatal(err)
		}
		say("committed %d", from+crashRun)
		deleteSome(t, s, from)
		from += crashRun
		say("deleted before %d", from)
		upkeepUntilKilled(t, s, say)
	}
}

// upkeepUntilKilled imports, compacts and backs up, as the child of TestKill.
func upkeepUntilKilled(t *testing.T, s *Store, say func(string, ...any)) {
	fail := func(err error) {
		if err != nil {
			say("error: %v", err)
			t.Fatal(err)
		}
	}
	archive, err := s.EnsureRole(Archive)
	fail(err)
	in, err := s.BeginImport(t.Context(), archive.ID)
	fail(err)
	for i := range 10 {
		fail(in.Deliver(t.Context(), delivery("Subject: imported\r\n\r\n"+strconv.Itoa(i)), Seen))
		say("imported %d", i)
	}
	_, _, err = in.Commit(t.Context())
	fail(err)
	_, err = s.Compact(t.Context(), true)
	fail(err)
	say("compacted")
	backup := crashBackup(s.dir)
	fail(os.RemoveAll(backup + "-old"))
	if err := os.Rename(backup, backup+"-old"); !errors.Is(err, os.ErrNotExist) {
		fail(err) // at once, so that no part of a backup is called one
	}
	_, err = s.Backup(t.Context(), backup, nil)
	fail(err)
	say("backed up")
}

func crashBackup(dir string) string { return dir + "-backup" }

// checkBackup: what is called a backup is sound, whenever the process died.
func checkBackup(t *testing.T, dir string) (there bool) {
	t.Helper()
	if _, err := os.Stat(crashBackup(dir)); err != nil {
		return false
	}
	fresh := dir + "-restored"
	if err := os.RemoveAll(fresh); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Restore(t.Context(), crashBackup(dir), fresh, Options{}); err != nil {
		t.Errorf("the backup: %v", err)
	}
	return true
}

func fetchHeaders(t *testing.T, s *Store, from int) {
	in := begin(t, s, "inbox")
	for i := from; i < from+crashRun; i++ {
		if !crashHeaderFirst(i) {
			continue
		}
		if err := in.Deliver(t.Context(), crashHeader(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func deleteSome(t *testing.T, s *Store, from int) {
	var ids []MessageID
	for i := max(0, from); i < from+crashRun; i++ {
		if crashDeleted(i) {
			ids = append(ids, holdings(t, s, crashID(i))[crashID(i)].Message)
		}
	}
	if err := s.Delete(t.Context(), ids, nil); err != nil {
		t.Fatal(err)
	}
}

func checkAfterKill(t *testing.T, s *Store, committed int) {
	t.Helper()
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	have := map[Identity]int{}
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			have[identityOf(t, s, r.ID)]++
		}
	}
	for id, n := range have {
		if n != 1 {
			t.Errorf("identity %x is there %d times", id[:4], n)
		}
	}
	for i := range committed {
		h := holdings(t, s, crashID(i))[crashID(i)]
		there := have[crashIdentity(t, i)] == 1
		switch {
		case h.Collected.IsZero() || h.Partial || h.Listed != int64(i) || there != (h.Message != 0):
			t.Errorf("message %d, there %t: its id says %+v", i, there, h)
		case !there && !crashDeleted(i):
			t.Errorf("message %d was committed and is not there", i)
		case there && crashDeleted(i) && i < committed-crashRun:
			t.Errorf("message %d was deleted and is there", i)
		}
	}
}

var crashIdentities = map[int]Identity{}

func crashIdentity(t *testing.T, i int) Identity {
	t.Helper()
	if id, ok := crashIdentities[i]; ok {
		return id
	}
	d := crashMail(i)
	c := newCanonicalizer()
	_, _ = c.Write(d.Octets)
	if d.Rest != nil {
		if _, err := io.Copy(c, d.Rest); err != nil {
			t.Fatal(err)
		}
	}
	crashIdentities[i] = c.identity()
	return crashIdentities[i]
}

func identityOf(t *testing.T, s *Store, id MessageID) Identity {
	t.Helper()
	m, err := s.OpenMessage(id)
	if err != nil {
		t.Fatal(err)
	}
	c := newCanonicalizer()
	if _, err := io.Copy(c, m.Reader()); err != nil || m.Damage() != nil {
		t.Fatal(errors.Join(err, m.Damage()))
	}
	return c.identity()
}

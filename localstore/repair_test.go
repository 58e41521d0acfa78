package localstore

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"restante.app/localstore/custody"
)

// subjectOf summarizes as far as these tests look.
func subjectOf(head []byte) Summary {
	var s Summary
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Subject":
			s.Subject = value
		case "From":
			s.FromAddress = value
		case "Message-ID":
			s.MessageID = strings.Trim(value, "<>")
		case "In-Reply-To":
			s.InReplyTo = strings.Trim(value, "<>")
		}
	}
	return s
}

var repairOptions = Options{Summarize: subjectOf, growOctets: 64 << 10}

// repairMail has mail of every kind: threads, long messages, marks, moved and deleted ones,
// headers alone, ids, an account, a mailbox of one's own.
type repairMail struct {
	files   map[string][]byte
	octets  map[string]string // what came, by subject
	deleted map[string]bool
}

var repairStore repairMail

func makeRepairStore(t testing.TB) *repairMail {
	t.Helper()
	if repairStore.files != nil {
		return &repairStore
	}
	dir := filepath.Join(t.TempDir(), "profile")
	o := repairOptions
	o.shardOctets = 96 << 10
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	m := repairMail{files: map[string][]byte{}, octets: map[string]string{}, deleted: map[string]bool{}}
	a, err := s.PutAccount(Account{Name: "Ines", Host: "mail.example.org", Port: 110, Security: Plain, User: "ines"})
	if err != nil {
		t.Fatal(err)
	}
	for part := range 3 {
		var ds []custody.Delivery
		for i := range 120 {
			n := part*1000 + i
			subject := fmt.Sprintf("number %d", n)
			text := fmt.Sprintf("From: a%d@example.org\r\nSubject: %s\r\nMessage-ID: <%d@x>\r\nIn-Reply-To: <%d@x>\r\n\r\n", n%9, subject, n, n/4*4)
			text += strings.Repeat(fmt.Sprintf("line of %d\r\n", n), 1+n%60)
			d := custody.Delivery{Octets: []byte(text), Format: "bare", UIDL: fmt.Sprint("id", n), Listed: int64(len(text))}
			if i == 60 {
				rest := make([]byte, 2<<20+part)
				rng := rand.New(rand.NewPCG(uint64(part), 7))
				for j := range rest {
					rest[j] = byte(rng.Uint32())
				}
				d.Rest = bytes.NewReader(rest)
				text += string(rest)
			}
			m.octets[subject] = text
			ds = append(ds, d)
		}
		fetch(t, s, a.ID, "inbox", ds...)
	}
	own, err := s.MakeMailbox("Mine")
	if err != nil {
		t.Fatal(err)
	}
	refs, err := s.Refs(1, false)
	if err != nil {
		t.Fatal(err)
	}
	var ids []MessageID
	for _, r := range refs {
		ids = append(ids, r.ID)
	}
	if _, err := s.Move(ids[10:30], own.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Mark(ids[:100], Seen|Starred, 0); err != nil {
		t.Fatal(err)
	}
	gone := ids[200:210]
	entries, err := s.Entries(gone)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		m.deleted[e.Summary.Subject] = true
	}
	if err := s.Delete(gone); err != nil {
		t.Fatal(err)
	}
	closeChecked(t, s)
	for _, path := range storeFiles(t, dir) {
		p, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(dir, path)
		m.files[name] = p
	}
	repairStore = m
	return &repairStore
}

func (m *repairMail) write(t testing.TB, dir string) {
	t.Helper()
	if err := os.MkdirAll(bodiesPath(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, p := range m.files {
		if err := os.WriteFile(filepath.Join(dir, name), p, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// held returns the octets of every message by its subject, which is in the list, and those
// that are there twice.
func held(t testing.TB, s *Store) (octets map[string]string, twice []string) {
	t.Helper()
	boxes, err := s.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	octets = map[string]string{}
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			e, err := s.Entries([]MessageID{r.ID})
			if err != nil || len(e) != 1 {
				t.Fatal(e, err)
			}
			m, err := s.OpenMessage(r.ID)
			if err != nil {
				t.Fatal(err)
			}
			p, err := io.ReadAll(m.Reader())
			if err != nil {
				t.Fatal(err)
			}
			subject := e[0].Summary.Subject
			if m.Damage() != nil {
				continue
			}
			if _, there := octets[subject]; there {
				twice = append(twice, subject)
			}
			octets[subject] = string(p)
		}
	}
	return octets, twice
}

// repairAndLook repairs and returns what came of it. The store must be sound then, and work.
func repairAndLook(t testing.TB, dir string) (Repaired, map[string]string) {
	t.Helper()
	r, err := Repair(t.Context(), dir, repairOptions, nil)
	if err != nil {
		t.Fatalf("Repair: %v", err)
	}
	s, err := Open(dir, repairOptions)
	if err != nil {
		t.Fatalf("Open after the repair (%+v): %v", r, err)
	}
	octets, twice := held(t, s)
	if len(twice) > 0 {
		t.Errorf("twice: %v", twice)
	}
	fetch(t, s, "acc", "later", delivery(testMail(7000)), long(1<<20, 3))
	if report, err := s.Check(t.Context(), true); err != nil || !report.OK() {
		t.Fatalf("Check after the repair: %v, %v", report.Problems, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Repair(t.Context(), dir, repairOptions, nil)
	if err != nil || !again.Sound {
		t.Errorf("a repair of what was repaired: %+v, %v", again, err)
	}
	return r, octets
}

func TestRepairSound(t *testing.T) {
	m, dir := makeRepairStore(t), filepath.Join(t.TempDir(), "profile")
	m.write(t, dir)
	before := snapshot(t, dir)
	r, err := Repair(t.Context(), dir, repairOptions, nil)
	if err != nil || !r.Sound || r.Messages != len(m.octets)-len(m.deleted) {
		t.Errorf("%+v, %v", r, err)
	}
	if snapshot(t, dir) != before {
		t.Error("a sound store was changed")
	}
}

var (
	repairs    = flag.Int("repairs", 5, "how many pages to damage, each in a store of its own")
	repairSeed = flag.Uint64("repairseed", 0, "of the pages; 0 chooses one and logs it")
)

// Whatever page of whatever file is damaged: after the repair, every message whose octets
// are on the disk is found again, once, and as it came; what is not is named.
func TestRepairFlippedPages(t *testing.T) {
	m := makeRepairStore(t)
	seed := *repairSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-repairseed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		for range 1 + int(usedPages(m.files[name]))/100 {
			names = append(names, name, "meta.bolt")
		}
	}
	for range *repairs {
		name := names[rng.IntN(len(names))]
		page := rng.Int64N(usedPages(m.files[name]))
		kind := []string{"flip", "zero", "sector"}[rng.IntN(3)]
		dir := filepath.Join(t.TempDir(), "profile")
		m.write(t, dir)
		// Some have more damage than that.
		for range []int{0, 0, 3}[rng.IntN(3)] {
			other := names[rng.IntN(len(names))]
			damagePage(t, dir, other, rng.Int64N(usedPages(m.files[other])), "flip")
			t.Logf("in %s, too", other)
		}
		flipAndRepair(t, m, dir, name, page, kind)
	}
}

func damagePage(t *testing.T, dir, name string, page int64, kind string) {
	t.Helper()
	change(t, filepath.Join(dir, name), func(p []byte) []byte {
		part := p[page*4096 : min(int64(len(p)), (page+1)*4096)]
		if kind == "sector" {
			part = part[512:1024]
		}
		for i := range part {
			if kind == "zero" {
				part[i] = 0
			} else {
				part[i] ^= 0x5a
			}
		}
		return p
	})
}

func flipAndRepair(t *testing.T, m *repairMail, dir, name string, page int64, kind string) {
	t.Helper()
	damagePage(t, dir, name, page, kind)
	left := intact(t, dir, m)
	t.Logf("%s of page %d of %s", kind, page, name)
	r, octets := repairAndLook(t, dir)
	lacking := 0
	for subject, text := range m.octets {
		got, there := octets[subject]
		switch {
		case there && got != text:
			t.Errorf("%s of page %d of %s: %q is not what came, and is not said to be damaged", kind, page, name, subject)
		case there || m.deleted[subject]:
		default:
			lacking++
			// A sector may take the length of octets and leave the octets.
			if kind != "sector" && left[subject] {
				t.Errorf("%s of page %d of %s: %q is intact on the disk and not there after the repair: %+v", kind, page, name, subject, r)
			}
		}
	}
	if lacking > len(r.Harmed) {
		t.Errorf("%s of page %d of %s: %d messages are not there, %d are named: %+v", kind, page, name, lacking, len(r.Harmed), r)
	}
	if lacking > len(m.octets)-len(m.deleted)-len(left) && kind != "sector" {
		t.Errorf("%s of page %d of %s: %d messages are lost: %+v", kind, page, name, lacking, r)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}

func usedPages(p []byte) int64 {
	return int64(len(bytes.TrimRight(p, "\x00"))+4095) / 4096
}

// intact returns the messages whose pieces still lie whole in the files, wherever that is.
func intact(t testing.TB, dir string, m *repairMail) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for name := range m.files {
		if name == "meta.bolt" {
			continue
		}
		p, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for subject, text := range m.octets {
			if !found[subject] && len(text) < 1<<20 && bytes.Contains(p, []byte(text)) {
				found[subject] = true
			}
		}
	}
	return found
}

// Each way in which a store can be broken as a whole.
func TestRepairLosses(t *testing.T) {
	m := makeRepairStore(t)
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		all    bool // every message is to be there
	}{
		"meta.bolt is missing":   {func(t *testing.T, dir string) { remove(t, dir, "meta.bolt") }, true},
		"meta.bolt is empty":     {func(t *testing.T, dir string) { truncate(t, dir, "meta.bolt", 0) }, true},
		"meta.bolt is cut short": {func(t *testing.T, dir string) { truncate(t, dir, "meta.bolt", 40<<10) }, true},
		"both first pages of meta.bolt": {func(t *testing.T, dir string) {
			change(t, metaPath(dir), func(p []byte) []byte { clear(p[:8192]); return p })
		}, true},
		"the first page of meta.bolt":  {func(t *testing.T, dir string) { firstPage(t, metaPath(dir), 0) }, true},
		"the second page of meta.bolt": {func(t *testing.T, dir string) { firstPage(t, metaPath(dir), 1) }, true},
		"the first page of a shard":    {func(t *testing.T, dir string) { firstPage(t, shardPath(dir, 1), 0) }, true},
		"the second page of a shard":   {func(t *testing.T, dir string) { firstPage(t, shardPath(dir, 1), 1) }, true},
		"meta.bolt of before": {func(t *testing.T, dir string) {
			changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error { return tx.Bucket(bucketStore).Put(keyBatch, u64(0)) })
		}, true},
		"a part of meta.bolt":  {func(t *testing.T, dir string) { dropBucket(t, dir, bucketMessages) }, true},
		"the contents":         {func(t *testing.T, dir string) { dropBucket(t, dir, bucketContents) }, true},
		"the mailboxes":        {func(t *testing.T, dir string) { dropBucket(t, dir, bucketMailboxes) }, true},
		"the notes":            {func(t *testing.T, dir string) { dropBucket(t, dir, bucketSeen) }, true},
		"the lists":            {func(t *testing.T, dir string) { dropBucket(t, dir, bucketRefs) }, true},
		"a shard is missing":   {func(t *testing.T, dir string) { remove(t, dir, "bodies/0001.bolt") }, false},
		"a shard is empty":     {func(t *testing.T, dir string) { truncate(t, dir, "bodies/0001.bolt", 0) }, false},
		"a shard is cut short": {func(t *testing.T, dir string) { truncate(t, dir, "bodies/0001.bolt", 50<<10) }, false},
		"a shard under two names": {func(t *testing.T, dir string) {
			copyFile(t, filepath.Join(dir, "bodies/0001.bolt"), filepath.Join(dir, "bodies/0002.bolt"))
		}, false},
		"nothing but garbage": {func(t *testing.T, dir string) {
			change(t, metaPath(dir), func(p []byte) []byte { return bytes.Repeat([]byte("text "), len(p)/5) })
			change(t, shardPath(dir, 1), func(p []byte) []byte { return bytes.Repeat([]byte("text "), len(p)/5) })
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "profile")
			m.write(t, dir)
			c.damage(t, dir)
			left := intact(t, dir, m)
			r, octets := repairAndLook(t, dir)
			for subject, text := range m.octets {
				there := octets[subject] == text
				if m.deleted[subject] || there {
					continue
				}
				if c.all || left[subject] {
					t.Errorf("%q is not there: %+v", subject, r.Notes)
				}
			}
			if r.Sound || r.Replaced == "" && name != "meta.bolt is missing" {
				t.Errorf("%+v", r)
			}
		})
	}
}

// firstPage breaks one of the two pages that say which transaction was the last.
func firstPage(t *testing.T, path string, page int) {
	t.Helper()
	change(t, path, func(p []byte) []byte { clear(p[page*4096 : page*4096+100]); return p })
}

func dropBucket(t *testing.T, dir string, name []byte) {
	t.Helper()
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error { return tx.DeleteBucket(name) })
}

// What Check finds is what Repair mends, and marks, places and accounts stay.
func TestRepairKeeps(t *testing.T) {
	m := makeRepairStore(t)
	dir := filepath.Join(t.TempDir(), "profile")
	m.write(t, dir)
	before := outline(t, dir)
	changeBolt(t, metaPath(dir), func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRefs, bucketCounts, bucketMembers, bucketThreads, bucketIdentities, bucketNewIdentities, bucketSources} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	r, err := Repair(t.Context(), dir, repairOptions, nil)
	if err != nil || r.Sound || r.Recovered+r.Relisted+len(r.Harmed)+len(r.Notes) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if after := outline(t, dir); after != before {
		t.Errorf("what was\n%s\nis\n%s", before, after)
	}
}

// outline writes down what the owner of a store sees of it.
func outline(t *testing.T, dir string) string {
	t.Helper()
	s, err := Open(dir, repairOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer closeChecked(t, s)
	var b strings.Builder
	accounts, err := s.Accounts()
	fmt.Fprintln(&b, accounts, err)
	boxes, err := s.Mailboxes()
	fmt.Fprintln(&b, boxes, err)
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, true)
		fmt.Fprintln(&b, refs, err)
		for _, r := range refs {
			thread, err := s.ThreadOf(r.ID)
			fmt.Fprintln(&b, thread, err)
			e, err := s.Entries([]MessageID{r.ID})
			fmt.Fprintln(&b, e, err)
		}
	}
	return b.String()
}

// A repair that can't be done says why, and changes nothing.
func TestRepairRefuses(t *testing.T) {
	m := makeRepairStore(t)
	broken := func(t *testing.T) string {
		dir := filepath.Join(t.TempDir(), "profile")
		m.write(t, dir)
		truncate(t, dir, "meta.bolt", 40<<10)
		return dir
	}
	t.Run("no room", func(t *testing.T) {
		dir := broken(t)
		before := snapshot(t, dir)
		o := repairOptions
		o.freeSpace = func(string) (int64, error) { return 1 << 20, nil }
		_, err := Repair(t.Context(), dir, o, nil)
		if !errors.Is(err, ErrNoSpace) || !strings.Contains(err.Error(), "MB are free") || snapshot(t, dir) != before {
			t.Errorf("%v", err)
		}
	})
	t.Run("in use", func(t *testing.T) {
		dir := broken(t)
		unlock, err := lockFolder(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		before := snapshot(t, dir)
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrLocked) || snapshot(t, dir) != before {
			t.Errorf("%v", err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		repairAndLook(t, dir)
	})
	t.Run("no store", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrInvalid) || snapshot(t, dir) != "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		if os.Getuid() == 0 {
			t.Log("root may write everywhere: the folder is a file instead")
			dir := broken(t)
			if err := os.WriteFile(repairPath(dir), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Repair(t.Context(), dir, repairOptions, nil); err == nil {
				t.Error("no error")
			}
			return
		}
		dir := broken(t)
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(dir, 0o700)
		if _, err := Repair(t.Context(), dir, repairOptions, nil); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%v", err)
		}
	})
}

// A failure at any step leaves the store as it was, or lets the next open finish.
func TestRepairFails(t *testing.T) {
	m := makeRepairStore(t)
	for _, step := range []int{0, 1, 4, 7, 12, 13} {
		dir := filepath.Join(t.TempDir(), "profile")
		m.write(t, dir)
		truncate(t, dir, "meta.bolt", 40<<10)
		before := snapshot(t, dir)
		o, n := repairOptions, 0
		o.fault = func(at string) error {
			if at != "repair" && at != "swap" {
				return nil
			}
			if n++; n == step+1 {
				return errors.New("the test")
			}
			return nil
		}
		_, err := Repair(t.Context(), dir, o, nil)
		if err == nil {
			t.Fatalf("step %d: no error", step)
		}
		if snapshot(t, dir) != before {
			s, err := Open(dir, repairOptions)
			if err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			closeChecked(t, s)
			continue
		}
		repairAndLook(t, dir)
	}
}

package localstore

import (
	"bytes"
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
	if _, err := s.Move(t.Context(), ids[10:30], own.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Mark(t.Context(), ids[:100], Seen|Starred, 0, nil); err != nil {
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
	if err := s.Delete(t.Context(), gone, nil); err != nil {
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

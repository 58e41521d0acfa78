//go:build unix

package torture

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
)

// content is the messages of a store: how often each is there, by subject and hash.
type content map[string]int

// deed is something that the program does to a store of its own accord or when asked.
type deed struct {
	name string
	// prepare makes the profile that it is done to, of a profile that has all letters.
	prepare func(t *testing.T, dir string, r *rand.Rand)
	args    func(dir string) []string
	growing bool // until it is done, letters may be missing
	broken  bool // until it is done, the store need not open
	// after looks at what else is there once it is done, or was killed.
	after func(t *testing.T, dir string, want content, done bool)
}

// TestKillUpkeep kills the program at random points of what it does beside fetching: an
// import, a compaction, a backup, a migration, a repair, the search index's making and
// joining. Nothing may be lost or there twice, and the next time all of it is done.
func TestKillUpkeep(t *testing.T) {
	r := dice(t)
	full, mbox := filepath.Join(t.TempDir(), "full"), filepath.Join(t.TempDir(), "letters.mbox")
	writeMbox(t, mbox, mail(r))
	mustRun(t, full, "import", mbox)
	want := contentOf(t, full)
	if len(want) != *letters {
		t.Fatalf("%d of %d letters imported", len(want), *letters)
	}
	for _, d := range deeds(mbox) {
		t.Run(d.name, func(t *testing.T) { d.torture(t, full, want, r) })
	}
}

func deeds(mbox string) []deed {
	return []deed{
		{
			name: "import", growing: true, args: func(string) []string { return []string{"import", mbox} },
			prepare: func(t *testing.T, dir string, _ *rand.Rand) { mustOK(t, os.RemoveAll(dir)) },
		},
		{name: "compact", prepare: halfFree, args: func(string) []string { return []string{"compact", "--all"} }},
		{
			name: "backup", args: func(dir string) []string {
				// Each into a folder of its own: their names are those of seconds.
				return []string{"backup", filepath.Join(dir+"-backups", strconv.FormatInt(time.Now().UnixNano(), 36))}
			},
			prepare: func(t *testing.T, dir string, _ *rand.Rand) { mustOK(t, os.RemoveAll(dir+"-backups")) },
			after:   backupsAreSound,
		},
		{name: "migrate", prepare: schemaOne, args: func(string) []string { return []string{"list"} }, after: copyStays},
		{name: "repair", broken: true, prepare: damage, args: func(string) []string { return []string{"verify", "--repair"} }},
		{name: "search", args: func(string) []string { return []string{"search", "fox"} }, after: searchFindsAll},
	}
}

func (d deed) torture(t *testing.T, full string, want content, r *rand.Rand) {
	template := filepath.Join(t.TempDir(), "template")
	copyProfile(t, full, template)
	if d.prepare != nil {
		d.prepare(t, template, r)
	}
	calm := filepath.Join(t.TempDir(), "calm")
	copyProfile(t, template, calm)
	start := time.Now()
	mustRun(t, calm, d.args(calm)...)
	took := time.Since(start)
	d.look(t, calm, want, true)
	killed, ended := 0, 0
	for n := 0; n < *upkeeps && !t.Failed(); {
		dir := filepath.Join(t.TempDir(), "profile")
		copyProfile(t, template, dir)
		if d.name == "backup" {
			mustOK(t, os.RemoveAll(dir+"-backups"))
		}
		for range 1 + r.IntN(3) {
			n++
			if !killAfter(t, time.Duration(r.Int64N(int64(took*5/4))), dir, d.args(dir)...) {
				ended++
				break
			}
			killed++
			d.look(t, dir, want, false)
		}
		mustRun(t, dir, d.args(dir)...)
		d.look(t, dir, want, true)
		mustOK(t, errors.Join(os.RemoveAll(dir), os.RemoveAll(dir+"-backups")))
	}
	t.Logf("it takes %v undisturbed; %d kills, %d times it had ended before", took, killed, ended)
	if killed == 0 {
		t.Error("it was never killed: the test tests nothing")
	}
}

// look fails the test where a letter is lost, changed or there twice.
func (d deed) look(t *testing.T, dir string, want content, done bool) {
	t.Helper()
	if done || !d.broken {
		if lost, doubled, err := compare(dir, want); err != nil || doubled > 0 || lost > 0 && (done || !d.growing) {
			t.Fatalf("done %t: %d letters lost, %d doubled, %v", done, lost, doubled, err)
		}
	}
	if d.after != nil {
		d.after(t, dir, want, done)
	}
}

// compare opens a store, checks all of it and compares it with what is wanted.
func compare(dir string, want content) (lost, doubled int, err error) {
	s, err := localstore.Open(dir, localstore.Options{Summarize: subject})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := s.Check(context.Background(), true)
	if err != nil {
		return 0, 0, err
	}
	if !r.OK() {
		return 0, 0, fmt.Errorf("the store is damaged: %v", r.Problems)
	}
	have, err := contentIn(s)
	for what := range want {
		if have[what] == 0 {
			lost++
		}
	}
	for what, n := range have {
		if n > 1 || want[what] == 0 {
			doubled++
		}
	}
	return lost, doubled, err
}

func contentIn(s *localstore.Store) (content, error) {
	c := content{}
	boxes, err := s.Mailboxes()
	if err != nil {
		return nil, err
	}
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			m, err := s.OpenMessage(ref.ID)
			if err != nil {
				return nil, err
			}
			p, err := io.ReadAll(m.Reader())
			if err = errors.Join(err, m.Damage()); err != nil {
				return nil, err
			}
			c[fmt.Sprintf("%s %x", subject(p).Subject, sha256.Sum256(p))]++
		}
	}
	return c, nil
}

func contentOf(t *testing.T, dir string) content {
	t.Helper()
	s, err := localstore.Open(dir, localstore.Options{Summarize: subject})
	mustOK(t, err)
	c, err := contentIn(s)
	mustOK(t, errors.Join(err, s.Close()))
	return c
}

func program(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, shipped, append([]string{"--profile", dir}, args...)...)
	cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=")
	return cmd
}

func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := program(t.Context(), dir, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("popfetch %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func mustOK(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// killAfter kills the program some time after its start, and tells whether it had not
// ended by then.
func killAfter(t *testing.T, delay time.Duration, dir string, args ...string) bool {
	t.Helper()
	cmd := program(t.Context(), dir, args...)
	mustOK(t, cmd.Start())
	time.Sleep(delay) // the random point
	_ = cmd.Process.Kill()
	return cmd.Wait() != nil
}

func copyProfile(t *testing.T, from, to string) {
	t.Helper()
	mustOK(t, os.MkdirAll(to, 0o700))
	if _, err := os.Stat(from); err == nil {
		mustOK(t, os.CopyFS(to, os.DirFS(from)))
	}
}

func writeMbox(t *testing.T, path string, all [][]byte) {
	t.Helper()
	f, err := os.Create(path)
	mustOK(t, err)
	for _, m := range all {
		text := strings.ReplaceAll(string(m), "\r\nFrom ", "\r\n>From ")
		_, err = fmt.Fprintf(f, "From ines@example.org Mon Nov 12 20:30:00 1984\r\n%s\r\n", text)
		mustOK(t, err)
	}
	mustOK(t, f.Close())
	old := time.Now().Add(-time.Hour)
	mustOK(t, os.Chtimes(path, old, old))
}

// halfFree leaves as much room in the files as there is mail: more was there and is deleted.
func halfFree(t *testing.T, dir string, r *rand.Rand) {
	more := filepath.Join(t.TempDir(), "more.mbox")
	all := mail(r)
	for i := range all {
		all[i] = append([]byte("X-More: "+strconv.Itoa(i)+"\r\n"), all[i]...)
	}
	writeMbox(t, more, all)
	before := idsOf(t, dir)
	mustRun(t, dir, "import", more)
	s, err := localstore.Open(dir, localstore.Options{})
	mustOK(t, err)
	var gone []localstore.MessageID
	for id := range idsIn(t, s) {
		if !before[id] {
			gone = append(gone, id)
		}
	}
	mustOK(t, errors.Join(s.Delete(t.Context(), gone, nil), s.Close()))
}

func idsOf(t *testing.T, dir string) map[localstore.MessageID]bool {
	s, err := localstore.Open(dir, localstore.Options{})
	mustOK(t, err)
	ids := idsIn(t, s)
	mustOK(t, s.Close())
	return ids
}

func idsIn(t *testing.T, s *localstore.Store) map[localstore.MessageID]bool {
	ids := map[localstore.MessageID]bool{}
	boxes, err := s.Mailboxes()
	mustOK(t, err)
	for _, box := range boxes {
		refs, err := s.Refs(box.ID, false)
		mustOK(t, err)
		for _, ref := range refs {
			ids[ref.ID] = true
		}
	}
	return ids
}

// backupsAreSound restores whatever is called a backup.
func backupsAreSound(t *testing.T, dir string, want content, done bool) {
	all, err := filepath.Glob(filepath.Join(dir+"-backups", "*", "restante-*"))
	mustOK(t, err)
	found := 0
	for _, path := range all {
		if strings.HasSuffix(path, ".part") {
			continue
		}
		found++
		back := filepath.Join(t.TempDir(), "back")
		_, _, err := localstore.Restore(t.Context(), path, back, localstore.Options{})
		mustOK(t, err)
		if lost, doubled, err := compare(back, want); lost+doubled > 0 || err != nil {
			t.Errorf("a backup lacks %d letters and has %d twice (%v)", lost, doubled, err)
		}
		mustOK(t, os.RemoveAll(back))
	}
	if done && found == 0 {
		t.Error("there is no backup")
	}
}

// copyStays looks for what a migration keeps of before.
func copyStays(t *testing.T, dir string, _ content, done bool) {
	if _, err := os.Stat(filepath.Join(dir, "meta.bolt.schema1")); done && err != nil {
		t.Error(err)
	}
}

// damage breaks pages of the lists and of what says where they are, none with mail on it.
func damage(t *testing.T, dir string, r *rand.Rand) {
	path := filepath.Join(dir, "meta.bolt")
	p, err := os.ReadFile(path)
	mustOK(t, err)
	used := len(strings.TrimRight(string(p), "\x00"))
	for range 3 {
		at := (2 + r.IntN(used/4096-2)) * 4096
		for i := range 4096 {
			p[at+i] ^= 0x5a
		}
	}
	mustOK(t, os.WriteFile(path, p, 0o600))
}

// searchFindsAll searches for a word that is in every letter.
func searchFindsAll(t *testing.T, dir string, want content, done bool) {
	if !done {
		return
	}
	var found struct {
		Messages []struct {
			ID uint64 `json:"id"`
		} `json:"messages"`
	}
	out := mustRun(t, dir, "search", "--json", "--limit", "100000", "fox")
	mustOK(t, json.Unmarshal([]byte(out), &found))
	ids := map[uint64]bool{}
	for _, m := range found.Messages {
		ids[m.ID] = true
	}
	if len(ids) != len(want) || len(found.Messages) != len(want) {
		t.Errorf("a search finds %d letters of %d, %d in all", len(ids), len(want), len(found.Messages))
	}
}

// TestUpkeepControl is the rig's control: a letter that is lost, one that is doubled and a
// file that was being written over when the program died are told.
func TestUpkeepControl(t *testing.T) {
	r := dice(t)
	dir, mbox := filepath.Join(t.TempDir(), "profile"), filepath.Join(t.TempDir(), "letters.mbox")
	writeMbox(t, mbox, mail(r))
	mustRun(t, dir, "import", mbox)
	want := contentOf(t, dir)
	check := func(what string, lost, doubled int) {
		t.Helper()
		if l, d, err := compare(dir, want); err != nil || l != lost || d != doubled {
			t.Errorf("%s: %d lost, %d doubled, %v", what, l, d, err)
		}
	}
	check("nothing", 0, 0)
	s, err := localstore.Open(dir, localstore.Options{})
	mustOK(t, err)
	for id := range idsIn(t, s) {
		mustOK(t, s.Delete(t.Context(), []localstore.MessageID{id}, nil))
		break
	}
	mustOK(t, s.Close())
	check("a letter deleted", 1, 0)
	mustRun(t, dir, "import", "--into", madeMailbox(t, dir), mbox)
	check("all but one twice", 0, len(want)-1)

	path := filepath.Join(dir, "meta.bolt")
	p, err := os.ReadFile(path)
	mustOK(t, err)
	used := len(strings.TrimRight(string(p), "\x00"))
	mustOK(t, os.WriteFile(path, p[:used/3], 0o600)) // as a copy in place leaves it
	if _, _, err := compare(dir, want); !errors.Is(err, localstore.ErrDamaged) {
		t.Errorf("a file that is a third of itself: %v", err)
	}
}

func madeMailbox(t *testing.T, dir string) string {
	s, err := localstore.Open(dir, localstore.Options{})
	mustOK(t, err)
	m, err := s.MakeMailbox("Other")
	mustOK(t, errors.Join(err, s.Close()))
	return strconv.FormatUint(uint64(m.ID), 10)
}

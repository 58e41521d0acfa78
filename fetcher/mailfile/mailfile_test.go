package mailfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restante.app/localstore"
	"restante.app/localstore/custody"
)

func openStore(t *testing.T) *localstore.Store {
	t.Helper()
	s, err := localstore.Open(filepath.Join(t.TempDir(), "profile"), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t *testing.T, s *localstore.Store) {
	r, err := s.Check(context.WithoutCancel(t.Context()), true)
	if err != nil && !errors.Is(err, localstore.ErrClosed) || !r.OK() {
		t.Errorf("%v, %v", r.Problems, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func own(t rapid.TB, s *localstore.Store, name string) localstore.MailboxID {
	m, err := s.MakeMailbox(name)
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func deliver(t rapid.TB, s *localstore.Store, box localstore.MailboxID, flags localstore.Flags, d ...custody.Delivery) {
	in, err := s.BeginImport(context.Background(), box)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range d {
		if err := in.Deliver(context.Background(), d, flags); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := in.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// kept is what must come back of a message.
type kept struct {
	Octets string
	Flags  localstore.Flags
	Format string
}

func all(t rapid.TB, s *localstore.Store, box localstore.MailboxID) (ids []localstore.MessageID, mail []kept) {
	refs, err := s.Refs(box, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		m, err := s.OpenMessage(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		octets, err := io.ReadAll(m.Reader())
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Entries([]localstore.MessageID{r.ID})
		if err != nil || len(e) != 1 {
			t.Fatal(e, err)
		}
		ids = append(ids, r.ID)
		mail = append(mail, kept{string(octets), e[0].Flags, e[0].Format})
	}
	slices.SortFunc(mail, func(a, b kept) int { return strings.Compare(a.Octets, b.Octets) })
	return ids, mail
}

func importAll(t rapid.TB, s *localstore.Store, box localstore.MailboxID, path string) Tally {
	found, err := Find(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	im := Importer{Store: s, Mailbox: func(Folder) (localstore.MailboxID, error) { return box, nil }}
	tally, err := im.Run(context.Background(), found.Folders)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

// TestRoundTrip: whatever octets messages have, exported and imported again they are the
// same, with their flags and formats, in every format.
func TestRoundTrip(t *testing.T) {
	line := rapid.SampledFrom([]string{
		"", "From ", ">From x", ">>From ann@example.org Mon Nov 12 20:30:00 1984", "From ann@example.org Mon Nov 12 20:30:00 1984",
		"Subject: x", "Status: RO", "Content-Length: 5", "text", "\x00\xff", ">", "\x01\x01\x01\x01", ".",
	})
	end := rapid.SampledFrom([]string{"\n", "\r\n", "\r", "\n\n"})
	rapid.Check(t, func(rt *rapid.T) {
		a, b := openStore(t), openStore(t)
		from := own(rt, a, "from")
		for i := range rapid.IntRange(0, 4).Draw(rt, "messages") {
			var text strings.Builder
			if rapid.Bool().Draw(rt, "header") {
				fmt.Fprintf(&text, "Subject: %d\n\n", i)
			}
			for range rapid.IntRange(0, 5).Draw(rt, "lines") {
				text.WriteString(line.Draw(rt, "line") + end.Draw(rt, "end"))
			}
			text.WriteString(line.Draw(rt, "last"))
			d := custody.Delivery{Octets: []byte(text.String()), Format: rapid.SampledFrom([]string{"", "mboxrd", "mmdf"}).Draw(rt, "format")}
			deliver(rt, a, from, localstore.Flags(rapid.IntRange(0, 15).Draw(rt, "flags")), d)
		}
		if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
			deliver(rt, a, from, 0, custody.Delivery{
				Octets: bytes.Repeat([]byte("From x\nabc\n"), custody.MaxInline/11+1)[:custody.MaxInline],
				Rest:   strings.NewReader(strings.Repeat(">From y\n", 50_000)),
			})
		}
		ids, want := all(rt, a, from)
		dir := t.TempDir()
		for _, f := range []Format{MboxRD, MaildirOut, EML} {
			path := filepath.Join(dir, string(f))
			ex := Exporter{Store: a, Format: f}
			tally, err := ex.Run(context.Background(), ids, path)
			if err != nil || tally.Messages != len(ids) || len(tally.Problems) > 0 {
				rt.Fatalf("%s: %+v, %v", f, tally, err)
			}
			if len(ids) == 0 {
				continue
			}
			to := own(rt, b, string(f))
			if tally := importAll(rt, b, to, path); len(tally.Problems) > 0 || tally.Fresh != len(ids) {
				rt.Fatalf("%s: %+v", f, tally)
			}
			if _, got := all(rt, b, to); !cmp.Equal(want, got) {
				rt.Fatalf("%s: %s", f, cmp.Diff(want, got))
			}
			if tally := importAll(rt, b, to, path); tally.Known != len(ids) {
				rt.Fatalf("%s again: %+v", f, tally)
			}
		}
		closeStore(t, a)
		closeStore(t, b)
	})
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

const separator = "From ann@example.org Mon Nov 12 20:30:00 1984\n"

// TestFind: what programs leave on a disk is found under the names that it has there.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	letter := "Subject: x\n\ntext\n"
	write(t, dir, map[string]string{
		"profile/prefs.js":                         "// a profile",
		"profile/cache/Inbox":                      separator + letter,
		"profile/Mail/Local Folders/Inbox":         separator + letter,
		"profile/Mail/Local Folders/Inbox.msf":     "// an index",
		"profile/Mail/Local Folders/Inbox.sbd/Old": separator + letter,
		"profile/ImapMail/mail.example.org/Sent":   "\n" + separator + letter,
		"maildir/cur/100.a:2,S":                    letter,
		"maildir/new/99.b":                         letter,
		"maildir/tmp/98.c":                         letter,
		"maildir/.Archive.2003/cur/1.x:2,T":        letter,
		"maildir/.Archive.2003/new/.hidden":        letter,
		"mh/inbox/2":                               letter,
		"mh/inbox/10":                              letter,
		"mh/inbox/.mh_sequences":                   "unseen: 2",
		"mh/inbox/3":                               "no mail at all",
		"letters/A.EML":                            letter,
		"letters/deep/b.eml":                       letter,
		"letters/deep/picture.png":                 "\x89PNG",
		"alone.mbox":                               separator + letter,
		"tops/mmdf":                                "\x01\x01\x01\x01\n" + letter + "\x01\x01\x01\x01\n",
	})
	for path, want := range map[string][]string{
		"profile":    {"Mail/Local Folders/Inbox mbox 1", "Mail/Local Folders/Inbox/Old mbox 1", "ImapMail/mail.example.org/Sent mbox 1"},
		"maildir":    {"maildir maildir 2", "Archive/2003 maildir 1"},
		"mh":         {"inbox eml 2"},
		"letters":    {"letters eml 1", "deep eml 1"},
		"alone.mbox": {"alone mbox 1"},
		"tops":       {"mmdf mbox 1"},
	} {
		found, err := Find(t.Context(), filepath.Join(dir, path))
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var got []string
		for _, f := range found.Folders {
			got = append(got, fmt.Sprintf("%s %s %d", f.Name, f.Kind, max(1, len(f.Files))))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	if _, err := Find(t.Context(), filepath.Join(dir, "letters/deep/picture.png")); !errors.Is(err, ErrNoMail) {
		t.Error(err)
	}
	if _, err := Find(t.Context(), filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestFlags: what other programs keep of what was done with a message is kept.
func TestFlags(t *testing.T) {
	dir := t.TempDir()
	mbox := ""
	for i, header := range []string{"Status: RO\nX-Status: AF\n", "X-Mozilla-Status: 0005\n", "X-Mozilla-Status: 0009\n", "Status: O\n"} {
		mbox += separator + header + fmt.Sprintf("Subject: %d\n\ntext %d\n\n", i, i)
	}
	write(t, dir, map[string]string{
		"mbox":             mbox,
		"md/cur/1.a:2,FRS": "Subject: a\n\nmaildir a\n",
		"md/cur/2.b:2,ST":  "Subject: b\n\nmaildir b\n",
		"md/new/3.c":       "Subject: c\n\nmaildir c\n",
	})
	s := openStore(t)
	for path, want := range map[string]struct {
		flags   []localstore.Flags
		deleted int
	}{
		"mbox": {[]localstore.Flags{localstore.Seen | localstore.Answered | localstore.Starred, localstore.Seen | localstore.Starred, 0}, 1},
		"md":   {[]localstore.Flags{localstore.Starred | localstore.Answered | localstore.Seen, 0}, 1},
	} {
		box := own(t, s, path)
		if tally := importAll(t, s, box, filepath.Join(dir, path)); tally.Deleted != want.deleted || tally.Fresh != len(want.flags) {
			t.Errorf("%s: %+v", path, tally)
		}
		refs, err := s.Refs(box, false)
		if err != nil {
			t.Fatal(err)
		}
		var got []localstore.Flags
		for _, r := range refs {
			e, err := s.Entries([]localstore.MessageID{r.ID})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e[0].Flags)
		}
		if diff := cmp.Diff(want.flags, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

// TestCancelAndGoOn: an import that is cancelled is finished by the next, and nothing is
// there twice.
func TestCancelAndGoOn(t *testing.T) {
	dir := t.TempDir()
	var mbox strings.Builder
	const messages = 400
	for i := range messages {
		fmt.Fprintf(&mbox, "%sSubject: %d\n\n%s\n", separator, i, strings.Repeat(fmt.Sprint("line ", i, "\n"), 200))
	}
	write(t, dir, map[string]string{"mbox": mbox.String()})
	s := openStore(t)
	box := own(t, s, "in")
	found, err := Find(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	im := Importer{Store: s, Mailbox: func(Folder) (localstore.MailboxID, error) { return box, nil }}
	im.Progress = func(p Progress) {
		if p.Messages == messages/2 {
			cancel()
		}
	}
	tally, err := im.Run(ctx, found.Folders)
	if !errors.Is(err, context.Canceled) || tally.Messages != messages/2 {
		t.Fatalf("%+v, %v", tally, err)
	}
	before := tally.Fresh
	im.Progress = nil
	tally, err = im.Run(t.Context(), found.Folders)
	if err != nil || tally.Fresh+tally.Known != messages || tally.Fresh+before != messages {
		t.Fatalf("%d, then %+v, %v", before, tally, err)
	}
}

// TestManifestTells: of an export that was changed since, or is not complete, a person hears.
func TestManifestTells(t *testing.T) {
	s := openStore(t)
	from := own(t, s, "from")
	deliver(t, s, from, 0, custody.Delivery{Octets: []byte("Subject: a\n\nfirst\n")}, custody.Delivery{Octets: []byte("Subject: b\n\nsecond\n")})
	ids, _ := all(t, s, from)
	path := filepath.Join(t.TempDir(), "mail.mbox")
	ex := Exporter{Store: s, Format: MboxRD}
	if _, err := ex.Run(t.Context(), ids, path); err != nil {
		t.Fatal(err)
	}
	if _, err := ex.Run(t.Context(), ids, path); !errors.Is(err, ErrExists) {
		t.Errorf("there is one already: %v", err)
	}
	change := func(name, old, now string) {
		t.Helper()
		p, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(p, []byte(old)) {
			t.Fatal(old, err)
		}
		if err := os.WriteFile(name, bytes.Replace(p, []byte(old), []byte(now), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change(path, "second", "sEcond")
	if tally := importAll(t, s, own(t, s, "changed"), path); len(tally.Problems) != 1 || tally.Fresh != 2 {
		t.Errorf("a changed message: %+v", tally)
	}
	change(path+manifestSuffix, `{"messages":2`, `{"messages":3`)
	if tally := importAll(t, s, own(t, s, "incomplete"), path); len(tally.Problems) != 1 || tally.Messages != 0 {
		t.Errorf("a manifest that is not complete: %+v", tally)
	}
}

// FuzzManifest: whatever is in a manifest, it is read or refused.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"kind":"restante mail export","version":1,"layout":"mboxrd","made":"2026-01-02T03:04:05Z"}` + "\n" +
		`{"sha256":"ab","size":3,"collected":"2026-01-02T03:04:05Z"}` + "\n" + `{"messages":1,"octets":3}` + "\n"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, p []byte) {
		path := filepath.Join(t.TempDir(), "manifest")
		if err := os.WriteFile(path, p, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := readManifest(path)
		if (m == nil) == (err == nil) {
			t.Errorf("%v, %v", m, err)
		}
	})
}

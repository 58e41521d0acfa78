package mailfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
)

// aged makes files old enough to be noted.
func aged(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		old := time.Now().Add(-time.Hour).Truncate(time.Second)
		return os.Chtimes(path, old, old)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func lettersOf(name string, n int) string {
	var mbox strings.Builder
	for i := range n {
		status := ""
		if i%10 == 3 {
			status = "X-Mozilla-Status: 0008\n"
		}
		fmt.Fprintf(&mbox, "%sSubject: %s %d\n%s\n%s\n", separator, name, i, status, strings.Repeat(fmt.Sprint("line ", i, "\n"), 20))
	}
	return mbox.String()
}

// manyFiles holds 50 messages, 5 of them deleted, in an mbox, 4 in a Maildir and 3 .eml.
func manyFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"box": lettersOf("box", 50), "md/cur/1:2,S": "Subject: m1\n\none\n", "md/cur/2:2,": "Subject: m2\n\ntwo\n", "md/new/3": "Subject: m3\n\nthree\n", "md/new/4": "Subject: m4\n\nfour\n"}
	for i := range 3 {
		files[fmt.Sprintf("single/%d.eml", i)] = fmt.Sprintf("Subject: s%d\n\ntext\n", i)
	}
	write(t, dir, files)
	aged(t, dir)
	return dir
}

const manyMessages, manyDeleted = 52, 5

func importing(t *testing.T, s *localstore.Store, box localstore.MailboxID, dir string, change func(*Importer)) Tally {
	t.Helper()
	found, err := Find(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	im := Importer{Store: s, Mailbox: func(Folder) (localstore.MailboxID, error) { return box, nil }}
	if change != nil {
		change(&im)
	}
	tally, err := im.Run(t.Context(), found.Folders)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func same(t *testing.T, what string, got Tally, fresh, known, passed int) {
	t.Helper()
	if got.Fresh != fresh || got.Known != known || got.Messages != fresh+known || got.Deleted != manyDeleted || got.Passed != passed || len(got.Problems) != 0 {
		t.Errorf("%s: %+v; want %d new, %d known, %d files passed over", what, got, fresh, known, passed)
	}
}

// What was imported is not read again, but counted; what has changed is.
func TestNotReadAgain(t *testing.T) {
	s, dir := openStore(t), manyFiles(t)
	box := own(t, s, "in")
	same(t, "first", importing(t, s, box, dir, nil), manyMessages, 0, 0)
	// Their octets are others, and nobody looks: only the times and sizes say what a file is.
	old := lettersOf("box", 50)
	rewrite(t, filepath.Join(dir, "box"), strings.ReplaceAll(old, "line", "Line"))
	aged(t, dir)
	same(t, "again", importing(t, s, box, dir, nil), 0, manyMessages, 8)
	same(t, "asked to", importing(t, s, box, dir, func(im *Importer) { im.Again = true }), 45, 7, 0)
	same(t, "elsewhere", importing(t, s, own(t, s, "other"), dir, nil), manyMessages, 0, 0)

	rewrite(t, filepath.Join(dir, "box"), old+separator+"Subject: one more\n\nnew\n")
	got := importing(t, s, box, dir, nil)
	same(t, "grown", got, 1, manyMessages, 7)
	rewrite(t, filepath.Join(dir, "single/1.eml"), "Subject: s1\n\nTEXT\n")
	same(t, "of another time", importing(t, s, box, dir, nil), 1, manyMessages, 7)
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-time.Minute)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// What its owner has deleted for good comes back, and what is being written is read again.
func TestReadAgainInDoubt(t *testing.T) {
	s, dir := openStore(t), manyFiles(t)
	box := own(t, s, "in")
	importing(t, s, box, dir, nil)
	refs, err := s.Refs(box, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), []localstore.MessageID{refs[0].ID, refs[1].ID}, nil); err != nil {
		t.Fatal(err)
	}
	same(t, "after a deletion", importing(t, s, box, dir, nil), 2, manyMessages-2, 0)
	same(t, "then", importing(t, s, box, dir, nil), 0, manyMessages, 8)

	now := time.Now()
	if err := os.Chtimes(filepath.Join(dir, "box"), now, now); err != nil {
		t.Fatal(err)
	}
	same(t, "just written", importing(t, s, box, dir, nil), 0, manyMessages, 7)
	if got := importing(t, s, box, dir, nil); got.Passed != 7 && time.Since(now) < settled {
		t.Errorf("just written, again: %+v", got)
	}
}

// An import that ends early goes on where it was durable, in the middle of a file as well.
func TestGoOnWithin(t *testing.T) {
	for stop := 3; stop < manyMessages; stop += 7 {
		s, dir := openStore(t), manyFiles(t)
		box := own(t, s, "in")
		found, err := Find(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		im := Importer{Store: s, every: 5, Mailbox: func(Folder) (localstore.MailboxID, error) { return box, nil }}
		im.Progress = func(p Progress) {
			if p.Messages == stop {
				cancel()
			}
		}
		first, err := im.Run(ctx, found.Folders)
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		second := importing(t, s, box, dir, nil)
		if second.Fresh+first.Fresh != manyMessages || second.Messages != manyMessages || second.Deleted != manyDeleted {
			t.Errorf("after %d: %+v, then %+v", stop, first, second)
		}
		same(t, fmt.Sprint("after ", stop), importing(t, s, box, dir, nil), 0, manyMessages, 8)
		ids, _ := all(t, s, box)
		if len(ids) != manyMessages {
			t.Errorf("after %d: %d messages", stop, len(ids))
		}
	}
}

// A mark that does not fit the file, of the same size and time, is no reason to pass over
// anything.
func TestMarkOfAnother(t *testing.T) {
	s, dir := openStore(t), manyFiles(t)
	box := own(t, s, "in")
	path := filepath.Join(dir, "box")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	epoch, err := s.ImportEpoch()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []localstore.ImportMark{{Offset: 1000, Messages: 5}, {Offset: 10, Messages: 500}} {
		m.Path = path + "\x00mbox\x00"
		m.Size, m.Modified, m.Epoch = info.Size(), info.ModTime().UnixNano(), epoch
		if err := s.PutImportMarks(box, []localstore.ImportMark{m}); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := s.ImportMark(box, m.Path); err != nil || !ok || got.Offset != m.Offset {
			t.Fatal(got, ok, err)
		}
		im := importing(t, s, box, path, nil)
		if im.Messages != 45 || im.Deleted != 5 {
			t.Errorf("%+v: %+v", m, im)
		}
	}
}

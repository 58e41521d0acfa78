package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restante.app/fetcher"
)

// jsonOf runs a command and reads what it prints as JSON.
func jsonOf[T any](t *testing.T, s session, args ...string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(s.run(exitOK, args...)), &v); err != nil {
		t.Errorf("popfetch %v: %v", args, err)
	}
	return v
}

// TestFilesInAndOut: a mailbox is imported, its messages are moved, and what is exported
// comes back as it was.
func TestFilesInAndOut(t *testing.T) {
	s := newSession(t)
	dir := t.TempDir()
	letters := filepath.Join(dir, "letters.mbox")
	text := "From ann@example.org Mon Nov 12 20:30:00 1984\nFrom: Ann <ann@example.org>\nSubject: one\n\nfirst\n\n" +
		"From ann@example.org Mon Nov 12 20:31:00 1984\nFrom: Ann <ann@example.org>\nSubject: two\nStatus: RO\n\n>From here\n"
	if err := os.WriteFile(letters, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.says("2 messages in 1 folders: 2 new, 0 already here", s.run(exitOK, "import", letters))
	if again := jsonOf[[]jsonTally](t, s, "import", "--json", letters); len(again) != 1 || again[0].Known != 2 || again[0].New != 0 {
		t.Errorf("%+v", again)
	}
	boxes := jsonOf[[]jsonMailbox](t, s, "mailboxes", "--json")
	if len(boxes) != 1 || boxes[0].Name != "letters" || boxes[0].Total != 2 || boxes[0].Unread != 1 {
		t.Errorf("%+v", boxes)
	}
	s.run(exitOK, "mailboxes", "add", "kept")
	s.says("1 moved", s.run(exitOK, "move", "--to", "kept", "1"))
	s.says("1 moved", s.run(exitOK, "move", "--to", "trash", "1"))
	s.says("0 deleted", s.run(exitOK, "move", "--purge", "2"))
	s.says("1 moved", s.run(exitOK, "move", "--to", "back", "1"))
	s.says("1 messages", s.run(exitOK, "export", "kept", filepath.Join(dir, "kept.mbox")))
	s.says("something of that name", s.run(exitFailed, "export", "kept", filepath.Join(dir, "kept.mbox")))
	s.run(exitOK, "export", "--format", "maildir", "letters", filepath.Join(dir, "md"))
	s.run(exitUsage, "export", "--format", "pst", "letters", filepath.Join(dir, "pst"))
	s.run(exitOK, "mailboxes", "add", "back")
	back := "4" // after letters, kept, the trash
	s.says("1 new", s.run(exitOK, "import", "--into", back, filepath.Join(dir, "md")))
	list := s.run(exitOK, "list", back)
	if !strings.Contains(list, "two") {
		t.Errorf("%s", list)
	}
	id := strings.Fields(list)[0]
	s.says(`(?s)From: Ann <ann@example.org>\nSubject: two\nStatus: RO\n\n>From here\n$`, s.run(exitOK, "show", "--source", id))
	s.run(exitOK, "mailboxes", "rename", back, "there")
	s.run(exitOK, "mailboxes", "remove", "there")
	s.says("no mailbox \"there\"", s.run(exitFailed, "mailboxes", "remove", "there"))
	s.says("no mail was found", s.run(exitFailed, "import", filepath.Join(dir, "md", "manifest")))
	s.run(exitUsage, "move", "1")
	s.says("1 deleted for good", s.run(exitOK, "move", "--purge", id))
	s.says("hash compared", s.run(exitOK, "verify", "--deep"))
	if r := jsonOf[jsonReport](t, s, "verify", "--json"); r.Messages != 2 || len(r.Problems) != 0 {
		t.Errorf("%+v", r)
	}
}

// TestWorkstationHasIt: while another program has the store open, a command says so.
func TestWorkstationHasIt(t *testing.T) {
	s := newSession(t)
	core, err := fetcher.Open(s.profile, fetcher.Options{NoKeyring: true, NoSchedule: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"import", "x"}, {"export", "1", "x"}, {"mailboxes"}, {"move", "--purge", "1"}, {"verify"}} {
		s.says("Another Restante has the mail store.* open.* Use that one, or close it", s.run(exitLocked, args...))
	}
	if err := core.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestBackupAndRestore: a backup is made and put back, and what it replaces stays.
func TestBackupAndRestore(t *testing.T) {
	s := newSession(t)
	dir := t.TempDir()
	letter := filepath.Join(dir, "a.eml")
	if err := os.WriteFile(letter, []byte("Subject: kept\n\ntext\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(exitOK, "import", letter)
	made := jsonOf[jsonBackup](t, s, "backup", "--json", filepath.Join(dir, "backups"))
	if made.Messages != 1 || made.Files != 2 {
		t.Errorf("%+v", made)
	}
	s.run(exitOK, "move", "--to", "trash", "1")
	s.says("1 deleted for good", s.run(exitOK, "move", "--purge", "1"))
	s.says("2 files compacted", s.run(exitOK, "compact", "--all"))
	s.says("(?s)1 messages in 2 files.*what was there before is in .*replaced-", s.run(exitOK, "restore", made.Path))
	s.says("kept", s.run(exitOK, "list", "1"))
	s.says("no backup of a mail store", s.run(exitFailed, "restore", dir))
	s.run(exitUsage, "restore")
	core, err := fetcher.Open(s.profile, fetcher.Options{NoKeyring: true, NoSchedule: true})
	if err != nil {
		t.Fatal(err)
	}
	s.says("Another Restante", s.run(exitLocked, "restore", made.Path))
	if err := core.Close(); err != nil {
		t.Fatal(err)
	}
}

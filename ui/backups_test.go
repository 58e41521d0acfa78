package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/uitest"
)

// watched is what is said of the long work under way.
func (b *bench) watched(t *testing.T) string {
	t.Helper()
	words, ok := b.desk.marks["transfer-words"].(*widget.Label)
	if !ok {
		t.Fatal("no work is shown")
	}
	return words.Text
}

func TestBackupsArePlannedAndMade(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.core.Plan = fetcher.BackupPlan{Folder: "/elsewhere", Days: 14, Keep: 3}
	b.Window.backups()
	b.settle()
	if len(b.desk.sheets) != 1 {
		t.Fatal("no sheet is open")
	}
	b.desk.sheets[0].close()

	s := b.newBackupSheet(b.core.Plan, nil)
	if s.every.Selected != "Every 14 days" || s.keep.Selected != "Keep the last 3" || s.folder.Text != "/elsewhere" {
		t.Errorf("it shows %q, %q and %q", s.every.Selected, s.keep.Selected, s.folder.Text)
	}
	s.every.SetSelected("Every week")
	s.now()
	b.settle()
	if want := (fetcher.BackupPlan{Folder: "/elsewhere", Days: 7, Keep: 3}); b.core.Plan != want {
		t.Errorf("the plan is %+v", b.core.Plan)
	}
	if !slices.Contains(b.core.Done, "backup /elsewhere") {
		t.Errorf("done: %q", b.core.Done)
	}
	if got := b.watched(t); !strings.HasPrefix(got, "3 messages") || !strings.Contains(got, "/elsewhere/restante-2") {
		t.Errorf("it says %q", got)
	}
}

func TestACheckSaysWhatIsWrong(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.core.Soundness = localstore.Report{Problems: []localstore.Problem{{Path: "/x", What: "It is damaged."}}}
	b.checkMail()
	b.settle()
	if got := b.watched(t); !strings.Contains(got, "/x: It is damaged.") {
		t.Errorf("it says %q", got)
	}
}

func TestUpkeepThatFailedIsTold(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.handle(fetcher.UpkeepDone{Err: errors.New("mkdir /gone: no such file")})
	b.settle()
	line := b.fetches.lines[upkeepLine]
	if line == nil || !strings.Contains(line.text.Text, "mkdir /gone") || !strings.Contains(line.next.Text, "Backups") {
		t.Fatalf("the line is %+v", line)
	}
	b.handle(fetcher.UpkeepDone{Backup: "/b/restante-1"})
	if b.fetches.lines[upkeepLine] != nil {
		t.Error("the fault stays after a backup was made")
	}
}

package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"restante.app/ui/uitest"
)

// shelf makes a folder with folders and files, and a sheet that begins there.
func shelf(t *testing.T, files bool) (b *bench, s *fileSheet, dir string, given *string) {
	t.Helper()
	dir = t.TempDir()
	for _, sub := range []string{"Letters", "Boats/old", ".hidden"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "mail.mbox"), []byte("From x"), 0o600); err != nil {
		t.Fatal(err)
	}
	core := uitest.New(1)
	if err := core.PutSetting(folderSetting, []byte(dir)); err != nil {
		t.Fatal(err)
	}
	b, given = newBench(t, core), new(string)
	s = b.desk.askFile("Which?", "Take", files, func(path string) { *given = path })
	b.settle()
	return b, s, dir, given
}

func TestAFolderIsChosenByKeys(t *testing.T) {
	b, s, dir, given := shelf(t, false)
	if s.entry.Text != dir+"/" || len(s.found) != 2 {
		t.Fatalf("%q with %d folders", s.entry.Text, len(s.found))
	}
	s.entry.SetText(dir + "/bo")
	b.settle()
	if s.list.SelectedRow() != 0 || !strings.HasSuffix(s.said.segment.Text, "/Boats") {
		t.Errorf("row %d, it says %q", s.list.SelectedRow(), s.said.segment.Text)
	}
	s.entered()
	if b.settle(); s.dir != filepath.Join(dir, "Boats") {
		t.Errorf("Enter leads to %s", s.dir)
	}
	b.press(fyne.KeyDown)
	if s.chosen() != filepath.Join(dir, "Boats", "old") {
		t.Errorf("Down chooses %s", s.chosen())
	}
	b.desk.focus(s.list)
	b.press(fyne.KeyLeft)
	if b.settle(); s.dir != dir {
		t.Errorf("Left leads to %s", s.dir)
	}
	s.entered()
	b.settle()
	if *given != dir || b.desk.asking() {
		t.Errorf("Enter gives %q", *given)
	}
	if kept := string(must(b.core.Setting(folderSetting))); kept != dir {
		t.Errorf("%q is kept", kept)
	}
}

func TestAFileIsChosen(t *testing.T) {
	b, s, dir, given := shelf(t, true)
	s.take()
	if *given != "" || !b.desk.asking() {
		t.Error("nothing is taken for a file")
	}
	s.list.Select(0)
	s.take()
	if b.settle(); *given != "" || s.dir == dir {
		t.Errorf("a folder gives %q, and leads to %s", *given, s.dir)
	}
	s.enter(dir)
	b.settle()
	s.list.Select(2)
	s.Opened(2)
	if want := filepath.Join(dir, "mail.mbox"); *given != want || b.desk.asking() {
		t.Errorf("%q, want %q", *given, want)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	b, s, dir, given := shelf(t, false)
	s.entry.SetText(dir + "/nowhere/at/all/")
	s.entered()
	if b.settle(); !strings.Contains(s.said.segment.Text, "There is no "+dir+"/nowhere") || *given != "" || s.dir != dir {
		t.Errorf("it says %q and gives %q", s.said.segment.Text, *given)
	}
	s.entry.SetText(dir + "/.hidden")
	s.entered()
	if b.settle(); s.dir != filepath.Join(dir, ".hidden") {
		t.Errorf("a hidden folder can't be gone to: %s", s.dir)
	}
	s.sheet.close()
	if err := b.core.PutSetting(folderSetting, []byte(dir+"/gone")); err != nil {
		t.Fatal(err)
	}
	s = b.desk.askFile("Which?", "Take", false, func(string) {})
	if b.settle(); s.dir != homeFolder() {
		t.Errorf("without the last folder it begins in %q", s.dir)
	}
	b.press(fyne.KeyEscape)
	if b.desk.asking() {
		t.Error("Escape does not close it")
	}
}

func TestAFolderIsMade(t *testing.T) {
	b, s, dir, _ := shelf(t, false)
	s.make()
	name, ok := b.desk.marks["name-entry"].(*typing)
	if !ok {
		t.Fatal("no name is asked for")
	}
	name.SetText("Winter")
	name.OnSubmitted("Winter")
	if b.settle(); s.dir != filepath.Join(dir, "Winter") || b.desk.window.Canvas().Focused() != fyne.Focusable(s.entry) {
		t.Errorf("it is %s", s.dir)
	}
}

package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/mimeview"
	"restante.app/ui/present"
	"restante.app/ui/rowlist"
	"restante.app/ui/theme"
)

// folderSetting is the folder that was chosen last.
const folderSetting = "ui.folder"

// fileSheet asks for a folder or a file. Its path can be typed, which narrows the list
// down, and all of it works by keys; the toolkit's own takes no key at all.
type fileSheet struct {
	desk  *desk
	entry *typing
	list  *rowlist.List
	cols  *columns
	said  *note
	body  *fyne.Container // whose layout depends on how much is said
	dir   string
	all   []present.File
	found []present.File
	files bool // a file is wanted, not a folder
	turn  int  // counts the reads, so that a late one is dropped
	sheet *sheet
	then  func(path string)
}

// The columns of the list of files.
var fileColumns = []column{{name: "Name"}, {name: "Size", width: 64, least: 60, trailing: true}, {name: "Changed", width: 92, least: 92}}

// askFile opens the sheet.
func (d *desk) askFile(title, answer string, files bool, then func(path string)) *fileSheet {
	s := &fileSheet{desk: d, cols: columnsOf(fileColumns, 0, 0), entry: d.newTyping("", "A folder"), files: files, said: newNote("", fyne.TextAlignLeading).wrapped(), then: then}
	s.list = rowlist.New(s, d.focus)
	s.entry.OnChanged, s.entry.OnSubmitted, s.entry.other = func(string) { s.typed() }, func(string) { s.entered() }, s.move
	do := d.newAnswer(answer, s.take)
	do.Importance = widget.HighImportance
	s.body = container.NewBorder(s.entry, s.said, nil, nil, container.NewStack(newGround(theme.ColorNameListBackground), framed(s.list)))
	size := d.window.Canvas().Size()
	s.sheet = d.newSheet(title, fyne.NewSize(min(620, size.Width-40), min(500, size.Height-60)), s.body, d.newAnswer("Cancel", func() { s.sheet.close() }), do)
	s.sheet.left.Add(d.newAnswer("Up", func() { s.enter(filepath.Dir(s.dir)) }))
	s.sheet.left.Add(d.newAnswer("Home", func() { s.enter(homeFolder()) }))
	s.sheet.left.Add(d.newAnswer("New folder…", s.make))
	d.marks["file-entry"], d.marks["file-list"], d.marks["file-do"] = s.entry, s.list, do
	s.sheet.closed = func() { d.marks.drop("file-") }
	s.sheet.open(s.entry)
	s.enter(storedFolder(d.core))
	return s
}

// storedFolder is the folder that was chosen last.
func storedFolder(core Core) string {
	kept, err := core.Setting(folderSetting)
	if err != nil || !filepath.IsAbs(string(kept)) {
		return homeFolder()
	}
	return string(kept)
}

func homeFolder() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// enter shows what is in a folder.
func (s *fileSheet) enter(dir string) {
	s.turn++
	turn := s.turn
	s.desk.spawn(func() {
		all, err := readFolder(dir)
		s.desk.onUI(func() {
			switch {
			case turn != s.turn:
			case err != nil && s.dir == "" && dir != homeFolder(): // the last one is gone
				s.enter(homeFolder())
			case err != nil:
				s.say(mimeview.Clean(present.NoFolder(dir, err), 400))
			default:
				s.show(dir, all)
			}
		})
	})
}

// readFolder lists a folder. What goes away meanwhile is left out.
func readFolder(dir string) ([]present.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []present.File
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name())) // what a link leads to
		if err == nil {
			out = append(out, present.File{Name: e.Name(), Folder: info.IsDir(), Size: info.Size(), At: info.ModTime()})
		}
	}
	return out, nil
}

func (s *fileSheet) show(dir string, all []present.File) {
	s.dir, s.all = dir, present.Files(all, s.files)
	path := dir
	if !strings.HasSuffix(path, string(filepath.Separator)) {
		path += string(filepath.Separator)
	}
	s.entry.OnChanged = nil
	s.entry.SetText(path)
	s.entry.OnChanged = func(string) { s.typed() }
	s.entry.CursorColumn = len([]rune(path))
	s.entry.Refresh()
	s.narrow("")
}

// narrow shows the files whose names hold what was typed.
func (s *fileSheet) narrow(typed string) {
	s.found = present.Narrow(s.all, typed)
	first := -1
	if typed != "" && len(s.found) > 0 {
		first = 0
	}
	s.list.SetLength(len(s.found), first)
	s.list.ScrollTo(0, 0)
	s.tell()
}

// typed follows the path in the entry: into another folder, or down in this one.
func (s *fileSheet) typed() {
	dir, name := filepath.Split(s.entry.Text)
	if dir = filepath.Clean(dir); dir != filepath.Clean(s.dir) && filepath.IsAbs(dir) {
		s.follow(dir, name)
		return
	}
	s.narrow(name)
}

// follow lists the folder that is typed, while the entry stays as it is.
func (s *fileSheet) follow(dir, name string) {
	s.turn++
	turn := s.turn
	s.desk.spawn(func() {
		all, err := readFolder(dir)
		s.desk.onUI(func() {
			if turn == s.turn && err == nil {
				s.dir, s.all = dir, present.Files(all, s.files)
				s.narrow(name)
			}
		})
	})
}

// chosen is the path that is chosen now: the row, or the folder that is shown; "" for
// nothing.
func (s *fileSheet) chosen() string {
	if at := s.list.SelectedRow(); at >= 0 && at < len(s.found) {
		return filepath.Join(s.dir, s.found[at].Name)
	}
	if s.files {
		return ""
	}
	return s.dir
}

func (s *fileSheet) say(text string) {
	s.said.say(text)
	s.body.Refresh()
}

// tell says which path would be taken.
func (s *fileSheet) tell() {
	if path := s.chosen(); path != "" {
		s.say("Chosen: " + mimeview.Clean(path, 300))
		return
	}
	s.say("Choose a file.")
}

// entered is Enter in the entry: it opens the row that is chosen or named. Where there is
// none it takes the folder that is shown, or goes to the one that is typed.
func (s *fileSheet) entered() {
	path := s.entry.Text
	_, name := filepath.Split(path)
	named := slices.IndexFunc(s.found, func(f present.File) bool { return f.Name == name })
	switch at := s.list.SelectedRow(); {
	case named >= 0:
		s.open(named)
	case at >= 0:
		s.open(at)
	case name == "" && filepath.Clean(path) == filepath.Clean(s.dir) && !s.files:
		s.give(s.dir)
	default:
		s.enter(path)
	}
}

// open goes into the folder of a row, or takes the file.
func (s *fileSheet) open(row int) {
	if row < 0 || row >= len(s.found) {
		return
	}
	path := filepath.Join(s.dir, s.found[row].Name)
	if s.found[row].Folder {
		s.enter(path)
		return
	}
	s.give(path)
}

// take takes what is chosen.
func (s *fileSheet) take() {
	path := s.chosen()
	if at := s.list.SelectedRow(); path == "" || s.files && s.found[at].Folder {
		s.open(at)
		return
	}
	s.give(path)
}

// give closes the sheet and goes on with a path.
func (s *fileSheet) give(path string) {
	dir := path
	if s.files {
		dir = filepath.Dir(path)
	}
	s.desk.put(folderSetting, []byte(dir))
	s.sheet.close()
	s.then(path)
}

// make makes a folder in the one that is shown, and goes into it.
func (s *fileSheet) make() {
	s.desk.askName("New folder", "It is made in "+mimeview.Clean(s.dir, 200)+".", "", "Make", func(name string, ask *sheet) {
		path := filepath.Join(s.dir, name)
		work(s.desk, "The folder was not made", func() (struct{}, error) { return struct{}{}, os.Mkdir(path, 0o755) }, func(struct{}) {
			ask.close()
			s.enter(path)
			s.desk.focus(s.entry)
		})
	})
}

// move goes to and fro between the rows.
func (s *fileSheet) move(name fyne.KeyName) { s.list.TypedKey(&fyne.KeyEvent{Name: name}) }

// NewRow is part of rowlist.Source.
func (s *fileSheet) NewRow() fyne.CanvasObject { return newCellsRow(s.cols) }

// ShowRow is part of rowlist.Source.
func (s *fileSheet) ShowRow(i int, row fyne.CanvasObject, _ rowlist.State) {
	if r, ok := row.(*cellsRow); ok && i < len(s.found) {
		texts := present.FileCells(s.found[i], time.Now())
		texts[0] = mimeview.Clean(texts[0], 200)
		r.show(texts, s.found[i].Folder, 1)
	}
}

// Selected is part of rowlist.Source.
func (s *fileSheet) Selected(int) { s.tell() }

// Opened is part of rowlist.Opener.
func (s *fileSheet) Opened(i int) { s.open(i) }

// Key is part of rowlist.Source.
func (s *fileSheet) Key(name fyne.KeyName) {
	switch name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyRight:
		s.open(s.list.SelectedRow())
	case fyne.KeyBackspace, fyne.KeyLeft:
		s.enter(filepath.Dir(s.dir))
	case fyne.KeyEscape:
		s.sheet.close()
	case fyne.KeyTab:
		s.desk.window.Canvas().FocusNext()
	}
}

// Rune is part of rowlist.Source: letters go to the entry.
func (s *fileSheet) Rune(r rune) {
	s.desk.focus(s.entry)
	s.entry.TypedRune(r)
}

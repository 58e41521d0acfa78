package mailfile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Kind is how the messages of a folder lie on the disk.
type Kind string

// The kinds.
const (
	Mbox    Kind = "mbox"    // one file; MMDF and TENEX too
	Maildir Kind = "maildir" // a folder with cur and new
	Single  Kind = "eml"     // a folder of files of one message each: .eml, MH
)

// Folder is a place that messages can be read from.
type Folder struct {
	Name   string // as it is called there, with / between levels
	Kind   Kind
	Path   string
	Files  []string // of one message each, for Maildir and Single
	Octets int64    // of all its files
}

// Found is what is at a path.
type Found struct {
	Folders []Folder
	Passed  int // files that hold no mail, as far as their names and beginnings tell
}

// ErrNoMail says that there is nothing to import.
var ErrNoMail = errors.New("no mail was found there: choose an mbox file, an .eml file, a Maildir, an MH folder, a Thunderbird profile, or a folder that holds some of them")

// Find looks for mail at a path: a file, or everything below a folder. Links are not
// followed. The error is ErrNoMail, the context's or that of reading a folder.
func Find(ctx context.Context, path string) (Found, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Found{}, err
	}
	f := finder{ctx: ctx, singles: map[string]*Folder{}}
	if !info.IsDir() {
		f.file(path, nameOf(filepath.Base(path)), info.Size(), true)
		return f.result()
	}
	roots := []string{path}
	if profile := profileRoots(path); profile != nil {
		roots = profile
	}
	for _, root := range roots {
		if err := f.walk(root, path); err != nil {
			return f.found, err
		}
	}
	return f.result()
}

// profileRoots returns where a Thunderbird profile has its mail, nil if it is none.
func profileRoots(path string) []string {
	if _, err := os.Stat(filepath.Join(path, "prefs.js")); err != nil {
		return nil
	}
	var roots []string
	for _, name := range []string{"Mail", "ImapMail"} {
		if info, err := os.Stat(filepath.Join(path, name)); err == nil && info.IsDir() {
			roots = append(roots, filepath.Join(path, name))
		}
	}
	return roots
}

type finder struct {
	ctx     context.Context
	found   Found
	singles map[string]*Folder // by the path of the folder
	order   []string           // of singles
}

func (f *finder) result() (Found, error) {
	for _, path := range f.order {
		folder := f.singles[path]
		sortFiles(folder)
		f.found.Folders = append(f.found.Folders, *folder)
	}
	if len(f.found.Folders) == 0 {
		return f.found, ErrNoMail
	}
	return f.found, nil
}

// sortFiles puts files in the order of the numbers that their names begin with: those of
// MH count up, those of Maildir are seconds. In the order of time the store takes most.
func sortFiles(folder *Folder) {
	number := func(path string) int64 {
		name := filepath.Base(path)
		end := 0
		for end < len(name) && end < 18 && name[end] >= '0' && name[end] <= '9' {
			end++
		}
		n, err := strconv.ParseInt(name[:end], 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	slices.SortFunc(folder.Files, func(a, b string) int {
		return cmp.Or(cmp.Compare(number(a), number(b)), strings.Compare(a, b))
	})
}

func (f *finder) walk(root, top string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err := context.Cause(f.ctx); err != nil {
			return err
		}
		if err != nil {
			return err
		}
		name := folderName(top, path)
		if d.IsDir() {
			if isMaildir(path) {
				return f.maildir(path, name)
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone meanwhile
		}
		if err != nil {
			return err
		}
		f.file(path, name, info.Size(), false)
		return nil
	})
}

// folderName makes a name of the way from the top to a folder or file.
func folderName(top, path string) string {
	rel, err := filepath.Rel(top, path)
	if err != nil || rel == "." {
		return nameOf(filepath.Base(path))
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i, p := range parts {
		parts[i] = nameOf(p)
	}
	return strings.Join(parts, "/")
}

// nameOf takes off what programs put around a folder's name.
func nameOf(base string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(base, ".sbd"), ".mbox")
	if trimmed := strings.TrimPrefix(name, "."); trimmed != "" { // Maildir++
		name = strings.ReplaceAll(trimmed, ".", "/")
		if trimmed == base || !strings.HasPrefix(base, ".") {
			name = trimmed
		}
	}
	return cmp.Or(strings.ToValidUTF8(name, "_"), "mail")
}

func isMaildir(path string) bool {
	for _, name := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (f *finder) maildir(path, name string) error {
	folder := Folder{Name: name, Kind: Maildir, Path: path}
	for _, sub := range []string{"new", "cur"} {
		files, err := os.ReadDir(filepath.Join(path, sub))
		if err != nil {
			return err
		}
		for _, e := range files {
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			folder.Files = append(folder.Files, filepath.Join(path, sub, e.Name()))
			folder.Octets += info.Size()
		}
	}
	sortFiles(&folder)
	f.found.Folders = append(f.found.Folders, folder)
	return nil
}

// file looks at what may be a mailbox or a message. asked tells that a person named it.
func (f *finder) file(path, name string, size int64, asked bool) {
	inMaildir := slices.Contains([]string{"cur", "new", "tmp"}, filepath.Base(filepath.Dir(path))) && isMaildir(filepath.Dir(filepath.Dir(path)))
	switch base := filepath.Base(path); {
	case inMaildir && !asked, strings.HasSuffix(base, manifestSuffix), base == manifestName:
		return
	case strings.EqualFold(filepath.Ext(base), ".eml"), isNumber(base) && beginsAsMail(path):
		f.single(path, size)
	case beginsAsMbox(path):
		f.found.Folders = append(f.found.Folders, Folder{Name: name, Kind: Mbox, Path: path, Octets: size})
	case asked && beginsAsMail(path):
		f.single(path, size)
	case size > 0:
		f.found.Passed++
	}
}

func (f *finder) single(path string, size int64) {
	dir := filepath.Dir(path)
	folder := f.singles[dir]
	if folder == nil {
		folder = &Folder{Name: nameOf(filepath.Base(dir)), Kind: Single, Path: dir}
		f.singles[dir] = folder
		f.order = append(f.order, dir)
	}
	folder.Files = append(folder.Files, path)
	folder.Octets += size
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// beginning returns the first octets of a file, none if it can't be read: then the
// import says so, or nobody asked for it.
func beginning(path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	p := make([]byte, 1024)
	n, err := io.ReadFull(file, p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		n = 0
	}
	_ = file.Close() // nothing was written
	return p[:n]
}

func beginsAsMbox(path string) bool {
	p := bytes.TrimLeft(beginning(path), "\r\n")
	return bytes.HasPrefix(p, []byte("From ")) || bytes.HasPrefix(p, []byte("\x01\x01\x01\x01\n"))
}

// beginsAsMail tells whether the first line is a header field (RFC 5322, section 2.2).
func beginsAsMail(path string) bool {
	line, _, _ := bytes.Cut(beginning(path), []byte("\n"))
	name, _, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 || len(name) > 200 {
		return false
	}
	return !bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

// String describes a folder in a line.
func (f Folder) String() string { return fmt.Sprintf("%s (%s, %s)", f.Name, f.Kind, f.Path) }

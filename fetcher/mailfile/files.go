package mailfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"restante.app/localstore"
	"restante.app/mimeview"
)

// files is a folder of files of one message each being written, with its manifest.
type files struct {
	path   string
	format Format
	lines  *manifestWriter
	n      int
}

func newFiles(path string, f Format, now time.Time) (*files, error) {
	dir := path + part
	subs := []string{""}
	if f == MaildirOut {
		subs = []string{"cur", "new", "tmp"}
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	for _, sub := range subs {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	lines, err := newManifest(filepath.Join(dir, manifestName), f, now)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &files{path: path, format: f, lines: lines}, nil
}

func (w *files) manifest() *manifestWriter { return w.lines }

func (w *files) put(e *localstore.Entry, r io.Reader) (string, error) {
	w.n++
	name := w.name(e)
	file, err := os.OpenFile(filepath.Join(w.path+part, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, r)
	return name, errors.Join(err, file.Close())
}

// name makes the name of a message's file: numbers first, so that they sort as they came.
func (w *files) name(e *localstore.Entry) string {
	if w.format == MaildirOut {
		colon := ":"
		if runtime.GOOS == "windows" {
			colon = ";"
		}
		return filepath.Join("cur", fmt.Sprintf("%d.M%dQ%d.restante,S=%d%s2,%s",
			e.Collected.Unix(), e.Collected.Nanosecond()/1000, w.n, e.Size, colon, letters(e.Flags)))
	}
	subject := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, mimeview.Clean(e.Summary.Subject, 60))
	return strings.TrimRight(fmt.Sprintf("%07d %s", w.n, subject), " .") + ".eml"
}

func (w *files) finish() error {
	if err := w.lines.finish(); err != nil {
		return err
	}
	return os.Rename(w.path+part, w.path)
}

func (w *files) abandon() error { return abandon([]*os.File{w.lines.file}, w.path+part) }

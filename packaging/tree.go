package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

// tree is a folder that files are written to. Their names are kept, as packages list
// each file; their modes are what is said, whatever the umask.
type tree struct {
	dir   string
	files []treeFile
	err   error // the first fault; later calls do nothing
}

// treeFile is a file of a tree: a path with slashes, and its mode.
type treeFile struct {
	path string
	mode os.FileMode
}

// newTree empties the folder.
func newTree(dir string) *tree { return &tree{dir: dir, err: os.RemoveAll(dir)} }

func (t *tree) put(path string, octets []byte, mode os.FileMode) {
	full := filepath.Join(t.dir, filepath.FromSlash(path))
	if t.err == nil {
		t.err = os.MkdirAll(filepath.Dir(full), 0o755)
	}
	if t.err == nil {
		t.err = os.WriteFile(full, octets, mode)
	}
	if t.err == nil {
		t.err = os.Chmod(full, mode)
	}
	t.files = append(t.files, treeFile{path, mode})
}

// text puts a file that others may read.
func (t *tree) text(path, text string) { t.put(path, []byte(text), 0o644) }

// copy puts the file from, which packages may run if mode says so.
func (t *tree) copy(path, from string, mode os.FileMode) {
	octets, err := os.ReadFile(from)
	if t.err == nil {
		t.err = err
	}
	t.put(path, octets, mode)
}

// gzip puts a text as Debian wants manuals and changelogs: compressed as far as it goes,
// with no time and no name.
func (t *tree) gzip(path, text string) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if t.err == nil {
		t.err = err
	}
	t.put(path, out.Bytes(), 0o644)
}

// render fills in a template of templates/. What stands in XML is escaped by "xml".
func render(name string, data any) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"xml": html.EscapeString, "wrap": wrap}).Option("missingkey=error").
		ParseFS(templates, "templates/"+name)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return out.String(), nil
}

// rendered is render for a tree.
func (t *tree) rendered(name string, data any) string {
	text, err := render(name, data)
	if t.err == nil {
		t.err = err
	}
	return text
}

// wrap breaks a text into lines of 76 characters, all but the first behind indent.
func wrap(indent, text string) string {
	var out strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column > 0 && len(indent)+column+1+len(word) > 76:
			out.WriteString("\n" + indent)
			column = 0
		case column > 0:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}

// under returns the files below a folder, sorted.
func (t *tree) under(folder string) []treeFile {
	var all []treeFile
	for _, f := range t.files {
		if strings.HasPrefix(f.path, folder+"/") {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b treeFile) int { return strings.Compare(a.path, b.path) })
	return all
}

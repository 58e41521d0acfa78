package mailfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A manifest lies beside an mbox under its name and manifestSuffix, and in the folder of
// an export of single files as manifestName. It has a line of JSON for the whole, one for
// each message in the order of the export, and one that ends it.
const (
	manifestSuffix = ".manifest"
	manifestName   = "manifest"
	manifestKind   = "restante mail export"
)

// Format is what an export is written as.
type Format string

// The formats.
const (
	MboxRD     Format = "mboxrd"
	MaildirOut Format = "maildir"
	EML        Format = "eml"
)

// manifestHead is the first line.
type manifestHead struct {
	Kind    string    `json:"kind"`
	Version int       `json:"version"`
	Format  Format    `json:"layout"`
	Made    time.Time `json:"made"`
}

// Line is what a manifest says of a message.
type Line struct {
	SHA256    string    `json:"sha256"` // of its octets, hex
	Size      int64     `json:"size"`
	File      string    `json:"file,omitempty"`   // beside the manifest, with / as separator
	Flags     string    `json:"flags,omitempty"`  // Maildir's letters
	Format    string    `json:"format,omitempty"` // of the maildrop that it once came in
	Collected time.Time `json:"collected"`
}

// manifestEnd is the last line.
type manifestEnd struct {
	Messages int   `json:"messages"`
	Octets   int64 `json:"octets"`
}

// manifestLine is any of the three.
type manifestLine struct {
	manifestHead
	Line
	manifestEnd
}

// manifestWriter writes a manifest.
type manifestWriter struct {
	file *os.File
	buf  *bufio.Writer
	enc  *json.Encoder
	end  manifestEnd
}

func newManifest(path string, f Format, now time.Time) (*manifestWriter, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	w := &manifestWriter{file: file, buf: bufio.NewWriter(file)}
	w.enc = json.NewEncoder(w.buf)
	return w, w.enc.Encode(manifestHead{Kind: manifestKind, Version: 1, Format: f, Made: now.UTC().Truncate(time.Second)})
}

func (w *manifestWriter) add(l Line) error {
	w.end.Messages++
	w.end.Octets += l.Size
	return w.enc.Encode(l)
}

func (w *manifestWriter) finish() error {
	err := errors.Join(w.enc.Encode(w.end), w.buf.Flush(), w.file.Sync())
	return errors.Join(err, w.file.Close())
}

// manifest is a manifest that was read.
type manifest struct {
	format Format
	lines  []Line
	byFile map[string]int
}

// readManifest reads the manifest of an mbox or a folder, nil if there is none. One that
// can't be read or is not complete is an error.
func readManifest(path string) (*manifest, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no manifest is the usual case
	}
	if err != nil {
		return nil, err
	}
	m, err := decodeManifest(bufio.NewScanner(file))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("the manifest %s: %w", path, err)
	}
	return m, nil
}

var errManifest = errors.New("it is not complete, so the export was not finished or a part of it is lost; take it away to import what is there")

func decodeManifest(lines *bufio.Scanner) (*manifest, error) {
	m := &manifest{byFile: map[string]int{}}
	octets, ended := int64(0), false
	for n := 0; lines.Scan(); n++ {
		var l manifestLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		switch {
		case n == 0 && (l.Kind != manifestKind || l.Version != 1):
			return nil, fmt.Errorf("it is none of this program's, or of a newer version")
		case n == 0:
			m.format = l.manifestHead.Format
		case ended:
			return nil, errManifest
		case l.SHA256 == "":
			ended = l.Messages == len(m.lines) && l.Octets == octets
			if !ended {
				return nil, errManifest
			}
		default:
			l.Line.File = filepath.FromSlash(l.Line.File)
			m.byFile[l.Line.File] = len(m.lines)
			m.lines = append(m.lines, l.Line)
			octets += l.Size
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if !ended {
		return nil, errManifest
	}
	return m, nil
}

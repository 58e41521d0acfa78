package look

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"restante.app/mimeview"
)

// Mail returns the HTML of messages in a folder's archives (.tar.gz), at most so many of
// each, nil if there is none.
func Mail(dir string, most int) ([]Fixture, error) {
	archives, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	if err != nil {
		return nil, err
	}
	slices.Sort(archives)
	var all []Fixture
	for _, a := range archives {
		some, err := fromArchive(a, most)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func fromArchive(name string, most int) (all []Fixture, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for r := tar.NewReader(z); len(all) < most; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg || h.Size > 4<<20 {
			continue
		}
		octets, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		v := mimeview.Parse(io.NewSectionReader(bytes.NewReader(octets), 0, int64(len(octets))), mimeview.Options{})
		if len(strings.Fields(v.HTML)) < 40 || seen[v.HTML] {
			continue // nothing to compare
		}
		seen[v.HTML] = true
		all = append(all, Fixture{mailPrefix + strings.ReplaceAll(strings.TrimPrefix(path.Clean(h.Name), "/"), "/", "_"), v.HTML, partsOf(v)})
	}
	return all, nil
}

const mailPrefix = "mail_"

// Own tells whether a message is one of the fixtures.
func (f Fixture) Own() bool { return !strings.HasPrefix(f.Name, mailPrefix) }

// partsOf loads the pictures that came with a message.
func partsOf(v *mimeview.View) func(src string) []byte {
	return func(src string) []byte {
		for _, p := range v.Parts {
			if p.ID != "" && src == "cid:"+p.ID && strings.HasPrefix(p.Type, "image/") {
				return p.Octets
			}
		}
		return nil
	}
}

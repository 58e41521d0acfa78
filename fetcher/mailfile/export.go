package mailfile

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"restante.app/localstore"
)

// ErrExists says that there is something where an export was to go.
var ErrExists = errors.New("there is something of that name already; choose another name, or take it away first")

// Exporter writes messages of the store into files.
type Exporter struct {
	Store  *localstore.Store
	Format Format
	// Progress, if not nil, is called after each message.
	Progress func(Progress)

	tally Tally
}

// Run writes messages, in this order, to a path that is not taken: a file for MboxRD,
// with its manifest beside it, else a folder. It has that name once it is complete. A
// message that is not there any more is left out; one that can't be read is in the Tally.
// The errors are ErrExists, the context's, the store's and those of writing.
func (ex *Exporter) Run(ctx context.Context, ids []localstore.MessageID, path string) (Tally, error) {
	ex.tally = Tally{}
	for _, taken := range []string{path, path + manifestSuffix} {
		if _, err := os.Lstat(taken); !errors.Is(err, fs.ErrNotExist) {
			return ex.tally, errors.Join(fmt.Errorf("%s: %w", taken, ErrExists), err)
		}
	}
	w, err := ex.newWriter(path)
	if err != nil {
		return ex.tally, err
	}
	err = ex.all(ctx, ids, w)
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return ex.tally, errors.Join(err, w.abandon())
	}
	ex.tally.Folders = 1
	return ex.tally, nil
}

// out is a format's files.
type out interface {
	// put writes a message and says where, beside the manifest.
	put(e *localstore.Entry, r io.Reader) (file string, err error)
	manifest() *manifestWriter
	finish() error
	abandon() error
}

func (ex *Exporter) newWriter(path string) (out, error) {
	now := time.Now()
	switch ex.Format {
	case MboxRD:
		return newMbox(path, now)
	case MaildirOut, EML:
		return newFiles(path, ex.Format, now)
	}
	return nil, fmt.Errorf("there is no format %q: use mboxrd, maildir or eml", ex.Format)
}

func (ex *Exporter) all(ctx context.Context, ids []localstore.MessageID, w out) error {
	const some = 500
	for len(ids) > 0 {
		entries, err := ex.Store.Entries(ids[:min(some, len(ids))])
		if err != nil {
			return err
		}
		ids = ids[min(some, len(ids)):]
		for i := range entries {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			if err := ex.one(&entries[i], w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (ex *Exporter) one(e *localstore.Entry, w out) error {
	m, err := ex.Store.OpenMessage(e.ID)
	switch {
	case errors.Is(err, localstore.ErrNotFound):
		return nil
	case err != nil:
		ex.tally.problem("Message %d was not exported: %v", e.ID, err)
		return nil
	}
	if err := m.Damage(); err != nil {
		ex.tally.problem("Message %d was exported as it is: %v", e.ID, err)
	}
	sum := sha256.New()
	from := &storeReader{r: io.TeeReader(m.Reader(), sum)}
	file, err := w.put(e, from)
	if from.err != nil {
		// A part of it may be written, so the export as a whole is none.
		return fmt.Errorf("message %d: %w", e.ID, from.err)
	}
	if err != nil {
		return err
	}
	ex.tally.Messages++
	ex.tally.Octets += m.Size()
	if ex.Progress != nil {
		ex.Progress(Progress{Messages: ex.tally.Messages, Octets: ex.tally.Octets})
	}
	return w.manifest().add(Line{
		SHA256: hex.EncodeToString(sum.Sum(nil)), Size: m.Size(), File: filepath.ToSlash(file), Flags: letters(e.Flags),
		Format: e.Format, Collected: e.Collected.UTC(),
	})
}

// storeReader keeps the store's errors apart from those of writing.
type storeReader struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *storeReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// part is the name of what is not complete.
const part = ".part"

// mboxFile is an mbox being written, with its manifest.
type mboxFile struct {
	path  string
	file  *os.File
	buf   *bufio.Writer
	lines *manifestWriter
}

func newMbox(path string, now time.Time) (*mboxFile, error) {
	file, err := os.OpenFile(path+part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	lines, err := newManifest(path+manifestSuffix+part, MboxRD, now)
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path+part))
	}
	return &mboxFile{path: path, file: file, buf: bufio.NewWriterSize(file, 256<<10), lines: lines}, nil
}

func (w *mboxFile) manifest() *manifestWriter { return w.lines }

func (w *mboxFile) put(e *localstore.Entry, r io.Reader) (string, error) {
	if _, err := w.buf.WriteString(fromLine(e)); err != nil {
		return "", err
	}
	return "", quote(w.buf, r)
}

func (w *mboxFile) finish() error {
	err := errors.Join(w.buf.Flush(), w.file.Sync())
	if err = errors.Join(err, w.file.Close()); err != nil {
		return err
	}
	if err := w.lines.finish(); err != nil {
		return err
	}
	// The manifest first: an mbox without its own would be read as any other.
	if err := os.Rename(w.path+manifestSuffix+part, w.path+manifestSuffix); err != nil {
		return err
	}
	return os.Rename(w.path+part, w.path)
}

func (w *mboxFile) abandon() error {
	return abandon([]*os.File{w.file, w.lines.file}, w.path+part, w.path+manifestSuffix+part)
}

// abandon removes what was written. The files may be closed already.
func abandon(files []*os.File, paths ...string) error {
	var errs []error
	for _, f := range files {
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for _, path := range paths {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

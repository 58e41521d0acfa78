package mailfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient/maildrop"
)

// reader reads the messages of one folder.
type reader struct {
	ctx      context.Context
	folder   Folder
	manifest *manifest
	tally    *Tally
	format   string
	spool    string
}

// taker takes a message. size returns its octets once it was taken.
type taker func(d custody.Delivery, flags localstore.Flags, size func() int64) error

func (r *reader) each(take taker) error {
	if r.folder.Kind == Mbox {
		return r.mbox(take)
	}
	for _, path := range r.folder.Files {
		if err := r.file(path, take); err != nil {
			return err
		}
	}
	r.missing(len(r.folder.Files))
	return nil
}

// missing tells of messages that the manifest has and the files have not.
func (r *reader) missing(found int) {
	if r.manifest != nil && found < len(r.manifest.lines) {
		r.tally.problem("%s: the manifest has %d messages, and %d are there.", r.folder, len(r.manifest.lines), found)
	}
}

func (r *reader) mbox(take taker) (err error) {
	file, err := os.Open(r.folder.Path)
	if err != nil {
		return &readError{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	format := r.format
	if r.manifest != nil {
		format = string(MboxRD)
	}
	s := maildrop.NewSplitter(file, maildrop.Options{Format: format, SpoolDir: r.spool})
	defer func() { err = errors.Join(err, s.Close()) }()
	for n := 0; ; n++ {
		d, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			r.missing(n)
			return nil
		case err != nil:
			return &readError{err}
		}
		if err := r.message(d, n, take); err != nil {
			return err
		}
	}
}

// message takes the n-th message of an mbox.
func (r *reader) message(d custody.Delivery, n int, take taker) error {
	if r.manifest != nil && n < len(r.manifest.lines) {
		return r.exported(d, r.manifest.lines[n], take)
	}
	flags, deleted := flagsOfHeader(d.Octets)
	if deleted {
		r.tally.Deleted++
		return nil // Next reads over its rest
	}
	return r.plain(d, flags, take)
}

// plain takes a message as it is.
func (r *reader) plain(d custody.Delivery, flags localstore.Flags, take taker) error {
	counted := &counter{r: d.Rest}
	if d.Rest != nil {
		d.Rest = counted
	}
	first := int64(len(d.Octets))
	return take(d, flags, func() int64 { return first + counted.n })
}

type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// exported takes a message that this package wrote into an mbox, as it was before.
func (r *reader) exported(d custody.Delivery, l Line, take taker) error {
	source := io.Reader(bytes.NewReader(d.Octets))
	if d.Rest != nil {
		source = io.MultiReader(source, d.Rest)
	}
	return r.verified(maildrop.Unquote(string(MboxRD), source), l, take)
}

// verified takes a message of a known length and hash. What follows in the source, the
// line end that an mbox needs, is read over.
func (r *reader) verified(source io.Reader, l Line, take taker) error {
	sum := sha256.New()
	body := &exactly{r: source, left: l.Size, sum: sum}
	octets, err := io.ReadAll(io.LimitReader(body, custody.MaxInline))
	if err != nil {
		return &readError{err}
	}
	d := custody.Delivery{Octets: octets, Format: l.Format}
	if body.left > 0 {
		d.Rest = body
	}
	if err := take(d, flagsOfLetters(l.Flags), func() int64 { return l.Size - body.left }); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, source); err != nil {
		return &readError{err}
	}
	if body.left > 0 || hex.EncodeToString(sum.Sum(nil)) != l.SHA256 {
		r.tally.problem("%s: a message is not as it was exported (SHA-256 %.12s…). It was imported as it is.", r.folder, l.SHA256)
	}
	return nil
}

// exactly reads up to so many octets and hashes them.
type exactly struct {
	r    io.Reader
	left int64
	sum  hash.Hash
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	_, _ = e.sum.Write(p[:n]) // documented never to fail
	e.left -= int64(n)
	return n, err
}

// file takes a file of one message.
func (r *reader) file(path string, take taker) error {
	flags, deleted := localstore.Flags(0), false
	if r.folder.Kind == Maildir {
		flags, deleted = flagsOfName(path)
	}
	if deleted {
		r.tally.Deleted++
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		r.tally.problem("%s was not imported: %v.", path, err)
		return nil
	}
	err = r.opened(file, path, flags, take)
	return errors.Join(err, file.Close())
}

func (r *reader) opened(file *os.File, path string, flags localstore.Flags, take taker) error {
	if l, ok := r.line(path); ok {
		return r.verified(file, l, take)
	}
	octets, err := io.ReadAll(io.LimitReader(file, custody.MaxInline))
	if err != nil {
		r.tally.problem("%s was not imported: %v.", path, err)
		return nil
	}
	d := custody.Delivery{Octets: octets}
	if len(octets) == custody.MaxInline {
		d.Rest = file
	}
	if r.folder.Kind == Single {
		inHeader, _ := flagsOfHeader(octets)
		flags |= inHeader
	}
	return r.plain(d, flags, take)
}

// line returns what the manifest says of a file.
func (r *reader) line(path string) (Line, bool) {
	if r.manifest == nil {
		return Line{}, false
	}
	name, err := filepath.Rel(r.folder.Path, path)
	if err != nil {
		return Line{}, false
	}
	i, ok := r.manifest.byFile[name]
	if !ok {
		return Line{}, false
	}
	return r.manifest.lines[i], true
}

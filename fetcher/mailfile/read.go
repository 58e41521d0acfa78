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
	marker   *marker
}

// taker takes a message. size returns its octets once it was taken.
type taker func(d custody.Delivery, flags localstore.Flags, size func() int64) error

func (r *reader) each(take taker) error {
	if r.folder.Kind == Mbox {
		return r.mbox(take)
	}
	for _, path := range r.folder.Files {
		if err := r.marked(path, take); err != nil {
			return err
		}
	}
	r.missing(len(r.folder.Files))
	return nil
}

// marked takes a file of one message, unless it was imported before.
func (r *reader) marked(path string, take taker) error {
	k := r.marker
	if done, err := k.passOver(path); err != nil || done {
		k.im.tell(r.folder)
		return err
	}
	before, err := os.Stat(path)
	t := *r.tally
	if fileErr := r.file(path, take); fileErr != nil {
		return fileErr
	}
	if err != nil || len(t.Problems) != len(r.tally.Problems) || t.More != r.tally.More {
		return nil //nolint:nilerr // it is read again, and said again
	}
	k.note(path, before, localstore.ImportMark{Whole: true, Offset: before.Size(), Messages: 1, Deleted: r.tally.Deleted - t.Deleted})
	if k.delivered(before.Size()); k.due() {
		return k.commitAndGoOn()
	}
	return nil
}

// missing tells of messages that the manifest has and the files have not.
func (r *reader) missing(found int) {
	if r.manifest != nil && found < len(r.manifest.lines) {
		r.tally.problem("%s: the manifest has %d messages, and %d are there.", r.folder, len(r.manifest.lines), found)
	}
}

// mbox takes the messages of an mbox. Those that an earlier import has made durable are read
// over, which costs little, and is what shows where each of the others begins.
func (r *reader) mbox(take taker) error {
	file, err := os.Open(r.folder.Path)
	if err != nil {
		return &readError{err}
	}
	before, err := file.Stat()
	if err != nil {
		return errors.Join(&readError{err}, file.Close())
	}
	m, ok, err := r.marker.known(r.folder.Path, before)
	if !ok {
		m = localstore.ImportMark{}
	}
	if err == nil {
		err = r.messages(file, before, m, take)
	}
	if errors.Is(err, errElsewhere) { // it is not what the mark is of
		if _, err = file.Seek(0, io.SeekStart); err == nil {
			err = r.messages(file, before, localstore.ImportMark{}, take)
		}
	}
	return errors.Join(err, file.Close())
}

// errElsewhere says that no message ends where one is to end.
var errElsewhere = errors.New("the file is another one")

func (r *reader) messages(file *os.File, before os.FileInfo, from localstore.ImportMark, take taker) (err error) {
	format := r.format
	if r.manifest != nil {
		format = string(MboxRD)
	}
	s := maildrop.NewSplitter(file, maildrop.Options{Format: format, SpoolDir: r.spool})
	defer func() { err = errors.Join(err, s.Close()) }()
	problems := len(r.tally.Problems) + r.tally.More
	at := localstore.ImportMark{}
	for {
		d, err := s.Next()
		switch {
		case errors.Is(err, io.EOF) && at.Messages < from.Messages:
			return errElsewhere
		case errors.Is(err, io.EOF):
			r.missing(at.Messages)
			at.Whole = len(r.tally.Problems)+r.tally.More == problems
			r.marker.note(r.folder.Path, before, at)
			return nil
		case err != nil:
			return &readError{err}
		}
		if err := r.next(d, &at, from, take); err != nil {
			return err
		}
		if at.Messages > from.Messages && r.marker.due() {
			r.marker.note(r.folder.Path, before, at)
			if err := r.marker.commitAndGoOn(); err != nil {
				return err
			}
		}
	}
}

// next takes a message, or reads over it if it is durable already.
func (r *reader) next(d custody.Delivery, at *localstore.ImportMark, from localstore.ImportMark, take taker) error {
	m, deleted := measure(&d), r.tally.Deleted
	taken := at.Messages >= from.Messages
	if taken {
		if err := r.message(d, at.Messages, take); err != nil {
			return err
		}
	}
	octets, err := m.whole()
	if err != nil {
		return &readError{err}
	}
	at.Offset += octets
	at.Messages++
	at.Deleted += r.tally.Deleted - deleted
	switch {
	case taken:
		r.marker.delivered(octets)
	case at.Messages < from.Messages:
	case at.Offset != from.Offset:
		return errElsewhere
	default:
		at.Deleted = from.Deleted
		r.tally.Messages += from.Messages - from.Deleted
		r.tally.Known += from.Messages - from.Deleted
		r.tally.Deleted += from.Deleted
		r.tally.Octets += from.Offset
	}
	return nil
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

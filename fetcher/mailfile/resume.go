package mailfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"restante.app/localstore"
	"restante.app/localstore/custody"
)

// When what was read is made durable and noted, so that an import that ends early goes on
// from there.
const (
	noteOctets   = 64 << 20
	noteMessages = 10_000
)

// settled is how old the last change of a file must be: one that is younger could be
// followed by another with the same time.
const settled = 2 * time.Second

// marker knows which files of a folder were imported before, and notes what is.
type marker struct {
	im      *Importer
	ctx     context.Context
	box     localstore.MailboxID
	in      *localstore.Import
	epoch   uint64
	suffix  string // what decides how files are read, beside their octets
	pending []localstore.ImportMark

	octets   int64 // since the last commit
	messages int
}

func (im *Importer) newMarker(ctx context.Context, f Folder, box localstore.MailboxID) (*marker, error) {
	k := &marker{im: im, ctx: ctx, box: box, suffix: "\x00" + string(f.Kind) + "\x00" + im.Format}
	info, err := os.Stat(manifestOf(f))
	switch {
	case err == nil:
		k.suffix += fmt.Sprintf("\x00%d %d", info.Size(), info.ModTime().UnixNano())
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	// Before anything is read: what is removed meanwhile is read again.
	k.epoch, err = im.Store.ImportEpoch()
	return k, err
}

func (k *marker) begin() (err error) {
	k.octets, k.messages = 0, 0
	k.in, err = k.im.Store.BeginImport(k.ctx, k.box)
	return err
}

// key names a file in its mark.
func (k *marker) key(path string) (string, error) {
	whole, err := filepath.Abs(path)
	return whole + k.suffix, err
}

// known returns the mark of a file that has not changed since.
func (k *marker) known(path string, info fs.FileInfo) (localstore.ImportMark, bool, error) {
	if k.im.Again {
		return localstore.ImportMark{}, false, nil
	}
	key, err := k.key(path)
	if err != nil {
		return localstore.ImportMark{}, false, err
	}
	m, ok, err := k.im.Store.ImportMark(k.box, key)
	return m, ok && m.Size == info.Size() && m.Modified == info.ModTime().UnixNano(), err
}

// passOver counts a file that was imported whole before, and tells whether it was.
func (k *marker) passOver(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, nil //nolint:nilerr // whoever reads it says so
	}
	m, ok, err := k.known(path, info)
	if err != nil || !ok || !m.Whole {
		return false, err
	}
	t := &k.im.tally
	t.Passed++
	t.Messages += m.Messages - m.Deleted
	t.Known += m.Messages - m.Deleted
	t.Deleted += m.Deleted
	t.Octets += m.Size
	return true, nil
}

// note notes how far a file was read, once what was delivered is durable. before is the
// file as it was when it was opened.
func (k *marker) note(path string, before fs.FileInfo, m localstore.ImportMark) {
	now, err := os.Stat(path)
	if err != nil || now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) ||
		time.Since(before.ModTime()) < settled {
		return // it changes: the next import reads it
	}
	if m.Path, err = k.key(path); err != nil {
		return
	}
	m.Size, m.Modified, m.Epoch = before.Size(), before.ModTime().UnixNano(), k.epoch
	k.pending = append(k.pending, m)
}

// delivered counts what was delivered.
func (k *marker) delivered(octets int64) {
	k.octets += octets
	k.messages++
}

// due tells whether it is time to commit.
func (k *marker) due() bool { return k.octets >= noteOctets || k.messages >= k.im.noteEvery() }

// commit makes what was delivered durable, and notes it.
func (k *marker) commit() error {
	_, _, err := k.in.Commit(k.ctx)
	return errors.Join(k.end(err), k.put(err))
}

func (k *marker) put(err error) error {
	if err != nil {
		return nil //nolint:nilerr // it is reported by commit
	}
	err = k.im.Store.PutImportMarks(k.box, k.pending)
	k.pending = nil
	return err
}

// end closes the intake, and counts what it kept.
func (k *marker) end(err error) error {
	err = errors.Join(err, k.in.Close())
	fresh, known := k.in.Kept()
	k.im.tally.Fresh += fresh
	k.im.tally.Known += known
	return err
}

// commitAndGoOn is commit, and begins the next part.
func (k *marker) commitAndGoOn() error {
	if err := k.commit(); err != nil {
		return err
	}
	return k.begin()
}

// measured counts the octets of a delivery, all of them, once whole was called.
type measured struct {
	n      int64
	rest   *counter
	suffix func() []byte
}

func measure(d *custody.Delivery) *measured {
	m := &measured{n: int64(len(d.Prefix) + len(d.Octets))}
	if d.Rest != nil {
		m.rest = &counter{r: d.Rest}
		d.Rest = m.rest
	}
	if d.Suffix != nil {
		m.suffix = sync.OnceValue(d.Suffix)
		d.Suffix = m.suffix
	}
	return m
}

// whole reads over what nobody has read.
func (m *measured) whole() (int64, error) {
	if m.rest != nil {
		if _, err := io.Copy(io.Discard, m.rest); err != nil {
			return 0, err
		}
		m.n += m.rest.n
		m.rest = nil
	}
	if m.suffix != nil {
		m.n += int64(len(m.suffix()))
		m.suffix = nil
	}
	return m.n, nil
}

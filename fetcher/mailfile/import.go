package mailfile

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"restante.app/localstore"
	"restante.app/localstore/custody"
)

// maxProblems bounds what a Tally names.
const maxProblems = 200

// Tally says what an import or an export did.
type Tally struct {
	Folders  int
	Messages int      // read, or written
	Fresh    int      // of an import: that were new, and are durable
	Known    int      // and that were here already
	Deleted  int      // passed over, as they were deleted where they come from
	Passed   int      // files that have not changed since they were imported: their messages are counted, and not read again
	Octets   int64    // of the messages
	Problems []string // what could not be read or written as it should, a sentence each
	More     int      // problems beyond those listed
}

func (t *Tally) problem(format string, args ...any) {
	if len(t.Problems) == maxProblems {
		t.More++
		return
	}
	t.Problems = append(t.Problems, fmt.Sprintf(format, args...))
}

// Progress says how far an import or an export has come.
type Progress struct {
	Folder   string
	Messages int
	Octets   int64
	Total    int64 // octets there are to read, 0 if that is not known
}

// Importer takes mail from files into the store.
type Importer struct {
	Store *localstore.Store
	// Mailbox returns where the messages of a folder go.
	Mailbox func(Folder) (localstore.MailboxID, error)
	// Format is what is known of the quoting of mbox files: a name of maildrop.Options,
	// or "". A manifest says it for what this package wrote.
	Format string
	// SpoolDir is where files for looking far ahead go; "" is the system's.
	SpoolDir string
	// Progress, if not nil, is called after each message.
	Progress func(Progress)
	// Again reads files that have not changed since they were imported, too.
	Again bool

	tally Tally
	total int64
	every int // replaces noteMessages, for tests
}

func (im *Importer) noteEvery() int {
	if im.every > 0 {
		return im.every
	}
	return noteMessages
}

// Run imports folders one after another and returns what it did, whatever the error is:
// the store's, or the context's. What can't be read of the files is in the Tally, and the
// rest is imported.
func (im *Importer) Run(ctx context.Context, folders []Folder) (Tally, error) {
	im.tally, im.total = Tally{}, 0
	for _, f := range folders {
		im.total += f.Octets
	}
	for _, f := range folders {
		if err := im.folder(ctx, f); err != nil {
			return im.tally, err
		}
		im.tally.Folders++
	}
	return im.tally, nil
}

// folder imports one folder. It commits at the end, and in between where the folder is
// large; the store many times before.
func (im *Importer) folder(ctx context.Context, f Folder) error {
	if f.Kind == Mbox && !im.Again {
		// One that was imported whole is not even opened.
		if done, err := im.folderDone(ctx, f); err != nil || done {
			return err
		}
	}
	m, err := readManifest(manifestOf(f))
	if err != nil {
		im.tally.problem("%s was not imported: %v.", f, err)
		return nil
	}
	box, err := im.Mailbox(f)
	if err != nil {
		return err
	}
	k, err := im.newMarker(ctx, f, box)
	if err != nil {
		return err
	}
	if err := k.begin(); err != nil {
		return err
	}
	err = im.read(ctx, k, f, m)
	var unread *readError
	if err == nil || errors.As(err, &unread) {
		if unread != nil {
			im.tally.problem("%s was not read to its end: %v.", f, unread.err)
		}
		return k.commit()
	}
	return k.end(err)
}

// folderDone tells whether an mbox was imported whole before.
func (im *Importer) folderDone(ctx context.Context, f Folder) (bool, error) {
	box, err := im.Mailbox(f)
	if err != nil {
		return false, err
	}
	k, err := im.newMarker(ctx, f, box)
	if err != nil {
		return false, err
	}
	return k.passOver(f.Path)
}

func manifestOf(f Folder) string {
	if f.Kind == Mbox {
		return f.Path + manifestSuffix
	}
	return filepath.Join(f.Path, manifestName)
}

func (im *Importer) read(ctx context.Context, k *marker, f Folder, m *manifest) error {
	r := reader{ctx: ctx, folder: f, manifest: m, tally: &im.tally, format: im.Format, spool: im.SpoolDir, marker: k}
	return r.each(func(d custody.Delivery, flags localstore.Flags, size func() int64) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := k.in.Deliver(ctx, d, flags); err != nil {
			return err
		}
		im.tally.Messages++
		im.tally.Octets += size()
		im.tell(f)
		return nil
	})
}

func (im *Importer) tell(f Folder) {
	if im.Progress != nil {
		im.Progress(Progress{Folder: f.Name, Messages: im.tally.Messages, Octets: im.tally.Octets, Total: im.total})
	}
}

// readError says that the files, and not the store, have failed.
type readError struct{ err error }

// Error implements error.
func (e *readError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *readError) Unwrap() error { return e.err }

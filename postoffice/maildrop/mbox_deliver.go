package maildrop

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"
)

// Stage implements Deliverer: the message is written to a file beside the mailbox.
func (m *Mbox) Stage(_ context.Context, user string, env Envelope) (Delivery, error) {
	if m.raw {
		return nil, errors.New("files that are served as they lie take no mail")
	}
	name, _, err := m.layout.path(user, "inbox")
	if err != nil {
		return nil, err
	}
	if err := makeDirs(m.root, path.Dir(name)); err != nil {
		return nil, fmt.Errorf("making the mailbox's folder: %w", err)
	}
	spool := path.Join(path.Dir(name), "."+path.Base(name)+"."+rand.Text())
	f, err := m.root.OpenFile(spool, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &mboxDelivery{
		drop: m, name: name, spool: spool, f: f,
		bw: bufio.NewWriterSize(f, 64<<10), sender: cleanSender(env.Sender),
	}, nil
}

type mboxDelivery struct {
	drop   *Mbox
	name   string
	spool  string
	f      *os.File
	bw     *bufio.Writer
	sender string
	done   bool
}

func (d *mboxDelivery) Write(p []byte) (int, error) { return d.bw.Write(p) }

// Commit implements Delivery: under the mailbox's locks the entry is appended and
// synced. If that fails the mailbox is cut to what it was.
func (d *mboxDelivery) Commit(ctx context.Context) (err error) {
	if err := d.bw.Flush(); err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	if _, err := d.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	l, err := d.drop.lock(ctx, d.name, os.O_CREATE)
	if err != nil {
		return err
	}
	defer func() {
		unlockErr := l.unlock()
		if err != nil { // else the message is delivered, even if a lock file stays
			err = errors.Join(err, unlockErr)
		}
	}()
	if err := d.append(ctx, l); err != nil {
		return fmt.Errorf("delivering the message: %w", err)
	}
	return nil
}

func (d *mboxDelivery) append(ctx context.Context, l *lockedMbox) error {
	fi, err := l.file.Stat()
	if err != nil {
		return err
	}
	size := fi.Size()
	gap, err := endOfMail(l.file, size)
	if err != nil {
		return err
	}
	pr, pw := io.Pipe()
	defer func() { _ = pr.Close() }() // ends the goroutine if not all was read
	go func() {
		bw := bufio.NewWriterSize(pw, 64<<10)
		_, err := bw.WriteString(gap)
		if err == nil {
			err = writeEntry(bw, bufio.NewReaderSize(d.f, 64<<10), d.sender, time.Now())
		}
		_ = pw.CloseWithError(errors.Join(err, bw.Flush())) // never fails
	}()
	if err := l.appendAll(ctx, size, pr); err != nil {
		return err
	}
	if size == 0 { // it may be new
		return l.syncDir()
	}
	return nil
}

// endOfMail returns what has to be appended so that the next separator line
// follows an empty line: the last delivery may have been cut short.
func endOfMail(f *os.File, size int64) (string, error) {
	if size == 0 {
		return "", nil
	}
	var last [4]byte
	n := min(size, int64(len(last)))
	if _, err := f.ReadAt(last[:n], size-n); err != nil {
		return "", err
	}
	switch s := string(last[:n]); {
	case n >= 2 && s[n-2:] == "\n\n", n >= 3 && s[n-3:] == "\n\r\n":
		return "", nil
	case s[n-1] == '\n':
		return "\n", nil
	}
	return "\n\n", nil
}

// Abort implements Delivery. It removes the spool file, delivered or not.
func (d *mboxDelivery) Abort() error {
	if d.done {
		return nil
	}
	d.done = true
	return errors.Join(d.f.Close(), d.drop.root.Remove(d.spool))
}

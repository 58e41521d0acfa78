package maildrop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
)

// buffers are for reading mail: large, so that many small files cost few calls.
var buffers sync.Pool

// buffered calls read with a buffered reader of r.
func buffered(r io.Reader, read func(*bufio.Reader) error) error {
	br, ok := buffers.Get().(*bufio.Reader)
	if !ok {
		br = bufio.NewReaderSize(nil, 256<<10)
	}
	// Only Read is left of r: a file's WriteTo would bring a buffer of its own.
	br.Reset(struct{ io.Reader }{r})
	defer func() {
		br.Reset(nil)
		buffers.Put(br)
	}()
	return read(br)
}

// tally counts and sums what is written to it, and passes it on.
type tally struct {
	w   io.Writer // nil: nowhere
	n   int64
	sum *xxhash.Digest
}

func newTally(w io.Writer) *tally { return &tally{w: w, sum: xxhash.New()} }

func (t *tally) Write(p []byte) (int, error) {
	n := len(p)
	var err error
	if t.w != nil {
		n, err = t.w.Write(p)
	}
	t.n += int64(n)
	_, _ = t.sum.Write(p[:n]) // a hash doesn't fail
	return n, err
}

// mark is what tells a file from others and from its own past.
type mark struct {
	inode uint64
	size  int64
	mtime int64
}

func markOf(fi os.FileInfo) mark {
	return mark{inode: inode(fi), size: fi.Size(), mtime: fi.ModTime().UnixNano()}
}

// syncDir makes the directory's entries durable; Windows refuses to.
func syncDir(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// makeDirs makes the directory and its parents, durably.
func makeDirs(root *os.Root, dir string) error {
	if fi, err := root.Stat(dir); err == nil && fi.IsDir() {
		return nil
	}
	if err := root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for d := path.Dir(dir); ; d = path.Dir(d) {
		if err := syncDir(root, d); err != nil {
			return err
		}
		if d == "." || d == "/" {
			return nil
		}
	}
}

// retry calls try until it returns anything but ErrLocked, for at most the given
// time or while ctx lasts.
func retry(ctx context.Context, most time.Duration, try func() error) error {
	const pause = 50 * time.Millisecond
	for end := time.Now().Add(most); ; {
		err := try()
		if !errors.Is(err, ErrLocked) || time.Now().Add(pause).After(end) {
			return err
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		}
	}
}

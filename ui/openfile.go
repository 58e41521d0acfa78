package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
)

// mostFile is the size from which a file is no single message.
const mostFile = 256 << 20

var errNoFile = errors.New("it is not an ordinary file")

// openFile opens a file of mail: one message is shown as it is, a mailbox is imported if
// the person agrees.
func (w *Window) openFile(path string) {
	d := w.desk
	name := mimeview.Clean(filepath.Base(path), 100)
	work(d, name+" could not be opened", func() ([]byte, error) { return readLetter(path) }, func(octets []byte) {
		if d.asking() {
			return
		}
		if octets == nil {
			d.ask("Import "+name+"?", "It is a mailbox. Its mail comes into a mailbox of its own on this disk; what is here already is not taken twice. The file stays as it is.",
				"Import", false, func() { d.importFrom(path) })
			return
		}
		w.list.unselect()
		w.message.file(octets)
	})
}

// readLetter reads a file of one message, nil if it is a mailbox.
func readLetter(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	if info.Size() > mostFile || strings.EqualFold(filepath.Ext(path), ".mbox") {
		return nil, nil
	}
	octets, err := io.ReadAll(io.LimitReader(f, mostFile))
	if err != nil {
		return nil, err
	}
	if len(octets) == 0 {
		return nil, fmt.Errorf("%w: it is empty", errNoFile)
	}
	if bytes.HasPrefix(octets, []byte("From ")) && bytes.Contains(octets, []byte("\n\nFrom ")) {
		return nil, nil
	}
	return octets, nil
}

// fromFile tells whether what is shown is no message of the store.
func (p *messagePane) fromFile() bool { return len(p.letters) > 0 && p.shown.ID == 0 }

// file shows a message that is not in the store.
func (p *messagePane) file(octets []byte) {
	p.turn++
	p.cancel()
	p.reading.stop()
	ctx, cancel := context.WithCancel(context.Background())
	turn := p.turn
	p.cancel = cancel
	work(p.desk, "This message could not be read", func() (*mimeview.View, error) {
		return mimeview.Parse(sectionOf(octets), mimeview.Options{}), nil
	}, func(v *mimeview.View) {
		if turn != p.turn {
			return
		}
		p.shown = localstore.Entry{}
		p.letters = []*letter{newLetter(ctx, v, fetcher.Sender{}, func() ([]byte, error) { return octets, nil })}
		p.display()
		p.desk.focus(p.text)
	})
}

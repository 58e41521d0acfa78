package maildrop

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"
)

// Stage implements Deliverer: the message is written into tmp/.
func (m *Maildir) Stage(_ context.Context, user string, env Envelope) (Delivery, error) {
	dir, _, err := m.layout.path(user, "inbox")
	if err != nil {
		return nil, err
	}
	for _, sub := range [...]string{"tmp", "new", "cur"} {
		if err := makeDirs(m.root, path.Join(dir, sub)); err != nil {
			return nil, fmt.Errorf("making the Maildir: %w", err)
		}
	}
	name := uniqueName(time.Now())
	f, err := m.root.OpenFile(path.Join(dir, "tmp", name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	d := &maildirDelivery{drop: m, dir: dir, name: name, f: f, bw: bufio.NewWriterSize(f, 64<<10)}
	if _, err := fmt.Fprintf(d, "Return-Path: <%s>\n", cleanSender(env.Sender)); err != nil {
		return nil, errors.Join(err, d.Abort())
	}
	return d, nil
}

// uniqueName makes a file name as maildir(5) asks for: time, something unique,
// host. The random part is unique by itself, across machines too.
func uniqueName(now time.Time) string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	host = strings.NewReplacer("/", `\057`, ":", `\072`).Replace(host)
	return fmt.Sprintf("%d.M%dP%dR%s.%s", now.Unix(), now.Nanosecond()/1000, os.Getpid(), rand.Text(), host)
}

type maildirDelivery struct {
	drop *Maildir
	dir  string
	name string
	f    *os.File // nil once closed
	bw   *bufio.Writer
	done bool
}

func (d *maildirDelivery) Write(p []byte) (int, error) { return d.bw.Write(p) }

// Commit implements Delivery: the file is synced, then moved to new/, and that too
// is synced.
func (d *maildirDelivery) Commit(context.Context) error {
	err := d.bw.Flush()
	if err == nil {
		err = d.drop.step("sync", d.name)
	}
	if err == nil {
		err = d.f.Sync()
	}
	err = errors.Join(err, d.f.Close())
	d.f = nil
	if err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	from, to := path.Join(d.dir, "tmp", d.name), path.Join(d.dir, "new", d.name)
	if err := d.drop.root.Rename(from, to); err != nil {
		return fmt.Errorf("delivering the message: %w", err)
	}
	d.done = true
	if err := syncDir(d.drop.root, path.Join(d.dir, "new")); err != nil {
		// Not known to be durable: the sender will send it again.
		return fmt.Errorf("delivering the message: %w", errors.Join(err, d.drop.root.Remove(to)))
	}
	return nil
}

// Abort implements Delivery.
func (d *maildirDelivery) Abort() error {
	if d.done {
		return nil
	}
	d.done = true
	var err error
	if d.f != nil {
		err = d.f.Close()
	}
	return errors.Join(err, d.drop.root.Remove(path.Join(d.dir, "tmp", d.name)))
}

package localstore

import (
	"context"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// MakeMailbox makes a mailbox of the owner's own. ErrInvalid says that the name can't
// be used, or is that of another one.
func (s *Store) MakeMailbox(name string) (Mailbox, error) {
	name = strings.TrimSpace(name)
	if err := validMailboxName(name); err != nil {
		return Mailbox{}, err
	}
	var m Mailbox
	err := s.update(func(tx *bbolt.Tx) (err error) {
		if err := nameFree(tx, name); err != nil {
			return err
		}
		m, err = putNewMailbox(tx, sourceKey("", name), mailboxRecord{Name: name, Role: Own})
		return err
	})
	return m, err
}

// EnsureRole returns the one mailbox with a role, Archive or Trash, and makes it if
// there is none yet.
func (s *Store) EnsureRole(role Role) (Mailbox, error) {
	if role != Archive && role != Trash {
		return Mailbox{}, invalid("There is no mailbox for %q.", role)
	}
	m, there, err := s.role(role)
	if err != nil || there {
		return m, err
	}
	err = s.update(func(tx *bbolt.Tx) (err error) {
		m, err = ensureRole(tx, role)
		return err
	})
	return m, err
}

// role finds the mailbox with a role.
func (s *Store) role(role Role) (m Mailbox, there bool, err error) {
	err = s.meta.view(func(tx *bbolt.Tx) error {
		id, ok, err := findMailbox(tx, "", roleSource(role))
		if err != nil || !ok {
			return err
		}
		there = true
		m, err = readMailbox(tx, id)
		return err
	})
	if err != nil {
		err = damaged(s.meta.path, "has a damaged mailbox", err)
	}
	return m, there, err
}

// roleSource is what stands in bucketSources for a role. No name can hold the NUL.
func roleSource(role Role) string { return "\x00" + string(role) }

func ensureRole(tx *bbolt.Tx, role Role) (Mailbox, error) {
	id, there, err := findMailbox(tx, "", roleSource(role))
	if err != nil {
		return Mailbox{}, err
	}
	if there {
		return readMailbox(tx, id)
	}
	name := map[Role]string{Archive: "Archive", Trash: "Trash"}[role]
	return putNewMailbox(tx, sourceKey("", roleSource(role)), mailboxRecord{Name: name, Role: role})
}

// RenameMailbox changes the name that a mailbox is shown under. ErrInvalid says that the
// name can't be used, ErrNotFound that there is no such mailbox.
func (s *Store) RenameMailbox(id MailboxID, name string) error {
	name = strings.TrimSpace(name)
	if err := validMailboxName(name); err != nil {
		return err
	}
	return s.changeMailbox(id, func(tx *bbolt.Tx, m *mailboxRecord) error {
		if m.Role != Own || m.Name == name {
			m.Name = name
			return nil
		}
		if err := nameFree(tx, name); err != nil {
			return err
		}
		sources := tx.Bucket(bucketSources)
		if err := sources.Delete(sourceKey("", m.Name)); err != nil {
			return err
		}
		m.Name = name
		return sources.Put(sourceKey("", name), u64(uint64(id)))
	})
}

// SetFlat says whether a mailbox is shown without threads.
func (s *Store) SetFlat(id MailboxID, flat bool) error {
	return s.changeMailbox(id, func(_ *bbolt.Tx, m *mailboxRecord) error {
		m.Flat = flat
		return nil
	})
}

func (s *Store) changeMailbox(id MailboxID, fn func(*bbolt.Tx, *mailboxRecord) error) error {
	return s.update(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketMailboxes).Get(u64(uint64(id)))
		if v == nil {
			return notFound("There is no mailbox %d.", id)
		}
		m, err := decodeRecord[mailboxRecord](v)
		if err != nil {
			return damaged(s.meta.path, "has a damaged mailbox", err)
		}
		if err := fn(tx, &m); err != nil {
			return err
		}
		return putMailbox(tx, id, m)
	})
}

// DeleteMailbox removes a mailbox of the owner's own. Its mail, if it has any, goes to
// the trash. Undo brings both back. After an error, or the context's end, the mailbox is
// there, and Undo is of what has left it. ErrInvalid says that the mailbox is one that can't
// be removed, ErrNotFound that it is not there.
func (s *Store) DeleteMailbox(ctx context.Context, id MailboxID, progress Progress) (Undo, error) {
	d, p, moved := s.newDeed(BoxDeleted, id), newPace(&s.o), 0
	for done := false; !done; {
		next, began := d, time.Now()
		err := s.going(ctx)
		if err == nil {
			err = s.update(func(tx *bbolt.Tx) error {
				var c changes
				var err error
				if c, done, err = s.deleteMailbox(tx, d, id, p.n); err != nil {
					return err
				}
				next, err = d.note(tx, &c, done)
				return err
			})
		}
		if err != nil {
			return d.undo(), s.broken(d, err)
		}
		moved += next.record.N - d.record.N
		d = next
		p.took(&s.o, time.Since(began))
		progress.tell(moved, d.record.Of)
		s.residence.read(int64(p.n) * touchedByChange)
	}
	return d.undo(), nil
}

// deleteMailbox moves some of a mailbox's mail, and removes it once it is empty.
func (s *Store) deleteMailbox(tx *bbolt.Tx, d *deed, id MailboxID, most int) (c changes, done bool, err error) {
	v := tx.Bucket(bucketMailboxes).Get(u64(uint64(id)))
	if v == nil {
		return c, false, notFound("There is no mailbox %d.", id)
	}
	m, err := decodeRecord[mailboxRecord](v)
	if err != nil {
		return c, false, damaged(s.meta.path, "has a damaged mailbox", err)
	}
	if m.Role != Own {
		return c, false, invalid("The mailbox %q can't be deleted: it is not one of your own.", m.Name)
	}
	ids, err := firstOf(tx, id, most)
	if err != nil {
		return c, false, damaged(s.meta.path, "has a damaged list of messages", err)
	}
	if len(ids) == 0 {
		c.boxes = []removedMailbox{{id, m}}
		return c, true, removeMailbox(tx, id, m)
	}
	all, err := readCounts(tx, id)
	if err != nil {
		return c, false, damaged(s.meta.path, "has damaged counts", err)
	}
	d.record.Of = d.record.N + int(all.Total)
	trash, err := ensureRole(tx, Trash)
	if err != nil {
		return c, false, err
	}
	c, err = s.moveIn(tx, ids, trash.ID, true)
	return c, false, err
}

func removeMailbox(tx *bbolt.Tx, id MailboxID, m mailboxRecord) error {
	key := u64(uint64(id))
	if err := tx.Bucket(bucketSources).Delete(sourceKey("", m.Name)); err != nil {
		return err
	}
	if err := tx.Bucket(bucketCounts).Delete(key); err != nil {
		return err
	}
	return tx.Bucket(bucketMailboxes).Delete(key)
}

// restoreMailbox puts a removed mailbox back. Its name may be taken since.
func restoreMailbox(tx *bbolt.Tx, r removedMailbox) error {
	if tx.Bucket(bucketMailboxes).Get(u64(uint64(r.id))) != nil {
		return nil
	}
	if err := nameFree(tx, r.record.Name); err != nil {
		return err
	}
	if err := tx.Bucket(bucketSources).Put(sourceKey("", r.record.Name), u64(uint64(r.id))); err != nil {
		return err
	}
	return putMailbox(tx, r.id, r.record)
}

// firstOf returns the ids of the oldest messages of a mailbox, about n of them.
func firstOf(tx *bbolt.Tx, id MailboxID, n int) ([]MessageID, error) {
	var refs []Ref
	err := eachRefChunk(tx.Bucket(bucketRefs), id, func(_, chunk []byte) (err error) {
		if len(refs) < n {
			refs, err = appendRefs(refs, chunk)
		}
		return err
	})
	ids := make([]MessageID, len(refs))
	for i, r := range refs {
		ids[i] = r.ID
	}
	return ids, err
}

func nameFree(tx *bbolt.Tx, name string) error {
	if tx.Bucket(bucketSources).Get(sourceKey("", name)) != nil {
		return invalid("There is a mailbox %q already.", name)
	}
	return nil
}

func validMailboxName(name string) error {
	if name == "" {
		return invalid("A mailbox needs a name.")
	}
	return validText("mailbox's name", name)
}

func putMailbox(tx *bbolt.Tx, id MailboxID, m mailboxRecord) error {
	record, err := encoding.Marshal(m)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketMailboxes).Put(u64(uint64(id)), record)
}

// putNewMailbox makes a mailbox and enters it under its source.
func putNewMailbox(tx *bbolt.Tx, source []byte, m mailboxRecord) (Mailbox, error) {
	n, err := tx.Bucket(bucketMailboxes).NextSequence()
	if err != nil {
		return Mailbox{}, err
	}
	id := MailboxID(n)
	if err := putMailbox(tx, id, m); err != nil {
		return Mailbox{}, err
	}
	return m.mailbox(id, counts{}), tx.Bucket(bucketSources).Put(source, u64(n))
}

func (m *mailboxRecord) mailbox(id MailboxID, c counts) Mailbox {
	return Mailbox{
		ID: id, Account: m.Account, Source: m.Source, Name: m.Name, Role: m.Role, Flat: m.Flat,
		Total: int(c.Total), Unread: int(c.Unread),
	}
}

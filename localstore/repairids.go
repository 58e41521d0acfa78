package localstore

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// oldIDs takes the servers' ids over from where they were before version 4, without their
// hashes, which are all made anew.
func (p *repairer) oldIDs() error {
	last := uint64(0)
	err := p.each(bucketIDs, func(_ *bbolt.Tx, k, _ []byte) error {
		last = max(last, binary.BigEndian.Uint64(k[8:]))
		return nil
	})
	if err != nil {
		return err
	}
	err = p.s.meta.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketIDs)
		return b.SetSequence(max(b.Sequence(), last))
	})
	if err != nil {
		return err
	}
	err = p.each(bucketUIDLs, func(tx *bbolt.Tx, k, v []byte) error {
		mailbox, v, err := oldID(k, v)
		if err != nil {
			return err
		}
		b := tx.Bucket(bucketIDs)
		number, err := b.NextSequence()
		if err != nil {
			return err
		}
		return b.Put(idKey(mailbox, number), v)
	})
	if err != nil {
		return err
	}
	if p.meta.Lost[string(bucketUIDLs)] {
		p.meta.Lost[string(bucketIDs)] = true
	}
	return p.s.meta.update(func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketUIDLs) })
}

// ids makes what is kept of the servers' ids fit the bodies and messages.
func (p *repairer) ids() error {
	if err := p.emptyTable(p.s.ids); err != nil {
		return err
	}
	if err := p.eachID(bucketIDs, p.knownID); err != nil {
		return err
	}
	err := p.eachID(bucketMessages, func(x *idIndex, _, v []byte) error {
		m, err := decodeMessage(v)
		if err != nil || len(m.UIDL) == 0 {
			return err
		}
		if _, ok, err := x.get(m.origin(), string(m.UIDL)); err != nil || ok {
			return err
		}
		return x.put(m.origin(), string(m.UIDL), uidlRecord{Content: m.Content, Listed: m.Listed, Collected: m.Collected, Partial: m.Partial})
	})
	if err != nil {
		return err
	}
	if err := p.each(bucketHeads, p.head); err != nil {
		return err
	}
	return p.each(bucketHarmed, func(tx *bbolt.Tx, k, _ []byte) error {
		if tx.Bucket(bucketContents).Get(k) == nil {
			return tx.Bucket(bucketHarmed).Delete(k)
		}
		return nil
	})
}

// eachID calls fn with copies of the records of a bucket, and with the index of ids.
func (p *repairer) eachID(bucket []byte, fn func(x *idIndex, k, v []byte) error) error {
	var x *idIndex // of the present transaction
	return p.each(bucket, func(tx *bbolt.Tx, k, v []byte) error {
		if x == nil {
			x = p.s.writeIDs(tx)
		}
		return fn(x, k, v)
	}, func(*bbolt.Tx) error {
		if x == nil {
			return nil
		}
		ended := x
		x = nil
		return ended.finish()
	})
}

// knownID makes the record of an id fit, and adds its hash. Of two of one id, one may be of
// a transaction that never ended: the first stays, as what came last.
func (p *repairer) knownID(x *idIndex, k, v []byte) error {
	r, text, err := decodeUIDL(v)
	if err != nil {
		return err
	}
	mailbox, number, uidl := MailboxID(binary.BigEndian.Uint64(k)), binary.BigEndian.Uint64(k[8:]), string(text)
	is, replaced := p.replacedBy[r.Content]
	if replaced && is.intact {
		r.Content = is.id
	}
	if replaced && !is.intact || !isListed(x.tx, r.Content) {
		return x.tx.Bucket(bucketIDs).Delete(k)
	}
	id, err := messageOf(x.tx, r.Content, mailbox)
	if err != nil {
		return err
	}
	m, there, err := readMessage(x.tx, id)
	if err != nil {
		return err
	}
	if there && string(m.UIDL) == uidl && m.Partial != r.Partial {
		r.Partial, r.ByHeader = m.Partial, false
	}
	other, err := x.find(mailbox, uidl)
	if err != nil {
		return err
	}
	if other.number == 0 {
		return x.restore(mailbox, uidl, number, r)
	}
	if err := x.tx.Bucket(bucketIDs).Delete(k); err != nil || other.record.Collected > r.Collected {
		return err
	}
	return x.put(mailbox, uidl, r)
}

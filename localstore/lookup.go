package localstore

import "bytes"

// maxTwins bounds how many contents of one identity are looked at. Only a server that
// means harm offers one header that often.
const maxTwins = 100

// lookup looks for the message's content. known says that it came for this mailbox
// before, as id; otherwise id is a content that has the same body here, or 0.
func (b *batch) lookup(it *item) (id contentID, known bool, err error) {
	seen, twins := b.meta.Bucket(bucketSeen), 0
	deleted := contentID(0)
	it.gone = it.gone[:0]
	err = b.eachTwin(it, func(twin contentID, c *content) (more bool, err error) {
		noted := seen.Get(seenKey(twin, it.in.mailbox))
		if twins++; noted != nil && it.partial && twins < maxTwins {
			if same, err := b.sameHead(it, twin, noted); err != nil || !same {
				return true, err
			}
		}
		switch {
		case noted == nil:
		case bytes.Equal(noted, noMessage):
			it.gone = append(it.gone, twin)
			if !it.in.revive {
				deleted = twin
			}
		default:
			id, known = twin, true
			return false, nil
		}
		if c.Messages > 0 {
			id = twin
		}
		return true, nil
	})
	if err != nil || known || deleted == 0 {
		return id, known, err
	}
	// Its owner has deleted it here, but wants the rest of it if its header is here again.
	if head, err := b.partialOf(it); err != nil || head != 0 {
		return id, false, err
	}
	return deleted, true, nil
}

// eachTwin calls fn with every content that has the identity of an item, the oldest
// first, while fn wants more.
func (b *batch) eachTwin(it *item, fn func(contentID, *content) (more bool, err error)) error {
	contents := b.meta.Bucket(bucketContents)
	return b.identities.each(identityRow(it.content.Identity, 0).hash, func(n uint64) (more bool, err error) {
		found, err := decodeContent(contents.Get(u64(n)))
		if err != nil {
			return false, damaged(b.w.s.meta.path, "has a damaged index of identities", err)
		}
		if found.Identity != it.content.Identity {
			return true, nil
		}
		return fn(contentID(n), &found)
	})
}

package localstore

import (
	"go.etcd.io/bbolt"
)

// batch is one commit to meta.bolt, and those to the shards before it. Bodies go to
// the disk in several portions, so that few of them are in memory; meta.bolt, whose
// pages each commit writes anew, follows once, when all of them are there.
type batch struct {
	w      *writer
	meta   *bbolt.Tx
	items  []*item
	shards map[uint32]*shardTx // of the current portion
	flying []*portion          // on their way to the disk, the oldest first
	lanes  lanes
	lane   int                  // the one that new bodies of this portion go to
	marks  map[uint32]contentID // the last body, by shard that was written to
	refs   map[MailboxID][]Ref
	boxes  map[MailboxID]counts // what is added to each mailbox
	dirty  bool                 // meta.bolt changes
	thread *threader

	identities *hashes
	ids        *idIndex
	rolled     bool // a shard was begun in this portion

	portions int

	// What the writer goes on with if the batch is committed.
	next  contentID
	begun []*stream
	ended []*stream
}

func newBatch(w *writer) *batch {
	return &batch{
		w: w, next: w.next, lanes: w.lanes, shards: map[uint32]*shardTx{}, marks: map[uint32]contentID{},
		refs: map[MailboxID][]Ref{}, boxes: map[MailboxID]counts{},
	}
}

// shardTx is the part of a portion in one shard.
type shardTx struct {
	file   *boltFile
	tx     *bbolt.Tx
	bodies *bbolt.Bucket
	last   contentID // the highest one put
}

func (sh *shardTx) put(id contentID, chunk uint32, record []byte) error {
	sh.last = max(sh.last, id)
	return sh.bodies.Put(bodyKey(id, chunk), record)
}

// current returns the shard for new bodies, and begins one where that is full.
func (b *batch) current() (*shardTx, error) {
	if number := b.lanes[b.lane]; number != 0 {
		sh, err := b.open(number)
		if err != nil || sh.tx.Size() < b.w.s.o.shardOctets || b.rolled {
			return sh, err
		}
	}
	number := max(b.lanes[0], b.lanes[1]) + 1
	b.rolled, b.dirty = true, true
	if err := b.w.s.shards.create(number); err != nil {
		return nil, err
	}
	b.lanes[b.lane] = number
	return b.open(number)
}

// open returns the batch's transaction in a shard.
func (b *batch) open(number uint32) (*shardTx, error) {
	if sh := b.shards[number]; sh != nil {
		return sh, nil
	}
	if err := b.landed(number); err != nil {
		return nil, err
	}
	file, err := b.w.s.shards.get(number)
	if err != nil {
		return nil, err
	}
	tx, err := file.writing()
	if err != nil {
		return nil, classify(file.path, err)
	}
	sh := &shardTx{file: file, tx: tx, bodies: tx.Bucket(bucketBodies)}
	b.shards[number] = sh
	sh.bodies.FillPercent = 1
	if _, cleaned := b.marks[number]; !cleaned {
		if from, ok := b.w.stray[number]; ok {
			_, err = removeBodiesFrom(sh.bodies, from)
		}
	}
	return sh, err
}

// portion sends the bodies of items on their way to the disk, and removes what
// streams have left. It takes the items' memory over, unless it fails.
func (b *batch) portion(items []*item, left []*stream) error {
	b.items = append(b.items, items...)
	b.portions++
	b.rolled = false
	if b.meta == nil {
		if err := b.w.s.o.fault("begin"); err != nil {
			return err
		}
		var err error
		if b.meta, err = b.w.s.meta.writing(); err != nil {
			return classify(b.w.s.meta.path, err)
		}
		if err := b.openTables(); err != nil {
			return damaged(b.w.s.meta.path, "has a damaged index", err)
		}
	}
	b.lane = b.choose()
	if err := b.fill(items, left); err != nil {
		return err
	}
	b.send(items)
	return nil
}

func (b *batch) openTables() (err error) {
	b.thread = newThreader(b.meta)
	if b.thread.links, err = b.w.s.links.in(b.meta); err == nil {
		b.identities, err = b.w.s.identities.in(b.meta)
	}
	b.ids = b.w.s.writeIDs(b.meta)
	return err
}

func (b *batch) fill(items []*item, left []*stream) error {
	for _, it := range items {
		if it.err != nil || it.in.dropped.Load() || it.in.ctx.Err() != nil {
			continue
		}
		var err error
		it.taken = true
		switch it.kind {
		case kindMessage:
			err = b.message(it)
		case kindChunk:
			err = b.chunk(it)
		case kindTail:
			err = b.end(it)
		}
		if err != nil {
			return err
		}
	}
	for _, st := range left {
		if err := b.forget(st); err != nil {
			return err
		}
	}
	return nil
}

// message stores a message that came in one piece.
func (b *batch) message(it *item) error {
	if whole, err := b.wholeHere(it); err != nil || whole {
		return err
	}
	id, known, err := b.lookup(it)
	if err != nil {
		return err
	}
	if known {
		return b.known(it, id)
	}
	if id == 0 {
		if id, err = b.store(it); err != nil {
			return err
		}
	} else if err := b.share(it, id); err != nil {
		return err
	}
	return b.list(it, id)
}

// store puts the body of a message into the current shard.
func (b *batch) store(it *item) (contentID, error) {
	sh, err := b.current()
	if err != nil {
		return 0, err
	}
	id := b.next
	b.next++
	it.content.Shard = b.lanes[b.lane]
	if err := sh.put(id, tail, *it.stored); err != nil {
		return 0, err
	}
	return id, b.register(id, it)
}

// register makes a body known to meta.bolt.
func (b *batch) register(id contentID, it *item) error {
	it.content.Messages = 1
	contents := b.meta.Bucket(bucketContents)
	contents.FillPercent = 1
	if err := contents.Put(u64(uint64(id)), it.content.encode()); err != nil {
		return err
	}
	return b.identities.add(identityRow(it.content.Identity, id))
}

// share counts one more message of a body that is here, whose size the message has from now
// on: it may have come with other line ends.
func (b *batch) share(it *item, id contentID) error {
	contents := b.meta.Bucket(bucketContents)
	c, err := decodeContent(contents.Get(u64(uint64(id))))
	if err != nil {
		return damaged(b.w.s.meta.path, "has a damaged list of bodies", err)
	}
	c.Messages++
	if err := contents.Put(u64(uint64(id)), c.encode()); err != nil || c.Size == it.content.Size {
		return err
	}
	m, err := decodeMessage(it.message)
	if err != nil {
		return err
	}
	m.Size = c.Size
	it.message, err = m.encode()
	return err
}

// list puts a message with a known body into its mailbox.
func (b *batch) list(it *item, id contentID) error {
	b.dirty, it.fresh = true, true
	if err := b.supersede(it, id, true); err != nil {
		return err
	}
	if err := b.replace(it, id); err != nil {
		return err
	}
	if err := b.note(it, id); err != nil {
		return err
	}
	messages, seen := b.meta.Bucket(bucketMessages), b.meta.Bucket(bucketSeen)
	messages.FillPercent, seen.FillPercent = 1, 0.95
	n, unread, err := b.number(it, messages)
	if err != nil {
		return err
	}
	thread, err := b.thread.add(MessageID(n), it.box, it.date, it.links)
	if err != nil {
		return damaged(b.w.s.meta.path, "has damaged threads", err)
	}
	patchContent(it.message, id)
	patchThread(it.message, thread)
	if err := messages.Put(u64(n), it.message); err != nil {
		return err
	}
	if err := seen.Put(seenKey(id, it.in.mailbox), u64(n)); err != nil {
		return err
	}
	b.refs[it.box] = append(b.refs[it.box], Ref{ID: MessageID(n), Date: it.date})
	box := b.boxes[it.box]
	b.boxes[it.box] = counts{box.Total + 1, box.Unread + unread}
	return nil
}

// number returns the message's id, and 1 if it is unread. What takes the place of its
// header alone has that one's id and flags.
func (b *batch) number(it *item, messages *bbolt.Bucket) (n uint64, unread int64, err error) {
	if it.successorOf == 0 {
		if n, err = messages.NextSequence(); err == nil && it.flags != 0 {
			err = b.w.s.flags.put(b.meta, MessageID(n), it.flags)
		}
		if !it.flags.Has(Seen) {
			unread = 1
		}
		return n, unread, err
	}
	flags, err := readFlags(b.meta, it.successorOf)
	if !flags.Has(Seen) {
		unread = 1
	}
	return uint64(it.successorOf), unread, err
}

// chunk stores a chunk of a long message.
func (b *batch) chunk(it *item) error {
	st := it.stream
	if st.id == 0 {
		if _, err := b.current(); err != nil {
			return err
		}
		st.id, st.shard = b.next, b.lanes[b.lane]
		b.next++
		b.begun = append(b.begun, st)
	}
	sh, err := b.open(st.shard)
	if err != nil {
		return err
	}
	return sh.put(st.id, it.content.Chunks-1, *it.stored)
}

// end stores the tail of a long message, or removes it if it is known.
func (b *batch) end(it *item) error {
	st := it.stream
	if st.id == 0 { // a message that fits in its tail
		return b.message(it)
	}
	whole, err := b.wholeHere(it)
	if err != nil {
		return err
	}
	if whole {
		return b.forget(st)
	}
	id, known, err := b.lookup(it)
	if err != nil {
		return err
	}
	if known || id != 0 {
		if err := b.forget(st); err != nil {
			return err
		}
		if known {
			return b.known(it, id)
		}
		if err := b.share(it, id); err != nil {
			return err
		}
		return b.list(it, id)
	}
	sh, err := b.open(st.shard)
	if err != nil {
		return err
	}
	it.content.Shard = st.shard
	if err := sh.put(st.id, tail, *it.stored); err != nil {
		return err
	}
	if err := b.register(st.id, it); err != nil {
		return err
	}
	b.ended = append(b.ended, st)
	return b.list(it, st.id)
}

// forget removes the chunks of a long message that is not kept.
func (b *batch) forget(st *stream) error {
	sh, err := b.open(st.shard)
	if err != nil {
		return err
	}
	b.ended = append(b.ended, st)
	return removeBody(sh.bodies, st.id)
}

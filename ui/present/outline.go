package present

import (
	"slices"
	"sort"

	"restante.app/localstore"
)

// Item is a line of the message list: a message, or a thread.
type Item struct {
	Thread  localstore.ThreadID  // 0 in a list without threads
	Message localstore.MessageID // 0 for the line of a thread
	Date    int64                // Unix seconds: of the message, or of the newest one of the thread
	Depth   int                  // how far a message stands in below its thread's line; 0 for all others
	Open    bool                 // a thread's line with its messages below it
}

// Key names what is in the line, in whatever list.
func (l Item) Key() Key { return Key{l.Thread, l.Message} }

// Key names a message or a thread. The zero value names nothing.
type Key struct {
	Thread  localstore.ThreadID
	Message localstore.MessageID
}

// Reply is a message below its thread's line.
type Reply struct {
	localstore.Ref
	Depth int // from 1
}

// Outline is what lines a message list has, from the top: messages; or threads, those that
// are open with their messages below. It holds 16 octets for each message or thread, and
// is not changed once it is made. The zero value has no lines.
type Outline struct {
	tops     []localstore.Ref
	threaded bool
	open     []branch // from the top
}

// branch is an open thread.
type branch struct {
	top, line int // where it is among the tops, and among the lines
	replies   []Reply
}

// NewOutline makes a list of messages.
func NewOutline(messages []localstore.Ref) Outline { return Outline{tops: messages} }

// NewThreads makes a list of threads, whose refs have a thread's number for an ID. Those
// with replies in open are open; one with fewer than two is not worth it.
func NewThreads(threads []localstore.Ref, open map[localstore.ThreadID][]Reply) Outline {
	o := Outline{tops: threads, threaded: true}
	for i := 0; i < len(threads) && len(o.open) < len(open); i++ {
		if replies := open[localstore.ThreadID(threads[i].ID)]; len(replies) > 1 {
			o.open = append(o.open, branch{top: i, replies: replies})
		}
	}
	o.number()
	return o
}

// number says where the open threads are among the lines.
func (o *Outline) number() {
	below := 0
	for i := range o.open {
		o.open[i].line = o.open[i].top + below
		below += len(o.open[i].replies)
	}
}

// Threaded tells whether it is a list of threads.
func (o *Outline) Threaded() bool { return o.threaded }

// Len returns how many lines there are.
func (o *Outline) Len() int {
	if n := len(o.open); n > 0 {
		last := o.open[n-1]
		return len(o.tops) + last.line - last.top + len(last.replies)
	}
	return len(o.tops)
}

// At returns line i, which must be there.
func (o *Outline) At(i int) Item {
	top := i
	if k := sort.Search(len(o.open), func(k int) bool { return o.open[k].line > i }); k > 0 {
		b := &o.open[k-1]
		if i > b.line && i <= b.line+len(b.replies) {
			r := b.replies[i-b.line-1]
			return Item{localstore.ThreadID(o.tops[b.top].ID), r.ID, r.Date, r.Depth, false}
		}
		if i == b.line {
			return Item{Thread: localstore.ThreadID(o.tops[b.top].ID), Date: o.tops[b.top].Date, Open: true}
		}
		top = b.top + i - b.line - len(b.replies)
	}
	t := o.tops[top]
	if o.threaded {
		return Item{Thread: localstore.ThreadID(t.ID), Date: t.Date}
	}
	return Item{Message: t.ID, Date: t.Date}
}

// Find returns the line of a message or a thread, -1 if it has none. A message of a thread
// that is not open, or that is not in it any more, is found at the thread's line.
func (o *Outline) Find(k Key) int {
	id := k.Message
	if o.threaded {
		id = localstore.MessageID(k.Thread)
	}
	if id == 0 {
		return -1
	}
	top := slices.IndexFunc(o.tops, func(r localstore.Ref) bool { return r.ID == id })
	if top < 0 || !o.threaded {
		return top
	}
	n := sort.Search(len(o.open), func(k int) bool { return o.open[k].top >= top })
	line := top
	if n > 0 {
		b := o.open[n-1]
		line = b.line + len(b.replies) + top - b.top
	}
	if n < len(o.open) && o.open[n].top == top {
		if at := slices.IndexFunc(o.open[n].replies, func(r Reply) bool { return r.ID == k.Message }); at >= 0 {
			return line + 1 + at
		}
	}
	return line
}

// FindAll returns the lines of many messages or threads, from the top. A message whose
// thread is not open has none here: what is chosen must not grow by itself.
func (o *Outline) FindAll(keys []Key) []int {
	lines := make([]int, 0, len(keys))
	for i, n := 0, o.Len(); i < n && len(lines) < len(keys); i++ {
		if o.At(i).Key() == keys[len(lines)] {
			lines = append(lines, i)
		}
	}
	if len(lines) == len(keys) { // they are in the order in which they were
		return lines
	}
	wanted := make(map[Key]bool, len(keys))
	for _, k := range keys {
		wanted[k] = true
	}
	lines = lines[:0]
	for i, n := 0, o.Len(); i < n; i++ {
		if wanted[o.At(i).Key()] {
			lines = append(lines, i)
		}
	}
	return lines
}

// Opened returns the replies of the threads that are open.
func (o *Outline) Opened() map[localstore.ThreadID][]Reply {
	open := make(map[localstore.ThreadID][]Reply, len(o.open))
	for _, b := range o.open {
		open[localstore.ThreadID(o.tops[b.top].ID)] = b.replies
	}
	return open
}

// With returns the same list with one thread open, or closed where there are no replies.
func (o *Outline) With(thread localstore.ThreadID, replies []Reply) Outline {
	top := slices.IndexFunc(o.tops, func(r localstore.Ref) bool { return r.ID == localstore.MessageID(thread) })
	if top < 0 || !o.threaded {
		return *o
	}
	n := sort.Search(len(o.open), func(k int) bool { return o.open[k].top >= top })
	rest := n
	if n < len(o.open) && o.open[n].top == top {
		rest++
	}
	out := Outline{tops: o.tops, threaded: true, open: slices.Clone(o.open[:n])}
	if len(replies) > 1 {
		out.open = append(out.open, branch{top: top, replies: replies})
	}
	out.open = append(out.open, o.open[rest:]...)
	out.number()
	return out
}

// Threads returns the first threads, at most n, from the top.
func (o *Outline) Threads(n int) []localstore.ThreadID {
	if !o.threaded {
		return nil
	}
	out := make([]localstore.ThreadID, min(n, len(o.tops)))
	for i := range out {
		out[i] = localstore.ThreadID(o.tops[i].ID)
	}
	return out
}

// WithAll returns the same list with these threads open and no others.
func (o *Outline) WithAll(open map[localstore.ThreadID][]Reply) Outline {
	if !o.threaded {
		return *o
	}
	return NewThreads(o.tops, open)
}

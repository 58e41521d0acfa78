package uitest

import (
	"cmp"
	"fmt"
	"slices"

	"restante.app/localstore"
)

// thread is the message that began a message's thread, by Answers.
func (c *Core) thread(id localstore.MessageID) localstore.ThreadID {
	for c.Answers[id] != 0 {
		id = c.Answers[id]
	}
	return localstore.ThreadID(id)
}

// members returns the messages of threads that are there, the oldest first.
func (c *Core) members(thread localstore.ThreadID) []localstore.Ref {
	var out []localstore.Ref
	for n := range c.Count {
		if id := localstore.MessageID(n + 1); !c.Deleted[id] && c.thread(id) == thread {
			out = append(out, localstore.Ref{ID: id, Date: int64(id) * 86400})
		}
	}
	return out
}

// link gives an entry the ids by which it answers to another.
func (c *Core) link(e *localstore.Entry) {
	e.Summary.MessageID = fmt.Sprint(e.ID, "@x")
	if up := c.Answers[e.ID]; up != 0 {
		e.Summary.InReplyTo = fmt.Sprint(up, "@x")
	}
}

// ThreadRefs is part of ui.Core.
func (c *Core) ThreadRefs(m localstore.MailboxID, newestFirst bool) ([]localstore.Ref, error) {
	refs, err := c.Refs(m, true)
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []localstore.Ref
	seen := map[localstore.ThreadID]bool{}
	for _, r := range refs {
		if t := c.thread(r.ID); !seen[t] {
			seen[t] = true
			out = append(out, localstore.Ref{ID: localstore.MessageID(t), Date: r.Date})
		}
	}
	if !newestFirst {
		slices.Reverse(out)
	}
	return out, err
}

// ThreadRows is part of ui.Core.
func (c *Core) ThreadRows(_ localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.ThreadRow, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ThreadsAsked += len(ids)
	var out []localstore.ThreadRow
	for _, id := range ids {
		id = c.thread(localstore.MessageID(id))
		row := localstore.ThreadRow{Thread: id}
		for _, r := range slices.Backward(c.members(id)) {
			row.Recent = append(row.Recent, r.ID)
			row.Messages++
			if !c.Seen[r.ID] {
				row.Unread++
			}
			if c.Starred[r.ID] {
				row.Starred++
			}
			row.Newest, row.Date = cmp.Or(row.Newest, r.ID), cmp.Or(row.Date, r.Date)
		}
		if row.Messages > 0 {
			out = append(out, row)
		}
	}
	return out, nil
}

// ThreadMembers is part of ui.Core.
func (c *Core) ThreadMembers(_ localstore.MailboxID, ids []localstore.ThreadID) ([]localstore.Ref, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []localstore.Ref
	for _, id := range ids {
		out = append(out, c.members(c.thread(localstore.MessageID(id)))...)
	}
	return out, nil
}

// ThreadOf is part of ui.Core.
func (c *Core) ThreadOf(id localstore.MessageID) (localstore.ThreadID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Deleted[id] || id == 0 || int(id) > c.Count {
		return 0, localstore.ErrNotFound
	}
	return c.thread(id), nil
}

// SetFlat is part of ui.Core.
func (c *Core) SetFlat(_ localstore.MailboxID, flat bool) error {
	c.Locked(func() { c.Threaded = !flat })
	return nil
}

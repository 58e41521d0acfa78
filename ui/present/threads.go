package present

import (
	"slices"
	"strings"
	"time"

	"restante.app/localstore"
)

// Thread is what a list shows of a thread.
type Thread struct {
	localstore.ThreadRow
	Recent []localstore.Entry // of ThreadRow.Recent, those that are still there
}

// Newest returns the newest message, without its summary if it is gone by now.
func (t Thread) Newest() localstore.Entry {
	if len(t.Recent) > 0 && t.Recent[0].ID == t.ThreadRow.Newest {
		return t.Recent[0]
	}
	return localstore.Entry{ID: t.ThreadRow.Newest}
}

// NewThreadRow makes the row of a thread: its newest message, with all who wrote, and what
// is true of any of its messages. One of a single message is as that message.
func NewThreadRow(t Thread, open bool, now time.Time) Row {
	r := NewRow(t.Newest(), now)
	if t.Messages < 2 {
		return r
	}
	r.From, r.Count, r.Fold = Writers(t.Recent), Number(t.Messages), Closed
	if open {
		r.Fold = Opened
	}
	r.Unread, r.Starred = t.Unread > 0, t.Starred > 0
	for _, e := range t.Recent {
		r.Attachment = r.Attachment || e.Summary.Attachments
	}
	return r
}

// Writers names those who wrote some messages, each once, in the order given.
func Writers(messages []localstore.Entry) string {
	var names []string
	seen := map[string]bool{}
	for _, e := range messages {
		name := NewRow(e, time.Time{}).From
		who := strings.ToLower(e.Summary.FromAddress)
		if who == "" {
			who = strings.ToLower(name)
		}
		if !seen[who] {
			seen[who] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// Replies puts the messages of a thread, the oldest first, in the order of a conversation:
// each below the nearest message it answers to that is there, those that answer to the same
// one by their dates. What answers to none that is there stands outermost.
func Replies(messages []localstore.Entry) []Reply {
	parents, above := answered(messages), make(trees, len(messages))
	below := make([][]int, len(messages)+1) // the last: what stands outermost
	for i := range messages {
		above[i] = i
	}
	for i := range messages {
		at := len(messages)
		for _, p := range parents[i] {
			if root := above.root(p); root != i { // no ring
				at, above[i] = p, root
				break
			}
		}
		below[at] = append(below[at], i)
	}
	out := make([]Reply, 0, len(messages))
	type step struct{ message, depth int }
	var todo []step
	push := func(of, depth int) {
		for _, i := range slices.Backward(below[of]) {
			todo = append(todo, step{i, depth})
		}
	}
	for push(len(messages), 1); len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		m := messages[s.message]
		out = append(out, Reply{localstore.Ref{ID: m.ID, Date: shownDate(m).Unix()}, s.depth})
		push(s.message, s.depth+1)
	}
	return out
}

// answered returns for each message which of the others it answers to, the nearest first.
func answered(messages []localstore.Entry) [][]int {
	byID := make(map[string]int, len(messages))
	for i, m := range messages {
		if id := m.Summary.MessageID; id != "" {
			if _, taken := byID[id]; !taken {
				byID[id] = i
			}
		}
	}
	out := make([][]int, len(messages))
	for i, m := range messages {
		add := func(id string) {
			if p, there := byID[id]; there && p != i && !slices.Contains(out[i], p) {
				out[i] = append(out[i], p)
			}
		}
		for _, id := range slices.Backward(m.Summary.References) {
			add(id)
		}
		add(m.Summary.InReplyTo)
	}
	return out
}

// trees hold for each message one above it, or itself.
type trees []int

// root returns the outermost message above one.
func (t trees) root(i int) int {
	root := i
	for t[root] != root {
		root = t[root]
	}
	for t[i] != root {
		i, t[i] = t[i], root
	}
	return root
}

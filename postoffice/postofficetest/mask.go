package postofficetest

import (
	"context"
	"slices"
	"sync"

	"restante.app/postoffice/maildrop"
)

// Rename gives the messages of fred's inbox these unique ids, in order, when a session
// opens it next: empty ones, ids that two share, ids that others had. A message keeps
// what it was given; those that come later have ids of their own.
func (o *Office) Rename(uidls ...string) {
	o.mask.mu.Lock()
	defer o.mask.mu.Unlock()
	o.mask.next = slices.Clone(uidls)
}

// Missize has sessions that begin from now on list each message with so many octets too
// many, or too few. A session of POP2 doesn't survive that.
func (o *Office) Missize(by int64) {
	o.mask.mu.Lock()
	defer o.mask.mu.Unlock()
	o.mask.by = by
}

// mask shows other ids and sizes than the mailbox has.
type mask struct {
	*maildrop.Memory

	mu   sync.Mutex
	next []string
	ids  map[string]string // what became of a message's own id
	by   int64
}

// OpenLetters implements maildrop.LetterOpener.
func (m *mask) OpenLetters(ctx context.Context, user, mailbox string) (maildrop.Letters, error) {
	l, err := m.Memory.OpenLetters(ctx, user, mailbox)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ids == nil {
		m.ids = map[string]string{}
	}
	all := slices.Clone(l.Letters())
	for i := range all {
		own := all[i].ID
		if i < len(m.next) {
			m.ids[own] = m.next[i]
		}
		if id, ok := m.ids[own]; ok {
			all[i].ID = id
		}
		all[i].Octets += m.by
	}
	m.next = nil
	return maskedLetters{l, all}, nil
}

type mailbox = maildrop.Letters // an embedded field has the name of its type

type maskedLetters struct {
	mailbox
	shown []maildrop.Letter
}

func (l maskedLetters) Letters() []maildrop.Letter { return l.shown }

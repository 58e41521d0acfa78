package maildrop

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Bounds on names, in octets.
const (
	MaxUserName    = 64
	MaxMailboxName = 100
)

// CleanUser returns the canonical (lower-case) form of a user's name. A name has
// 1 to 64 of a-z, 0-9, '.', '_', '-' and '+', and begins with a letter or digit.
// Anything else is ErrBadName.
func CleanUser(name string) (string, error) {
	if name == "" || len(name) > MaxUserName {
		return "", fmt.Errorf("%w: a user's name has 1 to %d characters", ErrBadName, MaxUserName)
	}
	name = strings.ToLower(name)
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case i > 0 && strings.IndexByte("._-+", c) >= 0:
		default:
			return "", fmt.Errorf("%w: use letters, digits and . _ - +, a letter or digit first", ErrBadName)
		}
	}
	if strings.HasSuffix(name, ".lock") {
		return "", fmt.Errorf("%w: .lock marks lock files", ErrBadName)
	}
	return name, nil
}

// CleanMailbox checks a mailbox's name and tells whether it is the user's inbox.
// A name is valid UTF-8 of 1 to 100 octets without '/', '\', ':' or control
// characters, doesn't begin with '.' and doesn't end in ".lock" or '.'. So it is one element
// of a path and none that this package uses for itself.
func CleanMailbox(user, name string) (clean string, inbox bool, err error) {
	if strings.EqualFold(name, "inbox") || strings.EqualFold(name, user) {
		return "inbox", true, nil
	}
	switch {
	case name == "" || len(name) > MaxMailboxName:
		return "", false, fmt.Errorf("%w: a mailbox's name has 1 to %d characters", ErrBadName, MaxMailboxName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", false, fmt.Errorf("%w: control characters", ErrBadName)
	case strings.ContainsAny(name, `/\:`) || strings.Contains(name, ".."):
		return "", false, fmt.Errorf(`%w: / \ : and .. have no place in a mailbox's name`, ErrBadName)
	case name[0] == '.' || strings.HasSuffix(name, ".") || strings.HasSuffix(strings.ToLower(name), ".lock"):
		return "", false, fmt.Errorf("%w: it begins or ends with a dot or ends in .lock", ErrBadName)
	}
	return name, false, nil
}

// Layout says where mailboxes lie below the mail folder: slash-separated paths in
// which %u is the user and %m the mailbox. An empty Folders means that there are
// no mailboxes but the inbox.
type Layout struct {
	Inbox   string
	Folders string
}

// path returns the place of a mailbox. An error is ErrBadName or ErrNoMailbox.
func (l Layout) path(user, mailbox string) (p string, inbox bool, err error) {
	user, err = CleanUser(user)
	if err != nil {
		return "", false, err
	}
	clean, inbox, err := CleanMailbox(user, mailbox)
	if err != nil {
		return "", false, err
	}
	if inbox {
		return strings.ReplaceAll(l.Inbox, "%u", user), true, nil
	}
	if l.Folders == "" {
		return "", false, ErrNoMailbox
	}
	return strings.NewReplacer("%u", user, "%m", clean).Replace(l.Folders), false, nil
}

// check refuses a layout in which users would share an inbox.
func (l Layout) check() error {
	if !strings.Contains(l.Inbox, "%u") {
		return fmt.Errorf("the inbox pattern %q has no %%u: all users would share one inbox", l.Inbox)
	}
	if l.Folders != "" && (!strings.Contains(l.Folders, "%u") || !strings.Contains(l.Folders, "%m")) {
		return fmt.Errorf("the folders pattern %q needs both %%u and %%m", l.Folders)
	}
	return nil
}

// holders are the mailboxes held by sessions of this process.
type holders struct {
	mu   sync.Mutex
	held map[string]bool
}

// take returns the function that gives the mailbox back, or ErrLocked.
func (h *holders) take(key string) (release func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held[key] {
		return nil, ErrLocked
	}
	if h.held == nil {
		h.held = make(map[string]bool)
	}
	h.held[key] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.held, key)
	}, nil
}

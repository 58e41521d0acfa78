package maildrop

import (
	"errors"
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCleanUser(t *testing.T) {
	for in, want := range map[string]string{"fred": "fred", "Fred.Flint-stone+1_x": "fred.flint-stone+1_x", "0": "0"} {
		if got, err := CleanUser(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", ".", "..", ".fred", "-fred", "a/b", `a\b`, "a b", "a\x00b", "a\nb", "fr\u00e9d", "a.lock",
		"a:b", "a@b", strings.Repeat("a", 65)} {
		if got, err := CleanUser(in); !errors.Is(err, ErrBadName) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestCleanMailbox(t *testing.T) {
	for _, in := range []string{"inbox", "INBOX", "fred", "FRED"} {
		if got, inbox, err := CleanMailbox("fred", in); got != "inbox" || !inbox || err != nil {
			t.Errorf("%q: %q, %v, %v", in, got, inbox, err)
		}
	}
	for _, in := range []string{"Lists", "lists.go", "B\u00fcro", "a b", "fred2"} {
		if got, inbox, err := CleanMailbox("fred", in); got != in || inbox || err != nil {
			t.Errorf("%q: %q, %v, %v", in, got, inbox, err)
		}
	}
	for _, in := range []string{"", ".", "..", ".x", "x.", "a/b", "/etc/passwd", `a\b`, "a..b", "a\x00", "a\x7f", "a\u0085", "a\xff", "x.lock",
		"x.LOCK", "C:x", strings.Repeat("a", 101)} {
		if got, _, err := CleanMailbox("fred", in); !errors.Is(err, ErrBadName) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// No name leads to a path outside of the user's own folder, or to a file of ours.
func TestNamesStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\a-z]{0,8}`)).Draw(t, "name")
		for _, l := range []Layout{DefaultMaildir, DefaultMbox} {
			p, _, err := l.path("fred", name)
			if err != nil {
				continue
			}
			if path.Clean(p) != p || !strings.HasPrefix(p, "fred/") || strings.Count(p, "/") > 2 {
				t.Fatalf("%q leads to %q", name, p)
			}
			if l == DefaultMbox && (strings.HasPrefix(path.Base(p), ".") || strings.HasSuffix(p, ".lock")) {
				t.Fatalf("%q leads to %q", name, p)
			}
		}
	})
}

func TestLayoutsThatShareMailAreRefused(t *testing.T) {
	dir := t.TempDir()
	for _, l := range []Layout{{}, {Inbox: "inbox"}, {Inbox: "%u", Folders: "%m"}, {Inbox: "%u", Folders: "%u/x"}} {
		if _, err := NewMaildir(dir, l); err == nil {
			t.Errorf("NewMaildir takes %+v", l)
		}
		if _, err := NewMbox(dir, l, 0); err == nil {
			t.Errorf("NewMbox takes %+v", l)
		}
	}
	m, err := NewMbox(dir, Layout{Inbox: "%u"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	if _, err := m.Open(t.Context(), "fred", "lists"); !errors.Is(err, ErrNoMailbox) {
		t.Errorf("without folders: %v", err)
	}
}

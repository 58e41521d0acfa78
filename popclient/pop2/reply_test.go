package pop2

import "testing"

// TestFolders compares a mailbox asked for with the one that a server names.
func TestFolders(t *testing.T) {
	const former = "/var/mail/fred"
	for _, c := range []struct {
		asked, named string
		want         bool
	}{
		{"saved", "saved", true},
		{"saved", "/home/fred/saved", true},
		{"~/saved", "/home/fred/saved", true},
		{"mail/saved", "/home/fred/mail/saved", true},
		{"/home/fred/saved", "/home/fred/saved", true},
		{"saved", "/home/fred/unsaved", false},
		{"saved", "/home/saved/mbox", false},
		{"saved", former, false},
		{"fred", former, false}, // the server stayed: this is not ~/fred
		{former, former, true},  // by its full name it may be asked for again
		{"saved", "<none>", false},
		{"Saved", "/home/fred/saved", false},
	} {
		if got := isFolder(c.asked, c.named, former); got != c.want {
			t.Errorf("asked for %q, named %q: %t", c.asked, c.named, got)
		}
	}
}

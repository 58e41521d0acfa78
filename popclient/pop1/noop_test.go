package pop1_test

import (
	"testing"

	"restante.app/popclient"
	"restante.app/popclient/pop1"
	"restante.app/popclient/poptest"
)

// TestNoop is for the command that no fetch needs.
func TestNoop(t *testing.T) {
	p := inMemory(t, announce, pop1.Options{})
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, ok := s.(*pop1.Client)
	if !ok {
		t.Fatalf("a %T", s)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Noop(t.Context()); err == nil {
		t.Error("NOOP after QUIT succeeded")
	}
}

// TestAnnounced reads the count that our post office puts behind a size.
func TestAnnounced(t *testing.T) {
	seen := 0
	p := inMemory(t, announce, pop1.Options{OnProgress: func(g popclient.Progress) { seen = max(seen, g.Expected) }})
	for _, m := range poptest.Letters(3) {
		if err := p.Deliver(m); err != nil {
			t.Fatal(err)
		}
	}
	s, err := p.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, to := poptest.OpenStore(t)
	if _, err := s.Collect(t.Context(), p.Mailbox(), to, popclient.Leave); err != nil {
		t.Fatal(err)
	}
	if err := s.Quit(t.Context()); err != nil {
		t.Error(err)
	}
	if seen != 3 {
		t.Errorf("%d messages announced, want 3", seen)
	}
}

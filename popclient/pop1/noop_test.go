package pop1_test

import (
	"testing"

	"restante.app/popclient/pop1"
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

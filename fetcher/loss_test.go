package fetcher

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"restante.app/localstore"
	"restante.app/popclient"
)

// TestNothingIsLostOrDoubled lets a server and its owner do what they like between
// fetches of every kind. Whatever was deleted at our word, or left there by a last RDEL
// without a size limit, must be here whole, once.
func TestNothingIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &fakeServer{}
		d := newDesk(t, s, nil)
		defer d.close()
		ever, lost := map[string]bool{}, map[string]bool{} // subjects that were there; that the server took away
		for step := range rapid.IntRange(1, 5).Draw(r, "steps") {
			change(r, s, step, ever, lost)
			d.change(func(a *localstore.Account) {
				a.SizeLimit = rapid.SampledFrom([]int64{0, 400}).Draw(r, "limit")
				a.DeleteWithMine = rapid.Bool().Draw(r, "mine")
			})
			s.do(func() { s.unanswered = rapid.IntRange(0, 4).Draw(r, "answer") == 0 })
			fetch(t, d.Core, d.account.ID, rapid.SampledFrom([]popclient.Removal{popclient.Leave, popclient.Delete}).Draw(r, "removal"), "sesame")
			nothingLost(r, d, ever, lost)
		}
		s.do(func() { s.unanswered = false })
		d.change(func(a *localstore.Account) { a.SizeLimit = 0 })
		if f := fetch(t, d.Core, d.account.ID, popclient.Delete, "sesame"); f.Err != nil {
			r.Fatalf("%+v", f)
		}
		// A header that came again under another id may hold its message back there; then
		// the whole is here.
		for _, m := range s.mail {
			lost[subjectOf(m)] = false
		}
		s.do(func() { s.mail = nil })
		nothingLost(r, d, ever, lost)
	})
}

// change has mail arrive, vanish, and ids change in every way that servers have.
func change(r *rapid.T, s *fakeServer, step int, ever, lost map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range rapid.IntRange(0, 4).Draw(r, "arrive") {
		name := fmt.Sprintf("s%dn%d", step, i)
		ever[name] = true
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", ""}).Draw(r, "id")
		s.mail = append(s.mail, letter(id, name, rapid.SampledFrom([]int{0, 0, 1, 500}).Draw(r, "more")))
	}
	if n := len(s.mail); n > 0 {
		i := rapid.IntRange(0, n-1).Draw(r, "which")
		switch rapid.IntRange(0, 4).Draw(r, "what") {
		case 0: // it vanishes
			lost[subjectOf(s.mail[i])] = true
			s.mail = append(s.mail[:i:i], s.mail[i+1:]...)
		case 1: // it gets another id
			s.mail[i].uidl = rapid.SampledFrom([]string{"a", "b", "x", ""}).Draw(r, "new")
		case 2: // two change places with their ids
			s.mail[i].uidl, s.mail[0].uidl = s.mail[0].uidl, s.mail[i].uidl
		}
	}
}

func subjectOf(m fakeMail) string { return summarize([]byte(m.octets)).Subject }

func nothingLost(r *rapid.T, d *desk, ever, lost map[string]bool) {
	whole, heads, there := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, e := range d.entries() {
		if e.Partial {
			heads[e.Summary.Subject]++
		} else {
			whole[e.Summary.Subject]++
		}
	}
	for _, m := range d.server.mail {
		there[subjectOf(m)] = true
	}
	for name := range ever {
		switch {
		case whole[name] > 1:
			// A header may stand beside the whole, if that came without its id.
			r.Fatalf("%s is here %d times", name, whole[name])
		case !there[name] && !lost[name] && whole[name] == 0:
			r.Fatalf("%s is lost (headers alone: %d)", name, heads[name])
		}
	}
	if report, err := d.Store().Check(context.Background(), true); err != nil || !report.OK() {
		r.Fatalf("%+v, %v", report, err)
	}
}

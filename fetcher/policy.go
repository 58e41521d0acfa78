package fetcher

import (
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

// policy is what an account and the order to fetch say about mail at a server that
// can be taken message by message.
type policy struct {
	removal         popclient.Removal
	sizeLimit       int64 // octets from which only the header is collected, 0: none
	deleteAfterDays int
	deleteWithMine  bool
	now             time.Time
}

func policyOf(a localstore.Account, r popclient.Removal, now time.Time) policy {
	return policy{
		removal: r, sizeLimit: a.SizeLimit, deleteAfterDays: a.DeleteAfterDays,
		deleteWithMine: a.DeleteWithMine, now: now,
	}
}

// plan is what becomes of a mailbox.
type plan struct {
	chosen []popclient.Selection // without those to pass over
	known  int                   // passed over because they are here, or were
	gone   int                   // wanted, but not at the server any more
}

// add adds what becomes of more of the mailbox.
func (p *plan) add(q plan) {
	p.chosen = append(p.chosen, q.chosen...)
	p.known += q.known
	p.gone += q.gone
}

// choose is a pure function of the policy, of what a server offers and of what the
// store knows under the offered ids.
func (p policy) choose(offers []popclient.Offer, held map[string]localstore.Holding) plan {
	var out plan
	for _, o := range offers {
		choice := p.one(o, held)
		if choice == popclient.Pass {
			out.known++
			continue
		}
		out.chosen = append(out.chosen, popclient.Selection{Offer: o, Choice: choice})
	}
	return out
}

func (p policy) one(o popclient.Offer, held map[string]localstore.Holding) popclient.Choice {
	h, known := holding(o, held)
	switch {
	case !known:
		return p.fresh(o)
	case h.Partial:
		return p.partial(o, h)
	case p.deletes(h):
		return popclient.DeleteKnown
	}
	return popclient.Pass
}

// holding finds what is known of an offer. An id that another message of the list
// has too says nothing, and one with another size was used again by the server.
func holding(o popclient.Offer, held map[string]localstore.Holding) (localstore.Holding, bool) {
	if o.Ambiguous || o.UIDL == "" {
		return localstore.Holding{}, false
	}
	h, ok := held[o.UIDL]
	if !ok || h.Listed != o.Size {
		return localstore.Holding{}, false
	}
	return h, true
}

// fresh is for a message that is not known. One without an id of its own is
// collected whole at any size: a header could not be told from its whole later.
func (p policy) fresh(o popclient.Offer) popclient.Choice {
	switch {
	case !o.Ambiguous && o.UIDL != "" && p.tooLarge(o):
		return popclient.TakeHeader
	case p.removal == popclient.Delete:
		return popclient.TakeDelete
	}
	return popclient.Take
}

// partial is for a message of which only the header came. It is never deleted
// without the whole; that comes by itself once the limit allows it.
func (p policy) partial(o popclient.Offer, h localstore.Holding) popclient.Choice {
	if p.tooLarge(o) || h.Message == 0 {
		return popclient.Pass
	}
	return p.fresh(o)
}

func (p policy) tooLarge(o popclient.Offer) bool {
	return p.sizeLimit > 0 && o.Size >= p.sizeLimit
}

// deletes tells whether a message that is known whole is to go at the server.
func (p policy) deletes(h localstore.Holding) bool {
	switch {
	case p.removal == popclient.Delete:
		return true
	case p.deleteWithMine && h.Message == 0:
		return true
	case p.deleteAfterDays > 0:
		return !h.Collected.AddDate(0, 0, p.deleteAfterDays).After(p.now)
	}
	return false
}

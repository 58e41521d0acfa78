package fetcher

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"restante.app/localstore"
	"restante.app/popclient"
)

func TestPolicy(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	const size = 1000
	offer := popclient.Offer{Number: 1, Size: size, UIDL: "a"}
	ambiguous := popclient.Offer{Number: 1, Size: size, UIDL: "a", Ambiguous: true}
	nameless := popclient.Offer{Number: 1, Size: size, Ambiguous: true}
	unsized := popclient.Offer{Number: 1, Size: -1, UIDL: "a"}
	whole := localstore.Holding{Message: 7, Listed: size, Collected: now.AddDate(0, 0, -10)}
	gone, header, other, goneHeader := whole, whole, whole, whole
	gone.Message = 0
	header.Partial = true
	other.Listed = size + 1
	goneHeader.Message, goneHeader.Partial = 0, true
	leave, del := policy{now: now}, policy{now: now, removal: popclient.Delete}
	limited, limitedDel := leave, del
	limited.sizeLimit, limitedDel.sizeLimit = size, size
	above := limited
	above.sizeLimit = size + 1
	after10, after11, mine := leave, leave, leave
	after10.deleteAfterDays, after11.deleteAfterDays, mine.deleteWithMine = 10, 11, true
	none := localstore.Holding{Listed: -99} // stands for "not known"

	for _, c := range []struct {
		why    string
		policy policy
		offer  popclient.Offer
		held   localstore.Holding
		want   popclient.Choice
	}{
		{"new, RETR", leave, offer, none, popclient.Take},
		{"new, RDEL", del, offer, none, popclient.TakeDelete},
		{"new and at the limit", limited, offer, none, popclient.TakeHeader},
		{"new and at the limit, RDEL", limitedDel, offer, none, popclient.TakeHeader},
		{"new and below the limit", above, offer, none, popclient.Take},
		{"new, of a size that is not told", limited, unsized, none, popclient.Take},
		{"held, RETR", leave, offer, whole, popclient.Pass},
		{"held, RDEL", del, offer, whole, popclient.DeleteKnown},
		{"held and large, RDEL", limitedDel, offer, whole, popclient.DeleteKnown},
		{"held for as many days as it stays", after10, offer, whole, popclient.DeleteKnown},
		{"held for a day less than that", after11, offer, whole, popclient.Pass},
		{"held, to be deleted with ours", mine, offer, whole, popclient.Pass},
		{"deleted here, to be deleted with ours", mine, offer, gone, popclient.DeleteKnown},
		{"deleted here, to stay there", leave, offer, gone, popclient.Pass},
		{"deleted here, RDEL", del, offer, gone, popclient.DeleteKnown},
		{"deleted here, the days are over", after10, offer, gone, popclient.DeleteKnown},
		{"header held, still too large", limited, offer, header, popclient.Pass},
		{"header held, still too large, RDEL", limitedDel, offer, header, popclient.Pass},
		{"header held, the limit was raised", above, offer, header, popclient.Take},
		{"header held, no limit any more, RDEL", del, offer, header, popclient.TakeDelete},
		{"header held, the days are over", after10, offer, header, popclient.Take},
		{"header deleted here, with ours", mine, offer, goneHeader, popclient.Pass},
		{"header deleted here, RDEL", del, offer, goneHeader, popclient.Pass},
		{"an id of two messages, held", leave, ambiguous, whole, popclient.Take},
		{"an id of two messages, RDEL", del, ambiguous, whole, popclient.TakeDelete},
		{"an id of two messages, too large", limited, ambiguous, none, popclient.Take},
		{"no id", leave, nameless, none, popclient.Take},
		{"no id, RDEL", del, nameless, none, popclient.TakeDelete},
		{"the id is used for another size", leave, offer, other, popclient.Take},
		{"the id is used for another size, RDEL", del, offer, other, popclient.TakeDelete},
		{"the id is used for another size, days over", after10, offer, other, popclient.Take},
	} {
		t.Run(c.why, func(t *testing.T) {
			held := map[string]localstore.Holding{}
			if c.held != none {
				held[c.offer.UIDL] = c.held
			}
			want := plan{chosen: []popclient.Selection{{Offer: c.offer, Choice: c.want}}}
			if c.want == popclient.Pass {
				want = plan{known: 1}
			}
			got := c.policy.choose([]popclient.Offer{c.offer}, held)
			if d := cmp.Diff(want, got, cmp.AllowUnexported(plan{})); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestPolicyProperties states what must hold of any policy, offers and holdings.
func TestPolicyProperties(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p := policy{
			removal:         rapid.SampledFrom([]popclient.Removal{popclient.Leave, popclient.Delete}).Draw(t, "removal"),
			sizeLimit:       rapid.Int64Range(0, 4).Draw(t, "limit"),
			deleteAfterDays: rapid.IntRange(0, 3).Draw(t, "days"),
			deleteWithMine:  rapid.Bool().Draw(t, "mine"),
			now:             now,
		}
		offers := drawOffers(t)
		held := drawHoldings(t, now)
		got := p.choose(offers, held)
		if len(got.chosen)+got.known != len(offers) {
			t.Fatalf("%d offers, %d chosen, %d known", len(offers), len(got.chosen), got.known)
		}
		choices, last := map[int]popclient.Choice{}, 0
		for _, s := range got.chosen {
			if s.Offer.Number <= last {
				t.Fatalf("message %d after %d", s.Offer.Number, last)
			}
			last = s.Offer.Number
			choices[last] = s.Choice
		}
		for _, o := range offers {
			checkChoice(t, p, o, held[o.UIDL], choices[o.Number])
		}
	})
}

func checkChoice(t *rapid.T, p policy, o popclient.Offer, h localstore.Holding, choice popclient.Choice) {
	known := !o.Ambiguous && o.UIDL != "" && !h.Collected.IsZero() && h.Listed == o.Size
	leaves := p.removal == popclient.Leave && p.deleteAfterDays == 0 && !p.deleteWithMine
	switch choice {
	case popclient.Pass:
		if !known {
			t.Fatalf("%+v is not known, and passed over", o)
		}
	case popclient.DeleteKnown:
		if !known || h.Partial || leaves {
			t.Fatalf("%+v is deleted (known %t: %+v)", o, known, h)
		}
	case popclient.TakeDelete:
		if p.removal != popclient.Delete {
			t.Fatalf("%+v is deleted under RETR", o)
		}
	case popclient.TakeHeader:
		if o.Ambiguous || o.Size < p.sizeLimit || p.sizeLimit == 0 {
			t.Fatalf("only the header of %+v", o)
		}
	case popclient.Take:
		if p.removal != popclient.Leave {
			t.Fatalf("%+v stays under RDEL", o)
		}
	}
}

func drawOffers(t *rapid.T) []popclient.Offer {
	ids := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 12).Draw(t, "ids")
	count := map[int]int{}
	for _, id := range ids {
		count[id]++
	}
	out := make([]popclient.Offer, len(ids))
	for i, id := range ids {
		out[i] = popclient.Offer{Number: i + 1, Size: rapid.Int64Range(-1, 5).Draw(t, "size")}
		if id > 0 {
			out[i].UIDL = fmt.Sprint(id)
		}
		out[i].Ambiguous = id == 0 || count[id] > 1
	}
	return out
}

func drawHoldings(t *rapid.T, now time.Time) map[string]localstore.Holding {
	out := map[string]localstore.Holding{}
	for id := 1; id <= 6; id++ {
		if rapid.Bool().Draw(t, "held") {
			out[fmt.Sprint(id)] = localstore.Holding{
				Message:   localstore.MessageID(rapid.Uint64Range(0, 2).Draw(t, "message")),
				Listed:    rapid.Int64Range(-1, 5).Draw(t, "listed"),
				Collected: now.AddDate(0, 0, -rapid.IntRange(0, 4).Draw(t, "age")),
				Partial:   rapid.Bool().Draw(t, "partial"),
			}
		}
	}
	return out
}

package pop3

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"restante.app/localstore/custody"
	"restante.app/popclient"
)

// vouchBatch is how many headers, of at most maxTops, are in memory at a time.
const vouchBatch = 500

// vouch has the custodian vouch for what is to be deleted because it is here: the
// server's id says that it may be, and the header that the server shows now must be
// that of the message here. What it does not vouch for is collected.
func (t *transaction) vouch(ctx context.Context) error {
	voucher, ok := t.to.(custody.Voucher)
	noTop := t.c.caps.Known && !t.c.caps.Top
	for _, o := range t.known {
		if !ok || noTop || o.Ambiguous {
			t.recollect(o)
		}
	}
	if !ok || noTop {
		return nil
	}
	sure := slices.DeleteFunc(t.known, func(o popclient.Offer) bool { return o.Ambiguous })
	for some := range slices.Chunk(sure, vouchBatch) {
		if err := t.vouchFor(ctx, voucher, some); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) recollect(o popclient.Offer) {
	t.take = append(t.take, popclient.Selection{Offer: o, Choice: popclient.TakeDelete})
}

func (t *transaction) vouchFor(ctx context.Context, voucher custody.Voucher, some []popclient.Offer) error {
	heads, err := t.c.Tops(ctx, some, 0)
	if errors.Is(err, popclient.ErrUnsupported) {
		for _, o := range some {
			t.recollect(o)
		}
		return nil
	}
	if err != nil {
		return err
	}
	var claims []custody.Claim
	var claimed []popclient.Offer
	for i, o := range some {
		if _, whole := headerEnd(heads[i]); !whole || len(heads[i]) >= maxTops { // the start of a header proves little
			t.recollect(o)
			continue
		}
		claims = append(claims, custody.Claim{UIDL: o.UIDL, Listed: o.Size, Header: heads[i]})
		claimed = append(claimed, o)
	}
	if len(claims) == 0 {
		return nil
	}
	held, receipt, err := voucher.Vouch(ctx, custody.Run{Mailbox: t.mailbox}, claims)
	if err != nil {
		return t.unsaved(err)
	}
	var tape custody.Tape
	var numbers []string
	for i, o := range claimed {
		if i >= len(held) || !held[i] {
			t.recollect(o)
			continue
		}
		tape.Message()
		_, _ = tape.Write(claims[i].Header) // documented never to fail
		numbers = append(numbers, strconv.Itoa(o.Number))
	}
	if len(numbers) == 0 {
		return nil
	}
	release, err := receipt.Release(tape.Manifest())
	if err != nil {
		return t.unsaved(err)
	}
	t.doomed = append(t.doomed, doomed{release, numbers})
	t.tally.Known += len(numbers)
	return nil
}

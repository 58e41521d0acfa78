package postoffice

import (
	"net/netip"
	"sync"
	"time"

	"restante.app/postoffice/internal/dialect"
)

const (
	// maxAddressWait is the longest a login from an address waits; beyond it, it is
	// refused unchecked.
	maxAddressWait = 30 * time.Second
	// maxUserWait is the longest a login waits because others failed as this user.
	// It is short: else anyone could keep a user out.
	maxUserWait = 5 * time.Second
	// forgetAfter is how long failures are remembered after the last one.
	forgetAfter = 15 * time.Minute
	// maxTracked bounds the table of each kind.
	maxTracked = 10_000
)

// throttle slows down guessing: each failure doubles the wait before the next
// password from that address, or for that user, is checked. Attempts at the same time
// from one address queue up behind one another.
type throttle struct {
	base time.Duration

	mu        sync.Mutex
	addresses map[netip.Prefix]failures
	users     map[string]failures
}

type failures struct {
	count int
	last  time.Time
	free  time.Time // when the next attempt may be checked (addresses only)
}

func newThrottle(base time.Duration) *throttle {
	return &throttle{base: base, addresses: make(map[netip.Prefix]failures), users: make(map[string]failures)}
}

// admit says how long an attempt has to wait before it is checked. exists tells
// whether user is one; unknown names are not tracked, their address is. The error
// is dialect.ErrTooMany.
func (t *throttle) admit(addr netip.Addr, user string, exists bool) (time.Duration, error) {
	if t.base < 0 {
		return 0, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	var delay time.Duration
	key := network(addr)
	if f, ok := recent(t.addresses, key, now); ok {
		at := now
		if f.free.After(at) {
			at = f.free
		}
		at = at.Add(t.delay(f.count, maxAddressWait))
		if delay = at.Sub(now); delay > maxAddressWait {
			return 0, dialect.ErrTooMany
		}
		f.free = at
		t.addresses[key] = f
	}
	if f, ok := recent(t.users, user, now); ok && exists {
		delay = max(delay, t.delay(f.count, maxUserWait))
	}
	return delay, nil
}

// delay is base doubled by each failure after the first.
func (t *throttle) delay(count int, most time.Duration) time.Duration {
	d := t.base
	for range count - 1 {
		if d *= 2; d >= most {
			return most
		}
	}
	return min(d, most)
}

func (t *throttle) failed(addr netip.Addr, user string, exists bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	note(t.addresses, network(addr), now)
	if exists {
		note(t.users, user, now)
	}
}

// succeeded forgets the user's failures and one doubling of the address's: somebody who
// has one account must not guess at others' for free.
func (t *throttle) succeeded(addr netip.Addr, user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.users, user)
	key := network(addr)
	f, ok := t.addresses[key]
	if !ok {
		return
	}
	if f.count--; f.count <= 0 {
		delete(t.addresses, key)
		return
	}
	t.addresses[key] = f
}

// recent returns what is remembered of k, unless it is too long ago.
func recent[K comparable](m map[K]failures, k K, now time.Time) (failures, bool) {
	f, ok := m[k]
	if ok && now.Sub(f.last) > forgetAfter {
		delete(m, k)
		return failures{}, false
	}
	return f, ok
}

// note counts a failure. A full table first loses what is old, then anything: an
// attacker with so many addresses is not held up by this table anyway.
func note[K comparable](m map[K]failures, k K, now time.Time) {
	f, ok := recent(m, k, now)
	if !ok && len(m) >= maxTracked {
		for old, g := range m {
			if now.Sub(g.last) > forgetAfter {
				delete(m, old)
			}
		}
		for old := range m {
			if len(m) < maxTracked {
				break
			}
			delete(m, old)
		}
	}
	f.count++
	f.last = now
	m[k] = f
}

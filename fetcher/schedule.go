package fetcher

import (
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"restante.app/localstore"
	"restante.app/popclient"
)

const (
	// jitter spreads the fetches of many programs over time, as a part of the interval.
	jitter = 0.1
	// maxBackOff bounds the wait after failures, unless the account's interval is longer.
	maxBackOff = 2 * time.Hour
	// tick is how often the clocks are compared while something is planned.
	tick = 20 * time.Second
	// sleepJump is the difference between the wall clock and the one that stands still
	// while the machine sleeps from which on it has slept.
	sleepJump = 30 * time.Second
	// settle is what the network gets to come back after a sleep.
	settle = 10 * time.Second
)

// scheduler runs fetches by themselves. It keeps how each account stands, planned or
// not. It is safe for use by several goroutines.
type scheduler struct {
	core *Core
	wall func() time.Time
	kick chan struct{} // something has changed
	quit chan struct{}
	done chan struct{} // nil if nothing is to run by itself

	mu       sync.Mutex
	accounts map[string]*standing
}

// standing is how an account stands.
type standing struct {
	account localstore.Account
	status  Status
	next    time.Time // by the wall clock; zero: nothing is planned
	cause   Cause     // of the next fetch
	secret  bool      // Stopped because nobody is there to give the password
	pace    *backoff.ExponentialBackOff
}

func newScheduler(c *Core, wall func() time.Time) *scheduler {
	if wall == nil {
		wall = func() time.Time { return time.Now().Round(0) } // without the other clock
	}
	return &scheduler{core: c, wall: wall, kick: make(chan struct{}, 1), quit: make(chan struct{}), accounts: map[string]*standing{}}
}

// start plans what the accounts want and runs it until close.
func (s *scheduler) start() {
	accounts, err := s.core.store.Accounts()
	if err != nil {
		s.core.log.Error("accounts", "error", err)
	}
	s.done = make(chan struct{})
	for _, a := range accounts {
		last := s.lastFetch(a)
		s.mu.Lock()
		st := s.of(a)
		s.plan(st, BySchedule)
		if soon := last.Add(every(a)); !st.next.IsZero() && soon.Before(st.next) {
			st.next = later(soon, s.wall())
		}
		if a.AtStart {
			st.next, st.cause = s.wall(), AtStart
		}
		s.mu.Unlock()
	}
	go s.loop()
}

// lastFetch is when the journal has the account's last fetch, so that a program which
// is started again and again keeps the interval; now if there is none.
func (s *scheduler) lastFetch(a localstore.Account) time.Time {
	records, err := s.core.Journal(a.ID, 1)
	if err != nil {
		s.core.log.Error("the journal", "error", err)
	}
	if len(records) == 0 {
		return s.wall()
	}
	return records[0].Started
}

func (s *scheduler) close() {
	close(s.quit)
	if s.done != nil {
		<-s.done
	}
}

func (s *scheduler) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

func (s *scheduler) loop() {
	defer close(s.done)
	last, lastWall := time.Now(), s.wall()
	for {
		wait := time.NewTimer(s.wait())
		select {
		case <-wait.C:
		case <-s.kick:
		case <-s.quit:
			wait.Stop()
			return
		}
		wait.Stop()
		now, wall := time.Now(), s.wall()
		s.jumped(wall.Sub(lastWall)-now.Sub(last), wall)
		last, lastWall = now, wall
		if !s.core.Paused() {
			s.runDue(wall)
		}
	}
}

// wait returns how long nothing can become due. Timers stand still while the machine
// sleeps, so it is short as long as anything is planned.
func (s *scheduler) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wall, wait := s.wall(), 24*time.Hour
	for _, st := range s.accounts {
		if !st.next.IsZero() {
			wait = min(wait, tick, st.next.Sub(wall))
		}
	}
	if wait <= 0 && s.core.Paused() {
		return tick
	}
	return max(wait, 0)
}

// jumped is told how far the wall clock went ahead of the other one. Forwards: the
// machine slept, and what became due meanwhile waits for the network. Backwards: somebody
// set the clock, and what is planned moves along.
func (s *scheduler) jumped(by time.Duration, wall time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.accounts {
		switch {
		case st.next.IsZero():
		case by > sleepJump && !st.next.After(wall):
			st.next, st.cause = wall.Add(settle), AfterSleep
		case by < -sleepJump:
			st.next = st.next.Add(by)
		}
	}
}

// runDue starts what is due.
func (s *scheduler) runDue(wall time.Time) {
	type job struct {
		account localstore.Account
		cause   Cause
	}
	var due []job
	s.mu.Lock()
	for _, st := range s.accounts {
		if !st.next.IsZero() && !st.next.After(wall) {
			due = append(due, job{st.account, st.cause})
			st.next = time.Time{} // until ended plans the one after
		}
	}
	s.mu.Unlock()
	for _, j := range due {
		removal := removalOf(j.account)
		if err := s.core.start(j.account, collectAll(j.account, removal), j.cause, ""); err != nil {
			s.notStarted(j.account, err)
		}
	}
}

// removalOf is what an account is set to.
func removalOf(a localstore.Account) popclient.Removal {
	if a.Delete {
		return popclient.Delete
	}
	return popclient.Leave
}

// notStarted handles what keeps a planned fetch from starting at all.
func (s *scheduler) notStarted(a localstore.Account, err error) {
	s.mu.Lock()
	st := s.of(a)
	switch {
	case errors.Is(err, ErrBusy):
		// The one that runs plans the next; a look at the server's list plans nothing.
		st.next, st.cause = s.wall().Add(tick), BySchedule
	case errors.Is(err, ErrPasswordNeeded), errors.Is(err, ErrSignInNeeded):
		st.status.Stopped, st.secret, st.status.Advice = true, true, Advise(err)
	}
	s.mu.Unlock()
	s.core.bus.publish(StatusChanged{Account: a.ID})
}

// of returns an account's standing. The caller holds the lock.
func (s *scheduler) of(a localstore.Account) *standing {
	st := s.accounts[a.ID]
	if st == nil {
		st = &standing{}
		s.accounts[a.ID] = st
	}
	if st.pace == nil || st.account.EveryMinutes != a.EveryMinutes {
		st.pace = &backoff.ExponentialBackOff{
			InitialInterval: every(a), RandomizationFactor: jitter, Multiplier: 2, MaxInterval: max(every(a), maxBackOff),
		}
	}
	st.account = a
	return st
}

func every(a localstore.Account) time.Duration { return time.Duration(a.EveryMinutes) * time.Minute }

// plan sets the next fetch, at the account's interval or, after failures, at longer
// and longer ones. The caller holds the lock.
func (s *scheduler) plan(st *standing, cause Cause) {
	st.next, st.cause = time.Time{}, cause
	if s.done == nil || st.account.EveryMinutes <= 0 || st.status.Stopped {
		return
	}
	if st.status.Failures == 0 {
		st.pace.Reset()
	}
	wait := st.pace.NextBackOff()
	st.next = s.wall().Add(max(wait, st.status.LoginDelay))
}

// ended takes note of how a fetch went and plans the next.
func (s *scheduler) ended(a localstore.Account, end Finished, told *terms) {
	if _, err := s.core.store.Account(a.ID); errors.Is(err, localstore.ErrNotFound) {
		return // it was removed while the fetch ran
	}
	s.mu.Lock()
	st := s.of(s.latest(a))
	if told != nil {
		st.status.LoginDelay, st.status.Expires, st.status.ExpireDays = told.loginDelay, told.expires, told.expireDays
	}
	switch err := end.Err; {
	case err == nil:
		st.status.Failures, st.status.Advice, st.status.Stopped, st.secret = 0, Advice{}, false, false
	case stoppedByOwner(err): // says nothing about the server
	case isLoginDelay(err):
		st.status.Advice = end.Advice // coming later is all that it wants
	default:
		st.status.Failures++
		st.status.Advice = end.Advice
		st.secret = errors.Is(err, ErrSignInNeeded)
		// A token that is refused may only have expired: the next fetch gets another.
		st.status.Stopped = st.secret || isAuth(err) && !byToken(a)
	}
	s.plan(st, BySchedule)
	s.mu.Unlock()
	s.wake()
	s.core.bus.publish(StatusChanged{Account: a.ID})
}

// latest returns the account as it was saved last: it may have changed while the fetch
// ran. The caller holds the lock.
func (s *scheduler) latest(a localstore.Account) localstore.Account {
	if st := s.accounts[a.ID]; st != nil && st.account.ID != "" {
		return st.account
	}
	return a
}

// changed is told that an account was saved, and whether with a password.
func (s *scheduler) changed(a localstore.Account, secret bool) {
	s.mu.Lock()
	known := s.accounts[a.ID]
	replan := known == nil || known.account.EveryMinutes != a.EveryMinutes || secret
	st := s.of(a)
	if secret {
		st.status.Stopped, st.secret, st.status.Failures, st.status.Advice = false, false, 0, Advice{}
	}
	if replan {
		s.plan(st, BySchedule)
	}
	s.mu.Unlock()
	s.wake()
	s.core.bus.publish(StatusChanged{Account: a.ID})
}

// secretsChanged lets those go on that waited for a password.
func (s *scheduler) secretsChanged() {
	s.mu.Lock()
	for _, st := range s.accounts {
		if st.secret {
			st.status.Stopped, st.secret, st.status.Advice = false, false, Advice{}
			if s.done != nil && (st.account.EveryMinutes > 0 || st.account.AtStart) {
				st.next = s.wall()
			}
		}
	}
	s.mu.Unlock()
	s.wake()
	s.core.bus.publish(StatusChanged{})
}

func (s *scheduler) removed(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, account)
}

// status returns an account's, but for Running.
func (s *scheduler) status(account string) Status {
	paused := s.core.Paused()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.accounts[account]
	if st == nil {
		return Status{}
	}
	out := st.status
	if !paused {
		out.Next = st.next
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

package fetcher

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"restante.app/localstore"
	"restante.app/popclient"
)

// clocked is a core whose time a test makes pass.
type clocked struct {
	*Core
	server *fakeServer
	ring   *ring
	dir    string
	ahead  *atomic.Int64 // of the wall clock before the other
}

// timed runs a test with a core in a bubble, on a server that nothing lies at.
func timed(t *testing.T, test func(t *testing.T, c *clocked)) {
	synctest.Test(t, func(t *testing.T) {
		c := &clocked{
			server: &fakeServer{}, ring: &ring{items: map[string]string{}},
			dir: filepath.Join(t.TempDir(), "profile"), ahead: new(atomic.Int64),
		}
		c.open(t)
		test(t, c)
		closeCore(t, c.Core)
	})
}

func (c *clocked) wall() time.Time {
	return time.Now().Round(0).Add(time.Duration(c.ahead.Load()))
}

func (c *clocked) open(t *testing.T) {
	t.Helper()
	var err error
	if c.Core, err = open(c.dir, Options{Keyring: c.ring, wall: c.wall}, c.server.dial); err != nil {
		t.Fatal(err)
	}
}

// account saves an account that is fetched every ten minutes, as changed.
func (c *clocked) account(t *testing.T, change func(*localstore.Account)) localstore.Account {
	t.Helper()
	a := remembered("timed")
	a.EveryMinutes = 10
	if change != nil {
		change(&a)
	}
	a, err := c.SaveAccount(a, "sesame")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// gaps returns the time from start to the first login and from each to the next.
func (c *clocked) gaps(start time.Time) []time.Duration {
	synctest.Wait()
	var out []time.Duration
	c.server.do(func() {
		for _, at := range c.server.logins {
			out = append(out, at.Sub(start))
			start = at
		}
		c.server.logins = nil
	})
	return out
}

func near(got, want time.Duration) bool {
	slack := time.Duration(float64(want)*jitter) + tick
	return got >= want-slack && got <= want+slack
}

// next takes events up to the end of a fetch.
func (c *clocked) next(t *testing.T) Finished {
	t.Helper()
	return finished(t, c.Core)
}

func TestSchedule(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		a := c.account(t, nil)
		if next := c.Status(a.ID).Next; !near(next.Sub(start), 10*time.Minute) {
			t.Errorf("next at %v", next.Sub(start))
		}
		time.Sleep(65 * time.Minute)
		gaps := c.gaps(start)
		different := map[time.Duration]bool{}
		for _, g := range gaps {
			if different[g] = true; !near(g, 10*time.Minute) {
				t.Errorf("a gap of %v", g)
			}
		}
		if len(gaps) < 5 || len(gaps) > 7 || len(different) < 2 {
			t.Errorf("gaps: %v", gaps)
		}
		if f := c.next(t); f.Cause != BySchedule || f.Mode != "RETR" || f.Err != nil {
			t.Errorf("%+v", f)
		}
	})
}

func TestScheduleFollowsTheAccount(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		a := c.account(t, nil)
		a.EveryMinutes = 100
		if _, err := c.SaveAccount(a, ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(120 * time.Minute)
		if gaps := c.gaps(start); len(gaps) != 1 || !near(gaps[0], 100*time.Minute) {
			t.Errorf("every 100 minutes: %v", gaps)
		}
		a.EveryMinutes = 0
		if _, err := c.SaveAccount(a, ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		if gaps := c.gaps(start); len(gaps) != 0 || !c.Status(a.ID).Next.IsZero() {
			t.Errorf("without a schedule: %v, %+v", gaps, c.Status(a.ID))
		}
	})
}

func TestAtStart(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		c.account(t, func(a *localstore.Account) { a.AtStart, a.EveryMinutes = true, 0 })
		if gaps := c.gaps(start); len(gaps) != 0 {
			t.Errorf("a new account is not the start: %v", gaps)
		}
		closeCore(t, c.Core)
		c.open(t)
		if gaps := c.gaps(start); len(gaps) != 1 {
			t.Errorf("at start: %v", gaps)
		}
		if f := c.next(t); f.Cause != AtStart || f.Err != nil {
			t.Errorf("%+v", f)
		}
	})
}

func TestBackOff(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		a := c.account(t, nil)
		c.server.do(func() { c.server.login = &popclient.Error{Command: "PASS", Err: popclient.ErrLost} })
		time.Sleep(10 * time.Hour)
		gaps := c.gaps(start)
		for i, minutes := range []int{10, 20, 40, 80, 120, 120} {
			if i >= len(gaps) || !near(gaps[i], time.Duration(minutes)*time.Minute) {
				t.Fatalf("gap %d is not %d minutes: %v", i, minutes, gaps)
			}
		}
		s := c.Status(a.ID)
		if s.Failures != len(gaps) || s.Stopped || s.Advice.What != Advise(popclient.ErrLost).What || s.Next.IsZero() {
			t.Errorf("%+v after %d failures", s, len(gaps))
		}
		c.server.do(func() { c.server.login = nil })
		time.Sleep(3 * time.Hour)
		gaps = c.gaps(time.Now())
		if s := c.Status(a.ID); s.Failures != 0 || s.Advice != (Advice{}) || len(gaps) < 3 || !near(gaps[len(gaps)-1], 10*time.Minute) {
			t.Errorf("%+v, %v", s, gaps)
		}
	})
}

func TestWrongPasswordStopsTheSchedule(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		a := c.account(t, nil)
		c.server.do(func() {
			c.server.login = &popclient.Error{Command: "PASS", Line: "-ERR no", Err: errors.Join(popclient.ErrAuth, popclient.ErrRefused)}
		})
		time.Sleep(24 * time.Hour)
		if gaps := c.gaps(start); len(gaps) != 1 {
			t.Errorf("tried again: %v", gaps)
		}
		if s := c.Status(a.ID); !s.Stopped || s.Failures != 1 || s.Advice.What == "" || !s.Next.IsZero() {
			t.Errorf("%+v", s)
		}
		c.server.do(func() { c.server.login = nil })
		start = time.Now()
		if _, err := c.SaveAccount(a, "better"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(15 * time.Minute)
		if gaps := c.gaps(start); len(gaps) != 1 || !near(gaps[0], 10*time.Minute) {
			t.Errorf("with a new password: %v", gaps)
		}
		if s := c.Status(a.ID); s.Stopped || s.Failures != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// TestUnknownPassword starts a program that nobody gives the password.
func TestUnknownPassword(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		a := c.account(t, nil)
		closeCore(t, c.Core)
		clear(c.ring.items)
		c.open(t)
		start := time.Now()
		time.Sleep(2 * time.Hour)
		if s := c.Status(a.ID); len(c.gaps(start)) != 0 || !s.Stopped || s.Advice != Advise(ErrPasswordNeeded) {
			t.Errorf("%+v", s)
		}
		if n, need := c.FetchAll(); n != 0 || len(need) != 1 || need[0] != a.ID {
			t.Errorf("FetchAll: %d, %v", n, need)
		}
		if err := c.Fetch(a.ID, popclient.Leave, "sesame"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s := c.Status(a.ID); s.Stopped || s.Next.IsZero() {
			t.Errorf("after a click with the password: %+v", s)
		}
	})
}

func TestPause(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		a := c.account(t, nil)
		if err := c.SetPaused(true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if gaps := c.gaps(start); len(gaps) != 0 || !c.Paused() || !c.Status(a.ID).Next.IsZero() {
			t.Errorf("paused: %v, %+v", gaps, c.Status(a.ID))
		}
		closeCore(t, c.Core)
		c.open(t)
		time.Sleep(time.Hour)
		if gaps := c.gaps(start); len(gaps) != 0 || !c.Paused() {
			t.Errorf("paused before the start: %v", gaps)
		}
		start = time.Now()
		if err := c.SetPaused(false); err != nil {
			t.Fatal(err)
		}
		if gaps := c.gaps(start); len(gaps) != 1 || gaps[0] > tick || c.Paused() {
			t.Errorf("let go on: %v", gaps)
		}
	})
}

// TestSleep has the wall clock go eight hours ahead while the other stands still.
func TestSleep(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		a := c.account(t, nil)
		time.Sleep(time.Minute)
		start := time.Now()
		c.ahead.Add(int64(8 * time.Hour))
		time.Sleep(3 * tick)
		gaps := c.gaps(start)
		if len(gaps) != 1 || gaps[0] < settle || gaps[0] > 2*tick+settle {
			t.Errorf("after the sleep: %v", gaps)
		}
		if f := c.next(t); f.Cause != AfterSleep {
			t.Errorf("%+v", f)
		}
		// A clock that was set back must not make us wait for the day to come again.
		c.ahead.Add(-int64(8 * time.Hour))
		start = time.Now()
		time.Sleep(15 * time.Minute)
		if gaps := c.gaps(start); len(gaps) != 1 || c.Status(a.ID).Next.Sub(c.wall()) > 11*time.Minute {
			t.Errorf("the clock was set back: %v, %+v", gaps, c.Status(a.ID))
		}
	})
}

func TestLoginDelay(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		start := time.Now()
		c.server.do(func() { c.server.told = terms{loginDelay: 30 * time.Minute, expires: true, expireDays: 60} })
		a := c.account(t, nil)
		time.Sleep(3 * time.Hour)
		gaps := c.gaps(start)
		for _, g := range gaps[1:] {
			if g < 30*time.Minute {
				t.Errorf("only %v between two logins", g)
			}
		}
		if s := c.Status(a.ID); len(gaps) < 4 || s.LoginDelay != 30*time.Minute || !s.Expires || s.ExpireDays != 60 {
			t.Errorf("%d, %+v", len(gaps), s)
		}
		c.server.do(func() {
			c.server.login = &popclient.Error{Command: "PASS", Line: "-ERR [LOGIN-DELAY] too soon", Err: errors.Join(popclient.ErrLoginDelay, popclient.ErrRefused)}
		})
		if err := c.Fetch(a.ID, popclient.Leave, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		s := c.Status(a.ID)
		if s.Failures != 0 || s.Advice.What == "" || time.Until(s.Next) < 29*time.Minute {
			t.Errorf("%+v", s)
		}
	})
}

// TestCancelIsNoFailure cancels within a second of the events.
func TestCancelIsNoFailure(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		c.server.do(func() { c.server.block = make(chan struct{}) })
		a := c.account(t, nil)
		if err := c.Fetch(a.ID, popclient.Leave, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s := c.Status(a.ID); !s.Running {
			t.Errorf("%+v", s)
		}
		asked := time.Now()
		c.Cancel(a.ID)
		if f := c.next(t); !errors.Is(f.Err, context.Canceled) || time.Since(asked) > time.Second {
			t.Errorf("after %v: %+v", time.Since(asked), f)
		}
		if s := c.Status(a.ID); s.Running || s.Failures != 0 || s.Advice != (Advice{}) || s.Next.IsZero() {
			t.Errorf("%+v", s)
		}
	})
}

// TestRemovedAccountIsNotScheduled removes one while its fetch runs.
func TestRemovedAccountIsNotScheduled(t *testing.T) {
	timed(t, func(t *testing.T, c *clocked) {
		c.server.do(func() { c.server.block = make(chan struct{}) })
		a := c.account(t, nil)
		if err := c.Fetch(a.ID, popclient.Leave, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := c.RemoveAccount(a.ID); err != nil {
			t.Fatal(err)
		}
		c.gaps(time.Now())
		time.Sleep(time.Hour)
		if gaps := c.gaps(time.Now()); len(gaps) != 0 || c.Status(a.ID) != (Status{}) {
			t.Errorf("%v, %+v", gaps, c.Status(a.ID))
		}
	})
}

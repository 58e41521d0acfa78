package fetcher

import (
	"errors"
	"time"
)

// Cause says why a fetch ran.
type Cause string

// The causes.
const (
	ByClick    Cause = "click"    // a person asked for it
	BySchedule Cause = "schedule" // Account.EveryMinutes
	AtStart    Cause = "start"    // Account.AtStart
	AfterSleep Cause = "awake"    // the machine slept through a scheduled fetch
)

// Status says how an account stands. The zero value is an account that has never
// been fetched and has no schedule.
type Status struct {
	Running    bool
	Next       time.Time     // of the next fetch by itself; zero: none is planned
	Failures   int           // in a row, 0 after a success
	Advice     Advice        // on the last failure; empty after a success
	Stopped    bool          // the server refused the password: nothing runs by itself until it is changed
	LoginDelay time.Duration // the least time between two logins that the server asks for (RFC 2449 LOGIN-DELAY)
	// Expires tells that the server deletes by itself what is left there, ExpireDays
	// after it came (RFC 2449 EXPIRE); 0 days: when the session ends.
	Expires    bool
	ExpireDays int
}

// Status returns how an account stands.
func (c *Core) Status(account string) Status {
	s := c.schedule.status(account)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Running = c.runs[account] != nil
	return s
}

// FetchAll starts a fetch of each account that has none under way, in the mode
// that the account is set to. need names the accounts whose owner has to be asked for a
// password or to sign in; nothing was started for them.
func (c *Core) FetchAll() (started int, need []string) {
	accounts, err := c.store.Accounts()
	if err != nil {
		c.log.Error("accounts", "error", err)
		return 0, nil
	}
	for _, a := range accounts {
		switch err := c.start(a, collectAll(a, removalOf(a)), ByClick, ""); {
		case err == nil:
			started++
		case errors.Is(err, ErrPasswordNeeded), errors.Is(err, ErrSignInNeeded):
			need = append(need, a.ID)
		}
	}
	return started, need
}

// pausedSetting holds "1" while nothing is to run by itself.
const pausedSetting = "fetcher.paused"

// SetPaused keeps all fetches from running by themselves, or lets them again. What
// runs goes on. It is kept in the profile.
func (c *Core) SetPaused(paused bool) error {
	var value []byte
	if paused {
		value = []byte("1")
	}
	if err := c.store.PutSetting(pausedSetting, value); err != nil {
		return err
	}
	c.schedule.wake()
	c.bus.publish(StatusChanged{})
	return nil
}

// Paused tells whether SetPaused holds everything back.
func (c *Core) Paused() bool {
	v, err := c.store.Setting(pausedSetting)
	if err != nil {
		c.log.Error("setting", "error", err)
	}
	return len(v) > 0
}

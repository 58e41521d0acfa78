package fetcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/popclient"
)

// What Fetch answers at once.
var (
	ErrBusy           = errors.New("a fetch for this account is under way")
	ErrPasswordNeeded = errors.New("the password of this account is not known")
	ErrClosed         = errors.New("the program is closing")
)

// Options are a core's settings. The zero value is right for the workstation.
type Options struct {
	Log *slog.Logger
	// Keyring replaces the desktop's keyring, for tests; NoKeyring does without.
	Keyring   keyring.Keyring
	NoKeyring bool
	// NoSchedule keeps everything from running by itself, for a program that does one
	// thing and ends.
	NoSchedule bool
	// PassphraseWork is the work that opening the sealed file takes, for tests: scrypt's
	// factor as a power of 2. 0 is a second's worth.
	PassphraseWork int

	wall func() time.Time // replaces the wall clock, for tests
}

// dialFunc opens a session that has not said anything yet.
type dialFunc func(ctx context.Context, conn connection) (session, error)

// Core is an open profile and the fetches that run for it.
type Core struct {
	store    *localstore.Store
	secrets  *secrets
	tokens   *tokens
	bus      *bus
	schedule *scheduler
	upkeep   func() // ends what runs by itself
	log      *slog.Logger
	spool    string
	dial     dialFunc
	leads    leadFinder
	probing  time.Duration // what a server gets to greet in a connection test

	mu          sync.Mutex
	closed      bool
	runs        map[string]*run
	looks       map[string]*look // at lists at servers, see Offers
	listed      *lists
	remote      *remote
	transcripts map[string]*popclient.Transcript
}

// Open opens the profile in dir and makes it if there is none. Its errors are
// those of localstore.Open.
func Open(dir string, o Options) (*Core, error) { return open(dir, o, dialNet) }

func open(dir string, o Options, dial dialFunc) (*Core, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Keyring == nil && !o.NoKeyring {
		o.Keyring = desktopKeyring()
	}
	store, err := localstore.Open(dir, localstore.Options{
		Summarize: summarize, Text: searchText, IndexLazily: o.NoSchedule, Log: o.Log,
	})
	if err != nil {
		return nil, err
	}
	spool := filepath.Join(dir, "spool")
	if err := emptyDir(spool); err != nil {
		return nil, errors.Join(fmt.Errorf("the folder for passing files: %w", err), store.Close())
	}
	c := &Core{
		store: store, secrets: newSecrets(o.Keyring, filepath.Join(dir, secretFileName)), tokens: newTokens(), bus: newBus(), log: o.Log, spool: spool,
		dial: dial, leads: findLeads, probing: probePatience,
		runs: map[string]*run{}, looks: map[string]*look{}, listed: newLists(), remote: newRemote(), transcripts: map[string]*popclient.Transcript{},
	}
	c.secrets.file.work = o.PassphraseWork
	c.schedule, c.upkeep = newScheduler(c, o.wall), func() {}
	if !o.NoSchedule {
		c.schedule.start()
		c.upkeep = c.startUpkeep()
	}
	return c, nil
}

// emptyDir makes dir and clears what an earlier run, killed, may have left there.
func emptyDir(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o700)
}

// summarize gives the store what its lists show, read by mimeview.
func summarize(head []byte) localstore.Summary { return localstore.Summary(mimeview.Summarize(head)) }

// Close cancels what runs, waits for it and closes the store. Mail that is not
// committed yet stays at the post office.
func (c *Core) Close() error {
	c.schedule.close()
	c.upkeep()
	c.mu.Lock()
	c.closed = true
	running := make([]*run, 0, len(c.runs))
	for _, r := range c.runs {
		running = append(running, r)
	}
	looking := slices.Collect(maps.Values(c.looks))
	c.mu.Unlock()
	for _, r := range running {
		r.cancel()
	}
	for _, l := range looking {
		l.cancel()
		<-l.done
	}
	for _, r := range running {
		<-r.done
	}
	c.bus.close()
	return c.store.Close()
}

// Store returns the open store, for what needs no fetcher: check, statistics.
func (c *Core) Store() *localstore.Store { return c.store }

// Events returns the stream of events, for one reader. It is closed by Close.
func (c *Core) Events() <-chan Event { return c.bus.out }

// Fetch starts a fetch in the background; its end is a Finished event. password
// may be "" if it is known. It returns ErrBusy, ErrPasswordNeeded, ErrSignInNeeded,
// ErrClosed, or the store's error if there is no such account.
func (c *Core) Fetch(account string, r popclient.Removal, password string) error {
	a, err := c.store.Account(account)
	if err != nil {
		return err
	}
	return c.start(a, collectAll(a, r), ByClick, password)
}

// start runs an order in the background.
func (c *Core) start(a localstore.Account, o order, cause Cause, password string) error {
	secret, err := c.secretFor(a, password)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	f := &run{core: c, account: a, order: o, cause: cause, secret: secret, cancel: cancel, done: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		cancel()
		return ErrClosed
	case c.runs[a.ID] != nil || c.looks[a.ID] != nil:
		cancel()
		return ErrBusy
	}
	c.runs[a.ID] = f
	go f.run(ctx)
	return nil
}

// Cancel ends the fetch of an account, or the look at its list, if one runs. It does not
// wait: Finished comes within a second.
func (c *Core) Cancel(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.runs[account]; r != nil {
		r.cancel()
	}
	if l := c.looks[account]; l != nil {
		l.cancel()
	}
}

// ended takes a fetch off the list, so that the next may start.
func (c *Core) ended(r *run, end Finished) {
	r.cancel()
	c.mu.Lock()
	delete(c.runs, r.account.ID)
	c.mu.Unlock()
	c.schedule.ended(r.account, end, r.terms)
}

func (c *Core) newTranscript(account string) *popclient.Transcript {
	t := &popclient.Transcript{}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.transcripts[account] = t
	return t
}

// Transcript returns what was said in the last session of an account, without
// passwords, "" if there was none since the start.
func (c *Core) Transcript(account string) string {
	c.mu.Lock()
	t := c.transcripts[account]
	c.mu.Unlock()
	if t == nil {
		return ""
	}
	return t.String()
}

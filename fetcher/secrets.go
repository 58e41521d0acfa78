package fetcher

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"restante.app/localstore"
)

// SecretPlace says where a password is kept.
type SecretPlace string

// The places. Nothing is ever written in plain text.
const (
	InKeyring SecretPlace = "keyring" // the desktop's own store
	InMemory  SecretPlace = "memory"  // until the program ends
	InFile    SecretPlace = "file"    // in the profile, sealed with a passphrase
)

// secrets keeps passwords and tokens by key: an account's id, or tokenKey of it.
type secrets struct {
	ring keyring.Keyring // nil if there is none
	file *secretFile

	mu       sync.Mutex
	down     bool // the keyring has failed: it counts as not there
	memory   map[string]string
	rejected map[string]bool // by the server: not to be tried again from where they are kept
}

const keyringService = "Restante"

// keyringPatience bounds a call: a locked keyring may wait for a person.
const keyringPatience = 5 * time.Second

var errNoKeyring = errors.New("there is no keyring")

func newSecrets(ring keyring.Keyring, file string) *secrets {
	return &secrets{ring: ring, file: &secretFile{path: file}, memory: map[string]string{}, rejected: map[string]bool{}}
}

// hasRing tells whether there is a keyring that has not failed.
func (s *secrets) hasRing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ring != nil && !s.down
}

// ringFailed tells whether err is more than the absence of a secret, after which the
// keyring is left alone: each further call might wait as long.
func (s *secrets) ringFailed(err error) bool {
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = true
	return true
}

// desktopKeyring returns the desktop's keyring, nil if there can't be one. On
// Linux a call without a session bus may start a stray one, so look for it first.
func desktopKeyring() keyring.Keyring {
	if runtime.GOOS == "linux" && os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		dir := os.Getenv("XDG_RUNTIME_DIR")
		if _, err := os.Stat(filepath.Join(dir, "bus")); dir == "" || err != nil {
			return nil
		}
	}
	return systemKeyring{}
}

type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, password string) error {
	return keyring.Set(service, user, password)
}
func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }
func (systemKeyring) DeleteAll(service string) error    { return keyring.DeleteAll(service) }

// get returns a secret, if it is known.
func (s *secrets) get(key string) (string, bool) {
	s.mu.Lock()
	p, ok := s.memory[key]
	rejected := s.rejected[key]
	s.mu.Unlock()
	if ok || rejected {
		return p, ok
	}
	if s.hasRing() {
		p, err := bounded(func() (string, error) { return s.ring.Get(keyringService, key) })
		if !s.ringFailed(err) && err == nil {
			s.remember(key, p)
			return p, true
		}
	}
	return s.file.get(key)
}

func (s *secrets) remember(account, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory[account] = password
	delete(s.rejected, account)
}

// reject forgets a password that the server did not accept, so that the person is
// asked for another.
func (s *secrets) reject(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.memory, account)
	s.rejected[account] = true
}

// put keeps a secret in memory and, if asked, beyond the end of the program: in the
// keyring, or in the sealed file if that is open. A keyring that fails counts as not there. An error means that the file could not be written.
func (s *secrets) put(key, secret string, keep bool) error {
	s.remember(key, secret)
	if !keep {
		return nil
	}
	if s.hasRing() {
		_, err := bounded(func() (string, error) {
			return "", s.ring.Set(keyringService, key, secret)
		})
		if err == nil {
			return nil
		}
		s.ringFailed(err)
	}
	if err := s.file.put(key, secret); err != nil && !errors.Is(err, ErrSealed) {
		return fmt.Errorf("the password could not be kept: %w", err)
	}
	return nil
}

// forget removes a secret from everywhere. An error means that it may still be kept
// somewhere.
func (s *secrets) forget(key string) error {
	s.mu.Lock()
	delete(s.memory, key)
	s.mu.Unlock()
	var errs []error
	if s.hasRing() {
		_, err := bounded(func() (string, error) { return "", s.ring.Delete(keyringService, key) })
		if s.ringFailed(err) && !errors.Is(err, errNoKeyring) {
			errs = append(errs, err)
		}
	}
	if there, open := s.file.state(); there && open {
		errs = append(errs, s.file.put(key, ""))
	}
	return errors.Join(errs...)
}

func bounded(call func() (string, error)) (string, error) {
	type result struct {
		s   string
		err error
	}
	done := make(chan result, 1)
	go func() {
		s, err := call()
		done <- result{s, err}
	}()
	select {
	case r := <-done:
		return r.s, r.err
	case <-time.After(keyringPatience):
		return "", errNoKeyring
	}
}

// SecretState says where passwords are kept.
type SecretState struct {
	Place  SecretPlace // where a password that is to be remembered goes now
	File   bool        // there is a sealed file
	Locked bool        // there is one, and its passphrase has not been given yet
}

// Secrets says where passwords are kept.
func (c *Core) Secrets() SecretState {
	there, open := c.secrets.file.state()
	state := SecretState{Place: InMemory, File: there, Locked: there && !open}
	switch {
	case c.secrets.hasRing():
		state.Place = InKeyring
	case open:
		state.Place = InFile
	}
	return state
}

// UnlockSecrets opens the sealed file for as long as the program runs. A wrong
// passphrase is ErrPassphrase; without a file it is ErrNoSecrets. It takes a second of
// work, by design.
func (c *Core) UnlockSecrets(passphrase string) error {
	if err := c.secrets.file.unlock(passphrase); err != nil {
		return err
	}
	c.schedule.secretsChanged()
	return nil
}

// SetPassphrase makes the sealed file, with the passwords known now that are to be
// remembered, or gives it a new passphrase: it must be open for that, else the error is
// ErrSealed. "" deletes the file, open or not.
func (c *Core) SetPassphrase(passphrase string) error {
	if passphrase == "" {
		return c.secrets.file.remove()
	}
	accounts, err := c.store.Accounts()
	if err != nil {
		return err
	}
	return c.secrets.file.seal(passphrase, c.secrets.wanted(accounts))
}

// wanted returns what is in memory and to be remembered.
func (s *secrets) wanted(accounts []localstore.Account) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for _, a := range accounts {
		for _, key := range []string{a.ID, tokenKey(a.ID)} {
			if p, ok := s.memory[key]; ok && a.RememberInKey {
				out[key] = p
			}
		}
	}
	return out
}

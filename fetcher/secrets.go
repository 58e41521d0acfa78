package fetcher

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

// SecretPlace says where a password is kept.
type SecretPlace string

// The places. Nothing is ever written in plain text.
const (
	InKeyring SecretPlace = "keyring" // the desktop's own store
	InMemory  SecretPlace = "memory"  // until the program ends
	InFile    SecretPlace = "file"    // in the profile, sealed with a passphrase
)

// secrets keeps passwords by account id.
type secrets struct {
	ring keyring.Keyring // nil if there is none

	mu       sync.Mutex
	memory   map[string]string
	rejected map[string]bool // by the server: not to be tried again from the keyring
}

const keyringService = "Restante"

// keyringPatience bounds a call: a locked keyring may wait for a person.
const keyringPatience = 5 * time.Second

var errNoKeyring = errors.New("there is no keyring")

func newSecrets(ring keyring.Keyring) *secrets {
	return &secrets{ring: ring, memory: map[string]string{}, rejected: map[string]bool{}}
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

// get returns the password of an account, if it is known.
func (s *secrets) get(account string) (string, bool) {
	s.mu.Lock()
	p, ok := s.memory[account]
	rejected := s.rejected[account]
	s.mu.Unlock()
	if ok || rejected || s.ring == nil {
		return p, ok
	}
	p, err := bounded(func() (string, error) { return s.ring.Get(keyringService, account) })
	if err != nil {
		return "", false
	}
	s.remember(account, p)
	return p, true
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

// put keeps a password in memory and, if asked, in the keyring. It returns where
// it is now; a keyring that fails counts as not there.
func (s *secrets) put(account, password string, ring bool) SecretPlace {
	s.remember(account, password)
	if !ring || s.ring == nil {
		return InMemory
	}
	_, err := bounded(func() (string, error) {
		return "", s.ring.Set(keyringService, account, password)
	})
	if err != nil {
		return InMemory
	}
	return InKeyring
}

// forget removes a password from everywhere. An error means that the keyring may
// still have it.
func (s *secrets) forget(account string) error {
	s.mu.Lock()
	delete(s.memory, account)
	s.mu.Unlock()
	if s.ring == nil {
		return nil
	}
	_, err := bounded(func() (string, error) { return "", s.ring.Delete(keyringService, account) })
	if errors.Is(err, keyring.ErrNotFound) || errors.Is(err, errNoKeyring) {
		return nil
	}
	return err
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

// ErrPassphrase says that a passphrase does not open the sealed file.
var ErrPassphrase = errors.New("this is not the passphrase of the passwords' file")

// Secrets says where passwords are kept.
func (c *Core) Secrets() SecretState {
	if c.secrets.ring != nil {
		return SecretState{Place: InKeyring}
	}
	return SecretState{Place: InMemory}
}

// UnlockSecrets opens the sealed file for as long as the program runs. A wrong
// passphrase is ErrPassphrase.
func (c *Core) UnlockSecrets(passphrase string) error { return errNoSecretFile }

// SetPassphrase makes the sealed file, with the passwords known now that are to be
// remembered, or gives it a new passphrase; it must be open for that. "" deletes it.
func (c *Core) SetPassphrase(passphrase string) error { return errNoSecretFile }

var errNoSecretFile = errors.New("there is no file of passwords")

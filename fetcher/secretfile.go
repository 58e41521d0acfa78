package fetcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"filippo.io/age"
)

// secretFileName is the sealed file's, in the profile.
const secretFileName = "passwords.age"

// The most that a sealed file may hold, in octets, and the most work that opening
// one may ask for (2 to this power), so that a file from elsewhere can't stop us.
const (
	maxSecretFile = 1 << 20
	maxScryptWork = 20
)

// What the sealed file answers.
var (
	ErrPassphrase = errors.New("this is not the passphrase of the passwords' file")
	ErrNoSecrets  = errors.New("there is no file of passwords")
	ErrSealed     = errors.New("the passwords' file is locked: its passphrase comes first")
)

// secretFile keeps secrets in one file, sealed with a passphrase by age (scrypt).
// What it holds is in memory while it is open.
type secretFile struct {
	path string
	work int // scrypt's work factor, as a power of 2; 0 for age's own

	mu         sync.Mutex
	passphrase string
	items      map[string]string // nil while it is locked or not there
}

// state tells whether the file is there and whether it is open.
func (f *secretFile) state() (there, open bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.items != nil {
		return true, true
	}
	_, err := os.Stat(f.path)
	return err == nil, false
}

func (f *secretFile) get(key string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.items[key]
	return s, ok
}

// put keeps a secret, "" to forget it. ErrSealed means that the file is not open.
func (f *secretFile) put(key, secret string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.items == nil {
		return ErrSealed
	}
	old, had := f.items[key]
	if old == secret {
		return nil
	}
	f.items[key] = secret
	if secret == "" {
		delete(f.items, key)
	}
	err := f.write(f.passphrase, f.items)
	if err != nil {
		if f.items[key] = old; !had {
			delete(f.items, key)
		}
	}
	return err
}

// unlock opens the file.
func (f *secretFile) unlock(passphrase string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	items, err := f.read(passphrase)
	if err != nil {
		return err
	}
	f.items, f.passphrase = items, passphrase
	return nil
}

// seal makes the file with some secrets, or gives an open one another passphrase.
func (f *secretFile) seal(passphrase string, more map[string]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := os.Stat(f.path); err == nil && f.items == nil {
		return ErrSealed
	}
	items := map[string]string{}
	for _, from := range []map[string]string{f.items, more} {
		for k, v := range from {
			items[k] = v
		}
	}
	if err := f.write(passphrase, items); err != nil {
		return err
	}
	f.items, f.passphrase = items, passphrase
	return nil
}

// remove deletes the file, open or not.
func (f *secretFile) remove() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items, f.passphrase = nil, ""
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f *secretFile) read(passphrase string) (map[string]string, error) {
	sealed, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoSecrets
	} else if err != nil {
		return nil, err
	}
	defer sealed.Close()
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassphrase, err)
	}
	identity.SetMaxWorkFactor(maxScryptWork)
	plain, err := age.Decrypt(io.LimitReader(sealed, 2*maxSecretFile), identity)
	if wrong := new(age.NoIdentityMatchError); errors.As(err, &wrong) {
		return nil, ErrPassphrase
	} else if err != nil {
		return nil, fmt.Errorf("the passwords' file %s can't be read: %w", f.path, err)
	}
	var items map[string]string
	if err := json.NewDecoder(io.LimitReader(plain, maxSecretFile)).Decode(&items); err != nil {
		return nil, fmt.Errorf("the passwords' file %s is damaged: %w", f.path, err)
	}
	if items == nil {
		items = map[string]string{}
	}
	return items, nil
}

// write replaces the file as a whole, so that a crash leaves the old or the new one.
func (f *secretFile) write(passphrase string, items map[string]string) (err error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPassphrase, err)
	}
	if f.work > 0 {
		recipient.SetWorkFactor(f.work)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return err
	}
	if err := errors.Join(json.NewEncoder(w).Encode(items), w.Close()); err != nil {
		return err
	}
	return replaceFile(f.path, sealed.Bytes())
}

// replaceFile writes a file for its owner alone, durably, in one step.
func replaceFile(path string, octets []byte) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the error that led here is the one to report
		}
	}()
	_, err = tmp.Write(octets)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // some systems can't sync folders; the rename is whole either way
	return d.Close()
}

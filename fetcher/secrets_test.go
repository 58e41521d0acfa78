package fetcher

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zalando/go-keyring"

	"restante.app/localstore"
)

// ring is a keyring in memory that can be made to fail.
type ring struct {
	mu    sync.Mutex
	items map[string]string
	err   error
	calls int
}

func (r *ring) Get(_, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	p, ok := r.items[user]
	if !ok && r.err == nil {
		return "", keyring.ErrNotFound
	}
	return p, r.err
}

func (r *ring) Set(_, user, password string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if r.err == nil {
		r.items[user] = password
	}
	return r.err
}

func (r *ring) Delete(_, user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	delete(r.items, user)
	return r.err
}

func (r *ring) DeleteAll(string) error { return r.err }

func openWith(t *testing.T, dir string, o Options) *Core {
	t.Helper()
	o.PassphraseWork = 1
	c, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func closeCore(t *testing.T, c *Core) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// remembered is an account whose password is to be kept.
func remembered(name string) localstore.Account {
	return localstore.Account{
		Name: name, Host: "localhost", Port: 110, User: "fred", Protocol: "pop1",
		Security: localstore.Plain, RememberInKey: true,
	}
}

func TestKeyring(t *testing.T) {
	r := &ring{items: map[string]string{}}
	dir := filepath.Join(t.TempDir(), "profile")
	c := openWith(t, dir, Options{Keyring: r})
	a, err := c.SaveAccount(remembered("a"), "sesame")
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Secrets(); s.Place != InKeyring || r.items[a.ID] != "sesame" {
		t.Fatalf("%+v, %v", s, r.items)
	}
	closeCore(t, c)
	c = openWith(t, dir, Options{Keyring: r})
	defer closeCore(t, c)
	if !c.HasPassword(a.ID) {
		t.Error("the keyring's password is not found")
	}
	if err := c.RemoveAccount(a.ID); err != nil || len(r.items) != 0 {
		t.Errorf("%v, %v", err, r.items)
	}
}

// TestKeyringThatFails is asked once and never again.
func TestKeyringThatFails(t *testing.T) {
	r := &ring{items: map[string]string{}, err: errors.New("the bus is gone")}
	c := openWith(t, filepath.Join(t.TempDir(), "profile"), Options{Keyring: r})
	defer closeCore(t, c)
	for _, name := range []string{"a", "b"} {
		a, err := c.SaveAccount(remembered(name), "sesame")
		if err != nil || !c.HasPassword(a.ID) {
			t.Fatalf("%v, known: %t", err, c.HasPassword(a.ID))
		}
	}
	if s := c.Secrets(); s.Place != InMemory || c.HasKeyring() || r.calls != 1 {
		t.Errorf("%+v after %d calls", s, r.calls)
	}
}

func TestSealedFile(t *testing.T) {
	const password, passphrase = "open sesame 0815", "correct horse"
	dir := filepath.Join(t.TempDir(), "profile")
	c := openWith(t, dir, Options{NoKeyring: true})
	a, err := c.SaveAccount(remembered("before"), password)
	if err != nil {
		t.Fatal(err)
	}
	forgetful := remembered("not to be kept")
	forgetful.RememberInKey = false
	if forgetful, err = c.SaveAccount(forgetful, "not kept"); err != nil {
		t.Fatal(err)
	}
	if err := c.UnlockSecrets(passphrase); !errors.Is(err, ErrNoSecrets) {
		t.Errorf("without a file: %v", err)
	}
	if err := c.SetPassphrase(passphrase); err != nil {
		t.Fatal(err)
	}
	b, err := c.SaveAccount(remembered("after"), password+"b")
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Secrets(); s != (SecretState{Place: InFile, File: true}) {
		t.Errorf("%+v", s)
	}
	closeCore(t, c)
	nothingPlain(t, dir, password, passphrase)

	c = openWith(t, dir, Options{NoKeyring: true})
	if s := c.Secrets(); s != (SecretState{Place: InMemory, File: true, Locked: true}) {
		t.Errorf("%+v", s)
	}
	if c.HasPassword(a.ID) {
		t.Error("the password is known while the file is locked")
	}
	if err := c.SetPassphrase("another"); !errors.Is(err, ErrSealed) {
		t.Errorf("a new passphrase without the old: %v", err)
	}
	if err := c.UnlockSecrets("wrong horse"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := c.UnlockSecrets(passphrase); err != nil {
		t.Fatal(err)
	}
	if !c.HasPassword(a.ID) || !c.HasPassword(b.ID) || c.HasPassword(forgetful.ID) {
		t.Errorf("known: %t, %t, %t", c.HasPassword(a.ID), c.HasPassword(b.ID), c.HasPassword(forgetful.ID))
	}
	if err := c.SetPassphrase("battery staple"); err != nil {
		t.Fatal(err)
	}
	if err := c.RemoveAccount(b.ID); err != nil {
		t.Fatal(err)
	}
	closeCore(t, c)

	c = openWith(t, dir, Options{NoKeyring: true})
	defer closeCore(t, c)
	if err := errors.Join(c.UnlockSecrets("battery staple")); err != nil || !c.HasPassword(a.ID) || c.HasPassword(b.ID) {
		t.Errorf("%v, known: %t, %t", err, c.HasPassword(a.ID), c.HasPassword(b.ID))
	}
	if err := c.SetPassphrase(""); err != nil || c.Secrets().File {
		t.Errorf("%v, %+v", err, c.Secrets())
	}
}

// nothingPlain wants no file of the profile to hold any of the secrets, and the sealed
// one to be its owner's alone.
func nothingPlain(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		octets, err := os.ReadFile(path)
		for _, s := range secrets {
			if strings.Contains(string(octets), s) {
				t.Errorf("%s holds a secret", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(dir, secretFileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, secretFileName+".*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestSealedFileDamaged wants an error of its own, and the file untouched.
func TestSealedFileDamaged(t *testing.T) {
	dir := t.TempDir()
	f := &secretFile{path: filepath.Join(dir, secretFileName), work: 1}
	if err := f.seal("horse", map[string]string{"a": "sesame"}); err != nil {
		t.Fatal(err)
	}
	octets, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"cut": octets[:len(octets)-3], "empty": {}, "no age file": []byte("passwords: none")} {
		if err := os.WriteFile(f.path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		other := &secretFile{path: f.path, work: 1}
		if err := other.unlock("horse"); err == nil || errors.Is(err, ErrPassphrase) || !strings.Contains(err.Error(), f.path) {
			t.Errorf("%s: %v", name, err)
		}
		if err := other.put("b", "x"); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: a put: %v", name, err)
		}
		if now, err := os.ReadFile(f.path); err != nil || string(now) != string(bad) {
			t.Errorf("%s: the file was changed (%v)", name, err)
		}
	}
}

// TestSealedFileThatCanNotBeWritten keeps what it has.
func TestSealedFileThatCanNotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f := &secretFile{path: filepath.Join(dir, secretFileName), work: 1}
	if err := f.seal("horse", map[string]string{"a": "sesame"}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := f.put("a", "other"); err == nil {
		t.Error("written into no folder")
	}
	if got, ok := f.get("a"); !ok || got != "sesame" {
		t.Errorf("%q, %t", got, ok)
	}
}

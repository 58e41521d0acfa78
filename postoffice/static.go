package postoffice

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"restante.app/postoffice/maildrop"
)

// StaticUsers are users and their passwords in memory, for demonstrations and
// tests. The names are canonical, see maildrop.CleanUser. Package userfile keeps users on
// disk, their passwords hashed.
type StaticUsers map[string]string

// Verify implements Users.
func (u StaticUsers) Verify(_ context.Context, name, password string) (string, error) {
	user, ok := u.Lookup(name)
	want, got := sha256.Sum256([]byte(u[user])), sha256.Sum256([]byte(password))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 || !ok {
		return "", ErrBadLogin
	}
	return user, nil
}

// Lookup implements Users.
func (u StaticUsers) Lookup(name string) (string, bool) {
	user, err := maildrop.CleanUser(name)
	if err != nil {
		return "", false
	}
	_, ok := u[user]
	return user, ok
}

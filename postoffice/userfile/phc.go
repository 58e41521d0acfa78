package userfile

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
)

// The cost of new hashes: OWASP's recommendation for argon2id with little memory
// (19 MiB, two passes, one thread), about 25 ms. A stronger one in the file is honoured.
const (
	costMemory  = 19 * 1024 // KiB
	costTime    = 2
	costThreads = 1
	saltOctets  = 16
	keyOctets   = 32
)

// phc is an argon2id hash in the form of the Password Hashing Competition:
// $argon2id$v=19$m=19456,t=2,p=1$salt$key, both in base64 without padding.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

func newPHC(password string) phc {
	h := phc{memory: costMemory, time: costTime, threads: costThreads, salt: make([]byte, saltOctets)}
	_, _ = rand.Read(h.salt) // never fails, see crypto/rand
	h.key = h.derive(password, keyOctets)
	return h
}

// dummy is the hash of nobody's password.
var dummy = sync.OnceValue(func() phc { return newPHC(rand.Text()) })

func (h phc) derive(password string, octets int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(octets)) //#nosec G115 -- bounded by parsePHC
}

// matches compares in constant time.
func (h phc) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password, len(h.key)), h.key) == 1
}

// String returns the form that parsePHC reads.
func (h phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.memory, h.time, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parsePHC refuses costs that a typing error may have made: a login must not take all
// of the memory, or minutes.
func parsePHC(s string) (h phc, err error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" {
		return h, errors.New("expected $argon2id$v=19$m=…,t=…,p=…$salt$key")
	}
	if fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, fmt.Errorf("version %q is not v=%d", fields[2], argon2.Version)
	}
	var rest string
	n, _ := fmt.Sscanf(fields[3]+" ", "m=%d,t=%d,p=%d%s", &h.memory, &h.time, &h.threads, &rest) // n says it all
	if n != 3 {
		return h, fmt.Errorf("costs %q are not m=…,t=…,p=…", fields[3])
	}
	if h.memory < 8 || h.memory > 1<<20 || h.time < 1 || h.time > 100 || h.threads < 1 || h.threads > 64 {
		return h, fmt.Errorf("costs %q are out of bounds (m up to 1048576, t up to 100, p up to 64)", fields[3])
	}
	if h.salt, err = base64.RawStdEncoding.DecodeString(fields[4]); err != nil || len(h.salt) < 8 || len(h.salt) > 64 {
		return h, errors.New("the salt is not 8 to 64 octets in base64")
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(fields[5]); err != nil || len(h.key) < 16 || len(h.key) > 128 {
		return h, errors.New("the key is not 16 to 128 octets in base64")
	}
	return h, nil
}

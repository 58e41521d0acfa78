package fetcher

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// Sender is what is remembered of how the mail of one address is read.
type Sender struct {
	// Remote allows the images that this sender's messages name on the web to be fetched.
	Remote bool `json:"remote,omitempty"`
	// Mode is the form in which the messages are shown, a word of the window's; "" is usual.
	Mode string `json:"mode,omitempty"`
}

// senderKey names a sender's setting. An address may be as long as a header, so its
// hash stands for it.
func senderKey(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(address))))
	return "sender." + hex.EncodeToString(sum[:16])
}

// Sender returns what is remembered of an address, the zero value if nothing is, or
// if the address is empty: mail without a sender shares nothing with other such mail.
func (c *Core) Sender(address string) (Sender, error) {
	var s Sender
	if strings.TrimSpace(address) == "" {
		return s, nil
	}
	kept, err := c.store.Setting(senderKey(address))
	if err != nil || kept == nil {
		return s, err
	}
	if err := json.Unmarshal(kept, &s); err != nil {
		return Sender{}, fmt.Errorf("what is remembered of %s can't be read: %w", address, err)
	}
	return s, nil
}

// SetSender remembers how the mail of an address is read. The zero value forgets it. An
// empty address can't be told from another, and changes nothing.
func (c *Core) SetSender(address string, s Sender) error {
	switch {
	case strings.TrimSpace(address) == "":
		return nil
	case s == Sender{}:
		return c.store.PutSetting(senderKey(address), nil)
	}
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return c.store.PutSetting(senderKey(address), value)
}

package pop3

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"restante.app/popclient"
)

// saslClient makes the SASL side of a mechanism that is one.
func (c *Client) saslClient(a popclient.Auth, user string, secret popclient.Secret) sasl.Client {
	switch a {
	case popclient.AuthSCRAMPlus:
		return &scramClient{user: user, password: secret.Password, binding: c.binding, bound: true}
	case popclient.AuthSCRAM:
		s := &scramClient{user: user, password: secret.Password}
		if !c.offered(popclient.AuthSCRAMPlus) {
			s.binding = c.binding
		}
		return s
	case popclient.AuthOAuthBearer:
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: secret.Token, Host: c.opts.Host, Port: c.opts.Port})
	case popclient.AuthXOAuth2:
		return &xoauth2Client{user: user, token: secret.Token}
	case popclient.AuthLogin:
		return &loginClient{answers: []string{user, secret.Password}}
	case popclient.AuthCRAMMD5:
		return &cramMD5Client{user: user, password: secret.Password}
	}
	return sasl.NewPlainClient("", user, secret.Password)
}

// scramClient is SCRAM-SHA-256 and, if bound, SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677).
type scramClient struct {
	user, password string
	// binding is the TLS session to be bound to or, if not bound, the one to which this
	// side could have been bound had the server offered it: a server that did offer it
	// finds out by that.
	binding      scram.ChannelBinding
	bound        bool
	nonce        func() string // nil for a random one
	conversation *scram.ClientConversation
}

// errSCRAMRefused is a refusal that came as a message of SCRAM (RFC 5802 section 7, e=).
var errSCRAMRefused = errors.New("refused within SCRAM")

// The iterations that a server may ask for: fewer than RFC 7677 wants would give the
// password away, and very many would keep this side busy for minutes.
const (
	minIterations = 4096
	maxIterations = 2_000_000
)

// Start implements sasl.Client.
func (s *scramClient) Start() (string, []byte, error) {
	client, err := scram.SHA256.NewClient(s.user, s.password, "")
	if err != nil {
		return "", nil, err
	}
	client.WithMinIterations(minIterations)
	if s.nonce != nil {
		client.WithNonceGenerator(s.nonce)
	}
	name := "SCRAM-SHA-256"
	switch {
	case s.bound:
		name += "-PLUS"
		s.conversation = client.NewConversationWithChannelBinding(s.binding)
	case s.binding.IsSupported():
		s.conversation = client.NewConversationAdvertisingChannelBinding()
	default:
		s.conversation = client.NewConversation()
	}
	first, err := s.conversation.Step("")
	return name, []byte(first), err
}

// Next implements sasl.Client.
func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	if s.conversation.Done() { // an empty challenge behind the server's proof
		return []byte{}, nil
	}
	text := string(challenge)
	if why, ok := strings.CutPrefix(text, "e="); ok {
		return nil, fmt.Errorf("%w: %q", errSCRAMRefused, why)
	}
	if !strings.HasPrefix(text, "v=") {
		if n := iterations(text); n < minIterations || n > maxIterations {
			return nil, fmt.Errorf("%w: it asks for %d iterations of SCRAM, not for %d to %d", popclient.ErrProtocol, n, minIterations, maxIterations)
		}
	}
	answer, err := s.conversation.Step(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", popclient.ErrServerProof, err)
	}
	return []byte(answer), nil
}

func (s *scramClient) verified() bool { return s.conversation.Valid() }

// iterations returns the count in a server's first message, 0 if it has none.
func iterations(message string) int {
	for field := range strings.SplitSeq(message, ",") {
		if digits, ok := strings.CutPrefix(field, "i="); ok {
			n, err := strconv.ParseUint(digits, 10, 63)
			if err != nil {
				return maxIterations + 1
			}
			return int(n)
		}
	}
	return 0
}

// xoauth2Client is XOAUTH2, the mechanism that Google made before OAUTHBEARER.
type xoauth2Client struct{ user, token string }

// Start implements sasl.Client.
func (x *xoauth2Client) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's description of an error, after which it refuses.
func (x *xoauth2Client) Next([]byte) ([]byte, error) { return []byte{}, nil }

// loginClient is LOGIN. Servers word their two questions as they like, so it answers
// by their order; go-sasl's wants to read "Password:".
type loginClient struct{ answers []string }

// Start implements sasl.Client.
func (l *loginClient) Start() (string, []byte, error) { return "LOGIN", nil, nil }

// Next implements sasl.Client.
func (l *loginClient) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, fmt.Errorf("%w: LOGIN has two questions", popclient.ErrProtocol)
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

// cramMD5Client is CRAM-MD5 (RFC 2195).
type cramMD5Client struct{ user, password string }

// Start implements sasl.Client.
func (m *cramMD5Client) Start() (string, []byte, error) { return "CRAM-MD5", nil, nil }

// Next implements sasl.Client.
func (m *cramMD5Client) Next(challenge []byte) ([]byte, error) {
	mac := hmac.New(md5.New, []byte(m.password))
	mac.Write(challenge)
	return []byte(m.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}

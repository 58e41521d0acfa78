package pop3

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"

	"restante.app/popclient"
)

// Login proves who the session is for, by the mechanism of Options.Auth or the
// strongest that the server offers. A refusal wraps popclient.ErrRefused, and
// popclient.ErrAuth unless the server says that something else is the matter
// (ErrInUse, ErrLoginDelay, ErrTemporary, ErrPermanent). ErrMechanism means that there
// is no mechanism to use; nothing secret was sent then.
//
// Whether a password may go over a line without protection is the Dialer's decision:
// it connects without TLS to other machines only with consent. MD5 mechanisms are used
// inside TLS alone.
func (c *Client) Login(ctx context.Context, user string, secret popclient.Secret) error {
	if c.opts.Secure != nil && !c.protected {
		return c.fail("AUTH", popclient.ErrNoTLS)
	}
	if _, err := c.Capabilities(ctx); err != nil {
		return err
	}
	defer c.conn.Bind(ctx)()
	auth, err := c.mechanism(secret)
	if err != nil {
		return err
	}
	if err := validLogin(user, secret); err != nil {
		return c.fail(string(auth), err)
	}
	c.conn.Conceal(secret.Password)
	c.conn.Conceal(secret.Token)
	if c.caps.UTF8 {
		if _, err := c.exchange("UTF8"); err != nil && !popclient.Refused(err) {
			return err
		}
	}
	switch auth {
	case popclient.AuthUserPass:
		err = c.userPass(user, secret.Password)
	case popclient.AuthAPOP:
		err = c.apop(user, secret.Password)
	default:
		err = c.sasl(c.saslClient(auth, user, secret))
	}
	if err != nil {
		return err
	}
	c.asked = !c.caps.Known // a server may offer more now (RFC 2449 section 5)
	return nil
}

func validLogin(user string, secret popclient.Secret) error {
	switch {
	case user == "":
		return fmt.Errorf("%w: the user name is empty", popclient.ErrArgument)
	case secret.Password == "" && secret.Token == "":
		return fmt.Errorf("%w: the password is empty", popclient.ErrArgument)
	case strings.ContainsAny(user+secret.Password+secret.Token, "\r\n\x00"):
		return popclient.ErrArgument
	}
	return nil
}

// strongest first, as far as a password goes.
var (
	passwordMechanisms = []popclient.Auth{
		popclient.AuthSCRAMPlus, popclient.AuthSCRAM, popclient.AuthPlain, popclient.AuthLogin, popclient.AuthUserPass,
		popclient.AuthCRAMMD5, popclient.AuthAPOP,
	}
	tokenMechanisms = []popclient.Auth{popclient.AuthOAuthBearer, popclient.AuthXOAuth2}
)

// mechanism chooses.
func (c *Client) mechanism(secret popclient.Secret) (popclient.Auth, error) {
	order := passwordMechanisms
	if secret.Token != "" {
		order = tokenMechanisms
	}
	if set := c.opts.Auth; set != popclient.AuthBest {
		if !slices.Contains(order, set) {
			return "", c.fail("AUTH", fmt.Errorf("%w: %s does not go with what is known for this account", popclient.ErrMechanism, set))
		}
		if !c.offered(set) {
			return "", c.fail("AUTH", fmt.Errorf("%w: not %s, which is set for this account", popclient.ErrMechanism, set))
		}
		return set, nil
	}
	for _, a := range order {
		if c.offered(a) {
			return a, nil
		}
	}
	return "", c.fail("AUTH", fmt.Errorf("%w (it offers %s)", popclient.ErrMechanism, c.offer()))
}

// offered tells whether a mechanism can be used here.
func (c *Client) offered(a popclient.Auth) bool {
	switch a {
	case popclient.AuthAPOP:
		return c.protected && c.stamp != ""
	case popclient.AuthUserPass:
		// A server without CAPA has nothing else; one with it says so (RFC 2449 section 6.3).
		return !c.caps.Known || c.caps.User || len(c.caps.SASL) == 0
	case popclient.AuthCRAMMD5:
		return c.protected && slices.Contains(c.caps.SASL, strings.ToUpper(string(a)))
	case popclient.AuthSCRAMPlus:
		return c.binding.IsSupported() && slices.Contains(c.caps.SASL, strings.ToUpper(string(a)))
	}
	return slices.Contains(c.caps.SASL, strings.ToUpper(string(a)))
}

func (c *Client) offer() string {
	all := slices.Clone(c.caps.SASL)
	if c.caps.User {
		all = append(all, "USER")
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// userPass is RFC 1939 USER and PASS.
func (c *Client) userPass(user, password string) error {
	if _, err := c.exchange("USER", user); err != nil {
		return asAuth(err)
	}
	if err := c.conn.SendSecret("PASS", password); err != nil {
		return c.fail("PASS", err)
	}
	_, err := c.ok("PASS")
	return asAuth(err)
}

// stampOf returns the timestamp that an APOP server puts into its greeting (RFC 1939
// section 7), "" if there is none.
func stampOf(greeting string) string {
	from := strings.LastIndexByte(greeting, '<')
	if from < 0 {
		return ""
	}
	length := strings.IndexByte(greeting[from:], '>')
	if length < 0 || !strings.Contains(greeting[from:from+length], "@") {
		return ""
	}
	return greeting[from : from+length+1]
}

// apop is RFC 1939 APOP.
func (c *Client) apop(user, password string) error {
	sum := md5.Sum([]byte(c.stamp + password))
	if err := c.conn.SendSecret("APOP", user, hex.EncodeToString(sum[:])); err != nil {
		return c.fail("APOP", err)
	}
	_, err := c.ok("APOP")
	return asAuth(err)
}

// asAuth makes a refusal one of the credentials, unless its code says otherwise.
func asAuth(err error) error {
	e, ok := errors.AsType[*popclient.Error](err)
	if !ok || !popclient.Refused(err) || errors.Is(err, popclient.ErrAuth) {
		return err
	}
	for _, other := range []error{popclient.ErrInUse, popclient.ErrLoginDelay, popclient.ErrTemporary, popclient.ErrPermanent} {
		if errors.Is(err, other) {
			return err
		}
	}
	e.Err = fmt.Errorf("%w (%w)", popclient.ErrAuth, e.Err)
	return err
}

// maxInitial is how long a line with an initial response may be (RFC 5034 section
// 4): a longer one waits for the server to ask.
const maxInitial = 255

// maxRounds bounds how often a server may ask.
const maxRounds = 10

// sasl is RFC 5034 AUTH.
func (c *Client) sasl(client sasl.Client) error {
	mech, initial, err := client.Start()
	if err != nil {
		return c.fail("AUTH", fmt.Errorf("%w: %w", popclient.ErrMechanism, err))
	}
	name := "AUTH " + mech
	waiting := initial
	if first := encoded(initial); initial != nil && len(name)+1+len(first)+2 <= maxInitial {
		err, waiting = c.conn.SendSecret("AUTH", mech, first), nil
	} else {
		err = c.conn.Send("AUTH", mech)
	}
	for range maxRounds {
		if err != nil {
			return c.fail(name, err)
		}
		challenge, done, fault := c.challenge(name)
		if fault != nil || done {
			return finished(client, name, done, fault)
		}
		answer := waiting
		if waiting = nil; answer == nil {
			if answer, err = client.Next(challenge); err != nil {
				return c.cancel(name, err)
			}
		}
		err = c.conn.SendHidden(encodedAnswer(answer))
	}
	return c.fail(name, fmt.Errorf("%w: it asks without end", popclient.ErrProtocol))
}

// encoded is an initial response: one without octets is an equals sign.
func encoded(p []byte) string {
	if len(p) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(p)
}

func encodedAnswer(p []byte) string { return base64.StdEncoding.EncodeToString(p) }

// challenge reads the server's next word: a challenge, or the end.
func (c *Client) challenge(name string) (challenge []byte, done bool, err error) {
	line, err := c.conn.ReadLine()
	if err != nil {
		return nil, false, c.fail(name, err)
	}
	if strings.HasPrefix(line, "+OK") {
		return nil, true, nil
	}
	text, asked := strings.CutPrefix(line, "+")
	if !asked {
		return nil, false, asAuth(c.refusal(name, line))
	}
	challenge, err = base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, false, c.fail(name, fmt.Errorf("%w: its challenge is not base64", popclient.ErrProtocol))
	}
	return challenge, false, nil
}

// verifier is a mechanism by which the server proves itself, too.
type verifier interface{ verified() bool }

// finished looks at the outcome. A server that says +OK before it proved itself is
// not believed.
func finished(client sasl.Client, name string, done bool, fault error) error {
	if v, ok := client.(verifier); ok && done && !v.verified() {
		return &popclient.Error{Command: name, Err: popclient.ErrServerProof}
	}
	return fault
}

// cancel ends an exchange that this side can't go on with (RFC 5034 section 4).
func (c *Client) cancel(name string, cause error) error {
	err := c.conn.Send("*")
	if err == nil {
		_, err = c.conn.ReadLine() // a refusal, whatever it says
	}
	if err != nil {
		return c.fail(name, errors.Join(cause, err))
	}
	if errors.Is(cause, sasl.ErrUnexpectedServerChallenge) {
		cause = fmt.Errorf("%w: %w", popclient.ErrProtocol, cause)
	}
	if _, ok := errors.AsType[*sasl.OAuthBearerError](cause); ok || errors.Is(cause, errSCRAMRefused) {
		cause = fmt.Errorf("%w (%w): %w", popclient.ErrAuth, popclient.ErrRefused, cause)
	}
	return c.fail(name, cause)
}

package pop3_test

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/pop3"
	"restante.app/popclient/poptest"
)

// TestTranscripts plays the server's side of every session in testdata.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 80 {
		t.Fatalf("found %d transcripts, error %v", len(files), err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			t.Parallel()
			play(t, poptest.Read(t, f))
		})
	}
}

var kinds = map[string]error{
	"refused": popclient.ErrRefused, "protocol": popclient.ErrProtocol, "short": popclient.ErrShort,
	"timeout": popclient.ErrTimeout, "lost": popclient.ErrLost, "dialect": popclient.ErrDialect,
	"auth": popclient.ErrAuth, "unconfirmed": popclient.ErrUnconfirmed, "in-use": popclient.ErrInUse,
	"login-delay": popclient.ErrLoginDelay, "temporary": popclient.ErrTemporary, "permanent": popclient.ErrPermanent,
	"mechanism": popclient.ErrMechanism, "server-proof": popclient.ErrServerProof, "no-tls": popclient.ErrNoTLS,
	"store": popclient.ErrStore, "unsupported": popclient.ErrUnsupported,
}

func play(t *testing.T, tr *poptest.Transcript) {
	addr, wait := tr.Play(t)
	store, to := poptest.OpenStore(t)
	trace := &popclient.Transcript{}
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := tr.Settings
	o := pop3.Options{Trace: trace, Auth: popclient.Auth(s["auth"]), Protected: s["protected"] != ""}
	o.Limits.Reply, o.Limits.Idle = duration(t, s["reply"]), duration(t, s["idle"])
	if s["secure"] != "" {
		o.Secure = func(context.Context, net.Conn) (net.Conn, error) {
			t.Error("a handshake was begun")
			return nil, popclient.ErrNoTLS
		}
	}
	c := pop3.New(nc, o)
	taker := &custodian{ForAccount: to, fails: s["store"] != ""}
	tally, err := converse(t.Context(), c, taker, s)
	if cerr := c.Close(); cerr != nil {
		t.Error(cerr)
	}
	wait()
	if want := kinds[s["error"]]; !errors.Is(err, want) || want == nil && err != nil {
		t.Errorf("error %v, want %v", err, want)
	}
	if err != nil && (!strings.Contains(err.Error(), s["says"]) || strings.Contains(err.Error(), "secret")) {
		t.Errorf("error %q, want %q in it and no password", err, s["says"])
	}
	if s["refused_not"] != "" && popclient.Refused(err) {
		t.Errorf("error %v: as a refusal it says that the session goes on", err)
	}
	if want := s["claims"]; want != "" && strconv.Itoa(taker.claims) != want {
		t.Errorf("%d claims, want %s", taker.claims, want)
	}
	for _, secret := range []string{"secret", "AGZyZWQAc2VjcmV0", "c2VjcmV0", "tokentoken"} {
		if strings.Contains(trace.String(), secret) {
			t.Errorf("the password is shown:\n%s", trace)
		}
	}
	checkTally(t, tally, s)
	if want, ok := s["stored"]; ok {
		checkStored(t, store, want)
	}
}

func duration(t *testing.T, s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func converse(ctx context.Context, c *pop3.Client, to custody.Custodian, s map[string]string) (popclient.Tally, error) {
	if _, err := c.Greet(ctx); err != nil {
		return popclient.Tally{}, err
	}
	if s["lang"] != "" {
		if err := c.Language(ctx, s["lang"]); err != nil {
			return popclient.Tally{}, err
		}
	}
	secret := popclient.Secret{Password: "secret"}
	if s["token"] != "" {
		secret = popclient.Secret{Token: s["token"]}
	}
	if err := c.Login(ctx, "fred", secret); err != nil {
		if popclient.Refused(err) && s["says"] == "[AUTH] no" {
			return popclient.Tally{}, errors.Join(err, c.Quit(ctx))
		}
		return popclient.Tally{}, err
	}
	tally, err := collect(ctx, c, to, s)
	if err != nil && !popclient.Refused(err) {
		return tally, err
	}
	return tally, errors.Join(err, c.Quit(ctx))
}

func collect(ctx context.Context, c *pop3.Client, to custody.Custodian, s map[string]string) (popclient.Tally, error) {
	removal := popclient.Leave
	if s["removal"] == "RDEL" {
		removal = popclient.Delete
	}
	choice, ok := map[string]popclient.Choice{"header": popclient.TakeHeader, "known": popclient.DeleteKnown}[s["choose"]]
	if !ok {
		return c.Collect(ctx, "inbox", to, removal)
	}
	offers, err := c.Offers(ctx, "inbox")
	if err != nil {
		return popclient.Tally{}, err
	}
	var chosen []popclient.Selection
	for _, o := range offers {
		chosen = append(chosen, popclient.Selection{Offer: o, Choice: choice})
	}
	return c.CollectChosen(ctx, "inbox", to, chosen)
}

// custodian is a store that may fail to commit, and counts what it is to vouch for.
type custodian struct {
	poptest.ForAccount
	fails  bool
	claims int
}

func (c *custodian) Vouch(ctx context.Context, run custody.Run, claims []custody.Claim) ([]bool, custody.Receipt, error) {
	c.claims += len(claims)
	return c.ForAccount.Vouch(ctx, run, claims)
}

func (c *custodian) Begin(ctx context.Context, run custody.Run) (custody.Intake, error) {
	in, err := c.ForAccount.Begin(ctx, run)
	if c.fails && err == nil {
		in = failing{in}
	}
	return in, err
}

type failing struct{ custody.Intake }

func (f failing) Commit(context.Context) (custody.Receipt, error) {
	return custody.Receipt{}, errors.Join(errors.New("the disk is full"), f.Close())
}

func checkTally(t *testing.T, got popclient.Tally, s map[string]string) {
	n := func(key string) int {
		if s[key] == "" {
			return 0
		}
		v, err := strconv.Atoi(s[key])
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	got.Octets = 0          // each transcript has its own
	if s["left"] == "any" { // of what is not committed some may be durable
		got.Collected, got.Left, s["left"] = 0, 0, ""
	}
	want := popclient.Tally{
		Collected: n("collected"), Known: n("known"), Removed: n("removed"), Refused: n("refused"), Left: n("left"), Headers: n("headers"),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
}

// checkStored compares the octets of the one message in the store.
func checkStored(t *testing.T, store *localstore.Store, quoted string) {
	want, err := strconv.Unquote(`"` + quoted + `"`)
	if err != nil {
		t.Fatal(err)
	}
	all := poptest.Entries(t, store)
	if len(all) != 1 {
		t.Fatalf("%d messages", len(all))
	}
	m, err := store.OpenMessage(all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(m.Reader())
	if err != nil || string(got) != want {
		t.Errorf("stored %q, %v; want %q", got, err, want)
	}
}

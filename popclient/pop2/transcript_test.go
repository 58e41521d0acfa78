package pop2_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/pop2"
	"restante.app/popclient/poptest"
)

// TestTranscripts plays the server's side of every session in testdata.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 40 {
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
	"long": popclient.ErrLong, "timeout": popclient.ErrTimeout, "lost": popclient.ErrLost,
	"dialect": popclient.ErrDialect, "auth": popclient.ErrAuth, "unconfirmed": popclient.ErrUnconfirmed,
}

func play(t *testing.T, tr *poptest.Transcript) {
	addr, wait := tr.Play(t)
	_, to := poptest.OpenStore(t)
	trace := &popclient.Transcript{}
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	o := pop2.Options{Trace: trace}
	o.Limits.Reply, o.Limits.Idle = duration(t, tr.Settings["reply"]), duration(t, tr.Settings["idle"])
	c := pop2.New(nc, o)
	s := tr.Settings
	tally, err := session(t.Context(), c, to, s)
	if cerr := c.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
		t.Error(cerr)
	}
	wait()
	if want := kinds[s["error"]]; !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if err != nil && (!strings.Contains(err.Error(), s["says"]) || strings.Contains(err.Error(), "secret")) {
		t.Errorf("error %q, want %q in it and no password", err, s["says"])
	}
	if strings.Contains(trace.String(), "secret") {
		t.Errorf("the password is shown:\n%s", trace)
	}
	checkTally(t, tally, s)
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

func session(ctx context.Context, c *pop2.Client, to custody.Custodian, s map[string]string) (sum popclient.Tally, err error) {
	if _, err := c.Greet(ctx); err != nil {
		return sum, err
	}
	or := func(key, otherwise string) string {
		if s[key] == "" {
			return otherwise
		}
		return s[key]
	}
	if err := c.Login(ctx, or("user", "fred"), or("password", "secret")); err != nil {
		return sum, err
	}
	removal := popclient.Leave
	if s["removal"] == "RDEL" {
		removal = popclient.Delete
	}
	for _, m := range strings.Fields(or("mailboxes", or("user", "fred"))) {
		t, cerr := c.Collect(ctx, m, to, removal)
		sum = sum.Add(t)
		if cerr != nil && !popclient.Refused(cerr) {
			return sum, cerr
		}
		err = errors.Join(err, cerr)
	}
	return sum, errors.Join(err, c.Quit(ctx))
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
	got.Octets = 0 // each transcript has its own
	want := popclient.Tally{
		Collected: n("collected"), Known: n("known"), Removed: n("removed"), Refused: n("refused"), Left: n("left"),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
}

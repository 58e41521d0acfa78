package pop1_test

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

	"restante.app/localstore"
	"restante.app/localstore/custody"
	"restante.app/popclient"
	"restante.app/popclient/pop1"
	"restante.app/popclient/poptest"
)

// TestTranscripts plays the server's side of every session in testdata. The name
// of a file says which gap of RFC 918 it is about.
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
	store, to := poptest.OpenStore(t)
	trace := &popclient.Transcript{}
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := pop1.New(nc, options(t, tr.Settings, trace))
	tally, err := session(t.Context(), c, to, tr.Settings)
	if cerr := c.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
		t.Error(cerr)
	}
	wait()
	if want := kinds[tr.Settings["error"]]; !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if err != nil && strings.Contains(err.Error(), "secret") || strings.Contains(trace.String(), "secret") {
		t.Errorf("the password is shown: %v\n%s", err, trace)
	}
	checkTally(t, tally, tr.Settings)
	checkFormat(t, store, tr.Settings["format"])
}

func options(t *testing.T, s map[string]string, trace *popclient.Transcript) pop1.Options {
	o := pop1.Options{Format: s["set_format"], SpoolDir: t.TempDir(), Trace: trace}
	o.DataReply = map[string]pop1.DataReply{"ok": pop1.ReplyFirst, "none": pop1.NoReply}[s["data_reply"]]
	o.Limits.Reply, o.Limits.Idle = duration(t, s["reply"]), duration(t, s["idle"])
	return o
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

func session(ctx context.Context, c *pop1.Client, to custody.Custodian, s map[string]string) (sum popclient.Tally, err error) {
	if _, err := c.Greet(ctx); err != nil {
		return sum, err
	}
	if err := c.Login(ctx, "fred", "secret"); err != nil {
		return sum, err
	}
	removal := popclient.Leave
	if s["removal"] == "RDEL" {
		removal = popclient.Delete
	}
	boxes := strings.Fields(s["mailboxes"])
	if len(boxes) == 0 {
		boxes = []string{"inbox"}
	}
	for _, m := range boxes {
		t, cerr := c.Collect(ctx, m, to, removal)
		sum = sum.Add(t)
		if cerr != nil && !popclient.Refused(cerr) {
			return sum, cerr
		}
		err = errors.Join(err, cerr)
	}
	if s["error"] == "refused" && err != nil && !strings.Contains(err.Error(), "RDEL inbox: ") && !strings.Contains(err.Error(), "RCVD") {
		return sum, err
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
	got.Octets = 0 // each transcript has its own, and the size check is the run's
	if s["left"] == "any" {
		// Of a run that breaks off in its second message the first may be durable.
		if got.Collected > 1 {
			t.Errorf("%d collected", got.Collected)
		}
		got.Collected, got.Left, s["left"] = 0, 0, ""
	}
	want := popclient.Tally{
		Collected: n("collected"), Known: n("known"), Removed: n("removed"), Refused: n("refused"), Left: n("left"),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
}

func checkFormat(t *testing.T, store *localstore.Store, want string) {
	if want == "" {
		return
	}
	for _, e := range poptest.Entries(t, store) {
		if e.Format != want {
			t.Errorf("format %q, want %q", e.Format, want)
		}
	}
}

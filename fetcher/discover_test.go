package fetcher

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore"
	"restante.app/popclient"
)

// town has servers by host name, and remembers who was sent a password.
type town struct {
	mu     sync.Mutex
	hosts  map[string]*house
	logins []string // "user@host secret"
}

type house struct {
	dial   error
	user   string // the one that may log in
	secret string
}

func (w *town) dial(_ context.Context, c connection) (session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.hosts[c.account.Host]
	if h == nil {
		return nil, &net.DNSError{Name: c.account.Host, IsNotFound: true}
	}
	if h.dial != nil && c.account.PinnedKey == "" {
		return nil, h.dial
	}
	return &townSession{fakeSession{server: &fakeServer{}}, w, h, c.account.Host}, nil
}

type townSession struct {
	fakeSession
	town *town
	home *house
	host string
}

func (s *townSession) Login(_ context.Context, user string, secret credential) error {
	s.town.mu.Lock()
	defer s.town.mu.Unlock()
	s.town.logins = append(s.town.logins, user+" at "+s.host+": "+secret.text)
	if user != s.home.user || secret.text != s.home.secret {
		return &popclient.Error{Command: "PASS", Line: "-ERR no", Err: errors.Join(popclient.ErrAuth, popclient.ErrRefused)}
	}
	return nil
}

func way(host string, security localstore.Security) lead {
	return lead{
		account: localstore.Account{Protocol: protocolPOP3, Host: host, Port: 995, Security: security},
		users:   []string{"fred@example.org", "fred"}, source: "a guess",
	}
}

func TestDiscover(t *testing.T) {
	untrusted := &popclient.CertificateError{Host: "pop.example.org", Fingerprint: "abcd", Err: errors.New("self-signed")}
	proved := way("pop.provider.example", localstore.TLS)
	proved.proved, proved.hint = true, "wants an app password"
	browser := proved
	browser.account.OAuth = localstore.OAuth{AuthURL: "https://provider.example/auth", TokenURL: "https://provider.example/token"}
	good := &house{user: "fred@example.org", secret: "sesame"}
	byName := &house{user: "fred", secret: "sesame"}
	for _, c := range []struct {
		why    string
		hosts  map[string]*house
		leads  []lead
		want   Safety
		host   string
		user   string
		ok     bool
		logins []string
	}{
		{
			"the first that answers", map[string]*house{"mail.example.org": good, "pop3.example.org": good},
			[]lead{way("pop.example.org", localstore.TLS), way("mail.example.org", localstore.TLS), way("pop3.example.org", localstore.TLS)},
			SafetyVerified, "mail.example.org", "fred@example.org", true, []string{"fred@example.org at mail.example.org: sesame"},
		},
		{
			"the name before the at sign", map[string]*house{"pop.example.org": byName}, []lead{way("pop.example.org", localstore.STARTTLS)},
			SafetyVerified, "pop.example.org", "fred", true, []string{"fred@example.org at pop.example.org: sesame", "fred at pop.example.org: sesame"},
		},
		{
			"a wrong password", map[string]*house{"pop.example.org": {user: "fred", secret: "other"}}, []lead{way("pop.example.org", localstore.TLS)},
			SafetyVerified, "pop.example.org", "fred@example.org", false, []string{"fred@example.org at pop.example.org: sesame", "fred at pop.example.org: sesame"},
		},
		{
			"a host elsewhere that nobody vouches for", map[string]*house{"pop.evil.example": good}, []lead{way("pop.evil.example", localstore.TLS)},
			SafetyUnproved, "pop.evil.example", "fred@example.org", true, nil,
		},
		{
			"a host whose name only ends alike", map[string]*house{"evilexample.org": good}, []lead{way("evilexample.org", localstore.TLS)},
			SafetyUnproved, "evilexample.org", "fred@example.org", true, nil,
		},
		{
			"a host elsewhere out of the table", map[string]*house{"pop.provider.example": good}, []lead{proved},
			SafetyVerified, "pop.provider.example", "fred@example.org", true, []string{"fred@example.org at pop.provider.example: sesame"},
		},
		{
			"a provider that takes no passwords", map[string]*house{"pop.provider.example": good}, []lead{browser},
			SafetyVerified, "pop.provider.example", "fred@example.org", true, nil,
		},
		{
			"an open line", map[string]*house{"pop.example.org": good}, []lead{way("pop.example.org", localstore.Plain)},
			SafetyOpen, "pop.example.org", "fred@example.org", true, nil,
		},
		{
			"a key that is not trusted", map[string]*house{"pop.example.org": {dial: untrusted, user: "fred", secret: "sesame"}}, []lead{way("pop.example.org", localstore.TLS)},
			SafetyUnknownKey, "pop.example.org", "fred@example.org", false, nil,
		},
		{
			"the safest of all", map[string]*house{"open.example.org": good, "pop.example.org": {dial: untrusted}, "pop.evil.example": good, "last.example.org": good},
			[]lead{way("open.example.org", localstore.Plain), way("pop.example.org", localstore.TLS), way("pop.evil.example", localstore.TLS), way("last.example.org", localstore.TLS)},
			SafetyVerified, "last.example.org", "fred@example.org", true, []string{"fred@example.org at last.example.org: sesame"},
		},
		{
			"nothing", nil, []lead{way("pop.example.org", localstore.TLS)}, SafetyNothing, "", "", false, nil,
		},
	} {
		t.Run(c.why, func(t *testing.T) {
			w := &town{hosts: c.hosts}
			core := openCore(t)
			core.dial = w.dial
			core.leads = func(context.Context, string, func(Attempt)) ([]lead, error) { return c.leads, nil }
			var told []Attempt
			d := core.Discover(t.Context(), "Fred <fred@example.org>", "sesame", func(a Attempt) { told = append(told, a) })
			if d.Safety != c.want || d.Account.Host != c.host || d.Account.User != c.user || d.Report.OK() != c.ok {
				t.Errorf("%+v", d)
			}
			if (d.Report.Advice == Advice{}) != c.ok || d.SignIn != (d.Account.OAuth.AuthURL != "") {
				t.Errorf("%+v", d)
			}
			if diff := cmp.Diff(c.logins, w.logins); diff != "" {
				t.Errorf("passwords went to: %s", diff)
			}
			if len(told) == 0 {
				t.Error("nothing was told")
			}
			if c.want != SafetyNothing && d.Account.Address != "fred@example.org" {
				t.Errorf("%+v", d.Account)
			}
		})
	}
}

// TestDiscoverAfterConsent tests what was found as it is.
func TestDiscoverAfterConsent(t *testing.T) {
	untrusted := &popclient.CertificateError{Host: "pop.example.org", Fingerprint: "abcd", Err: errors.New("self-signed")}
	w := &town{hosts: map[string]*house{"pop.example.org": {dial: untrusted, user: "fred@example.org", secret: "sesame"}}}
	core := openCore(t)
	core.dial = w.dial
	core.leads = func(context.Context, string, func(Attempt)) ([]lead, error) {
		return []lead{way("pop.example.org", localstore.TLS)}, nil
	}
	d := core.Discover(t.Context(), "fred@example.org", "sesame", nil)
	if d.Account.PinnedKey != "abcd" || d.Report.Fingerprint != "abcd" || len(w.logins) != 0 || !d.Safety.NeedsConsent() {
		t.Fatalf("%+v, %v", d, w.logins)
	}
	if r := core.Test(t.Context(), d.Account, "sesame"); !r.OK() || len(w.logins) != 1 {
		t.Errorf("%+v, %v", r, w.logins)
	}
}

func TestDiscoverRefusesWhatIsNoAddress(t *testing.T) {
	core := openCore(t)
	core.leads = func(context.Context, string, func(Attempt)) ([]lead, error) {
		t.Error("it looked")
		return nil, nil
	}
	for _, bad := range []string{"", "fred", "fred@", "@example.org", "fred@example.org\r\nUSER x", "a@b, c@d"} {
		if d := core.Discover(t.Context(), bad, "x", nil); d.Safety != SafetyNothing || d.Report.Advice.What != "This is not a mail address." {
			t.Errorf("%q: %+v", bad, d)
		}
	}
}

func TestDiscoverEndsWithItsContext(t *testing.T) {
	core := openCore(t)
	core.dial = func(ctx context.Context, _ connection) (session, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	core.leads = func(context.Context, string, func(Attempt)) ([]lead, error) {
		cancel()
		return []lead{way("pop.example.org", localstore.TLS), way("mail.example.org", localstore.TLS)}, nil
	}
	if d := core.Discover(ctx, "fred@example.org", "x", nil); !errors.Is(d.Report.Steps[0].Err, context.Canceled) {
		t.Errorf("%+v", d)
	}
}

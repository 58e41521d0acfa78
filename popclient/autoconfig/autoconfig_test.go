package autoconfig

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zone is a resolver of what is in it.
type zone struct {
	srv    map[string][]*net.SRV // by "_service._tcp.domain"
	mx     map[string][]*net.MX
	broken error
	exists bool
}

func (z zone) missing(name string) error {
	if z.broken != nil {
		return z.broken
	}
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: !z.exists}
}

func (z zone) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	full := "_" + service + "._" + proto + "." + name
	if all := z.srv[full]; all != nil {
		return full, all, nil
	}
	return "", nil, z.missing(full)
}

func (z zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if all := z.mx[name]; all != nil {
		return all, nil
	}
	return nil, z.missing(name)
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"fred@example.org":        {"fred@example.org", "fred", "example.org", 0},
		"Fred <fred@example.org>": {"fred@example.org", "fred", "example.org", 0},
		" Fred@Example.ORG. ":     {"Fred@example.org", "Fred", "example.org", 0},
		"fred@bücher.example":     {"fred@xn--bcher-kva.example", "fred", "xn--bcher-kva.example", 0},
		"fred@localhost:1110":     {"fred@localhost", "fred", "localhost", 1110},
		"fred@[127.0.0.1]":        {"fred@[127.0.0.1]", "fred", "127.0.0.1", 0},
		"fred@[::1]:110":          {"fred@[::1]", "fred", "::1", 110},
		"fred@192.168.1.2:1110":   {"fred@[192.168.1.2]", "fred", "192.168.1.2", 1110},
		`"a@b"@example.org`:       {`"a@b"@example.org`, `"a@b"`, "example.org", 0},
	} {
		if got, err := ParseAddress(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, bad := range []string{
		"", "fred", "@example.org", "fred@", "fred@exa mple.org", "fred@example.org\r\nQUIT",
		"fred@host:", "fred@host:0", "fred@host:70000", "fred@[127.0.0.1", "fred@[127.0.0.1]x", "fred@" + strings.Repeat("a", 300),
		"fred@-.-", "fred@a..b",
	} {
		if got, err := ParseAddress(bad); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func TestTableIsSound(t *testing.T) {
	seen := map[string]string{}
	if len(table()) < 60 {
		t.Errorf("%d providers", len(table()))
	}
	for _, p := range table() {
		for _, name := range append(append([]string{}, p.Domains...), p.MX...) {
			if got, err := domain(name); err != nil || got != name {
				t.Errorf("%s: %q is no domain", p.Name, name)
			}
		}
		for _, d := range p.Domains {
			if other := seen[d]; other != "" {
				t.Errorf("%s is with %s and %s", d, other, p.Name)
			}
			seen[d] = p.Name
		}
		if p.None != "" {
			continue
		}
		for _, host := range []string{p.POP3, p.SMTP} {
			if got, err := domain(host); err != nil || got != host || !strings.Contains(host, ".") {
				t.Errorf("%s: %q is no host", p.Name, host)
			}
		}
		for _, address := range []string{p.URL, p.AuthURL, p.TokenURL} {
			if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
				t.Errorf("%s: %q", p.Name, address)
			}
		}
		if len(p.Domains)+len(p.MX) == 0 {
			t.Errorf("%s can't be found", p.Name)
		}
	}
}

func find(t *testing.T, address string, z zone) Result {
	t.Helper()
	r, err := Find(t.Context(), address, z, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKnownProvider(t *testing.T) {
	r := find(t, "fred@gmail.com", zone{broken: errors.New("must not be asked")})
	if len(r.Ways) != 1 || r.Ways[0].Host != "pop.gmail.com" || !r.Ways[0].Proved || r.Ways[0].Hint == "" || r.Ways[0].Users[0] != "fred@gmail.com" {
		t.Errorf("%+v", r.Ways)
	}
	if r := find(t, "fred@free.fr", zone{}); r.Ways[0].Users[0] != "fred" {
		t.Errorf("%+v", r.Ways)
	}
	var none *NoPOPError
	if _, err := Find(t.Context(), "fred@proton.me", zone{}, nil); !errors.As(err, &none) || none.Provider != "Proton Mail" {
		t.Errorf("%v", err)
	}
}

// TestRecords: SRV before MX before guesses; "." is not offered; targets elsewhere are not proved.
func TestRecords(t *testing.T) {
	z := zone{exists: true,
		srv: map[string][]*net.SRV{
			"_pop3s._tcp.example.org":      {{Target: "mx1.example.org.", Port: 995}, {Target: "evil.example.", Port: 1995}},
			"_pop3._tcp.example.org":       {{Target: ".", Port: 0}},
			"_submission._tcp.example.org": {{Target: "post.example.org.", Port: 587}},
		},
		mx: map[string][]*net.MX{"example.org": {{Host: "in1-smtp.messagingengine.com."}}},
	}
	r := find(t, "fred@example.org", z)
	type short struct {
		host   string
		port   int
		proved bool
	}
	var got []short
	for _, w := range r.Ways[:4] {
		got = append(got, short{w.Host, w.Port, w.Proved})
	}
	want := []short{{"mx1.example.org", 995, false}, {"evil.example", 1995, false}, {"pop.fastmail.com", 995, false}, {"pop.example.org", 995, false}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(short{})); d != "" {
		t.Error(d)
	}
	if r.Submission[0] != (Submission{"post.example.org", 587, StartTLS, "the domain's SRV records"}) {
		t.Errorf("%+v", r.Submission)
	}
}

// TestGuesses: what is open comes last, whatever else there is.
func TestGuesses(t *testing.T) {
	r := find(t, "fred@example.org", zone{exists: true})
	last := TLS
	for _, w := range r.Ways {
		if w.Security < last {
			t.Errorf("%+v comes behind an opener way", w)
		}
		last = w.Security
		if !strings.HasSuffix(w.Host, "example.org") {
			t.Errorf("%+v", w)
		}
	}
	if last != Open || len(r.Ways) != 20 {
		t.Errorf("%d ways", len(r.Ways))
	}
}

func TestNoDomain(t *testing.T) {
	if _, err := Find(t.Context(), "fred@nowhere.example", zone{}, nil); !errors.Is(err, ErrNoDomain) {
		t.Errorf("%v", err)
	}
	// A resolver that does not answer says nothing of the domain.
	r := find(t, "fred@example.org", zone{broken: &net.DNSError{Err: "timeout", IsTimeout: true}})
	if len(r.Ways) == 0 {
		t.Error("no guesses without a resolver")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Find(ctx, "fred@example.org", zone{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestOwnMachine(t *testing.T) {
	for _, address := range []string{"fred@localhost:1110", "fred@[127.0.0.1]", "fred@vax", "fred@lab.lan"} {
		r := find(t, address, zone{broken: errors.New("must not be asked")})
		protocols := map[string]bool{}
		for _, w := range r.Ways {
			protocols[w.Protocol] = true
			if w.Users[0] != "fred" || r.Address.Port != 0 && w.Port != r.Address.Port {
				t.Errorf("%s: %+v", address, w)
			}
		}
		if len(protocols) != 3 {
			t.Errorf("%s: %v", address, protocols)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"fred@example.org", "a@b:1", "x@[::1]:9", "ü@ü.ü", "@", "a@[b]c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		if a.Local == "" || a.Domain == "" || a.Port < 0 || a.Port > 65535 || strings.ContainsAny(a.Full, "\r\n\x00 ") {
			t.Errorf("%q: %+v", text, a)
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add(providersJSON)
	f.Add([]byte(`[{"name":"x","domains":["a"]}]`))
	f.Fuzz(func(_ *testing.T, octets []byte) {
		all, err := parseTable(octets)
		for i := range all {
			if err == nil {
				_ = all[i].hint()
			}
		}
	})
}

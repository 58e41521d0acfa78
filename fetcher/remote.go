package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Bounds of what is fetched from the web.
const (
	maxRemoteImage  = 16 << 20         // octets of one image
	remotePatience  = 20 * time.Second // for one image, redirects included
	remoteRedirects = 5
	remoteAtOnce    = 4
)

// Why an image was not fetched.
var (
	ErrNotRemote  = errors.New("this is not the address of an image on the web")
	ErrNotAllowed = errors.New("this address is within this machine or its own network, where a message has no business")
	ErrNoImage    = errors.New("what came is no image")
)

// remote fetches images that messages name on the web. It is the one function in the
// program that a message can make talk to a host of the sender's choice, so it tells
// that host as little as can be and reaches nothing but the public network.
type remote struct {
	client  *http.Client
	turns   chan struct{}
	allowed func(netip.Addr) bool
}

func newRemote() *remote {
	r := &remote{turns: make(chan struct{}, remoteAtOnce), allowed: public}
	dialer := net.Dialer{Timeout: remotePatience, Control: r.control}
	straight := &net.Dialer{Timeout: remotePatience}
	r.client = &http.Client{
		Timeout:       remotePatience,
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if addr == ctx.Value(proxyKey{}) { // the owner's own proxy may be near
					return straight.DialContext(ctx, network, addr)
				}
				return dialer.DialContext(ctx, network, addr)
			},
			MaxResponseHeaderBytes: 64 << 10,
			MaxConnsPerHost:        remoteAtOnce,
			TLSHandshakeTimeout:    remotePatience,
			IdleConnTimeout:        remotePatience,
		},
	}
	return r
}

// proxyKey is the context's key of the address of the proxy in use.
type proxyKey struct{}

// control refuses addresses that are not public, after the name was looked up: what
// is checked is what is connected to.
func (r *remote) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrNotAllowed, address)
	}
	if !r.allowed(at.Addr().Unmap()) {
		return fmt.Errorf("%w: %s", ErrNotAllowed, at.Addr())
	}
	return nil
}

// shared are the networks besides the private ones that are no one's public address:
// of carriers (RFC 6598), for tests (RFC 2544), for what is to come (RFC 1112), for
// translating to IPv4 (RFC 6052, RFC 8215, RFC 3056, RFC 4380).
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// public tells whether an address is one of the public network.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "" {
		return false
	}
	for _, p := range shared {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

func checkRedirect(to *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > remoteRedirects:
		return fmt.Errorf("%w: it leads from one address to another without end", ErrNoImage)
	case last.URL.Scheme == "https" && to.URL.Scheme != "https":
		return fmt.Errorf("%w: it leads from https to %s", ErrNoImage, to.URL.Scheme)
	}
	to.Header.Del("Referer") // it would name the address before
	return remoteURL(to.URL)
}

// remoteURL tells what is wrong with an address.
func remoteURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("%w: %.80q", ErrNotRemote, u.Redacted())
	}
	return nil
}

// RemoteImage fetches an image that a message names on the web. Nobody but a person
// may ask for that, for the message or for its sender. The other side learns this
// machine's address and that the image was asked for; no cookie, no referrer and no
// name of this program goes there. Only public addresses are connected to, unless the
// owner's own proxy is in between. Errors: ErrNotRemote, ErrNotAllowed, ErrNoImage and
// those of net/http.
func (c *Core) RemoteImage(ctx context.Context, src string) ([]byte, error) {
	return c.remote.image(ctx, src)
}

func (r *remote) image(ctx context.Context, src string) ([]byte, error) {
	u, err := url.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%w: %.80q", ErrNotRemote, src)
	}
	if err := remoteURL(u); err != nil {
		return nil, err
	}
	u.Fragment = ""
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %.80q", ErrNotRemote, src)
	}
	req.Header.Set("User-Agent", "") // net/http would put its own
	req.Header.Set("Accept", "image/png, image/jpeg, image/gif, image/webp, image/*;q=0.5")
	if proxy, err := http.ProxyFromEnvironment(req); err == nil && proxy != nil {
		req = req.WithContext(context.WithValue(ctx, proxyKey{}, hostPort(proxy)))
	}
	answer, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	octets, err := imageOf(answer)
	return octets, errors.Join(err, answer.Body.Close())
}

// hostPort is the address that net/http dials for a proxy.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func imageOf(answer *http.Response) ([]byte, error) {
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: the server says %s", ErrNoImage, answer.Status)
	}
	kind, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "image/") && kind != "application/octet-stream" {
		return nil, fmt.Errorf("%w: the server calls it %.60q", ErrNoImage, answer.Header.Get("Content-Type"))
	}
	octets, err := io.ReadAll(io.LimitReader(answer.Body, maxRemoteImage+1))
	if err != nil {
		return nil, err
	}
	if len(octets) > maxRemoteImage {
		return nil, fmt.Errorf("%w: it has more than %d octets", ErrNoImage, maxRemoteImage)
	}
	return octets, nil
}

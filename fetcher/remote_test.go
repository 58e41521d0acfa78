package fetcher

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

var pixel = []byte("\x89PNG\r\n\x1a\nnot looked at here")

// web is a server of images, and what it was asked.
func web(t *testing.T) (base string, asked *[]*http.Request) {
	t.Helper()
	asked = new([]*http.Request)
	mux := http.NewServeMux()
	answer := func(path, kind string, octets []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			*asked = append(*asked, r)
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Set-Cookie", "seen=1")
			_, _ = w.Write(octets) // a client that hangs up is what some of the tests are about
		})
	}
	answer("/a.png", "image/png", pixel)
	answer("/page", "text/html", []byte("<html>"))
	answer("/huge", "image/png", make([]byte, maxRemoteImage+1))
	for path, to := range map[string]string{"/moved": "/a.png", "/circle": "/circle", "/file": "file:///etc/passwd", "/named": "http://user:secret@127.0.0.1/a.png"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			*asked = append(*asked, r)
			http.Redirect(w, r, to, http.StatusFound)
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, asked
}

func TestRemoteImage(t *testing.T) {
	base, asked := web(t)
	r := newRemote()
	r.allowed = func(netip.Addr) bool { return true } // the server here is within this machine
	for path, want := range map[string]error{
		"/a.png": nil, "/moved": nil, "/a.png#part": nil,
		"/page": ErrNoImage, "/huge": ErrNoImage, "/gone": ErrNoImage, "/circle": ErrNoImage,
		"/file": ErrNotRemote, "/named": ErrNotRemote,
	} {
		octets, err := r.image(t.Context(), base+path)
		if !errors.Is(err, want) || (want == nil) != (string(octets) == string(pixel)) {
			t.Errorf("%s: %d octets, %v", path, len(octets), err)
		}
	}
	for _, q := range *asked {
		for _, name := range []string{"User-Agent", "Referer", "Cookie", "Accept-Language", "From"} {
			if v := q.Header.Get(name); v != "" {
				t.Errorf("%s: %s is told: %q", q.URL, name, v)
			}
		}
	}
}

// TestRemoteStaysOutside asks for what is within this machine and its network.
func TestRemoteStaysOutside(t *testing.T) {
	base, asked := web(t)
	r := newRemote()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range []string{base + "/a.png", "http://localhost:" + u.Port() + "/a.png", "http://[::ffff:127.0.0.1]:" + u.Port() + "/a.png", "http://[::1]/a.png"} {
		if _, err := r.image(t.Context(), src); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("%s: %v", src, err)
		}
	}
	if len(*asked) != 0 {
		t.Errorf("%d requests came within this machine", len(*asked))
	}
	for _, src := range []string{
		"", "file:///etc/passwd", "cid:a@b", "data:image/png;base64,AA", "javascript:1", "//host/a.png", "http:///a", "ftp://a.example/a",
		"http://user@a.example/a.png", "http://a\r\nb/", "gopher://a", strings.Repeat("x", 1<<16),
	} {
		if _, err := r.image(t.Context(), src); !errors.Is(err, ErrNotRemote) {
			t.Errorf("%.40q: %v", src, err)
		}
	}
}

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false, "192.0.0.8": false,
		"::1": false, "fe80::1": false, "fc00::1": false, "ff02::1": false, "::": false, "64:ff9b::a00:1": false, "2002:a00:1::": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func TestRemoteEndsWithItsContext(t *testing.T) {
	r := newRemote()
	for range remoteAtOnce {
		r.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.image(ctx, "https://a.example/a.png"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

package look

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// host is where a message lives while it is in the browser. The name does not exist;
// every request is answered here or fails.
const host = "http://message.invalid/"

// tallest is how much of a page is photographed, in px: beyond it there is only more of
// the same, and browsers have limits of their own.
const tallest = 6000

// Browser is a headless Chromium without scripts and without a network. One page at a
// time.
type Browser struct {
	cmd    *exec.Cmd
	dir    string
	pipes  []*os.File
	tools  *devtools
	loaded chan struct{}

	mu   sync.Mutex
	html string
	load func(src string) []byte
	// refused are the requests that were not for the message or its parts.
	refused []string
}

// Start starts the Chromium that is called program, with the given width of the view in
// CSS px. It is to be closed.
func Start(ctx context.Context, program string, width int) (*Browser, error) {
	dir, err := os.MkdirTemp("", "look")
	if err != nil {
		return nil, err
	}
	b := &Browser{dir: dir, loaded: make(chan struct{}, 1)}
	if err := b.launch(ctx, program); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if err := b.prepare(ctx, width); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

var flags = []string{
	"--headless", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
	"--disable-default-apps", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND",
	"--blink-settings=scriptEnabled=false", "--force-color-profile=srgb",
	// Widths as the font says, not as a screen of old would round them: ours are so too.
	"--font-render-hinting=none", "--enable-font-subpixel-positioning",
}

func (b *Browser) launch(ctx context.Context, program string) error {
	conf, err := writeFonts(b.dir)
	if err != nil {
		return err
	}
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return err
	}
	b.pipes = []*os.File{ourIn, ourOut}
	args := append([]string{"--user-data-dir=" + filepath.Join(b.dir, "profile")}, flags...)
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses root otherwise
	}
	b.cmd = exec.CommandContext(ctx, program, args...)
	b.cmd.Env = append(os.Environ(), "FONTCONFIG_FILE="+conf)
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	err = b.cmd.Start()
	if e := errors.Join(theirIn.Close(), theirOut.Close()); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("look: could not start %s: %w", program, err)
	}
	b.tools = newDevtools(ourIn, ourOut, b.event)
	return nil
}

func (b *Browser) prepare(ctx context.Context, width int) error {
	var target struct {
		TargetID string `json:"targetId"`
	}
	if err := b.tools.call(ctx, "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var session struct {
		SessionID string `json:"sessionId"`
	}
	if err := b.tools.call(ctx, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return err
	}
	b.tools.session = session.SessionID
	for _, c := range []struct {
		method string
		params any
	}{
		{"Page.enable", struct{}{}},
		{"DOMSnapshot.enable", struct{}{}},
		{"Emulation.setScriptExecutionDisabled", map[string]any{"value": true}},
		{"Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 100, "deviceScaleFactor": 1, "mobile": false}},
		{"Fetch.enable", map[string]any{"patterns": []any{map[string]any{"urlPattern": "*"}}}},
	} {
		if err := b.tools.call(ctx, c.method, c.params, nil); err != nil {
			return err
		}
	}
	return nil
}

// event answers requests of the page: the message itself and its parts, nothing else.
func (b *Browser) event(method string, params json.RawMessage) {
	switch method {
	case "Page.loadEventFired":
		select {
		case b.loaded <- struct{}{}:
		default:
		}
	case "Fetch.requestPaused":
		var p struct {
			RequestID string `json:"requestId"`
			Request   struct {
				URL string `json:"url"`
			} `json:"request"`
		}
		if json.Unmarshal(params, &p) != nil {
			return
		}
		kind, body := b.answer(p.Request.URL)
		if kind == "" {
			_, _ = b.tools.send("Fetch.failRequest", map[string]any{"requestId": p.RequestID, "errorReason": "AccessDenied"})
			return
		}
		_, _ = b.tools.send("Fetch.fulfillRequest", map[string]any{
			"requestId": p.RequestID, "responseCode": 200,
			"responseHeaders": []any{map[string]any{"name": "Content-Type", "value": kind}},
			"body":            base64.StdEncoding.EncodeToString(body),
		})
	}
}

func (b *Browser) answer(url string) (kind string, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch name, ours := strings.CutPrefix(url, host); {
	case ours && name == "":
		return "text/html; charset=utf-8", []byte(b.html)
	case ours && strings.HasPrefix(name, "cid/"):
		if octets := b.load("cid:" + name[len("cid/"):]); octets != nil {
			return "image/png", octets
		}
	}
	b.refused = append(b.refused, url)
	return "", nil
}

// Show loads a message, whose images come from load, and returns what the browser makes of
// it.
func (b *Browser) Show(ctx context.Context, html string, load func(src string) []byte) (*Page, error) {
	b.mu.Lock()
	b.html, b.load, b.refused = forBrowser(html), load, nil
	b.mu.Unlock()
	select {
	case <-b.loaded:
	default:
	}
	if err := b.tools.call(ctx, "Page.navigate", map[string]any{"url": host}, nil); err != nil {
		return nil, err
	}
	select {
	case <-b.loaded:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	page, err := b.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	page.Image, err = b.photograph(ctx, page)
	return page, err
}

// photograph takes a picture of the whole page.
func (b *Browser) photograph(ctx context.Context, p *Page) (*image.RGBA, error) {
	var shot struct {
		Data []byte `json:"data"`
	}
	err := b.tools.call(ctx, "Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": max(p.Width, 1), "height": max(1, min(p.Height, tallest)), "scale": 1},
	}, &shot)
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(picture.Bounds())
	draw.Draw(out, out.Rect, picture, out.Rect.Min, draw.Src)
	return out, nil
}

// Close ends the browser and removes its folder.
func (b *Browser) Close() error {
	for _, p := range b.pipes {
		_ = p.Close() // Chromium ends when its pipe does
	}
	if b.cmd != nil && b.cmd.Process != nil {
		late := time.AfterFunc(10*time.Second, func() { _ = b.cmd.Process.Kill() })
		_ = b.cmd.Wait() // how it ended matters to nobody
		late.Stop()
	}
	return os.RemoveAll(b.dir)
}

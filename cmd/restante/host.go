package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"restante.app/cmd/internal/version"
	"restante.app/cmd/restante/internal/desktop"
	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui"
	"restante.app/ui/theme"
)

// newApp makes the toolkit's side of the program, by the name that the tray and
// notifications show.
func newApp() fyne.App {
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version.String(), Icon: theme.AppIcon()})
	return app.NewWithID(appID)
}

// host is the desktop as the window sees it.
type host struct {
	notifier *desktop.Notifier
	login    desktop.Login
	openURL  func(*url.URL) error // the toolkit's
}

// newHost makes a host whose start at login opens this profile, in the tray if there is one.
func (s settings) newHost(openURL func(*url.URL) error) (*host, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &host{
		notifier: &desktop.Notifier{ID: appID, Name: appName},
		login:    desktop.Login{ID: appID, Name: appName, Command: []string{program, "--tray"}},
		openURL:  openURL,
	}
	if s.profile != defaultProfile() {
		whole, err := filepath.Abs(s.profile)
		if err != nil {
			return nil, err
		}
		h.login.Command = append(h.login.Command, "--profile", whole)
	}
	return h, nil
}

// Notify is part of ui.Desktop.
func (h *host) Notify(title, body string, open func()) error {
	return h.notifier.Notify(desktop.Notice{Title: title, Body: body, Open: open})
}

// HasTray is part of ui.Desktop.
func (*host) HasTray() bool { return desktop.HasTray() }

// ShowFile is part of ui.Desktop.
func (h *host) ShowFile(path string) error {
	if desktop.Sandboxed() {
		return desktop.ShowFile(path)
	}
	return h.openURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)})
}

// StartsAtLogin is part of ui.Desktop.
func (h *host) StartsAtLogin() (bool, error) { return h.login.Enabled() }

// StartAtLogin is part of ui.Desktop.
func (h *host) StartAtLogin(on bool) error { return h.login.Set(on) }

// retries is how often a start looks for the window of another that has the profile
// open already but does not answer yet.
const retries = 10

// openCore opens the profile. handed says that another start has it open, and has taken
// over what this one was asked for.
func (s settings) openCore(ctx context.Context, o fetcher.Options) (core *fetcher.Core, handed bool, err error) {
	want := desktop.Request{Open: s.files}
	if err := desktop.HandOver(ctx, s.profile, want); err == nil {
		return nil, true, nil
	}
	if err := checkDisplay(); err != nil {
		return nil, false, err
	}
	for range retries {
		if core, err = fetcher.Open(s.profile, o); !errors.Is(err, localstore.ErrLocked) {
			return core, false, err
		}
		if desktop.HandOver(ctx, s.profile, want) == nil {
			return nil, true, nil
		}
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return nil, false, err
}

// named makes what the command line names fit to be handed over: absolute paths, and
// mailto: links as they are.
func named(args []string) ([]string, error) {
	out := make([]string, 0, len(args))
	for _, a := range args {
		u, err := url.Parse(a)
		switch {
		case err == nil && strings.EqualFold(u.Scheme, "mailto"):
			out = append(out, a)
			continue
		case err == nil && strings.EqualFold(u.Scheme, "file") && (u.Host == "" || u.Host == "localhost"):
			if a = u.Path; runtime.GOOS == "windows" {
				a = filepath.FromSlash(strings.TrimPrefix(a, "/"))
			}
		}
		whole, err := filepath.Abs(a)
		if err != nil {
			return nil, err
		}
		switch info, err := os.Stat(whole); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%q is not understood, and no file is called that: give flags, files of mail (.eml, .mbox) or mailto: links; restante --help lists the flags", a)
		case err != nil:
			return nil, fmt.Errorf("%q can't be opened: %w", a, err)
		case info.IsDir():
			return nil, fmt.Errorf("%q is a folder: start Restante and choose File, Import a folder, or run popfetch import", a)
		}
		out = append(out, whole)
	}
	return out, nil
}

// listen lets a window take what later starts, and the desktop, want opened. called is
// closed at the first of them.
func (s settings) listen(w *ui.Window, log *slog.Logger) (door *desktop.Doorkeeper, called <-chan struct{}) {
	first := make(chan struct{})
	call := sync.OnceFunc(func() { close(first) })
	door, err := desktop.Listen(s.profile, func(r desktop.Request) {
		call()
		w.Open(r.Open)
	})
	if err != nil {
		log.Warn("a second start will not find this window", "error", err)
	}
	if err := desktop.OnOpened(opener(w, log)); err != nil {
		log.Warn("files and links are opened from the command line alone", "error", err)
	}
	return door, first
}

// opener opens in a window what a desktop names while it is open.
func opener(w *ui.Window, log *slog.Logger) func(urls []string) {
	return func(urls []string) {
		files, err := named(urls)
		if err != nil {
			log.Warn("the desktop wants something opened that is not there", "error", err)
			return
		}
		w.Open(files)
	}
}

// Command restante is the mail workstation: it collects mail by the Post Office
// Protocol, keeps it on this disk and shows it in a window.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/adrg/xdg"

	"restante.app/cmd/internal/version"
	"restante.app/cmd/restante/internal/desktop"
	"restante.app/fetcher"
	"restante.app/ui"
	"restante.app/ui/theme"
)

// appID and appName are those of FyneApp.toml; a test holds them together.
const (
	appID   = "app.restante.Restante"
	appName = "Restante"
)

const usage = `restante collects mail, keeps it on this disk and shows it.

Usage: restante [flags] [file.eml | file.mbox | mailto:address]...

Where it is open already, that window comes to the front and opens what is named.

`

// settings are what the command line says.
type settings struct {
	profile, landmarks  string
	restore             string   // a backup, "" to open the mail
	files               []string // absolute paths and mailto: links
	demo, version, logs bool
	tray                bool // begin without the window
}

func main() {
	// A goroutine in an fsync keeps its processor for some milliseconds; one more than
	// the machine has keeps the others, and the window, at work meanwhile.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	// Half as much garbage as usual: a little more time for a window that is in memory all day.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	out, errs := streams()
	os.Exit(run(os.Args[1:], out, errs))
}

func run(args []string, out, errs io.Writer) int {
	var s settings
	flags := flag.NewFlagSet("restante", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.profile, "profile", defaultProfile(), "the folder that holds the mail")
	flags.BoolVar(&s.demo, "demo", false, "run a post office with sample mail beside it, and an account for that")
	flags.BoolVar(&s.tray, "tray", false, "begin in the tray, without the window, where the desktop has a tray")
	flags.BoolVar(&s.version, "version", false, "print the version and exit")
	flags.BoolVar(&s.logs, "log", false, "log to the standard error what happens, without passwords and mail")
	flags.StringVar(&s.landmarks, "landmarks", "", "a file to keep up to date with where the controls are, for scripts that click them")
	flags.StringVar(&s.restore, restoreFlag, "", "a backup to put into the place of the mail, which is kept aside")
	flags.Usage = func() {} // a mistake is answered by what it is, not by a page
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(out, usage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return 0
	case err != nil:
		return 2
	case s.version:
		fmt.Fprintln(out, "restante", version.String())
		return 0
	}
	var err error
	if s.files, err = named(flags.Args()); err != nil {
		fmt.Fprintln(errs, "restante:", err)
		return 2
	}
	if err := s.open(errs); err != nil {
		fmt.Fprintln(errs, "restante:", err)
		return 1
	}
	return 0
}

// defaultProfile is the folder that holds the mail if no flag names one.
func defaultProfile() string { return filepath.Join(xdg.DataHome, "restante") }

// open opens the profile and shows the window until it is closed.
func (s settings) open(errs io.Writer) error {
	log := slog.New(slog.DiscardHandler)
	if s.logs {
		log = slog.New(slog.NewTextHandler(errs, nil))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if s.restore != "" {
		if err := checkDisplay(); err != nil {
			return err
		}
		showRestore(ctx, newApp(), s.profile, s.restore)
		return nil
	}
	core, handed, err := s.openCore(ctx, fetcher.Options{Log: log})
	switch {
	case handed:
		return nil
	case errors.Is(err, errNoDisplay):
		return err
	}
	a := newApp()
	a.SetIcon(theme.AppIcon())
	if err != nil {
		showFault(ctx, a, s.profile, err)
		return err
	}
	office, err := s.office(core, log)
	if err != nil {
		return errors.Join(err, core.Close())
	}
	h, err := s.newHost(a.OpenURL)
	if err != nil {
		return errors.Join(err, core.Close(), office.close())
	}
	end := newEnding()
	w := ui.New(a, core, ui.Options{Version: version.String(), LandmarksFile: s.landmarks, Desktop: h, OnQuit: end.begin, Restore: startAgain})
	door, called := s.listen(w, log)
	closing := func() error { return errors.Join(door.Close(), h.notifier.Close(), core.Close(), office.close()) }
	begin := w.Show
	if s.tray && len(s.files) == 0 && awaitTray(ctx, desktop.HasTray, called) {
		begin = w.ShowTray
	}
	if err := show(begin); err != nil {
		return errors.Join(err, closing())
	}
	if len(s.files) > 0 {
		w.Open(s.files)
	}
	context.AfterFunc(ctx, w.Quit)
	end.after(closing)
	a.Run()
	return end.close()
}

// show begins with the window, or without it. The window's library panics where the display
// that is named can't be reached.
func show(begin func()) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if fault, is := p.(error); !is || !strings.Contains(fault.Error(), "NotInitialized") {
			panic(p)
		}
		err = errors.New("no window could be opened: is the display there that DISPLAY or WAYLAND_DISPLAY names, and may you use it?")
	}()
	begin()
	return nil
}

// office starts the demo's post office, if it is asked for.
func (s settings) office(core *fetcher.Core, log *slog.Logger) (*demo, error) {
	if !s.demo {
		return nil, nil
	}
	return startDemo(core, s.profile+"-postoffice", log)
}

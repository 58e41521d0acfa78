package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"restante.app/assets"
	"restante.app/cmd/internal/version"
	"restante.app/fetcher"
)

// TestIDIsThatOfThePackage holds appID to FyneApp.toml, which is where it is kept for
// the installers.
func TestIDIsThatOfThePackage(t *testing.T) {
	toml, err := os.ReadFile("../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"ID": appID, "Name": appName} {
		if m := regexp.MustCompile(`(?m)^` + key + ` = "(.*)"$`).FindSubmatch(toml); m == nil || string(m[1]) != want {
			t.Errorf("FyneApp.toml has %s, the program %s", m, want)
		}
	}
}

// TestWithoutADisplay runs what must work without one.
func TestWithoutADisplay(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--version"}, 0, "restante " + version.String()},
		{[]string{"--help"}, 0, "-profile"},
		{[]string{"--profil"}, 2, "not defined"},
		{[]string{"fetch"}, 2, "not understood"},
		{[]string{"gone.eml"}, 2, "no file is called that"},
		{[]string{"."}, 2, "is a folder"},
	} {
		var out bytes.Buffer
		if code := run(c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: exit code %d, %q", c.args, code, &out)
		}
	}
}

// TestDemoIsFilledForANewProfile collects a message and reads one: both stay so for the
// profile that did it, and the one that is missing is delivered again for another.
func TestDemoIsFilledForANewProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	box := filepath.Join(dir, demoUser, "Maildir")
	start := func(profile string) int {
		t.Helper()
		core, err := fetcher.Open(profile, fetcher.Options{NoKeyring: true})
		if err != nil {
			t.Fatal(err)
		}
		d, err := startDemo(core, dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.close(), core.Close()); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, sub := range []string{"new", "cur"} {
			list, err := os.ReadDir(filepath.Join(box, sub))
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
		}
		return n
	}
	first, all := filepath.Join(t.TempDir(), "first"), len(assets.Demo())
	if got := start(first); got != all {
		t.Fatalf("%d messages at first, want %d", got, all)
	}
	list, err := os.ReadDir(filepath.Join(box, "new"))
	if err != nil {
		t.Fatal(err)
	}
	read := list[1].Name()
	err = errors.Join(os.Remove(filepath.Join(box, "new", list[0].Name())), os.Rename(filepath.Join(box, "new", read), filepath.Join(box, "cur", read+":2,S")))
	if err != nil {
		t.Fatal(err)
	}
	if got := start(first); got != all-1 {
		t.Errorf("%d messages for the profile that collected one, want %d", got, all-1)
	}
	if got := start(filepath.Join(t.TempDir(), "second")); got != all {
		t.Errorf("%d messages for a new profile, want %d", got, all)
	}
}

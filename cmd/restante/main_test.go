package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"restante.app/assets"
	"restante.app/cmd/internal/version"
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

// TestDemoIsFilledOnce fills the demo's post office and leaves it alone afterwards.
func TestDemoIsFilledOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	mail := filepath.Join(dir, demoUser, "Maildir", "new")
	for _, want := range []int{len(assets.Demo()), len(assets.Demo()) - 1} {
		if err := fillDemo(dir); err != nil {
			t.Fatal(err)
		}
		list, err := os.ReadDir(mail)
		if err != nil || len(list) != want {
			t.Fatalf("%d messages, want %d (%v)", len(list), want, err)
		}
		if err := os.Remove(filepath.Join(mail, list[0].Name())); err != nil {
			t.Fatal(err)
		}
	}
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestFlatpak holds the manifest to what a Flatpak of a mail program may reach, and to a
// build without a network.
func TestFlatpak(t *testing.T) {
	a := testApp(t)
	dir := t.TempDir()
	source := filepath.Join(t.TempDir(), "restante-1.2.3-source.tar.xz")
	if err := os.WriteFile(source, []byte("source"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (job{app: a, to: dir, source: source}).flatpakManifest(); err != nil {
		t.Fatal(err)
	}
	octets, err := os.ReadFile(filepath.Join(dir, a.ID+".yml"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		ID, Command string
		Runtime     string
		Version     string   `yaml:"runtime-version"`
		Finish      []string `yaml:"finish-args"`
		Modules     []struct {
			Options struct {
				Args []string          `yaml:"build-args"`
				Env  map[string]string `yaml:"env"`
			} `yaml:"build-options"`
			Sources []map[string]string
		}
	}
	if err := yaml.Unmarshal(octets, &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != a.ID || got.Command != a.Command() || got.Runtime != "org.freedesktop.Platform" || got.Version == "" || len(got.Modules) != 1 {
		t.Errorf("%+v", got)
	}
	may := []string{
		"--share=ipc", "--share=network", "--socket=wayland", "--socket=fallback-x11", "--device=dri",
		"--talk-name=org.freedesktop.secrets", "--talk-name=org.freedesktop.Notifications", "--talk-name=org.kde.StatusNotifierWatcher",
	}
	for _, arg := range got.Finish {
		if !slices.Contains(may, arg) {
			t.Errorf("the sandbox is opened by %s", arg)
		}
	}
	m := got.Modules[0]
	if len(m.Options.Args) > 0 || !strings.Contains(m.Options.Env["GOFLAGS"], "-mod=vendor") || m.Options.Env["GOTOOLCHAIN"] != "local" {
		t.Errorf("the build may want the network: %+v", m.Options)
	}
	sum := sha256.Sum256([]byte("source"))
	if len(m.Sources) != 1 || m.Sources[0]["path"] != filepath.Base(source) || m.Sources[0]["sha256"] != hex.EncodeToString(sum[:]) {
		t.Errorf("sources: %v", m.Sources)
	}
	if err := (job{app: a, to: dir, source: source + "?"}).flatpakManifest(); err == nil {
		t.Error("a source that is not there was described")
	}
}

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var day = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func testApp(t *testing.T) app {
	t.Helper()
	return testAppIn(t, "..")
}

func testAppIn(t *testing.T, root string) app {
	t.Helper()
	a, err := readApp(root, day)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWindowsIcon(t *testing.T) {
	p, err := openPicture("../assets/icons/restante.png")
	if err != nil {
		t.Fatal(err)
	}
	octets, err := p.ico()
	if err != nil {
		t.Fatal(err)
	}
	n := int(binary.LittleEndian.Uint16(octets[4:]))
	for i := range n {
		entry := octets[6+16*i:]
		size, at := int(binary.LittleEndian.Uint32(entry[8:])), int(binary.LittleEndian.Uint32(entry[12:]))
		picture, err := png.Decode(bytes.NewReader(octets[at : at+size]))
		if err != nil || picture.Bounds().Dx()&0xff != int(entry[0]) {
			t.Errorf("entry %d: %d pixels are called %d (%v)", i, picture.Bounds().Dx(), entry[0], err)
		}
	}
	if again, err := p.ico(); err != nil || !bytes.Equal(octets, again) || n != 6 {
		t.Errorf("twice is not the same, or not six sizes: %d (%v)", n, err)
	}
}

// TestTemplates wants XML that can be read, and no value that a template forgot.
func TestTemplates(t *testing.T) {
	a := testApp(t)
	a.Releases = []releaseNote{{"1.2.3", "2026-01-31", []string{"<b> & \"so on\""}}}
	for _, name := range []string{
		"desktop", "metainfo.xml", "windows.nsi", "windows.rc", "windows.manifest", "windows.wxs", "Info.plist",
		"restante.1", "popfetch.1", "postoffice.8",
	} {
		text, err := render(name, a)
		if err != nil || strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		if !strings.HasPrefix(text, "<?xml") {
			continue
		}
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	}
}

func TestDebianChangelog(t *testing.T) {
	a := testApp(t)
	a.Releases = []releaseNote{{"1.2.3", "2026-01-31", []string{strings.Repeat("word ", 30)}}, {"1.2.2", "2025-12-01", nil}}
	text, err := render("changelog", struct {
		Package string
		app
	}{"restante", a})
	if err != nil {
		t.Fatal(err)
	}
	want := `restante (1.2.3-1) stable; urgency=medium

  * word word word word word word word word word word word word word word
    word word word word word word word word word word word word word word
    word word

 -- ` + a.Maintainer() + `  Sat, 31 Jan 2026 00:00:00 +0000

restante (1.2.2-1) stable; urgency=medium

  * Built from the source between two releases.

 -- ` + a.Maintainer() + `  Mon, 01 Dec 2025 00:00:00 +0000

`
	if strings.TrimSpace(text) != strings.TrimSpace(want) {
		t.Errorf("got\n%s", text)
	}
}

func TestReleaseNotes(t *testing.T) {
	got := releaseNotes("# Changelog\n\n## [Unreleased]\n\n- not yet\n\n## [1.1.0] - 2026-01-31\n\n### Added\n\n- The `one`,\n  and more.\n- Two.\n\n## [1.0.0] - 2025-01-01\n- First.\n")
	if len(got) != 2 || got[0].Version != "1.1.0" || len(got[0].Points) != 2 || got[0].Points[0] != "The one, and more." || got[1].Points[0] != "First." {
		t.Errorf("%+v", got)
	}
}

func FuzzReleaseNotes(f *testing.F) {
	f.Add("## [1.1.0] - 2026-01-31\n- a\n  b\n")
	f.Add("  b\n- a\n## [")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range releaseNotes(text) {
			if r.Version == "" || r.Day() == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestRelease(t *testing.T) {
	const log = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- New.\n"
	const toml = "[Details]\nName = \"R\"\nVersion = \"0.1.0\"\nBuild = 9\n"
	for _, c := range []struct{ version, log, fault string }{
		{"1.0.0", log, ""},
		{"1.0", log, "not a version"},
		{"v1.0.0", log, "not a version"},
		{"1.0.0", "# Changelog\n", "no section"},
		{"1.0.0", "## [Unreleased]\n\n### Added\n\n## [0.9.0] - 2025-01-01\n- Old.\n", "nothing that is new"},
		{"01.0.0", log, "not a version"},
		{"1.0.0", "## [Unreleased]\n\n## [0.9.0] - 2025-01-01\n- Old.\n", "nothing that is new"},
		{"1.0.0", log + "\n## [1.0.0] - 2025-01-01\n- Old.\n", "already"},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"CHANGELOG.md": c.log, "FyneApp.toml": toml} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		checked := release(dir, c.version, day, false)
		if text, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md")); err != nil || string(text) != c.log {
			t.Errorf("a check has changed the changelog: %v", err)
		}
		err := release(dir, c.version, day, true)
		if (checked == nil) != (err == nil) {
			t.Errorf("%+v: the check says %v, the release %v", c, checked, err)
		}
		gotLog, logErr := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
		gotTOML, tomlErr := os.ReadFile(filepath.Join(dir, "FyneApp.toml"))
		if logErr != nil || tomlErr != nil {
			t.Fatal(logErr, tomlErr)
		}
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) || string(gotLog) != c.log || string(gotTOML) != toml {
				t.Errorf("%+v: %v, %s%s", c, err, gotLog, gotTOML)
			}
			continue
		}
		if want := "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-31\n\n### Added\n\n- New.\n"; err != nil || string(gotLog) != want {
			t.Errorf("%v, %s", err, gotLog)
		}
		if want := "[Details]\nName = \"R\"\nVersion = \"1.0.0\"\nBuild = 10\n"; string(gotTOML) != want {
			t.Errorf("%s", gotTOML)
		}
	}
}

func TestNeeds(t *testing.T) {
	n := needs{[]string{"libX11.so.6", "libc.so.6", "libm.so.6"}, "2.34"}
	deb, err := n.deb()
	if got := strings.Join(deb, ", "); err != nil || got != "libc6 (>= 2.34), libx11-6" {
		t.Errorf("%q, %v", got, err)
	}
	if got := strings.Join(n.rpm(), ", "); got != "libX11.so.6()(64bit), libc.so.6(GLIBC_2.34)(64bit), libm.so.6()(64bit)" {
		t.Error(got)
	}
	if _, err := (needs{sonames: []string{"libnew.so.1"}}).deb(); err == nil || !strings.Contains(err.Error(), "libnew.so.1") {
		t.Errorf("an unknown library: %v", err)
	}
	for _, soname := range append(append([]string{}, loaded...), loadedByWayland...) {
		if debian[soname] == "" {
			t.Errorf("%s has no package", soname)
		}
	}
	if !older("2.4", "2.34") || older("2.34", "2.4") || older("2.34", "2.34") || !older("", "2.0") || !older("2.2", "2.2.5") {
		t.Error("versions are not compared as numbers")
	}
}

// TestGUIDs are the same for the same words, and of version 5.
func TestGUIDs(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	rapid.Check(t, func(t *rapid.T) {
		a := app{ID: "app.example"}
		one, two := rapid.String().Draw(t, "one"), rapid.String().Draw(t, "two")
		if g := a.GUID(one); !form.MatchString(g) || g != a.GUID(one) || one != two && g == a.GUID(two) {
			t.Errorf("%q: %s", one, g)
		}
	})
}

// TestLicences finds those of this module's own folders, each once.
func TestLicences(t *testing.T) {
	all, err := licences("../assets/fonts")
	if err != nil || len(all) != 1 || !strings.Contains(all[0], "SIL OPEN FONT LICENSE") {
		t.Errorf("%d, %v", len(all), err)
	}
	if _, err := licences(""); err == nil {
		t.Error("a module that is not there has no licence")
	}
}

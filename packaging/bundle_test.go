package main

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"howett.net/plist"
)

// propertyList is what macOS reads of Info.plist (Apple, "Information Property List").
type propertyList struct {
	ID      string `plist:"CFBundleIdentifier"`
	Name    string `plist:"CFBundleName"`
	Kind    string `plist:"CFBundlePackageType"`
	Form    string `plist:"CFBundleInfoDictionaryVersion"`
	Version string `plist:"CFBundleShortVersionString"`
	Build   string `plist:"CFBundleVersion"`
	Program string `plist:"CFBundleExecutable"`
	Icon    string `plist:"CFBundleIconFile"`
	Oldest  string `plist:"LSMinimumSystemVersion"`
	HighRes bool   `plist:"NSHighResolutionCapable"`
	Links   []struct {
		Schemes []string `plist:"CFBundleURLSchemes"`
		Role    string   `plist:"CFBundleTypeRole"`
	} `plist:"CFBundleURLTypes"`
	Documents []struct {
		Name       string   `plist:"CFBundleTypeName"`
		Role       string   `plist:"CFBundleTypeRole"`
		Rank       string   `plist:"LSHandlerRank"`
		Extensions []string `plist:"CFBundleTypeExtensions"`
		Types      []string `plist:"LSItemContentTypes"`
	} `plist:"CFBundleDocumentTypes"`
}

// testBundle writes a bundle whose programs are the test itself, and returns its files.
func testBundle(t *testing.T) (dir string, files []string) {
	t.Helper()
	t.Chdir("..")
	a := testAppIn(t, ".")
	a.Version = "1.2.3~rc.1"
	itself, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	for _, name := range []string{"restante", "popfetch"} {
		if err := os.Symlink(itself, filepath.Join(programs, name)); err != nil {
			t.Fatal(err)
		}
	}
	dir = filepath.Join(t.TempDir(), "Restante.app")
	if err := (job{app: a, to: dir, programs: programs}).bundle(); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(path, dir+string(filepath.Separator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// TestBundle holds the bundle to Apple's layout: what Info.plist names is where macOS looks
// for it, and nothing is beside it.
func TestBundle(t *testing.T) {
	dir, files := testBundle(t)
	octets, err := os.ReadFile(filepath.Join(dir, "Contents", "Info.plist"))
	if err != nil {
		t.Fatal(err)
	}
	var got propertyList
	if format, err := plist.Unmarshal(octets, &got); err != nil || format != plist.XMLFormat {
		t.Fatal(format, err)
	}
	a := testAppIn(t, ".")
	if got.ID != a.ID || got.Name != a.Name || got.Kind != "APPL" || got.Form != "6.0" || got.Version != "1.2.3" || !got.HighRes || got.Oldest != "12.0" {
		t.Errorf("%+v", got)
	}
	if !regexp.MustCompile(`^[1-9]\d*$`).MatchString(got.Build) {
		t.Errorf("CFBundleVersion is %q", got.Build)
	}
	if len(got.Links) != 1 || !slices.Equal(got.Links[0].Schemes, []string{"mailto"}) {
		t.Errorf("links: %+v", got.Links)
	}
	var endings []string
	for _, d := range got.Documents {
		if d.Name == "" || d.Role != "Viewer" || d.Rank != "Alternate" {
			t.Errorf("%+v takes files away from others", d)
		}
		endings = append(endings, d.Extensions...)
	}
	if !slices.Equal(endings, []string{"eml", "mbox"}) {
		t.Errorf("files: %q", endings)
	}
	want := []string{"Contents/Info.plist", "Contents/MacOS/popfetch", "Contents/MacOS/" + got.Program, "Contents/PkgInfo", "Contents/Resources/LICENCES.txt", "Contents/Resources/" + got.Icon + ".icns"}
	if !slices.Equal(files, want) {
		t.Errorf("files\n%q, want\n%q", files, want)
	}
	icon, err := os.ReadFile(filepath.Join(dir, "Contents", "Resources", got.Icon+".icns"))
	if err != nil {
		t.Fatal(err)
	}
	checkAppleIcon(t, icon)
	if info, err := os.Stat(filepath.Join(dir, "Contents", "MacOS", got.Program)); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the program: %v, %v", info, err)
	}
}

// checkAppleIcon wants each part of an .icns to be a PNG of the size that its type says.
func checkAppleIcon(t *testing.T, octets []byte) {
	t.Helper()
	if string(octets[:4]) != "icns" || int(binary.BigEndian.Uint32(octets[4:])) != len(octets) {
		t.Fatalf("%q of %d octets", octets[:8], len(octets))
	}
	// Sizes in pixels, by type; ic11 to ic14 are those for screens of double density.
	sizes := map[string]int{"ic07": 128, "ic08": 256, "ic09": 512, "ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512}
	for rest := octets[8:]; len(rest) > 0; {
		kind, n := string(rest[:4]), int(binary.BigEndian.Uint32(rest[4:]))
		picture, err := png.Decode(bytes.NewReader(rest[8:n]))
		if err != nil || sizes[kind] == 0 || picture.Bounds().Dx() != sizes[kind] {
			t.Errorf("%s: %v", kind, err)
		}
		delete(sizes, kind)
		rest = rest[n:]
	}
	if len(sizes) > 0 {
		t.Errorf("missing: %v", sizes)
	}
}

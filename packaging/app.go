package main

import (
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// app is what FyneApp.toml and CHANGELOG.md say of the program.
type app struct {
	Name, ID, Version, Icon string
	Build                   int
	GenericName, Comment    string
	Categories, Keywords    []string
	Website                 string        // https, where to read on
	Publisher, Contact      string        // who answers for the packages, and their mail address
	Releases                []releaseNote // the newest first
	Date                    time.Time     // the time that is written into files, UTC
}

// Maintainer is who answers for the packages, as deb and rpm want it.
func (a app) Maintainer() string { return a.Publisher + " <" + a.Contact + ">" }

// Command is the program's name on a command line.
func (a app) Command() string { return strings.ToLower(a.Name) }

// List joins words as desktop entries want it, a semicolon behind each.
func (app) List(words []string) string { return strings.Join(words, ";") + ";" }

// Number is the version without what stands behind ~ or -: 1.2.3.
func (a app) Number() string {
	number, _, _ := strings.Cut(strings.ReplaceAll(a.Version, "~", "-"), "-")
	return number
}

// Quad is the version in the four numbers of Windows.
func (a app) Quad() string { return a.Number() + ".0" }

// versions are those that deb, rpm, MSI and Apple's CFBundleShortVersionString can all
// hold; what stands behind ~ or - is left out of the latter two.
var versions = regexp.MustCompile(`^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,3})([-~][0-9A-Za-z.]+)?$`)

// readApp reads the two files below root.
func readApp(root string, now time.Time) (app, error) {
	var file struct {
		Website     string
		Details     app
		LinuxAndBSD app
		Packages    app
	}
	path := filepath.Join(root, "FyneApp.toml")
	if _, err := toml.DecodeFile(path, &file); err != nil {
		return app{}, fmt.Errorf("%s can't be read: %w", path, err)
	}
	a := file.Details
	more := file.LinuxAndBSD
	a.GenericName, a.Comment, a.Categories, a.Keywords = more.GenericName, more.Comment, more.Categories, more.Keywords
	a.Website, a.Publisher, a.Contact = file.Website, file.Packages.Publisher, file.Packages.Contact
	a.Date = now
	a.Icon = filepath.Join(root, a.Icon)
	for field, value := range map[string]string{
		"Name": a.Name, "ID": a.ID, "Version": a.Version, "Icon": a.Icon, "GenericName": a.GenericName, "Comment": a.Comment,
		"Website": a.Website, "Publisher": a.Publisher, "Contact": a.Contact,
	} {
		if value == "" || strings.ContainsAny(value, "\n\"<>&") {
			return app{}, fmt.Errorf("%s has no %s that every package can hold: %q", path, field, value)
		}
	}
	if u, err := url.Parse(a.Website); err != nil || u.Scheme != "https" || u.Host == "" {
		return app{}, fmt.Errorf("%s: the Website %q is not of the form https://example.org", path, a.Website)
	}
	if one, err := mail.ParseAddress(a.Maintainer()); err != nil || one.Address != a.Contact {
		return app{}, fmt.Errorf("%s: Publisher %q and Contact %q make no mail address", path, a.Publisher, a.Contact)
	}
	if !versions.MatchString(a.Version) {
		return app{}, fmt.Errorf("%s: the version %q is not of the form 1.2.3", path, a.Version)
	}
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return app{}, err
	}
	a.Releases = releaseNotes(string(text))
	if len(a.Releases) == 0 || a.Releases[0].Version != a.Version {
		// What is built between releases is named after the one to come.
		a.Releases = append([]releaseNote{{Version: a.Version, Date: now.Format(time.DateOnly)}}, a.Releases...)
	}
	return a, nil
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// releaseNote is a section of CHANGELOG.md.
type releaseNote struct {
	Version, Date string // 1.2.3, 2026-01-31
	Points        []string
}

// Day is the date in the form of Debian's changelogs.
func (r releaseNote) Day() string {
	day, err := time.Parse(time.DateOnly, r.Date)
	if err != nil {
		return r.Date
	}
	return day.Format("Mon, 02 Jan 2006 15:04:05 -0700")
}

var heading = regexp.MustCompile(`^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$`)

// releaseNotes reads the released sections in the form of keepachangelog.com 1.1.0, in
// their order; what is unreleased is left out.
func releaseNotes(text string) []releaseNote {
	var all []releaseNote
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		m := heading.FindStringSubmatch(line)
		switch {
		case m != nil:
			all = append(all, releaseNote{Version: m[1], Date: m[2]})
			inside = true
		case strings.HasPrefix(line, "## "):
			inside = false
		case inside && strings.HasPrefix(line, "- "):
			r := &all[len(all)-1]
			r.Points = append(r.Points, plain(line[2:]))
		case inside && strings.HasPrefix(line, "  "):
			if r := &all[len(all)-1]; len(r.Points) > 0 {
				r.Points[len(r.Points)-1] += " " + plain(line)
			}
		}
	}
	return all
}

// plain drops the marks of Markdown that changelogs use.
func plain(s string) string {
	return strings.NewReplacer("`", "", "**", "").Replace(strings.TrimSpace(s))
}

const unreleased = "## [Unreleased]\n"

// release makes the unreleased section of CHANGELOG.md that of a version, and sets it in
// FyneApp.toml with the next build number. It writes both files or fails before the first;
// without write it only tells whether it would fail.
func release(root, version string, now time.Time, write bool) error {
	log, app, err := released(root, version, now)
	if err != nil || !write {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "CHANGELOG.md"), log, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "FyneApp.toml"), app, 0o644)
}

// released returns both files as they are once the version is released.
func released(root, version string, now time.Time) (log, app []byte, err error) {
	if !versions.MatchString(version) {
		return nil, nil, fmt.Errorf("%q is not a version of the form 1.2.3", version)
	}
	if log, err = os.ReadFile(filepath.Join(root, "CHANGELOG.md")); err != nil {
		return nil, nil, err
	}
	before, after, ok := strings.Cut(string(log), unreleased)
	notes, _, _ := strings.Cut(after, "\n## ")
	switch {
	case !ok:
		return nil, nil, errors.New("CHANGELOG.md has no section [Unreleased]: put the line \"## [Unreleased]\" above the releases, and what is new below it")
	case !slices.ContainsFunc(strings.Split(notes, "\n"), func(line string) bool { return strings.HasPrefix(line, "- ") }):
		return nil, nil, errors.New("CHANGELOG.md says of nothing that is new under [Unreleased]: write it, then release")
	case strings.Contains(after, "\n## ["+version+"]"):
		return nil, nil, fmt.Errorf("CHANGELOG.md has a section [%s] already: choose the next version", version)
	}
	log = []byte(before + unreleased + "\n## [" + version + "] - " + now.Format(time.DateOnly) + "\n" + after)
	if app, err = os.ReadFile(filepath.Join(root, "FyneApp.toml")); err != nil {
		return nil, nil, err
	}
	app, err = setVersion(app, version)
	return log, app, err
}

var (
	versionLine = regexp.MustCompile(`(?m)^Version = ".*"$`)
	buildLine   = regexp.MustCompile(`(?m)^Build = (\d+)$`)
)

// setVersion changes two lines of FyneApp.toml and leaves all others as they are.
func setVersion(toml []byte, version string) ([]byte, error) {
	m := buildLine.FindSubmatch(toml)
	if m == nil || !versionLine.Match(toml) {
		return nil, errors.New("FyneApp.toml has no line for Version or none for Build")
	}
	var build int
	if _, err := fmt.Sscan(string(m[1]), &build); err != nil {
		return nil, fmt.Errorf("FyneApp.toml: the build number can't be read: %w", err)
	}
	toml = versionLine.ReplaceAll(toml, fmt.Appendf(nil, "Version = %q", version))
	return buildLine.ReplaceAll(toml, fmt.Appendf(nil, "Build = %d", build+1)), nil
}

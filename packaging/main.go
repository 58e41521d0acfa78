// Command packaging writes what the installers need beside the programs: desktop entry,
// metainfo, icons in every size, man pages, licences, and the descriptions from which
// nfpm, makensis, wixl and a Mac make packages. FyneApp.toml is where name, id, version
// and icon come from, CHANGELOG.md where the releases do; packaging/build runs it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"
)

const usage = `packaging writes what installers need beside the programs.

Usage, from the top of the source:
  packaging linux   --programs DIR --arch amd64|arm64 --to DIR
  packaging windows [--programs DIR] --to DIR
  packaging macos   [--programs DIR] --to DIR.app
  packaging flatpak --programs DIR --to DIR       what a Flatpak has beside its programs
  packaging flatpak --source FILE --to DIR        its manifest
  packaging release [--check] VERSION   write the version into FyneApp.toml and CHANGELOG.md
  packaging version                     print the version of FyneApp.toml

SOURCE_DATE_EPOCH is the time that is written into files. --version overrules that of
FyneApp.toml, so that a test can upgrade from one.
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong usage; packaging help lists the commands")

// job is what the command line asks for.
type job struct {
	app            app
	programs, arch string
	source         string // the archive that a Flatpak is built from
	to             string
}

func run(args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	name, args := args[0], args[1:]
	if name == "help" || name == "--help" {
		_, err := fmt.Print(usage)
		return err
	}
	var j job
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&j.programs, "programs", "", "where the built programs are")
	flags.StringVar(&j.arch, "arch", "amd64", "as GOARCH has it")
	flags.StringVar(&j.source, "source", "", "the archive that a Flatpak is built from")
	flags.StringVar(&j.to, "to", "", "the folder to write to")
	check := flags.Bool("check", false, "only tell whether the release could be written")
	version := flags.String("version", "", "instead of that of FyneApp.toml")
	if err := flags.Parse(args); err != nil {
		return err
	}
	now, err := epoch(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	if j.app, err = readApp(".", now); err != nil {
		return err
	}
	if *version != "" {
		j.app.Version = *version
	}
	switch {
	case name == "version":
		_, err = fmt.Println(j.app.Version)
		return err
	case name == "release" && flags.NArg() == 1:
		return release(".", flags.Arg(0), now, !*check)
	case j.to == "" || flags.NArg() > 0:
		return errUsage
	case name == "linux" && j.programs != "":
		return j.linux()
	case name == "windows":
		return j.windows()
	case name == "flatpak" && j.source != "":
		return j.flatpakManifest()
	case name == "flatpak" && j.programs != "":
		return j.flatpakShare()
	case name == "macos":
		return j.bundle()
	}
	return errUsage
}

// epoch reads the time that reproducible builds agree upon: reproducible-builds.org,
// "SOURCE_DATE_EPOCH". Without one it is the present.
func epoch(s string) (time.Time, error) {
	if s == "" {
		return time.Now().UTC(), nil
	}
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is to be a number of seconds: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

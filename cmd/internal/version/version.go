// Package version says which version a program is, without a display and without a file.
package version

import (
	"runtime/debug"
	"strings"
)

// injected is set by the linker where the programs are built for others:
//
//	go build -ldflags "-X restante.app/cmd/internal/version.injected=1.2.3"
//
// The number is that of FyneApp.toml, see packaging and the Makefile.
var injected string

// String returns the version, such as 1.2.3: the injected one, else the module's where
// it was fetched as such ("go install restante.app/cmd/popfetch@latest"), else "devel"
// with the commit, as far as the Go tool wrote it down.
func String() string {
	if injected != "" {
		return injected
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	return from(info)
}

func from(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	var commit, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = "-" + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changed"
		}
	}
	return "devel" + commit + changed
}

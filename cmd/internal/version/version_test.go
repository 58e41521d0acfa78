package version

import (
	"runtime/debug"
	"testing"
)

func TestFrom(t *testing.T) {
	settings := func(commit, modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: modified}}
	}
	for _, c := range []struct {
		module   string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", settings("0123456789abcdef", "false"), "1.2.3"},
		{"(devel)", settings("0123456789abcdef", "false"), "devel-0123456789ab"},
		{"(devel)", settings("0123456789abcdef", "true"), "devel-0123456789ab+changed"},
		{"", settings("01", "false"), "devel-01"},
		{"", nil, "devel"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: c.module}, Settings: c.settings}
		if got := from(info); got != c.want {
			t.Errorf("%q %v: %q, want %q", c.module, c.settings, got, c.want)
		}
	}
}

// TestInjectedComesFirst is what the packages rely on.
func TestInjectedComesFirst(t *testing.T) {
	injected = "9.8.7"
	defer func() { injected = "" }()
	if got := String(); got != "9.8.7" {
		t.Errorf("%q", got)
	}
}

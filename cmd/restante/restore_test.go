package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"restante.app/localstore"
)

func TestArgumentsOfARestart(t *testing.T) {
	for _, c := range []struct{ args, plain, restoring []string }{
		{nil, nil, []string{"-restore", "/b"}},
		{[]string{"-profile", "-x", "--demo"}, []string{"-profile", "-x", "--demo"}, []string{"-restore", "/b", "-profile", "-x", "--demo"}},
		{[]string{"--restore", "/old", "--profile=/p"}, []string{"--profile=/p"}, []string{"-restore", "/b", "--profile=/p"}},
		{[]string{"-restore=/old", "-demo", "x.eml", "-restore"}, []string{"-demo", "x.eml", "-restore"}, []string{"-restore", "/b", "-demo", "x.eml", "-restore"}},
		{[]string{"-landmarks"}, []string{"-landmarks"}, []string{"-restore", "/b", "-landmarks"}},
	} {
		if got := argsFor(c.args, ""); !slices.Equal(got, c.plain) {
			t.Errorf("%q without a backup: %q", c.args, got)
		}
		if got := argsFor(c.args, "/b"); !slices.Equal(got, c.restoring) {
			t.Errorf("%q with a backup: %q", c.args, got)
		}
	}
}

func TestRestoreText(t *testing.T) {
	if got := restoreText(localstore.Report{Messages: 12}, "/there", nil); !strings.Contains(got, "12 messages") || !strings.Contains(got, "kept in /there") {
		t.Errorf("restored: %q", got)
	}
	if got := restoreText(localstore.Report{}, "", errors.New("no backup there")); !strings.Contains(got, "as it was") || !strings.Contains(got, "no backup there") {
		t.Errorf("refused: %q", got)
	}
}

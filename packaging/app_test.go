package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestApp reads the one file that the program's name, home and people come from, and
// refuses what a package can't hold.
func TestApp(t *testing.T) {
	good, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, fault string }{
		{"", "", ""},
		{`"https://restante.app"`, `"https://example.org/mail"`, ""},
		{`"https://restante.app"`, `"restante.app"`, "Website"},
		{`"https://restante.app"`, `"http://restante.app"`, "Website"},
		{`"https://restante.app"`, `""`, "Website"},
		{`"authors@restante.app"`, `"authors"`, "Contact"},
		{`"The Restante authors"`, `"The \"authors\""`, "Publisher"},
		{`Version = "`, `Version = "v`, "not of the form"},
		{`Name = "Restante"`, `Name = "Restante`, "can't be read"},
	} {
		dir := t.TempDir()
		text := strings.Replace(string(good), c.from, c.to, 1)
		if c.to != "" && text == string(good) {
			t.Fatalf("FyneApp.toml has no %s", c.from)
		}
		for name, text := range map[string]string{"FyneApp.toml": text, "CHANGELOG.md": "# Changelog\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		a, err := readApp(dir, day)
		switch {
		case c.fault == "" && (err != nil || c.to != "" && !strings.Contains(c.to, a.Website)):
			t.Errorf("%s: %v, %+v", c.to, err, a)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: %v, want word of %q", c.to, err, c.fault)
		}
	}
}

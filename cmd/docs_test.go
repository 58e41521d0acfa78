package cmd_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// source returns all test code, and the names of all transcripts, of the module.
func source(t *testing.T) (code string, files map[string]bool) {
	t.Helper()
	var b strings.Builder
	files = map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "build") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".txt") {
			files[d.Name()] = true
		}
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "poptest") && strings.HasSuffix(path, ".go") {
			octets, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.Write(octets)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), files
}

var quoted = regexp.MustCompile("`([A-Za-z0-9_.-]+)`")

// TestConformanceTable wants every test that docs/conformance.md points to.
func TestConformanceTable(t *testing.T) {
	doc, err := os.ReadFile("../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	code, files := source(t)
	n := 0
	for _, m := range quoted.FindAllStringSubmatch(string(doc), -1) {
		name := m[1]
		switch {
		case strings.HasSuffix(name, ".txt"):
			if !files[name] {
				t.Errorf("there is no transcript %s", name)
			}
		case strings.HasPrefix(name, "Test"), strings.HasPrefix(name, "Fuzz"):
			if !strings.Contains(code, "func "+name+"(") {
				t.Errorf("there is no test %s", name)
			}
		case strings.HasSuffix(name, "Nothing"), strings.HasSuffix(name, "Everything"), strings.HasSuffix(name, "Twice"), strings.HasSuffix(name, "Smuggle"), strings.HasSuffix(name, "Stays"), strings.HasSuffix(name, "Session"), name == "EmptyMailbox":
			if !strings.Contains(code, `"`+name+`"`) {
				t.Errorf("the suite has no case %s", name)
			}
		default:
			continue
		}
		n++
	}
	if n < 90 {
		t.Errorf("only %d tests are named", n)
	}
}

// TestThreatsTable wants every test that docs/threats.md points to.
func TestThreatsTable(t *testing.T) {
	doc, err := os.ReadFile("../docs/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	code, _ := source(t)
	n := 0
	for _, m := range quoted.FindAllStringSubmatch(string(doc), -1) {
		if name := m[1]; strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") {
			n++
			if !strings.Contains(code, "func "+name+"(") {
				t.Errorf("there is no test %s", name)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d tests are named", n)
	}
}

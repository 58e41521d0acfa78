// Package cmd_test holds the rules of the layout as tests: which package may
// import which, and that every package says what it is for.
package cmd_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "restante.app"

// pkg is the part of go list's answer that the rules need.
type pkg struct {
	ImportPath, Name, Doc string
	Imports               []string
	TestImports           []string
	XTestImports          []string
	GoFiles               []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-e", "-json", module+"/...").Output()
	if err != nil {
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v\n%s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}

// rule forbids the packages below From to import what is below any of Not, but
// for what is below any of But.
type rule struct {
	from string
	not  []string
	but  []string
	why  string
}

var rules = []rule{
	{"localstore", []string{"popclient", "fetcher", "ui", "mimeview", "postoffice", "cmd"}, nil, "the store knows no protocol and no window"},
	{"mimeview", []string{"popclient", "localstore", "fetcher", "ui", "postoffice", "cmd"}, nil, "reading a message needs nothing else"},
	{"popclient", []string{"fetcher", "ui", "mimeview", "postoffice", "cmd"}, nil, "the protocol knows no window and no server of ours"},
	{"popclient", []string{"localstore"}, []string{"localstore/custody", "popclient/poptest"}, "of the store the protocol knows the receipt alone"},
	{"postoffice", []string{"popclient", "localstore", "fetcher", "ui", "mimeview", "cmd"}, nil, "the server shares no code with the client, so that one tests the other"},
	{"fetcher", []string{"ui", "postoffice", "cmd"}, nil, "the core is usable without a window"},
	{"ui", []string{"postoffice", "cmd"}, nil, "the window knows its core alone"},
	{"assets", []string{"popclient", "localstore", "fetcher", "ui", "mimeview", "postoffice", "cmd"}, nil, "assets are data"},
}

func below(path, folder string) bool {
	p := module + "/" + folder
	return path == p || strings.HasPrefix(path, p+"/")
}

// TestImports is the direction of dependencies:
// cmd → ui → fetcher → {popclient, localstore, mimeview}.
func TestImports(t *testing.T) {
	for _, p := range list(t) {
		for _, r := range rules {
			if !below(p.ImportPath, r.from) || slices.ContainsFunc(r.but, func(b string) bool { return below(p.ImportPath, b) }) {
				continue
			}
			for _, imp := range p.Imports {
				forbidden := slices.ContainsFunc(r.not, func(n string) bool { return below(imp, n) })
				excepted := slices.ContainsFunc(r.but, func(b string) bool { return below(imp, b) })
				if forbidden && !excepted {
					t.Errorf("%s imports %s: %s", p.ImportPath, imp, r.why)
				}
			}
		}
	}
}

// TestToolkit keeps Fyne in the window: everything else runs without a display.
func TestToolkit(t *testing.T) {
	for _, p := range list(t) {
		if below(p.ImportPath, "ui") && !below(p.ImportPath, "ui/present") || below(p.ImportPath, "cmd/restante") {
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if strings.HasPrefix(imp, "fyne.io/") {
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
	}
}

// TestPackageDocs wants a sentence that says what each package is for.
func TestPackageDocs(t *testing.T) {
	for _, p := range list(t) {
		if len(p.GoFiles) > 0 && len(p.Doc) < 40 {
			t.Errorf("%s has no package doc to speak of: %q", p.ImportPath, p.Doc)
		}
	}
}

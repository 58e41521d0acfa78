package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents|unlicense|ofl)([-._].*)?$`)

// notices returns the licences of everything that is inside these programs: ours, those
// of the Go library, of the fonts and of every module, each text once. A module without
// a licence is an error: it must not be passed on.
func notices(programs []string) (string, error) {
	modules, err := modulesOf(programs)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "Restante is under the MIT licence:\n\n%s\nIt contains the works below, under their own licences.\n", own)
	texts := map[string][]string{} // text to the names of what is under it
	var order []string
	add := func(name, dir string) error {
		found, err := licences(dir)
		if err == nil && len(found) == 0 {
			err = errors.New("no licence was found")
		}
		if err != nil {
			return fmt.Errorf("%s in %s: %w", name, dir, err)
		}
		for _, text := range found {
			if texts[text] == nil {
				order = append(order, text)
			}
			texts[text] = append(texts[text], name)
		}
		return nil
	}
	goroot, err := goTool("env", "GOROOT")
	if err != nil {
		return "", err
	}
	err = errors.Join(add("IBM Plex, fonts", "assets/fonts"), add("The Go library", strings.TrimSpace(goroot)))
	for _, m := range modules {
		err = errors.Join(err, add(m.name, m.dir))
	}
	for _, text := range order {
		rule := strings.Repeat("-", 72)
		fmt.Fprintf(&out, "\n%s\n%s\n%s\n\n%s\n", rule, strings.Join(texts[text], "\n"), rule, text)
	}
	return out.String(), err
}

// moduleDir is a module and where the Go tool keeps its files.
type moduleDir struct{ name, dir string }

// modulesOf returns the modules inside the programs, sorted by name.
func modulesOf(programs []string) ([]moduleDir, error) {
	list, err := goTool("list", "-m", "-f", "{{.Path}}\t{{.Dir}}", "all")
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for line := range strings.Lines(list) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		dirs[name] = dir
	}
	var all []moduleDir
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", program, err)
		}
		for _, m := range info.Deps {
			all = append(all, moduleDir{m.Path + " " + m.Version, dirs[m.Path]})
		}
	}
	slices.SortFunc(all, func(a, b moduleDir) int { return strings.Compare(a.name, b.name) })
	return slices.Compact(all), nil
}

// licences returns the distinct texts of the files below dir that are called like one; a
// module may carry works of others in its folders. Of Go's own tree only the top counts.
func licences(dir string) ([]string, error) {
	if dir == "" {
		return nil, errors.New("the module is not in the cache: build the programs first")
	}
	_, err := os.Stat(filepath.Join(dir, "src", "runtime"))
	isGo := err == nil
	var all []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && (isGo || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.Type().IsRegular() || !licenceFile.MatchString(d.Name()) || filepath.Ext(path) == ".go":
			return nil
		}
		octets, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(octets), "\r\n", "\n"))
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
		return nil
	})
	return all, err
}

func goTool(args ...string) (string, error) {
	out, err := exec.CommandContext(context.Background(), "go", args...).Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("go %s: %s", strings.Join(args, " "), e.Stderr)
	}
	return string(out), err
}

package main

import (
	"debug/elf"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// needs are what a program asks of the system that it runs on.
type needs struct {
	sonames []string // of its libraries, sorted; none for a static program
	glibc   string   // the newest version of a symbol it uses, "2.34", or ""
}

// loaded are the libraries that GLFW looks for by name when a window opens, so that the
// linker does not know of them. X11's must be there; Wayland's may.
var loaded = []string{
	"libEGL.so.1", "libGL.so.1", "libX11.so.6", "libXcursor.so.1", "libXi.so.6", "libXinerama.so.1",
	"libXrandr.so.2", "libXrender.so.1", "libXxf86vm.so.1",
}
var loadedByWayland = []string{
	"libwayland-client.so.0", "libwayland-cursor.so.0", "libwayland-egl.so.1", "libxkbcommon.so.0",
}

// debian names the packages of these libraries; libraries of glibc are libc6.
var debian = map[string]string{
	"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libX11.so.6": "libx11-6", "libXcursor.so.1": "libxcursor1",
	"libXi.so.6": "libxi6", "libXinerama.so.1": "libxinerama1", "libXrandr.so.2": "libxrandr2",
	"libXrender.so.1": "libxrender1", "libXxf86vm.so.1": "libxxf86vm1", "libXext.so.6": "libxext6",
	"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
	"libwayland-egl.so.1": "libwayland-egl1", "libxkbcommon.so.0": "libxkbcommon0",
}

var glibc = []string{"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}

// readNeeds reads a program's dynamic section.
func readNeeds(program string) (needs, error) {
	f, err := elf.Open(program)
	if err != nil {
		return needs{}, fmt.Errorf("%s: %w", program, err)
	}
	defer func() { _ = f.Close() }()
	if f.Type != elf.ET_DYN {
		return needs{}, fmt.Errorf("%s is not position-independent: build it with -buildmode=pie", program)
	}
	var n needs
	if n.sonames, err = f.ImportedLibraries(); err != nil {
		return needs{}, fmt.Errorf("%s: %w", program, err)
	}
	slices.Sort(n.sonames)
	symbols, err := f.ImportedSymbols()
	if err != nil && len(n.sonames) > 0 {
		return needs{}, fmt.Errorf("%s: %w", program, err)
	}
	for _, s := range symbols {
		if v, ok := strings.CutPrefix(s.Version, "GLIBC_"); ok && older(n.glibc, v) {
			n.glibc = v
		}
	}
	return n, nil
}

// older compares versions of glibc, 2.4 and 2.34; the empty one is the oldest.
func older(a, b string) bool {
	var x, y []int
	for _, v := range []struct {
		text string
		to   *[]int
	}{{a, &x}, {b, &y}} {
		for part := range strings.SplitSeq(v.text, ".") {
			n, err := strconv.Atoi(part)
			if err != nil {
				n = 0 // GLIBC_PRIVATE is no version
			}
			*v.to = append(*v.to, n)
		}
	}
	return slices.Compare(x, y) < 0
}

// deb returns what the program depends on in Debian's names.
func (n needs) deb() ([]string, error) {
	var all []string
	for _, soname := range n.sonames {
		name, known := debian[soname]
		switch {
		case slices.Contains(glibc, soname):
			name = "libc6 (>= " + n.glibc + ")"
		case !known:
			return nil, fmt.Errorf("the Debian package of %s is not known: add it to packaging/elf.go", soname)
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// rpm returns the same in rpm's names, which are those of the libraries.
func (n needs) rpm() []string {
	var all []string
	for _, soname := range n.sonames {
		version := ""
		if soname == "libc.so.6" {
			version = "GLIBC_" + n.glibc
		}
		all = append(all, soname+"("+version+")(64bit)")
	}
	return all
}

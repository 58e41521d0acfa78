package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// parcel is a package of a Linux distribution: a program and what belongs to it.
type parcel struct {
	name, program      string
	section, group     string // Debian's and rpm's names for the kind of program
	summary, text      string
	manual             string // its man page, in templates/
	fill               func(*tree, app)
	recommends         []string // in Debian's names
	recommendsRPM      []string
	scripts            map[string]string // deb or rpm to a prefix of scripts in packaging/postoffice
	config             map[string]string // a path below /etc to a file of the source
	libraries, wayland []string          // opened by name
}

var parcels = []parcel{
	{
		name: "restante", program: "restante", section: "mail", group: "Applications/Internet",
		summary: "mail workstation for mail that you collect, keep and own",
		text:    "Restante fetches mail by POP1, POP2 and POP3, keeps it on this disk exactly as it came, and shows it whether or not the network is there. Mail is deleted at the post office only when you say so, and only once every message of it is safely on this disk.",
		manual:  "restante.1", fill: desktopFiles, libraries: loaded, wayland: loadedByWayland,
		recommends:    []string{"libgl1-mesa-dri", "fonts-noto-core", "gnome-keyring | kwalletmanager | keepassxc"},
		recommendsRPM: []string{"mesa-dri-drivers"},
	},
	{
		name: "restante-popfetch", program: "popfetch", section: "mail", group: "Applications/Internet",
		summary: "Restante without a window, for scripts",
		text:    "popfetch keeps accounts, collects mail into a profile that Restante can open, lists and shows it, and checks the store: for cron, scripts and servers.",
		manual:  "popfetch.1", fill: func(*tree, app) {},
	},
	{
		name: "restante-postoffice", program: "postoffice", section: "mail", group: "System Environment/Daemons",
		summary: "post office for your own network (POP1, POP2, POP3)",
		text:    "postoffice serves the mail of its users over RFC 918, POP2 and POP3, and takes mail for them by SMTP. It comes as a systemd service that is not started by itself and, once started, listens to this machine alone until its settings say otherwise.",
		manual:  "postoffice.8", fill: serviceFiles,
		scripts: map[string]string{"deb": "deb", "rpm": "rpm"},
		config:  map[string]string{"postoffice.conf": "packaging/postoffice/postoffice.conf"},
	},
}

// linux writes for each parcel a tree, which is what goes to /usr, and NAME.nfpm.json.
func (j job) linux() error {
	for _, p := range parcels {
		t := newTree(filepath.Join(j.to, p.name))
		program := filepath.Join(j.programs, p.program)
		t.copy("bin/"+p.program, program, 0o755)
		p.fill(t, j.app)
		if err := j.documents(t, p, program); err != nil {
			return err
		}
		config, err := j.nfpm(t, p, program)
		if err != nil {
			return err
		}
		into := tree{dir: j.to}
		into.put(p.name+".nfpm.json", config, 0o644)
		if into.err != nil {
			return into.err
		}
	}
	return nil
}

// documents puts the manual, the licences and the changelogs.
func (j job) documents(t *tree, p parcel, program string) error {
	licences, err := notices([]string{program})
	if err != nil {
		return err
	}
	section := p.manual[len(p.manual)-1:]
	t.gzip("share/man/man"+section+"/"+p.manual+".gz", t.rendered(p.manual, j.app))
	doc := "share/doc/" + p.name + "/"
	t.text(doc+"copyright", licences)
	t.gzip(doc+"changelog.Debian.gz", t.rendered("changelog", struct {
		Package string
		app
	}{p.name, j.app}))
	t.text("share/lintian/overrides/"+p.name, t.rendered("lintian", p.name))
	return t.err
}

var hicolor = []int{16, 22, 24, 32, 48, 64, 96, 128, 256, 512}

// desktopFiles puts what a desktop shows: entry, metainfo, icons.
func desktopFiles(t *tree, a app) {
	t.text("share/applications/"+a.ID+".desktop", t.rendered("desktop", a))
	t.text("share/metainfo/"+a.ID+".metainfo.xml", t.rendered("metainfo.xml", a))
	icon, err := openPicture(a.Icon)
	if err != nil {
		t.err = err
		return
	}
	for _, size := range hicolor {
		octets, err := icon.png(size)
		if err != nil && t.err == nil {
			t.err = err
		}
		t.put(fmt.Sprintf("share/icons/hicolor/%dx%d/apps/%s.png", size, size, a.ID), octets, 0o644)
	}
	drawing := a.Icon[:len(a.Icon)-len(filepath.Ext(a.Icon))] + ".svg"
	t.copy("share/icons/hicolor/scalable/apps/"+a.ID+".svg", drawing, 0o644)
}

// serviceFiles puts what systemd reads.
func serviceFiles(t *tree, _ app) {
	t.copy("lib/systemd/system/postoffice.service", "packaging/postoffice/postoffice.service", 0o644)
	t.copy("lib/sysusers.d/postoffice.conf", "packaging/postoffice/sysusers.conf", 0o644)
}

// What follows is nfpm's configuration, as far as it is used: nfpm.goreleaser.com.
// JSON is YAML, so nothing has to be quoted by hand.
type nfpmConfig struct {
	Name        string                  `json:"name"`
	Arch        string                  `json:"arch"`
	Platform    string                  `json:"platform"`
	Version     string                  `json:"version"`
	Schema      string                  `json:"version_schema"`
	Release     string                  `json:"release"`
	Section     string                  `json:"section"`
	Priority    string                  `json:"priority"`
	Maintainer  string                  `json:"maintainer"`
	Description string                  `json:"description"`
	Homepage    string                  `json:"homepage"`
	License     string                  `json:"license"`
	MTime       string                  `json:"mtime"`
	Contents    []nfpmFile              `json:"contents"`
	Overrides   map[string]nfpmOverride `json:"overrides"`
	Deb         map[string]any          `json:"deb"`
	RPM         map[string]any          `json:"rpm"`
}

type nfpmFile struct {
	Source      string         `json:"src"`
	Destination string         `json:"dst"`
	Type        string         `json:"type,omitempty"`
	Packager    string         `json:"packager,omitempty"`
	Info        map[string]any `json:"file_info"`
}

type nfpmOverride struct {
	Depends    []string          `json:"depends,omitempty"`
	Recommends []string          `json:"recommends,omitempty"`
	Scripts    map[string]string `json:"scripts,omitempty"`
}

// nfpm describes the package of a parcel whose tree is complete.
func (j job) nfpm(t *tree, p parcel, program string) ([]byte, error) {
	n, err := readNeeds(program)
	if err != nil {
		return nil, err
	}
	n.sonames = append(n.sonames, p.libraries...)
	slices.Sort(n.sonames)
	n.sonames = slices.Compact(n.sonames)
	deb, err := n.deb()
	if err != nil {
		return nil, err
	}
	wayland := needs{sonames: slices.Clone(p.wayland)}
	wayland.sonames = slices.DeleteFunc(wayland.sonames, func(s string) bool { return slices.Contains(n.sonames, s) })
	recommends, err := wayland.deb()
	if err != nil {
		return nil, err
	}
	c := nfpmConfig{
		Name: p.name, Arch: j.arch, Platform: "linux", Version: j.app.Version, Schema: "none", Release: "1",
		Section: p.section, Priority: "optional", Maintainer: j.app.Maintainer(), Homepage: j.app.Website, License: "MIT",
		Description: p.summary + "\n" + wrap("", p.text), MTime: j.app.Date.Format(time.RFC3339),
		Contents: j.contents(t, p),
		Overrides: map[string]nfpmOverride{
			"deb": {Depends: deb, Recommends: slices.Concat(p.recommends, recommends), Scripts: scripts(p.scripts["deb"])},
			"rpm": {Depends: n.rpm(), Recommends: slices.Concat(p.recommendsRPM, wayland.rpm()), Scripts: scripts(p.scripts["rpm"])},
		},
		Deb: map[string]any{"compression": "none"}, // packaging/build does it
		RPM: map[string]any{"compression": "zstd:19", "summary": strings.ToUpper(p.summary[:1]) + p.summary[1:], "group": p.group, "buildhost": j.app.Command(), "packager": j.app.Maintainer()},
	}
	return json.MarshalIndent(c, "", "  ")
}

func scripts(kind string) map[string]string {
	if kind == "" {
		return nil
	}
	all := map[string]string{}
	for _, when := range []string{"postinstall", "preremove", "postremove"} {
		all[when] = "packaging/postoffice/" + kind + "-" + when
	}
	return all
}

// contents lists each file by name, so that no package owns a folder of another.
func (j job) contents(t *tree, p parcel) []nfpmFile {
	var all []nfpmFile
	for _, folder := range []string{"bin", "lib", "share"} {
		for _, f := range t.under(folder) {
			file := nfpmFile{
				Source: filepath.Join(t.dir, f.path), Destination: "/usr/" + f.path,
				Info: map[string]any{"mode": int(f.mode), "owner": "root", "group": "root"},
			}
			kind := "" // rpm marks what is documentation, and nfpm leaves out of a deb what is marked
			switch {
			case matches(f.path, "share/lintian/*/*"), matches(f.path, "share/doc/*/changelog.Debian.gz"):
				file.Packager = "deb"
			case matches(f.path, "share/doc/*/copyright"):
				kind = "license"
			case matches(f.path, "share/man/*/*"):
				kind = "doc"
			}
			if kind != "" {
				marked := file
				marked.Packager, marked.Type, file.Packager = "rpm", kind, "deb"
				if kind == "license" { // its place in Fedora and openSUSE
					marked.Destination = "/usr/share/licenses/" + p.name + "/copyright"
				}
				all = append(all, marked)
			}
			all = append(all, file)
		}
	}
	for path, source := range p.config {
		all = append(all, nfpmFile{
			Source: source, Destination: "/etc/" + path, Type: "config|noreplace",
			Info: map[string]any{"mode": 0o644, "owner": "root", "group": "root"},
		})
	}
	return all
}

func matches(path, pattern string) bool {
	ok, err := filepath.Match(pattern, path)
	return ok && err == nil
}

package main

import (
	"crypto/sha1"
	"fmt"
	"path/filepath"
	"strings"
)

// GUID returns an id for Windows' installer that is the same for the same words: a UUID
// of version 5 (RFC 9562 section 5.5) below the program's own id.
func (a app) GUID(words ...string) string {
	space := sha1.Sum([]byte(a.ID)) // an id, not a secret
	sum := sha1.Sum(append(space[:16], strings.Join(words, "\n")...))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// Numbers is the version with commas, as resources have it.
func (a app) Numbers() string { return strings.ReplaceAll(a.Quad(), ".", ",") }

// windows writes the program's icon and resource, and, where the programs are built, what
// the two installers are made from.
func (j job) windows() error {
	icon, err := openPicture(j.app.Icon)
	if err != nil {
		return err
	}
	octets, err := icon.ico()
	if err != nil {
		return err
	}
	t := newTree(j.to)
	t.put("restante.ico", octets, 0o644)
	t.text("resource.rc", t.rendered("windows.rc", j.app))
	t.text("restante.manifest", t.rendered("windows.manifest", j.app))
	if j.programs == "" || t.err != nil {
		return t.err
	}
	var programs []string
	for _, name := range []string{"restante.exe", "popfetch.exe", "postoffice.exe"} {
		programs = append(programs, filepath.Join(j.programs, name))
		t.copy(name, programs[len(programs)-1], 0o755)
	}
	licences, err := notices(programs)
	if err != nil {
		return err
	}
	t.text("LICENCES.txt", strings.ReplaceAll(licences, "\n", "\r\n"))
	t.text("installer.nsi", t.rendered("windows.nsi", j.app))
	t.text("installer.wxs", t.rendered("windows.wxs", j.app))
	return t.err
}

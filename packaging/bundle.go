package main

import "path/filepath"

// bundle writes the folder that is a program on macOS: what stands in Contents, and, where
// the programs are built, these and the licences of what is in them. packaging/macos/build
// signs it, and makes an image of it.
func (j job) bundle() error {
	icon, err := openPicture(j.app.Icon)
	if err != nil {
		return err
	}
	octets, err := icon.icns()
	if err != nil {
		return err
	}
	t := newTree(j.to)
	t.text("Contents/Info.plist", t.rendered("Info.plist", j.app))
	t.text("Contents/PkgInfo", "APPL????")
	t.put("Contents/Resources/"+j.app.Command()+".icns", octets, 0o644)
	if j.programs == "" || t.err != nil {
		return t.err
	}
	var programs []string
	for _, name := range []string{j.app.Command(), "popfetch"} {
		programs = append(programs, filepath.Join(j.programs, name))
		t.copy("Contents/MacOS/"+name, programs[len(programs)-1], 0o755)
	}
	licences, err := notices(programs)
	if err != nil {
		return err
	}
	t.text("Contents/Resources/LICENCES.txt", licences)
	return t.err
}

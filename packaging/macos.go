package main

// macos writes the bundle's folder but for the program in it, which only a Mac can build.
// What puts it there, and makes a .dmg of it, is to come; see docs/packaging.md.
func (j job) macos() error {
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
	return t.err
}

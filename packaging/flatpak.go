package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// flatpakShare writes what goes to share/ of a Flatpak beside the programs: what a desktop
// shows, and the licences of what is in the programs.
func (j job) flatpakShare() error {
	t := newTree(j.to)
	desktopFiles(t, j.app)
	licences, err := notices([]string{filepath.Join(j.programs, "restante"), filepath.Join(j.programs, "popfetch")})
	if err != nil {
		return err
	}
	t.text("share/licenses/"+j.app.ID+"/copyright", licences)
	return t.err
}

// flatpakManifest writes what flatpak-builder reads (flatpak-manifest(5)): how the program
// is built from its source, an archive that is to lie beside the manifest.
func (j job) flatpakManifest() error {
	octets, err := os.ReadFile(j.source)
	if err != nil {
		return fmt.Errorf("the source of the Flatpak can't be read: %w", err)
	}
	sum := sha256.Sum256(octets)
	text, err := render("flatpak.yml", struct {
		app
		Source, Sum string
	}{j.app, filepath.Base(j.source), hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	into := tree{dir: j.to}
	into.text(j.app.ID+".yml", text)
	return into.err
}

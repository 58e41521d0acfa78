package typeset

import (
	"os/exec"
	"strings"
	"testing"

	"restante.app/assets/fonts"
)

// Where the system has a font of a script, it stands in for characters of it.
func TestSystemFontsOfScripts(t *testing.T) {
	if _, err := exec.LookPath("fc-list"); err != nil {
		t.Log("fc-list is not here, so nobody can tell which fonts are")
		return
	}
	f, err := NewFonts([]FaceSource{{Weight: 400, Data: fonts.Sans}})
	if err != nil {
		t.Fatal(err)
	}
	f.System(t.TempDir())
	for lang, r := range map[string]rune{"hi": 'ह', "th": 'ท', "he": 'ש', "ar": 'م', "ja": '語', "und-zsye": '👩'} {
		out, err := exec.CommandContext(t.Context(), "fc-list", ":lang="+lang).Output()
		if err != nil || strings.TrimSpace(string(out)) == "" {
			t.Logf("no font for %s is installed", lang)
			continue
		}
		if f.standIn(r, Look{Size: 16, Weight: 400}) == nil {
			t.Errorf("nothing stands in for %c, though there is a font for %s", r, lang)
		}
	}
	if f.standIn('\U0010fffd', Look{Size: 16, Weight: 400}) != nil {
		t.Error("something stands in for a character that no font has")
	}
}

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

// TestLastResort asks the font of last resort for what no other has, and for nothing else.
func TestLastResort(t *testing.T) {
	f, err := NewFonts([]FaceSource{{Weight: 400, Data: fonts.Mono}})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.LastResort([]byte("no font")); err == nil {
		t.Error("something that is no font was taken")
	}
	look := Look{Size: 16, Weight: 400}
	if err := f.LastResort(fonts.Sans); err != nil {
		t.Fatal(err)
	}
	if got := f.standIn('a', look); got != f.faces[0].face {
		t.Error("a letter is not of the first font")
	}
	only := rune(0)
	for r := rune(0xa0); r < 0x3000 && only == 0; r++ {
		if has(f.last, r) && !has(f.faces[0].face, r) {
			only = r
		}
	}
	if only == 0 {
		t.Fatal("both fonts have the same characters")
	}
	if f.standIn(only, look) != f.last {
		t.Errorf("%c has no stand-in", only)
	}
}

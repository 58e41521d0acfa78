package desktop

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var login = Login{ID: "app.restante.Restante", Name: "Restante", Command: []string{"/opt/my apps/$restante", "--profile", `/home/ines/100% "mail"`}}

func TestDesktopEntry(t *testing.T) {
	text := desktopEntry(login)
	want := `Exec="/opt/my apps/\\$restante" "--profile" "/home/ines/100%% \\"mail\\""` + "\n"
	if !strings.Contains(text, want) {
		t.Errorf("want %s in\n%s", want, text)
	}
	hostile := login
	hostile.Command = []string{"x\nExec=evil"}
	if n := strings.Count(desktopEntry(hostile), "\nExec="); n != 1 {
		t.Errorf("%d lines of Exec:\n%s", n, desktopEntry(hostile))
	}
}

func TestLaunchAgent(t *testing.T) {
	l := login
	l.Command = append(l.Command, "<&>")
	var list struct {
		Args []string `xml:"dict>array>string"`
	}
	if err := xml.Unmarshal([]byte(launchAgent(l)), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Args) != 4 || list.Args[3] != "<&>" || list.Args[0] != l.Command[0] {
		t.Errorf("%q", list.Args)
	}
}

func TestEntryFile(t *testing.T) {
	f := entryFile{filepath.Join(t.TempDir(), "autostart", "a.desktop"), desktopEntry(login)}
	want := func(on bool) {
		t.Helper()
		if is, err := f.enabled(); is != on || err != nil {
			t.Fatalf("enabled %t, %v", is, err)
		}
	}
	want(false)
	for _, on := range []bool{false, true, true, false, false} {
		if err := f.set(on); err != nil {
			t.Fatal(err)
		}
		want(on)
	}
	if err := f.set(true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(f.path)
	if err != nil || string(text) != f.text {
		t.Errorf("%q, %v", text, err)
	}
}

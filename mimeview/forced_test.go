package mimeview

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// TestAReaderKnowsTheCharset reads a text that says the wrong thing of itself.
func TestAReaderKnowsTheCharset(t *testing.T) {
	const words = "Привет, зимнее расписание"
	octets, err := charmap.Windows1251.NewEncoder().String(words)
	if err != nil {
		t.Fatal(err)
	}
	for _, declared := range []string{"iso-8859-1", "utf-8", "koi8-r"} {
		raw := "Subject: " + octets + "\nContent-Type: text/plain; charset=" + declared + "\n\n" + octets + "\n"
		read := func(o Options) *View {
			return Parse(io.NewSectionReader(strings.NewReader(raw), 0, int64(len(raw))), o)
		}
		v := read(Options{Charset: "windows-1251"})
		if got := strings.TrimSpace(v.Text); got != words || v.Subject != words {
			t.Errorf("said to be %s: %q, subject %q", declared, got, v.Subject)
		}
		if declared != "iso-8859-1" {
			continue
		}
		if got, plain := read(Options{Charset: "no such thing"}).Text, read(Options{}).Text; got == "" || plain == "" {
			t.Errorf("a charset that means nothing gives %q", got)
		}
	}
}

package mimeview

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

// yencoded is a file in yEnc.
func yencoded(name string, octets []byte, tail string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "=ybegin line=128 size=%d name=%s\r\n", len(octets), name)
	for i, c := range octets {
		if c += 42; c == 0 || c == '\n' || c == '\r' || c == '=' {
			b.WriteByte('=')
			c += 64
		}
		b.WriteByte(c)
		if i%128 == 127 {
			b.WriteString("\r\n")
		}
	}
	return b.String() + "\r\n" + tail
}

func TestYEnc(t *testing.T) {
	t.Parallel()
	octets := make([]byte, 1000)
	for i := range octets {
		octets[i] = byte(i * 7)
	}
	end := fmt.Sprintf("=yend size=%d crc32=%08x\r\n", len(octets), crc32.ChecksumIEEE(octets))
	for name, c := range map[string]struct {
		body, text, notice string
		whole              bool
	}{
		"whole":     {"before\r\n" + yencoded("a b.bin", octets, end) + "after\r\n", "before\nafter\n", "", true},
		"no end":    {"before\r\n" + yencoded("a b.bin", octets, ""), "before\n", "The end of this file is missing.", true},
		"wrong sum": {yencoded("a b.bin", octets, "=yend size=1000 crc32=0\r\n"), "", "This file is damaged or only one piece of several.", true},
		"a piece":   {strings.Replace(yencoded("a b.bin", octets, "=yend size=1000\r\n"), "\r\n", "\r\n=ypart begin=1 end=1000\r\n", 1), "", "", true},
	} {
		v := parse(t, "Subject: a\r\n\r\n"+c.body, Options{})
		if len(v.Parts) != 1 || v.Parts[0].Name != "a b.bin" || v.Parts[0].Notice != c.notice || c.whole && string(v.Parts[0].Octets) != string(octets) {
			t.Errorf("%s: parts %+v", name, v.Parts)
		}
		if c.text != "" && v.Text != c.text {
			t.Errorf("%s: text %q", name, v.Text)
		}
	}
	if v := parse(t, "Subject: a\n\n=ybegin is a word of yEnc\n", Options{}); len(v.Parts) != 0 || !strings.Contains(v.Text, "word of yEnc") {
		t.Errorf("prose is taken for a file: %q", v.Text)
	}
}

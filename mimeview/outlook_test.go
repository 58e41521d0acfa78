package mimeview

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
)

// winmail makes a TNEF stream of attributes and what they hold.
func winmail(attributes ...any) string {
	b := []byte{0x78, 0x9f, 0x3e, 0x22, 0, 0}
	for i := 0; i+1 < len(attributes); i += 2 {
		id, _ := attributes[i].(int)
		v, _ := attributes[i+1].(string)
		b = binary.LittleEndian.AppendUint32(append(b, 1), uint32(id))
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(v))), v...)
		b = append(b, 0, 0)
	}
	return string(b)
}

// binaryProperty makes a list of one MAPI property.
func binaryProperty(id uint16, v string) string {
	b := binary.LittleEndian.AppendUint16([]byte{1, 0, 0, 0, 2, 1}, id)
	b = binary.LittleEndian.AppendUint32(append(b, 1, 0, 0, 0), uint32(len(v)))
	return string(b) + v + strings.Repeat("\x00", (4-len(v)%4)%4)
}

// object is the property of an attachment that is a message.
func object(stream string) string {
	v := strings.Repeat("i", 16) + stream
	b := binary.LittleEndian.AppendUint32([]byte("\x01\x00\x00\x00\x0d\x00\x01\x37\x01\x00\x00\x00"), uint32(len(v)))
	return string(b) + v + strings.Repeat("\x00", (4-len(v)%4)%4)
}

// stored is an RTF as TNEF has it, not compressed.
func stored(s string) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(s)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	return string(b) + "MELA\x00\x00\x00\x00" + s
}

func TestWinmail(t *testing.T) {
	t.Parallel()
	const body, codepage, title, data, begin, props = 0x2800c, 0x69007, 0x18010, 0x6800f, 0x69002, 0x69003
	file := []any{codepage, "\xe3\x04\x00\x00", begin, "", title, "\xef\xf0\xe8.txt\x00", data, "data"}
	for name, c := range map[string]struct {
		before, stream string
		want           []Body
		parts          int
	}{
		"text and a file":   {"", winmail(append(file, body, "one\r\ntwo\x00")...), []Body{{Text: "one\ntwo\n"}}, 1},
		"the text again":    {plainForm, winmail(append(file, body, "plain\x00")...), []Body{{Text: "plain\n"}}, 1},
		"RTF again":         {plainForm, winmail(append(file, props, binaryProperty(0x1009, stored(`{\rtf1 plain\par}`)))...), []Body{{Text: "plain\n"}}, 1},
		"RTF alone":         {"", winmail(props, binaryProperty(0x1009, stored(`{\rtf1 rich\par}`))), []Body{{Text: "rich\n"}}, 0},
		"HTML beside text":  {plainForm, winmail(props, binaryProperty(0x1013, "<p>html</p>")), []Body{{Text: "plain\n", HTML: "<p>html</p>"}}, 0},
		"HTML within RTF":   {"", winmail(props, binaryProperty(0x1009, stored(`{\rtf1\fromhtml1{\*\htmltag64 <p>}html{\*\htmltag72 </p>}}`))), []Body{{Text: "html\n", HTML: "<p>html</p>"}}, 0},
		"nothing":           {plainForm, "no TNEF", []Body{{Text: "plain\n"}}, 1},
		"cut off":           {"", winmail(body, "one\x00", data, "data")[:35], []Body{{Text: "one\n"}}, 1},
		"a message":         {"", winmail(body, "outer\x00", begin, "", 0x69005, object(winmail(body, "a message inside"))), []Body{{Text: "outer\n"}, {Text: "---------- Message within this message ----------\n\n"}, {Text: "a message inside\n"}}, 0},
		"another text, too": {plainForm, winmail(body, "more\x00"), []Body{{Text: "plain\n"}, {Text: "more\n"}}, 0},
	} {
		parts := []string{"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(c.stream))}
		if c.before != "" {
			parts = append([]string{c.before}, parts...)
		}
		v := parse(t, mixed("mixed", parts...), Options{})
		var got, want []string
		for _, b := range v.Bodies {
			got = append(got, strings.TrimSpace(b.Text)+"|"+b.HTML)
		}
		for _, b := range c.want {
			want = append(want, strings.TrimSpace(b.Text)+"|"+b.HTML)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") || len(v.Parts) != c.parts {
			t.Errorf("%s: bodies %q, parts %+v", name, got, v.Parts)
		}
		if c.parts == 1 && name != "nothing" && name != "cut off" && (v.Parts[0].Name != "при.txt" || string(v.Parts[0].Octets) != "data" || v.Parts[0].Class != PlainText) {
			t.Errorf("%s: part %+v", name, v.Parts[0])
		}
	}
}

func TestNestedWinmail(t *testing.T) {
	t.Parallel()
	s := winmail(0x2800c, "the bottom")
	for range 100 {
		s = winmail(0x69005, object(s))
	}
	if v := parse(t, "Content-Type: application/ms-tnef\n\n"+s, Options{}); !noticed(v, "nested too deep") {
		t.Errorf("no notice of the depth: %q", v.Notices)
	}
}

func TestRTFBody(t *testing.T) {
	t.Parallel()
	v := parse(t, "Content-Type: text/rtf\n\n{\\rtf1\\ansi Gr\\'fc\\'dfe\\par}\n", Options{})
	if v.Text != "Grüße\n" || v.HTML != "" {
		t.Errorf("%q, %q", v.Text, v.HTML)
	}
	v = parse(t, "Content-Type: text/richtext\n\n<bold>no RTF</bold>\n", Options{})
	if strings.TrimSpace(v.Text) != "no RTF" {
		t.Errorf("%q", v.Text)
	}
}

package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/uitest"
)

// threat is a message that tries something.
type threat struct {
	row   string // of what a hostile message tries
	octet string
	shows string // what can be read of it all the same, "" for anything
}

// threats are messages of every kind that a hostile sender may write; docs/threats.md
// names the tests of each.
func threats(t *testing.T) (all []threat) {
	t.Helper()
	add := func(row, shows string, octets ...string) {
		for _, o := range octets {
			all = append(all, threat{row, o, shows})
		}
	}
	add("budgets", "the bottom", nestedParts(1500))
	add("budgets", "x", "Content-Type: multipart/mixed; boundary=b\n\n"+strings.Repeat("--b\n\nx\n", 20_000)+"--b--\n")
	add("budgets", "the body", "Subject: "+strings.Repeat("x", 2<<20)+"\n\nthe body\n", "Content-Type: text/plain"+strings.Repeat("; filename*0=x", 100_000)+"\n\nthe body\n")
	add("budgets", "", "Content-Type: application/x\nContent-Transfer-Encoding: base64\n\n"+strings.Repeat(strings.Repeat("QUFB", 19)+"\n", 100_000))
	add("nothing parses", "no header", "no header\nat all\n")
	add("nothing parses", "", "\x00\xff\xfe\x01", strings.Repeat("\xff", 5000))
	add("hidden characters", "the body", "From: a\u202eb\u200bc <x\u2066y@example.org>\nFrom: Bad <bad@example.org>\nSubject: one\u202etwo\u200bthree\n\nthe body\u202e\u200b\n")
	add("names", "the body", attachments("../../x", "CON", "a.pdf\u202eexe", "a.txt:stream", "nul\x00.txt", "/etc/passwd", "..\\..\\x.lnk"))
	add("links", "the page", page(`<p>the page <a href="http://evil.example/">www.bank.example</a> <a href="http://xn--80ak6aa92e.example/">apple</a>
<a href="javascript:alert(1)">a</a><a href="file:///etc/passwd">b</a><a href="data:text/html,x">c</a><a href="vbscript:x">d</a><a href="mailto:a@b.example?bcc=x&attach=/etc/passwd">e</a>`))
	for some := range slices.Chunk(vectors(t), 8) {
		add("what asks for something", "shown", page("<p>shown</p>"+strings.Join(some, "\n")))
	}
	add("pictures", "shown", page(`<p>shown<img src="cid:a@x"><img src="cid:b@x"><img src="cid:other@message">`, picture("a@x", bomb()), picture("b@x", manyFrames(t)),
		picture("c@x", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><image href="https://tracker.example/x"/><image href="file:///etc/passwd"/></svg>`))))
	add("size", "the end", page(strings.Repeat("<div>", 5000)+"the end"), strings.Repeat(">", 50_000)+" the end\n", "Subject: x\n\nthe end "+strings.Repeat("word ", 2<<20/5)+"\n")
	add("joined bodies", "good", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"https://tracker.example/?\n"+
		"--b\n\ngood\n--b\nContent-Type: text/html\n\n\"><style>@import 'https://tracker.example/'\n--b--\n")
	return all
}

func page(html string, parts ...string) string {
	if len(parts) == 0 {
		return "Subject: x\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n"
	}
	return "Subject: x\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n" + strings.Join(parts, "") + "--b--\n"
}

func picture(id string, octets []byte) string {
	return "--b\nContent-Type: image/png\nContent-ID: <" + id + ">\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(octets) + "\n"
}

func attachments(names ...string) string {
	var b strings.Builder
	b.WriteString("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nthe body\n")
	for _, n := range names {
		fmt.Fprintf(&b, "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"%s\"\n\nMZ it is a program\n", n)
	}
	return b.String() + "--b--\n"
}

func nestedParts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	return b.String() + "Content-Type: text/plain\n\nthe bottom\n"
}

// vectors are the ways to ask for something from outside that layout's tests have.
func vectors(t *testing.T) []string {
	t.Helper()
	octets, err := os.ReadFile("docview/layout/testdata/vectors.html")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(octets), "-->\n")
	return strings.Split(strings.TrimSpace(list), "\n")
}

// bomb is a PNG that says it has 9 gigabytes of pixels.
func bomb() []byte {
	head := append([]byte("IHDR"), 0, 0, 0xbb, 0x80, 0, 0, 0xbb, 0x80, 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

func manyFrames(t *testing.T) []byte {
	t.Helper()
	g := &gif.GIF{}
	for range 2000 {
		g.Image, g.Delay = append(g.Image, image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.White, color.Black})), append(g.Delay, 0)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readable opens the window for messages that are parsed when they are asked for.
func readable(t *testing.T, all []threat) *bench {
	t.Helper()
	core := uitest.New(len(all) + 1)
	core.Made = map[localstore.MessageID]*mimeview.View{}
	core.OnView = func(id localstore.MessageID) {
		if n := int(id) - 1; n < len(all) {
			o := all[n].octet
			core.Made[id] = mimeview.Parse(io.NewSectionReader(strings.NewReader(o), 0, int64(len(o))), mimeview.Options{})
		}
	}
	return newBench(t, core)
}

// read does with a message what a person may do without asking for anything from
// outside, and tells what could be read.
func (b *bench) read(id localstore.MessageID) (text string) {
	p := b.message
	p.show(localstore.Entry{ID: id})
	b.rest()
	l := p.letter()
	if l == nil {
		return ""
	}
	for _, m := range []mode{asHeaders, asSource, asText, asHTML} {
		p.setMode(m)
		b.rest()
		if m == asText || m == asHTML {
			text += p.text.Text()
		}
	}
	for _, n := range p.text.Document().Links() {
		p.hover(&docview.Link{Text: "x", Href: n.Link().Href})
	}
	p.text.PageDown()
	p.text.SelectAll()
	p.text.Copy(b.desk.app.Clipboard())
	p.text.Find("e")
	b.rest()
	p.text.ClearFind()
	b.desk.window.Canvas().Capture()
	for _, part := range l.view.Parts[:min(len(l.view.Parts), 8)] {
		p.parts.look(part)
		b.rest()
		b.desk.escape()
		p.back()
	}
	if o, ok := p.onPaper(); ok && len(text) < 1<<20 {
		_ = o.write(io.Discard)
	}
	return text
}

// rest settles, with time for the pictures that are decoded elsewhere.
func (b *bench) rest() {
	for range 3 {
		b.settle()
		time.Sleep(2 * time.Millisecond)
	}
	b.settle()
}

// checkThreats reads messages, of which the first has this number: what can be read of each
// is there, nothing is asked for, and no link leads elsewhere than to web and mail.
func checkThreats(t *testing.T, b *bench, all []threat, first int) {
	t.Helper()
	for i, m := range all {
		if text := b.read(localstore.MessageID(i + first)); !strings.Contains(text, m.shows) {
			t.Errorf("%s: %.100q can't be read, but %.100q", m.row, m.octet, text)
		}
		doc := b.message.text.Document()
		for _, n := range doc.Links() {
			if u, err := url.Parse(n.Link().Href); err != nil || !slices.Contains([]string{"http", "https", "mailto", ""}, u.Scheme) {
				t.Errorf("%s: a link leads to %.100q", m.row, n.Link().Href)
			}
		}
		for _, src := range doc.Sources {
			if strings.Contains(src, "tracker") {
				t.Errorf("%s: %s would be asked for", m.row, src)
			}
		}
	}
	if len(b.core.WebAsked) > 0 {
		t.Errorf("asked for %v", b.core.WebAsked)
	}
}

// readThreats opens the window, and all fonts that the messages take, and returns what
// reads the messages.
func readThreats(t *testing.T) func() {
	all := threats(t)
	var letters strings.Builder
	for _, m := range all {
		for _, r := range m.octet {
			if r > 0x7f && !strings.ContainsRune(letters.String(), r) {
				letters.WriteRune(r)
			}
		}
	}
	opener := page("<p>"+letters.String()+"<b>"+letters.String()+"</b><i>"+letters.String()+"</i><tt>"+letters.String()) + letters.String()
	every := append([]threat{{octet: opener}}, all...)
	b := readable(t, every)
	b.read(1)
	b.press(fyne.KeyEscape)
	return func() {
		checkThreats(t, b, all, 2)
		fmt.Printf("%d messages read under seal\n", len(all))
	}
}

package ui

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/uitest"
)

func dot(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// opens opens a message that the test made.
func opens(t *testing.T, v *mimeview.View) *bench {
	t.Helper()
	core := uitest.New(2)
	core.Made = map[localstore.MessageID]*mimeview.View{2: v}
	b := newBench(t, core)
	b.list.list.Select(0)
	b.settle()
	return b
}

func newsletter(t *testing.T) *mimeview.View {
	return &mimeview.View{
		From: []mimeview.Address{{Name: "News", Address: "news@example.org"}}, Subject: "News", Text: "plain news", HTML: "x",
		Bodies: []mimeview.Body{{Text: "plain news\n", HTML: `<p>rich news <a href="http://evil.example/">www.example.org</a>` +
			`<img src="cid:logo@x"><img src="https://a.example/one.png"><img src="https://a.example/two.png" alt="two">`}},
		Parts: []mimeview.Part{{Name: "logo.png", Type: "image/png", Class: mimeview.Image, ID: "logo@x", Octets: dot(t), Inline: true}},
	}
}

func TestHTMLIsShownAndTheFormIsRememberedForTheSender(t *testing.T) {
	b := opens(t, newsletter(t))
	p := b.message
	if p.mode != asHTML || !strings.HasPrefix(p.text.Text(), "rich news") {
		t.Fatalf("as %s: %q", p.mode, p.text.Text())
	}
	if len(p.parts.buttons) != 0 {
		t.Error("an image that the text shows is listed as an attachment")
	}
	b.typed('v')
	b.settle()
	if p.mode != asText || p.text.Text() != "plain news" || b.core.Senders["news@example.org"].Mode != "Text" {
		t.Errorf("as %s: %q, kept %+v", p.mode, p.text.Text(), b.core.Senders)
	}
	b.list.list.Select(1)
	b.settle()
	if !p.head.modes[asHTML].Disabled() {
		t.Error("HTML can be chosen of a message without")
	}
	b.list.list.Select(0)
	b.settle()
	if p.mode != asText {
		t.Error("the form is not remembered")
	}
	b.typed('v')
	b.settle()
	if p.mode != asSource || b.core.Senders["news@example.org"].Mode != "Text" {
		t.Errorf("as %s, kept %+v", p.mode, b.core.Senders)
	}
	b.typed('v')
	b.settle()
	if p.mode != asHTML || b.core.Senders["news@example.org"] != (fetcher.Sender{}) {
		t.Errorf("as %s, kept %+v", p.mode, b.core.Senders)
	}
}

func TestImagesOnTheWebWaitForAPerson(t *testing.T) {
	v := newsletter(t)
	b := opens(t, v)
	p := b.message
	if len(b.core.WebAsked) != 0 || p.remote.object.Hidden || !strings.HasPrefix(p.remote.words.Text, "2 images") {
		t.Fatalf("asked for %v, the bar says %q", b.core.WebAsked, p.remote.words.Text)
	}
	b.core.Web = map[string][]byte{"https://a.example/one.png": dot(t)}
	test.Tap(p.remote.tools[0])
	b.settle()
	slices.Sort(b.core.WebAsked)
	if !slices.Equal(b.core.WebAsked, []string{"https://a.example/one.png", "https://a.example/two.png"}) {
		t.Errorf("asked for %v", b.core.WebAsked)
	}
	if !strings.HasPrefix(p.remote.words.Text, "1 of 2 images") || b.core.Senders["news@example.org"].Remote {
		t.Errorf("the bar says %q", p.remote.words.Text)
	}
	b.core.WebAsked = nil
	b.list.list.Select(1)
	b.settle()
	b.list.list.Select(0)
	b.settle()
	if len(b.core.WebAsked) != 0 || p.remote.object.Hidden {
		t.Error("leave for one message is leave for the next")
	}
	test.Tap(p.remote.tools[1])
	b.settle()
	b.core.WebAsked = nil
	b.list.list.Select(1)
	b.settle()
	b.list.list.Select(0)
	b.settle()
	if len(b.core.WebAsked) != 2 || !b.core.Senders["news@example.org"].Remote {
		t.Errorf("always is not always: asked for %v", b.core.WebAsked)
	}
}

func TestALinkThatLiesIsToldAndAsked(t *testing.T) {
	b := opens(t, newsletter(t))
	p := b.message
	lie := docview.Link{Text: "www.example.org", Href: "http://evil.example/"}
	p.hover(&lie)
	if !p.status.object.Visible() || !strings.Contains(p.status.words.Text, "evil.example") || !strings.HasPrefix(p.status.words.Text, "Careful") {
		t.Errorf("over the link: %q", p.status.words.Text)
	}
	p.hover(nil)
	if p.status.object.Visible() {
		t.Error("beside it something is said")
	}
	p.follow(lie)
	if !b.desk.asking() {
		t.Fatal("it is opened without a question")
	}
	b.press(fyne.KeyReturn)
	if b.desk.asking() {
		t.Error("Enter does not leave it")
	}
	p.follow(docview.Link{Text: "page two", Href: "ftp://x.example/"})
	if !b.desk.asking() {
		t.Error("that it is not opened is not told")
	}
}

func TestFindBarInTheMessage(t *testing.T) {
	b := opens(t, newsletter(t))
	b.findInMessage()
	p := b.message
	p.find.query.SetText("news")
	b.settle()
	if p.find.object.Hidden || p.find.count.Text != "1 of 1" {
		t.Errorf("it says %q", p.find.count.Text)
	}
	b.list.list.Select(1)
	b.settle()
	if p.find.count.Text != "Not found" {
		t.Errorf("in another message it says %q", p.find.count.Text)
	}
	p.find.close()
	if b.desk.window.Canvas().Focused() != fyne.Focusable(p.text) {
		t.Error("the text has not the keyboard back")
	}
}

func TestAMessageWithinIsOpenedAndLeft(t *testing.T) {
	v := newsletter(t)
	inner := "From: In <in@example.org>\r\nSubject: Inner\r\nContent-Type: text/plain\r\n\r\ninner text\r\n"
	v.Parts = append(v.Parts, mimeview.Part{Index: 1, Name: "inner.eml", Type: "message/rfc822", Class: mimeview.Message, Octets: []byte(inner)})
	b := opens(t, v)
	p := b.message
	test.Tap(p.parts.buttons[0])
	b.settle()
	if p.text.Text() != "inner text" || p.head.subject.Text != "Inner" || p.within.object.Hidden {
		t.Errorf("%q of %q is shown", p.text.Text(), p.head.subject.Text)
	}
	p.choose(asSource)
	b.settle()
	if !strings.HasPrefix(p.text.Text(), "From: In <in@") {
		t.Errorf("its source is %q", p.text.Text())
	}
	b.key(fyne.KeyEscape)
	b.settle()
	if p.head.subject.Text != "News" || !p.within.object.Hidden || p.mode != asHTML {
		t.Errorf("after Escape %q is shown", p.head.subject.Text)
	}
}

func TestPreviews(t *testing.T) {
	b := opens(t, newsletter(t))
	for _, c := range []struct {
		part mimeview.Part
		want string
	}{
		{mimeview.Part{Name: "a.txt", Type: "text/plain", Class: mimeview.PlainText, Octets: []byte("hello there")}, "hello there"},
		{mimeview.Part{Name: "a.html", Type: "text/html", Class: mimeview.Page, Octets: []byte("<b>bold</b><script>evil()</script>")}, "bold"},
		{mimeview.Part{Name: "a.png", Type: "image/png", Class: mimeview.Image, Octets: dot(t)}, "This image can't be shown."},
	} {
		b.message.parts.preview(c.part)
		b.settle()
		r, ok := b.desk.marks["preview-text"].(*docview.View)
		if !ok || r.Text() != c.want {
			t.Errorf("%s: no preview, or %q", c.part.Name, r.Text())
		}
		b.desk.escape()
	}
	b.message.parts.preview(mimeview.Part{Name: "a.zip", Type: "application/zip", Class: mimeview.Archive})
	if b.desk.marks["preview-text"] != nil || !b.desk.asking() {
		t.Error("an archive has a preview")
	}
}

func TestZoomIsRemembered(t *testing.T) {
	b := opens(t, newsletter(t))
	b.message.text.ZoomIn()
	b.settle()
	if got := storedZoom(b.core); got != 1.1 {
		t.Errorf("%v is kept", got)
	}
	for _, s := range []string{"", "x", "NaN", "0", "99"} {
		must(nil, b.core.PutSetting(zoomSetting, []byte(s)))
		if got := storedZoom(b.core); got != 1 {
			t.Errorf("%q gives %v", s, got)
		}
	}
}

// TestDrawingsAreShown shows an SVG in the text and as an attachment, but not what would
// run in it.
func TestDrawingsAreShown(t *testing.T) {
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><script>x()</script><rect width="30" height="20" fill="#00aa00"/></svg>`)
	v := newsletter(t)
	v.Parts[0].Octets, v.Parts[0].True = svg, "image/svg+xml"
	b := opens(t, v)
	l := b.message.letter()
	octets := l.pictures.load("cid:logo@x")
	if m, err := png.Decode(bytes.NewReader(octets)); err != nil || m.Bounds().Dx() != 400 {
		t.Errorf("in the text: %v", err)
	}
	source, ok := previewOf(v.Parts[0])
	if !ok {
		t.Fatal("it has no preview")
	}
	if m, err := png.Decode(bytes.NewReader(source.Load("cid:image"))); err != nil || m.Bounds().Dy() != 267 {
		t.Errorf("as an attachment: %v", err)
	}
	l.pictures.parts[0].Octets = []byte("<svg><rect")
	clear(l.pictures.drawn)
	if l.pictures.load("cid:logo@x") != nil {
		t.Error("what is broken is shown")
	}
}

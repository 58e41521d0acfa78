package ui

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"restante.app/mimeview"
	"restante.app/ui/docview"
	"restante.app/ui/uitest"
)

// where names what has the keyboard.
func (b *bench) where() string {
	switch f := b.desk.window.Canvas().Focused().(type) {
	case *tool:
		return f.Text
	case *answer:
		return f.Text
	case *typing:
		return f.PlaceHolder
	case *docview.View:
		return "text"
	default:
		return fmt.Sprintf("%T", f)
	}
}

// tab presses Tab as the toolkit takes it: a control that wants none never sees it.
func (b *bench) tab() {
	c := b.desk.window.Canvas()
	if f, ok := c.Focused().(fyne.Tabbable); ok && f.AcceptsTab() {
		b.press(fyne.KeyTab)
		return
	}
	c.FocusNext()
	b.settle()
}

func full(t *testing.T) *mimeview.View {
	v := newsletter(t)
	v.Parts = append(v.Parts,
		mimeview.Part{Index: 1, Name: "notes.txt", Type: "text/plain", Class: mimeview.PlainText, Octets: []byte("notes")},
		mimeview.Part{Index: 2, Name: "inner.eml", Type: "message/rfc822", Class: mimeview.Message, Octets: []byte("Subject: Inner\n\ninner text\n")})
	return v
}

// TestTabReachesEverythingOfAMessage goes from the list through all of a message.
func TestTabReachesEverythingOfAMessage(t *testing.T) {
	b := opens(t, full(t))
	b.desk.focus(b.list.list)
	var seen []string
	for range 40 {
		b.tab()
		w := b.where()
		if i := strings.Index(w, "  "); i >= 0 {
			w = w[:i]
		}
		if seen = append(seen, w); w == "text" {
			break
		}
	}
	want := []string{"HTML", "Text", "Source", "Headers", "notes.txt", "inner.eml", "Save all (3)", "Load for this message", "Always for this sender", "text"}
	if !slices.Equal(seen, want) {
		t.Errorf("Tab goes to %q\nwant %q", seen, want)
	}
	b.tab() // to its link
	if b.where() != "text" || !b.message.status.object.Visible() {
		t.Errorf("from the text Tab goes to %s, not to its link", b.where())
	}
	if b.tab(); b.where() == "text" {
		t.Error("Tab does not leave the text")
	}
}

// TestAttachmentsByKeyboard opens, leaves and comes back.
func TestAttachmentsByKeyboard(t *testing.T) {
	b := opens(t, full(t))
	b.desk.focus(b.message.parts.buttons[0])
	b.press(fyne.KeyReturn)
	if b.where() != "Save…" {
		t.Fatalf("of the preview %s has the keyboard", b.where())
	}
	b.press(fyne.KeyEscape)
	if b.desk.asking() || !strings.HasPrefix(b.where(), "notes.txt") {
		t.Errorf("after Escape %s has the keyboard", b.where())
	}
	b.desk.focus(b.message.parts.buttons[1])
	b.press(fyne.KeySpace)
	if b.message.text.Text() != "inner text" || b.where() != "text" {
		t.Errorf("%q is open, %s has the keyboard", b.message.text.Text(), b.where())
	}
	b.press(fyne.KeyEscape)
	if b.message.head.subject.Text != "News" {
		t.Errorf("Escape leads to %q", b.message.head.subject.Text)
	}
}

// TestLinkByKeyboard opens a link that lies, and has the keyboard at it again.
func TestLinkByKeyboard(t *testing.T) {
	b := opens(t, full(t))
	b.desk.focus(b.message.text)
	b.tab()
	b.press(fyne.KeyReturn)
	if b.where() != "Cancel" {
		t.Fatalf("of the warning %s has the keyboard", b.where())
	}
	b.press(fyne.KeyReturn)
	if b.where() != "text" || !strings.Contains(b.message.status.words.Text, "evil.example") {
		t.Errorf("after the warning %s has the keyboard, and the link says %q", b.where(), b.message.status.words.Text)
	}
	b.press(desktop.KeyMenu)
	if !b.desk.asking() {
		t.Error("the key of menus opens none")
	}
}

func TestEscapeClosesTheFindBarFromTheText(t *testing.T) {
	b := opens(t, full(t))
	b.findInMessage()
	b.desk.focus(b.message.text)
	b.press(fyne.KeyEscape)
	if b.message.find.object.Visible() || b.where() != "text" {
		t.Errorf("the bar is there: %v; %s has the keyboard", b.message.find.object.Visible(), b.where())
	}
}

// TestAButtonPressedByAKeyKeepsTheKeyboard chooses a form and the next one.
func TestAButtonPressedByAKeyKeepsTheKeyboard(t *testing.T) {
	b := opens(t, full(t))
	b.desk.focus(b.message.head.modes[asText])
	b.press(fyne.KeySpace)
	if b.where() != "Text" || b.message.mode != asText {
		t.Errorf("%s has the keyboard, the form is %s", b.where(), b.message.mode)
	}
}

// TestEveryKeyIsListed wants docs/keys.md to be what the window says of itself, and a
// line for every shortcut.
func TestEveryKeyIsListed(t *testing.T) {
	b := newBench(t, uitest.New(1))
	page := keysPage(b.menus.keySections())
	doc, err := os.ReadFile("../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(doc) != page {
		t.Errorf("docs/keys.md is not what F1 shows, which is:\n%s", page)
	}
	for _, k := range b.menus.keys {
		if name := "Ctrl+" + string(k.shortcut.KeyName); k.shortcut.Modifier&fyne.KeyModifierShift == 0 && k.shortcut.KeyName != fyne.KeyEqual && !strings.Contains(page, "| "+name+" |") {
			t.Errorf("%s is not listed", name)
		}
	}
	source, err := os.ReadFile("keys.go")
	if err != nil {
		t.Fatal(err)
	}
	letters := regexp.MustCompile(`case '(.)'`).FindAllStringSubmatch(string(source), -1)
	for _, m := range letters {
		if !regexp.MustCompile(`(?m)^\| (?:.*, )?` + regexp.QuoteMeta(strings.ToUpper(m[1])) + `(?:,.*)? \|`).MatchString(page) {
			t.Errorf("%s is not listed", m[1])
		}
	}
	if len(letters) < 10 {
		t.Errorf("only %d letters were found", len(letters))
	}
	b.key(fyne.KeyF1)
	if !b.desk.asking() {
		t.Error("F1 shows nothing")
	}
}

// TestALongSubjectIsReadWhole and a very long one is cut.
func TestALongSubjectIsReadWhole(t *testing.T) {
	v := newsletter(t)
	v.Subject = strings.Repeat("a long subject ", 12)
	b := opens(t, v)
	if one := labelWidth("x"); b.message.head.subject.Size().Height < 2*one*2 || b.message.head.subject.Truncation != fyne.TextTruncateOff {
		t.Errorf("it is cut, %v high", b.message.head.subject.Size().Height)
	}
	v.Subject = strings.Repeat("a long subject ", 60)
	b = opens(t, v)
	if b.message.head.subject.Truncation != fyne.TextTruncateEllipsis {
		t.Error("a very long one is not cut")
	}
}

// TestKeysScrollALongSheet reads the list of keys to its end.
func TestKeysScrollALongSheet(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.key(fyne.KeyF1)
	s := b.desk.sheets[0].scroll
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown, fyne.KeyEnd} {
		before := s.Offset.Y
		if b.press(k); s.Offset.Y <= before {
			t.Errorf("%s scrolls from %v to %v", k, before, s.Offset.Y)
		}
	}
	if s.Offset.Y != s.Content.MinSize().Height-s.Size().Height {
		t.Errorf("the end is at %v", s.Offset.Y)
	}
	if b.press(fyne.KeyHome); s.Offset.Y != 0 {
		t.Errorf("the beginning is at %v", s.Offset.Y)
	}
}

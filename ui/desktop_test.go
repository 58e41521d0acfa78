package ui

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/uitest"
)

// stand is a desktop that notes what it is asked.
type stand struct {
	title, body string
	open        func()
	shown       string
	login       bool
	refuse      error
}

func (s *stand) Notify(title, body string, open func()) error {
	s.title, s.body, s.open = title, body, open
	return s.refuse
}
func (*stand) HasTray() bool { return true }
func (s *stand) ShowFile(path string) error {
	s.shown = path
	return s.refuse
}
func (s *stand) StartsAtLogin() (bool, error) { return s.login, nil }
func (s *stand) StartAtLogin(on bool) error {
	s.login = on
	return s.refuse
}

// collect lets mail come in.
func (b *bench) collect(n int) {
	b.core.Count += n
	b.handle(fetcher.Finished{Account: "a", Mode: "RETR", Tally: popclient.Tally{Collected: n}})
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
}

func TestNewMailIsToldWhileTheWindowIsBehind(t *testing.T) {
	b := newBench(t, uitest.New(20))
	s := &stand{}
	b.opts.Desktop = s
	b.arrivals.begin()
	b.settle()
	b.arrivals.front = true
	b.collect(2)
	if s.title != "" {
		t.Errorf("told %q while the window was in front", s.title)
	}
	b.arrivals.front = false
	b.collect(3)
	if s.title != "3 new messages" || s.open == nil {
		t.Fatalf("told %q", s.title)
	}
	s.open()
	b.settle()
	if got := b.message.shown.ID; got != 25 {
		t.Errorf("a click opened message %d, want 25", got)
	}
	s.title = ""
	b.arrivals.on = false
	b.collect(1)
	if s.title != "" {
		t.Errorf("told %q though that is switched off", s.title)
	}
}

func TestDesktopSettings(t *testing.T) {
	b := newBench(t, uitest.New(3))
	s := &stand{}
	b.opts.Desktop = s
	b.openDesktop()
	b.settle()
	sheet := b.desk.sheets[0]
	for _, name := range []string{"notify", "staying", "login"} {
		tick, ok := b.desk.marks["desktop-"+name].(*tick)
		if !ok {
			t.Fatalf("there is no tick %s", name)
		}
		tick.SetChecked(!tick.Checked)
	}
	save, ok := b.desk.marks["desktop-save"].(*answer)
	if !ok {
		t.Fatal("nothing to save with")
	}
	save.OnTapped()
	b.settle()
	if len(b.desk.sheets) > 0 && b.desk.sheets[0] == sheet {
		t.Error("the sheet is still open")
	}
	if b.desk.isOn(notifySetting) || !b.desk.isOn(traySetting) || !b.desk.isOn(stayingSetting) || !s.login {
		t.Errorf("kept: notify %t, tray %t, staying %t, login %t", b.desk.isOn(notifySetting), b.desk.isOn(traySetting), b.desk.isOn(stayingSetting), s.login)
	}
	s.refuse = errors.New("the folder can't be written")
	b.openDesktop()
	b.settle()
	b.desk.marks["desktop-login"].(*tick).SetChecked(false)
	b.desk.marks["desktop-save"].(*answer).OnTapped()
	b.settle()
	if !b.desk.asking() {
		t.Error("nothing says that it did not work")
	}
}

func TestTheOpenMailboxAndTheSizeAreRemembered(t *testing.T) {
	core := uitest.New(3)
	b := newBench(t, core)
	b.desk.window.Resize(fyne.NewSize(900, 500))
	b.rememberSize()
	if got := storedSize(core, fyne.Size{}); got != b.desk.window.Canvas().Size() {
		t.Errorf("%v is kept", got)
	}
	if got := storedMailbox(core); got != 1 {
		t.Errorf("mailbox %d is kept", got)
	}
	for kept, want := range map[string]fyne.Size{"": {}, "x": {}, "NaNx500": {}, "10x10": {}, "1e9x1e9": {}, "800x600": {Width: 800, Height: 600}} {
		must(nil, core.PutSetting(sizeSetting, []byte(kept)))
		if got := storedSize(core, fyne.Size{}); got != want {
			t.Errorf("%q gives %v", kept, got)
		}
	}
}

func TestMailtoIsShown(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.Open([]string{"mailto:ann@example.org?subject=Hi"})
	b.settle()
	copied, ok := b.desk.marks["mailto-copy"].(*answer)
	if !ok {
		t.Fatal("nothing is shown")
	}
	copied.OnTapped()
	if got := b.desk.app.Clipboard().Content(); got != "ann@example.org" {
		t.Errorf("%q was copied", got)
	}
}

func TestAMessageThatIsGoneIsNotOpened(t *testing.T) {
	b := newBench(t, uitest.New(5))
	b.OpenMessage(localstore.MessageID(4))
	b.settle()
	if got := b.message.shown.ID; got != 4 {
		t.Errorf("message %d is shown", got)
	}
}

func TestAFileOfMailIsOpened(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.list.list.Select(1)
	b.settle()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b.Open([]string{write("a.eml", "Subject: From a file\n\nHello.\n")})
	b.settle()
	l := b.message.letter()
	if l == nil || l.view.Subject != "From a file" || b.message.shown.ID != 0 {
		t.Fatalf("%+v is shown", b.message.shown)
	}
	if n := b.list.list.PickedCount(); n != 0 {
		t.Errorf("%d messages of the list are chosen: a key would delete what is not shown", n)
	}
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.settle()
	if !b.message.fromFile() {
		t.Error("new mail took it away")
	}
	b.message.back()
	b.settle()
	if b.message.letter() != nil {
		t.Error("back leads nowhere")
	}
	b.Open([]string{write("b.mbox", "From x Thu Jan  1 00:00:00 1970\nSubject: x\n\n")})
	b.settle()
	b.answerYes(t)
	words, ok := b.desk.marks["transfer-words"].(*widget.Label)
	if !ok || words.Text != "2 imported, 1 were here already." {
		t.Errorf("it says %v", words)
	}
	b.desk.escape()
	for _, path := range []string{write("empty.eml", ""), filepath.Join(dir, "missing.eml"), dir} {
		b.Open([]string{path})
		b.settle()
		if !b.desk.asking() {
			t.Errorf("nothing says why %s is not opened", path)
		}
		b.desk.escape()
	}
}

package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/uitest"
)

// press gives a key to what has the focus.
func (b *bench) press(k fyne.KeyName) {
	if f := b.desk.window.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
	b.settle()
}

func TestEscapeClosesAndTheListHasTheKeyboardAgain(t *testing.T) {
	b := newBench(t, uitest.New(3))
	f := b.desk.askFetch(b.core.Account[0], true)
	b.press(fyne.KeyEscape)
	if b.desk.asking() || len(b.core.Fetched) != 0 {
		t.Error("Escape in the password does not close the dialog")
	}
	if b.desk.window.Canvas().Focused() != fyne.Focusable(b.list.list) {
		t.Errorf("the focus is on a %T", b.desk.window.Canvas().Focused())
	}
	f.sheet.close() // once more does nothing
	x := b.desk.askAccount(localstore.Account{}, secrets{})
	b.desk.focus(x.fields.signIn.keyring)
	b.press(fyne.KeyEscape)
	if b.desk.asking() {
		t.Error("Escape on a check box does not close the dialog")
	}
}

func TestEnterFetches(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.desk.focus(b.list.list)
	b.press(fyne.KeyF5)
	b.press(fyne.KeyF5) // a dialog is open: no second one
	if n := len(b.desk.sheets); n != 1 {
		t.Fatalf("%d dialogs are open", n)
	}
	b.press(fyne.KeyReturn)
	if b.desk.asking() || len(b.core.Fetched) != 1 || b.core.Fetched[0] != popclient.Leave {
		t.Errorf("fetched: %v", b.core.Fetched)
	}
}

func TestPressingTheChosenModeKeepsIt(t *testing.T) {
	core := uitest.New(1)
	core.Account[0].Delete = true
	b := newBench(t, core)
	f := b.desk.askFetch(core.Account[0], false)
	f.modes.SetSelected("") // what a radio group makes of it
	if f.modes.Selected != present.Mode(popclient.Delete) || f.removal != popclient.Delete {
		t.Errorf("%q is chosen, the fetch is by %v", f.modes.Selected, f.removal)
	}
}

func TestAGraveQuestionIsAnsweredByNoAtFirst(t *testing.T) {
	b := newBench(t, uitest.New(1))
	asked := 0
	b.desk.ask("Remove it?", "It is gone then.", "Remove", true, func() { asked++ })
	b.press(fyne.KeyReturn)
	if asked != 0 || b.desk.asking() {
		t.Error("Enter removes at once")
	}
	b.desk.ask("Remove it?", "It is gone then.", "Remove", true, func() { asked++ })
	yes, ok := b.desk.marks["confirm-yes"].(*answer)
	if !ok {
		t.Fatal("there is no answer to press")
	}
	test.Tap(yes)
	if asked != 1 || b.desk.asking() || b.desk.marks["confirm-yes"] != nil {
		t.Errorf("answered %d times, still asking: %t", asked, b.desk.asking())
	}
}

func TestATrustedKeyIsShownAndForgotten(t *testing.T) {
	b := newBench(t, uitest.New(1))
	a := localstore.Account{ID: "a", Name: "Post", Host: "post.example.org", Port: 109, User: "fred", Security: localstore.TLS, PinnedKey: "0123456789abcdef0123"}
	x := b.desk.askAccount(a, secrets{known: true})
	if len(x.trust.object.Objects) != 1 {
		t.Fatal("nothing says that a key is trusted")
	}
	x.trust.set("")
	test.Tap(x.save)
	b.settle()
	if len(x.trust.object.Objects) != 0 || len(b.core.Saved) != 1 || b.core.Saved[0].PinnedKey != "" {
		t.Errorf("saved: %+v", b.core.Saved)
	}
}

func TestTrustingAKeyTestsAgain(t *testing.T) {
	core := uitest.New(1)
	core.Report = fetcher.Report{
		Steps:  []fetcher.StepResult{{Step: fetcher.StepTLS, Err: fetcher.ErrBusy}},
		Advice: fetcher.Advice{What: "Not trusted.", Next: "Pin it."}, Fingerprint: "abcd",
	}
	b := newBench(t, core)
	x := b.desk.askAccount(localstore.Account{Name: "Post", Host: "post.example.org", Port: 109, User: "fred", Security: localstore.TLS}, secrets{})
	test.Tap(x.test)
	b.settle()
	trust, ok := b.desk.marks["dialog-trust"].(*answer)
	if !ok {
		t.Fatal("the key can't be trusted")
	}
	core.Report = fetcher.Report{Steps: []fetcher.StepResult{{Step: fetcher.StepTLS, Detail: "TLS 1.3"}}}
	test.Tap(trust)
	b.settle()
	if x.trust.key != "abcd" || len(x.trust.object.Objects) != 1 || b.desk.marks["dialog-trust"] != nil {
		t.Errorf("pinned %q, shown as %d lines", x.trust.key, len(x.trust.object.Objects))
	}
	x.close()
	if b.desk.asking() {
		t.Error("still open")
	}
}

// TestWhatHasTheKeyboardIsInSight goes through a long dialog in a low window by Tab.
func TestWhatHasTheKeyboardIsInSight(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.desk.window.Resize(fyne.NewSize(800, 420))
	x := b.desk.askAccount(b.core.Account[0], secrets{})
	b.settle()
	s := b.desk.sheets[0].scroll
	if s.Content.MinSize().Height <= s.Size().Height {
		t.Fatal("all of it is in sight")
	}
	where := b.desk.app.Driver().AbsolutePositionForObject
	scrolled := 0
	for range 40 {
		before := s.Offset.Y
		b.desk.window.Canvas().FocusNext()
		o, ok := b.desk.window.Canvas().Focused().(fyne.CanvasObject)
		if !ok || !holds(s.Content, o) {
			continue
		}
		if at := where(o).Y - where(s).Y; at < 0 || at+o.Size().Height > s.Size().Height+0.1 {
			t.Errorf("a %T is at %v of %v", o, at, s.Size().Height)
		}
		if s.Offset.Y != before {
			scrolled++
		}
	}
	if scrolled < 2 {
		t.Errorf("it scrolled %d times", scrolled)
	}
	if x.save.Disabled() {
		t.Error("it can't be saved")
	}
}

package ui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/present"
	"restante.app/ui/theme"
	"restante.app/ui/uitest"
)

var wellFound = fetcher.Discovery{
	Account: localstore.Account{Name: "ines@example.org", Protocol: "pop3", Host: "mail.example.org", Port: 995, Security: localstore.TLS, User: "ines"},
	Safety:  fetcher.SafetyVerified, Source: "DNS",
	Report: fetcher.Report{Steps: []fetcher.StepResult{{Step: fetcher.StepLogin, Detail: "ines"}}},
}

// finding opens the dialog, types both fields and presses Find.
func finding(t *testing.T, core *uitest.Core) (*bench, *newAccountDialog) {
	t.Helper()
	core.Secret = fetcher.SecretState{Place: fetcher.InKeyring}
	b := newBench(t, core)
	x := b.desk.askNewAccount(core.Secret)
	x.address.SetText("ines@example.org")
	x.password.SetText("secret")
	test.Tap(x.do)
	b.settle()
	return b, x
}

func TestTwoFieldsTwoClicks(t *testing.T) {
	core := uitest.New(0)
	core.Found = wellFound
	core.Attempts = []fetcher.Attempt{{What: "Ask DNS"}, {What: "Ask DNS", Err: errors.New("nothing")}, {What: "Try mail.example.org"}, {What: "Try mail.example.org", Detail: "POP3"}}
	b, x := finding(t, core)
	if n := len(x.steps.object.Objects); n != 2 {
		t.Errorf("%d lines of attempts, want 2", n)
	}
	if got := x.steps.lines["Ask DNS"].text.Text; got != "Ask DNS: nothing" {
		t.Error(got)
	}
	if x.do.Text != "Add and fetch" || x.found.agree != nil {
		t.Fatalf("the button says %q", x.do.Text)
	}
	test.Tap(x.do)
	b.settle()
	if len(core.Saved) != 1 || core.Saved[0].Host != "mail.example.org" || !core.Saved[0].RememberInKey || len(core.Fetched) != 1 || b.desk.asking() {
		t.Errorf("saved %+v, fetched %v", core.Saved, core.Fetched)
	}
	if core.Tested != 0 {
		t.Error("what was tested is tested again")
	}
}

func TestNothingUnsafeWithoutConsent(t *testing.T) {
	for _, safety := range []fetcher.Safety{fetcher.SafetyUnproved, fetcher.SafetyUnknownKey, fetcher.SafetyOpen} {
		core := uitest.New(0)
		core.Found = wellFound
		core.Found.Safety, core.Found.Report.Fingerprint = safety, "abcd" // it answered, as far as that goes without the password
		core.Report = fetcher.Report{Steps: []fetcher.StepResult{{Step: fetcher.StepLogin, Err: errors.New("no")}}, Advice: fetcher.Advice{What: "Refused.", Next: "Look."}}
		b, x := finding(t, core)
		test.Tap(x.do)
		b.settle()
		if len(core.Saved) != 0 || core.Tested != 0 || x.fault.Hidden {
			t.Fatalf("%s: went on without consent", safety)
		}
		x.found.agree.SetChecked(true)
		test.Tap(x.do)
		b.settle()
		if core.Tested != 1 || len(core.Saved) != 0 || x.do.Text != "Try again" {
			t.Errorf("%s: tested %d times, saved %v", safety, core.Tested, core.Saved)
		}
		core.Report = wellFound.Report
		test.Tap(x.do)
		b.settle()
		if len(core.Saved) != 1 || len(core.Fetched) != 1 {
			t.Errorf("%s: saved %v, fetched %v", safety, core.Saved, core.Fetched)
		}
	}
}

func TestEveryLevelHasALockAndAGround(t *testing.T) {
	newBench(t, uitest.New(0)) // the icons ask the program for their colour
	for _, l := range []present.Level{present.Safe, present.Doubt, present.Exposed} {
		if theme.Icon(locks[l]) == nil || banners[l] == "" {
			t.Errorf("level %d has none", l)
		}
	}
}

func TestAnotherAddressIsLookedForAnew(t *testing.T) {
	core := uitest.New(0)
	core.Found = wellFound
	_, x := finding(t, core)
	x.address.SetText("max@example.net")
	if x.found != nil || x.do.Text != "Find" || len(x.result.Objects) != 0 {
		t.Errorf("what was found for another address is still there: %q", x.do.Text)
	}
}

// TestASearchForAnotherAddressIsDropped types on while the search runs.
func TestASearchForAnotherAddressIsDropped(t *testing.T) {
	core := uitest.New(0)
	core.Found = wellFound
	b := newBench(t, core)
	x := b.desk.askNewAccount(fetcher.SecretState{Place: fetcher.InKeyring})
	x.address.SetText("ines@example.org")
	x.password.SetText("secret")
	test.Tap(x.do)
	if !x.do.Disabled() {
		t.Fatal("it can be pressed while it searches")
	}
	x.address.SetText("max@example.net")
	b.settle()
	if x.found != nil || x.do.Disabled() || x.do.Text != "Find" {
		t.Errorf("what was found for another address is shown; the button says %q", x.do.Text)
	}
}

func TestNothingFoundLeadsToTheFormWithWhatIsKnown(t *testing.T) {
	core := uitest.New(0)
	core.Found = fetcher.Discovery{Report: fetcher.Report{Advice: fetcher.Advice{What: "Nothing.", Next: "By hand."}}}
	b, x := finding(t, core)
	if x.do.Text != "Find" || len(x.result.Objects) == 0 {
		t.Fatal("nothing says that nothing was found")
	}
	hand, ok := b.desk.marks["new-hand"].(*answer)
	if !ok {
		t.Fatal("no way to the form")
	}
	test.Tap(hand)
	b.settle()
	user, ok := b.desk.marks["dialog-user"].(*typing)
	if !ok || user.Text != "ines@example.org" {
		t.Error("the form does not know the address")
	}
}

func TestBadAddressIsSaidAtOnce(t *testing.T) {
	core := uitest.New(0)
	b := newBench(t, core)
	x := b.desk.askNewAccount(fetcher.SecretState{Place: fetcher.InMemory})
	x.address.SetText("ines")
	test.Tap(x.do)
	if x.fault.Hidden || !strings.Contains(x.fault.Text, "whole mail address") || len(b.jobs) != 0 {
		t.Errorf("%q", x.fault.Text)
	}
	if !x.keep.Disabled() || !x.keep.Checked {
		t.Error("the wish to keep the password is lost, or asked for where there is no place")
	}
}

func TestSignInWithTheBrowser(t *testing.T) {
	core := uitest.New(0)
	core.Found = wellFound
	core.Found.SignIn, core.Found.Report = true, fetcher.Report{}
	b, x := finding(t, core)
	if x.do.Text != "Sign in and fetch" {
		t.Fatalf("the button says %q", x.do.Text)
	}
	test.Tap(x.do)
	b.settle()
	if len(core.Signed) != 1 || core.Signed[0] != "new" || len(core.Fetched) != 1 || b.desk.asking() {
		t.Errorf("signed in: %v, fetched: %v", core.Signed, core.Fetched)
	}
}

func TestTheFormFollowsTheProtocol(t *testing.T) {
	b := newBench(t, uitest.New(0))
	x := b.desk.askAccount(localstore.Account{}, secrets{state: fetcher.SecretState{Place: fetcher.InKeyring}})
	f := x.fields
	for _, c := range []struct {
		protocol, port string
		mailboxes, tls bool
	}{{"pop1", "109", true, false}, {"pop2", "109", true, false}, {"pop3", "995", false, true}} {
		f.server.protocol.SetSelected(present.Protocols.Label(c.protocol))
		if f.server.port.Text != c.port || len(f.server.security.Options) == 3 != c.tls {
			t.Errorf("%s: port %s, %v", c.protocol, f.server.port.Text, f.server.security.Options)
		}
		if f.server.mailboxes.Visible() != c.mailboxes {
			t.Errorf("%s: mailboxes %t", c.protocol, f.server.mailboxes.Visible())
		}
	}
	f.server.security.SetSelected(present.Securities.Label(localstore.STARTTLS))
	if f.server.port.Text != "110" {
		t.Errorf("port %s for STLS", f.server.port.Text)
	}
	f.server.port.SetText("1100")
	f.server.security.SetSelected(present.Securities.Label(localstore.TLS))
	if f.server.port.Text != "1100" {
		t.Error("a port that was typed is changed")
	}
	f.server.security.SetSelected(present.Securities.Label(localstore.STARTTLS))
	f.server.protocol.SetSelected(present.Protocols.Label("pop2"))
	if present.Securities.Value(f.server.security.Selected) != localstore.TLS {
		t.Errorf("POP2 is left with %q", f.server.security.Selected)
	}
	b.press(fyne.KeyEscape)
}

func TestPasswordsCanBeUnlocked(t *testing.T) {
	core := uitest.New(0)
	core.Secret = fetcher.SecretState{Place: fetcher.InMemory, File: true, Locked: true}
	b := newBench(t, core)
	b.desk.unlock()
	b.settle()
	for i, passphrase := range []string{"wrong", "right"} {
		entry, ok := b.desk.marks["secret-entry"].(*typing)
		if !ok {
			t.Fatalf("try %d: nothing asks for the passphrase", i)
		}
		entry.SetText(passphrase)
		entry.OnSubmitted(passphrase)
		b.settle()
	}
	if b.desk.asking() || len(core.Opened) != 2 {
		t.Errorf("tried: %v", core.Opened)
	}
}

func TestPassphraseIsTypedTwice(t *testing.T) {
	core := uitest.New(0)
	b := newBench(t, core)
	b.desk.newPassphrase("Set a passphrase")
	entry := func() *typing {
		e, ok := b.desk.window.Canvas().Focused().(*typing)
		if !ok {
			t.Fatal("no entry has the keyboard")
		}
		return e
	}
	first := entry()
	first.SetText("correct horse")
	first.OnSubmitted("")
	second := entry()
	second.SetText("correct house")
	second.OnSubmitted("")
	b.settle()
	if len(core.Sealed) != 0 {
		t.Fatal("sealed with a slip of the finger")
	}
	second.SetText("correct horse")
	second.OnSubmitted("")
	b.settle()
	if len(core.Sealed) != 1 || core.Sealed[0] != "correct horse" {
		t.Errorf("sealed: %v", core.Sealed)
	}
}

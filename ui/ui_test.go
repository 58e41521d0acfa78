package ui

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/ui/present"
	"restante.app/ui/theme"
	"restante.app/ui/uitest"
)

// bench is a window whose background work the test runs when it likes.
type bench struct {
	*Window
	core *uitest.Core
	jobs []func() // for elsewhere
	mu   sync.Mutex
	back []func() // for Fyne's goroutine; pictures are decoded elsewhere, and tell from there
}

var _ Core = (*uitest.Core)(nil)

func newBench(t *testing.T, core *uitest.Core) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	b := &bench{core: core}
	d := &desk{app: a, core: core, marks: landmarks{}}
	d.spawn = func(f func()) { b.jobs = append(b.jobs, f) }
	d.onUI = func(f func()) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.back = append(b.back, f)
	}
	d.later = func(_ time.Duration, f func()) func() {
		stopped := false
		d.onUI(func() {
			if !stopped {
				f()
			}
		})
		return func() { stopped = true }
	}
	b.Window = newWindow(d, Options{})
	d.window.Resize(fyne.NewSize(1180, 760))
	b.reload()
	b.settle()
	return b
}

// settle runs all background work and what comes of it, until there is none.
func (b *bench) settle() {
	for b.round() {
	}
}

// round runs the background work that there is, and tells whether there was any.
func (b *bench) round() bool {
	b.mu.Lock()
	back := b.back
	b.back = nil
	b.mu.Unlock()
	jobs := b.jobs
	b.jobs = nil
	for _, f := range slices.Concat(back, jobs) {
		f()
	}
	return len(back)+len(jobs) > 0
}

func TestListAsksForWhatIsInSight(t *testing.T) {
	b := newBench(t, uitest.New(100_000))
	if n := b.list.list.Length(); n != 100_000 {
		t.Fatalf("%d rows", n)
	}
	if n := len(b.core.Asked); n == 0 || n > 200 {
		t.Fatalf("%d entries were asked for at first", n)
	}
	for i := range 30 { // each time all that is read is new
		b.list.list.Select(i * 150)
		b.settle()
	}
	if n := len(b.list.known.entries); n > cacheSize+200 {
		t.Errorf("%d entries are kept", n)
	}
	b.list.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	b.settle()
	if got := b.message.shown.ID; got != 1 {
		t.Errorf("at the end of the list message %d is shown, want the oldest", got)
	}
}

func TestSortingAndTheChoiceThroughAReload(t *testing.T) {
	b := newBench(t, uitest.New(50))
	b.list.list.Select(4)
	b.settle()
	chosen := b.message.shown.ID
	b.list.cols.Sort, b.list.cols.Descending = colSubject, false
	b.list.columnsChanged(true)
	b.settle()
	if first := b.list.rows.At(0).Message; first != 50 {
		t.Errorf("by subject message %d is first, want 50", first)
	}
	if at := b.list.list.SelectedRow(); at < 0 || b.list.rows.At(at).Message != chosen {
		t.Errorf("row %d is chosen, message %d was", at, chosen)
	}
	kept := newColumns()
	kept.load(must(b.core.Setting(columnsSetting)))
	if kept.Sort != colSubject || kept.Descending {
		t.Errorf("kept: %+v", kept)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestNonsenseInSettingsIsIgnored(t *testing.T) {
	c := newColumns()
	for _, s := range []string{"", "{", `{"Sort":99}`, `{"Widths":[-5,1e9,0,0,0,0],"Sort":1}`} {
		c.load([]byte(s))
	}
	for i, w := range c.Widths {
		if w < messageColumns[i].least && i != colSubject || w > 900 {
			t.Errorf("column %d is %v wide", i, w)
		}
	}
	core := uitest.New(0)
	for _, s := range []string{"x", "-1", "7", "NaN", "1e9"} {
		if err := core.PutSetting(listSetting, []byte(s)); err != nil {
			t.Fatal(err)
		}
		if got := storedLength(core, listSetting, 300); got != 300 {
			t.Errorf("%q gives %v", s, got)
		}
	}
}

// TestALateMessageIsNotShown lets the answer for one message come after another was
// chosen.
func TestALateMessageIsNotShown(t *testing.T) {
	b := newBench(t, uitest.New(10))
	b.list.list.Select(2)
	late := b.jobs
	b.jobs = nil
	b.list.list.Select(5)
	b.settle()
	want := b.message.shown.ID
	for _, f := range late {
		f()
	}
	b.settle()
	if got := b.message.shown.ID; got != want || want == 0 {
		t.Errorf("message %d is shown, want %d", got, want)
	}
	if b.core.Seen[b.list.rows.At(2).Message] {
		t.Error("a message that was never shown is marked as read")
	}
	if !b.core.Seen[want] {
		t.Error("the message shown is not marked as read")
	}
}

func TestTextSourceAndHeaders(t *testing.T) {
	b := newBench(t, uitest.New(3))
	b.list.list.Select(0)
	b.settle()
	for m, want := range map[mode]string{asSource: "Subject: source 3", asHeaders: "Subject: message 3", asText: "text 3"} {
		b.message.setMode(m)
		b.settle()
		if got := b.message.text.Text(); got != want {
			t.Errorf("%s: %q, want %q", m, got, want)
		}
	}
	if got := b.message.head.from.names.Text; got != "Ann <ann@example.org>" {
		t.Errorf("from %q", got)
	}
	if b.message.head.banner.Hidden {
		t.Error("the notice is not shown")
	}
}

func TestFetchDialog(t *testing.T) {
	b := newBench(t, uitest.New(1))
	f := b.desk.askFetch(b.core.Account[0], false)
	f.modes.SetSelected(present.Mode(popclient.Delete))
	if !strings.Contains(f.words.Text, "will delete the messages in inbox once they are safely on this disk") {
		t.Errorf("it says %q", f.words.Text)
	}
	test.Tap(f.confirm)
	b.settle()
	if len(b.core.Fetched) != 1 || b.core.Fetched[0] != popclient.Delete {
		t.Errorf("fetched: %v", b.core.Fetched)
	}
}

func TestFetchAsksForAPasswordThatIsNotKnown(t *testing.T) {
	core := uitest.New(1)
	core.FetchErr = fetcher.ErrPasswordNeeded
	b := newBench(t, core)
	f := b.desk.askFetch(core.Account[0], false)
	test.Tap(f.confirm)
	b.settle()
	top := b.desk.window.Canvas().Overlays().Top()
	if top == nil || b.desk.window.Canvas().Focused() == nil {
		t.Fatal("nothing asks for the password")
	}
	if _, ok := b.desk.window.Canvas().Focused().(*typing); !ok {
		t.Errorf("the focus is on a %T", b.desk.window.Canvas().Focused())
	}
}

func TestEventsBecomeLines(t *testing.T) {
	b := newBench(t, uitest.New(1))
	b.handle(fetcher.Started{Account: "a", Removal: popclient.Delete})
	if !b.tools.fetch.Disabled() {
		t.Error("Fetch can be pressed during a fetch")
	}
	p := popclient.Progress{Mailbox: "inbox", Octets: 50, Promised: 100, Messages: 3}
	b.handle(fetcher.Progressed{Account: "a", Removal: popclient.Delete, Progress: p})
	l := b.fetches.lines["a"]
	if !strings.Contains(l.text.Text, "will delete 3 messages") || l.bar.Value != 0.5 {
		t.Errorf("%q, %v", l.text.Text, l.bar.Value)
	}
	if c, ok := l.buttons.Objects[0].(*tool); ok {
		test.Tap(c)
	}
	if b.core.Cancels != 1 {
		t.Errorf("%d cancels", b.core.Cancels)
	}
	b.handle(fetcher.Finished{Account: "a", Err: errors.New("x"), Advice: fetcher.Advice{What: "It broke.", Next: "Try again."}})
	if l.text.Text != "Post: It broke." || l.next.Text != "Try again." || b.tools.fetch.Disabled() {
		t.Errorf("%q, %q, Fetch disabled: %t", l.text.Text, l.next.Text, b.tools.fetch.Disabled())
	}
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	b.handle(fetcher.MailboxChanged{Mailbox: 1})
	if n := len(b.jobs); n != 1 {
		t.Errorf("%d reads under way at once", n)
	}
	b.settle()
}

func TestAccountDialog(t *testing.T) {
	core := uitest.New(0)
	core.Report = fetcher.Report{
		Steps:  []fetcher.StepResult{{Step: fetcher.StepConnect, Detail: "1"}, {Step: fetcher.StepTLS, Err: errors.New("no")}},
		Advice: fetcher.Advice{What: "Not trusted.", Next: "Pin it."}, Fingerprint: "abcd",
	}
	b := newBench(t, core)
	x := b.desk.askAccount(localstore.Account{}, secrets{})
	test.Tap(x.save)
	if !strings.Contains(x.fault.Text, "host") || x.fault.Hidden {
		t.Errorf("without a host it says %q", x.fault.Text)
	}
	x.fields.server.host.SetText("post.example.org")
	x.fields.signIn.user.SetText("fred")
	if !x.fields.server.consent.Hidden {
		t.Error("consent is asked for with TLS")
	}
	x.fields.server.security.SetSelected(present.Securities.Label(localstore.Plain))
	if x.fields.server.consent.Hidden {
		t.Error("consent is not asked for without TLS")
	}
	test.Tap(x.save)
	b.settle()
	if len(core.Saved) != 0 {
		t.Fatal("saved without consent")
	}
	x.fields.server.security.SetSelected(present.Securities.Label(localstore.TLS))
	test.Tap(x.test)
	b.settle()
	if n := len(x.report.Objects); n < 4 {
		t.Fatalf("the report shows %d things", n)
	}
	x.trust.set("abcd")
	test.Tap(x.save)
	b.settle()
	if len(core.Saved) != 1 || core.Saved[0].PinnedKey != "abcd" || core.Saved[0].Host != "post.example.org" {
		t.Errorf("saved: %+v", core.Saved)
	}
}

func TestFirstStartOffersToSetUp(t *testing.T) {
	core := uitest.New(0)
	core.Account = nil
	b := newBench(t, core)
	if b.list.hint.object.Hidden || b.list.hint.button.Hidden {
		t.Fatal("nothing to press")
	}
	b.fetch()
	b.settle()
	if b.desk.window.Canvas().Overlays().Top() == nil {
		t.Error("Fetch without an account shows nothing")
	}
}

func TestLandmarks(t *testing.T) {
	b := newBench(t, uitest.New(30))
	marks := b.Landmarks()
	for _, name := range []string{"fetch", "theme", "row-0", "place-1", "state", "rows"} {
		if _, ok := marks[name]; !ok {
			t.Errorf("%s is not there", name)
		}
	}
	if marks["rows"].Text != "30" || marks["row-0"].Width == 0 || marks["row-1"].Y <= marks["row-0"].Y {
		t.Errorf("%+v %+v %+v", marks["rows"], marks["row-0"], marks["row-1"])
	}
}

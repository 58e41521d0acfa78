package ui

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"restante.app/assets"
	"restante.app/fetcher"
	"restante.app/ui/theme"
)

// fullFigures is set where the limits apply: by make bench.
var fullFigures = flag.Bool("figures", false, "measure reading at full size, and judge")

func figure(name string, value, limit float64) {
	verdict := "ok"
	switch {
	case !*fullFigures:
		verdict = "(small run, not judged)"
	case value > limit:
		verdict = "SHORT"
	}
	fmt.Printf("FIGURE %s %.2f <=%.2f %s\n", name, value, limit, verdict)
}

// shopWindow is the window on a real store, whose background work is timed.
type shopWindow struct {
	*bench
	painted time.Time     // when the last frame was ready for the toolkit
	worked  time.Duration // what this thread had worked by then
}

// newShopWindow makes a profile of messages, in the order of their names, and opens it.
func newShopWindow(t *testing.T, mail map[string][]byte) *shopWindow {
	t.Helper()
	dir := t.TempDir()
	from := filepath.Join(dir, "mail")
	if err := os.MkdirAll(from, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, octets := range mail {
		if err := os.WriteFile(filepath.Join(from, name+".eml"), octets, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	core, err := fetcher.Open(filepath.Join(dir, "profile"), fetcher.Options{NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := core.Close(); err != nil {
			t.Error(err)
		}
	})
	if tally, err := core.Import(context.Background(), from, fetcher.ImportOptions{}); err != nil || tally.Fresh != len(mail) {
		t.Fatalf("%+v, %v", tally, err)
	}
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	w := &shopWindow{bench: &bench{}}
	d := &desk{app: a, core: core, marks: landmarks{}}
	d.spawn = func(f func()) { w.jobs = append(w.jobs, f) }
	d.onUI = func(f func()) {
		ready, worked := time.Now(), threadTime()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.back = append(w.back, func() {
			before := w.message.text.Frame()
			if f(); w.message.text.Frame() != before {
				w.painted, w.worked = ready, worked
			}
		})
	}
	d.later = func(time.Duration, func()) func() { return func() {} }
	w.Window = newWindow(d, Options{})
	d.window.Resize(fyne.NewSize(1180, 900))
	w.reload()
	w.settle()
	boxes, err := core.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range boxes {
		if m.Total == len(mail) {
			w.list.show(m.ID, true)
		}
	}
	w.settle()
	return w
}

// click chooses a row and returns the time until the first frame of its message, how long
// this thread worked for it, and what the toolkit then takes to draw the window by software.
func (w *shopWindow) click(t *testing.T, row int) (frame, work, drawn time.Duration) {
	t.Helper()
	other := 0
	if row == 0 {
		other = 1
	}
	w.list.list.Select(other)
	w.settle()
	w.painted = time.Time{}
	start, idle := time.Now(), threadTime()
	w.list.list.Select(row)
	for w.painted.IsZero() {
		if !w.round() {
			t.Fatalf("row %d: nothing was painted", row)
		}
	}
	frame, work = w.painted.Sub(start), w.worked-idle
	w.settle()
	if want := w.list.message(); want == 0 || w.message.shown.ID != want || w.message.letter() == nil {
		t.Fatalf("row %d: message %d is shown, not %d", row, w.message.shown.ID, want)
	}
	start = time.Now()
	w.desk.window.Canvas().Capture()
	return frame, work, time.Since(start)
}

// realMail are the demo's messages, and some of those that came with the project's
// surroundings where they are there.
func realMail(t *testing.T, most int) map[string][]byte {
	t.Helper()
	mail := map[string][]byte{}
	for _, m := range assets.Demo() {
		mail[strings.TrimSuffix(m.Name, ".eml")] = m.Octets
	}
	f, err := os.Open("../../shared/mail/easy-ham-1.tar.gz")
	if errors.Is(err, os.ErrNotExist) {
		return mail
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); len(mail) < most; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		octets, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		mail[fmt.Sprintf("ham-%04d", len(mail))] = octets
	}
	return mail
}

// TestFigures measures reading: from the click in the list, through the store, the parser,
// the document and its layout, to the frame that the toolkit is given; and scrolling.
// make bench runs it at full size; make test runs it small, to know that it works.
func TestFigures(t *testing.T) {
	runtime.LockOSThread() // its work is measured
	defer runtime.UnlockOSThread()
	most, again := 55, 1
	if *fullFigures {
		most, again = 400, 7
	}
	w := newShopWindow(t, realMail(t, most))
	n := w.list.list.Length()
	if !*fullFigures {
		n = min(n, 5)
	}
	var took, worked, drawn []float64
	for row := range n {
		f, c, d := w.click(t, row)
		took, worked, drawn = append(took, ms(f)), append(worked, ms(c)), append(drawn, ms(d))
	}
	fmt.Printf("%d messages from click to frame: median %.1f ms (%.1f ms of work), 95 of 100 within %.1f ms (%.1f), slowest %.1f ms (%.1f); drawing the whole window by software takes %.1f ms more\n",
		len(took), at(took, 50), at(worked, 50), at(took, 95), at(worked, 95), at(took, 100), at(worked, 100), at(drawn, 50))
	figure("read-click-to-painted-ms", at(took, 50), 30)

	large := newShopWindow(t, map[string][]byte{"newsletter": newsletter200(t), "text": longText()})
	for row, x := range []struct {
		subject string
		name    string
		limit   float64
	}{{"200 KB of newsletter", "read-200KB-newsletter-ms", 150}, {"1 MB of text", "read-1MB-text-ms", 100}} {
		var took, worked []float64
		for range again {
			f, c, _ := large.click(t, row)
			took, worked = append(took, ms(f)), append(worked, ms(c))
		}
		if got := large.message.head.subject.Text; got != x.subject {
			t.Fatalf("%q is shown, not %q", got, x.subject)
		}
		fmt.Printf("%s: %.1f ms (%.1f ms of work)\n", x.subject, at(took, 50), at(worked, 50))
		figure(x.name, at(took, 50), x.limit)
		figure(strings.Replace(strings.TrimSuffix(x.name, "-ms"), "read", "scroll", 1)+"-frame-ms", at(scrolled(large), 95), 16)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// at is the value that so many of a hundred do not exceed.
func at(v []float64, hundredths int) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[min(len(v)*hundredths/100, len(v)-1)]
}

// scrolled scrolls through a message by the wheel, a frame at a time, and tells how long
// each took, without the toolkit's own drawing.
func scrolled(w *shopWindow) (took []float64) {
	runtime.GC()
	for range 150 {
		start := time.Now()
		w.message.text.ScrollBy(60)
		w.settle()
		took = append(took, ms(time.Since(start)))
	}
	return took
}

func letterHead(subject, kind string, day int) string {
	return fmt.Sprintf("From: News <news@example.org>\r\nSubject: %s\r\nDate: Sun, %d Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: %s; charset=utf-8\r\n\r\n", subject, day, kind)
}

// newsletter200 is made of the fixtures of package look.
func newsletter200(t *testing.T) []byte {
	t.Helper()
	paths, err := filepath.Glob("docview/look/testdata/*.html")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, len(paths))
	}
	var b bytes.Buffer
	b.WriteString(letterHead("200 KB of newsletter", "text/html", 20))
	for i := 0; b.Len() < 200<<10; i++ {
		octets, err := os.ReadFile(paths[i%len(paths)])
		if err != nil {
			t.Fatal(err)
		}
		b.Write(octets)
	}
	return b.Bytes()
}

func longText() []byte {
	return []byte(letterHead("1 MB of text", "text/plain", 10) +
		strings.Repeat("The tide comes in twice a day, and goes out as often, whatever the harbour thinks of it.\r\n> so they said\r\n\r\n", 10_000))
}

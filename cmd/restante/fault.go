package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/ui/theme"
)

// fault is the window that says why the program can't start: someone who clicked an icon
// does not see the standard error. Where the store is damaged it offers to repair it.
type fault struct {
	window  fyne.Window
	text    *widget.Label
	bar     *widget.ProgressBar
	buttons *fyne.Container
	quit    *widget.Button
	profile string
	cancel  context.CancelFunc
}

// showFault shows that window until it is closed.
func showFault(ctx context.Context, a fyne.App, profile string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := newFault(a, profile, cancel, "Restante could not open your mail.\n\n"+err.Error())
	if errors.Is(err, localstore.ErrDamaged) {
		repair := widget.NewButton("Repair", func() { f.repair(ctx) })
		repair.Importance = widget.HighImportance
		f.buttons.Add(widget.NewButton("Restore a backup…", func() { f.chooseBackup(ctx) }))
		f.buttons.Add(repair)
	}
	f.window.ShowAndRun()
}

// newFault makes the window. cancel is called when it is closed.
func newFault(a fyne.App, profile string, cancel context.CancelFunc, text string) *fault {
	a.Settings().SetTheme(theme.New(theme.FollowSystem))
	f := &fault{window: a.NewWindow("Restante"), profile: profile, cancel: cancel, text: widget.NewLabel(text), bar: widget.NewProgressBar()}
	f.text.Wrapping = fyne.TextWrapWord
	f.text.Selectable = true
	f.bar.Hide()
	f.quit = widget.NewButton("Quit", f.window.Close)
	f.buttons = container.NewHBox(f.quit)
	foot := container.NewVBox(f.bar, container.NewCenter(f.buttons))
	f.window.SetContent(container.NewPadded(container.NewBorder(nil, foot, nil, nil, container.NewVScroll(f.text))))
	f.window.Resize(fyne.NewSize(620, 420))
	f.window.SetOnClosed(cancel)
	return f
}

// begin says what is being done, with a way to stop it.
func (f *fault) begin(text string) {
	f.text.SetText(text)
	f.buttons.Objects = []fyne.CanvasObject{f.quit}
	f.quit.SetText("Cancel")
	f.buttons.Refresh()
}

// end says what was done.
func (f *fault) end(text string) {
	f.bar.Hide()
	f.quit.SetText("Quit")
	f.text.SetText(text)
}

// repair runs in the background, and ends with what it did.
func (f *fault) repair(ctx context.Context) {
	f.begin("Your mail is read, every octet of it, and what is damaged is made anew. Nothing is changed until that is done, and what is there now is kept.")
	f.bar.SetValue(0)
	f.bar.Show()
	go func() {
		shown := 0
		r, err := fetcher.Repair(ctx, f.profile, fetcher.Options{}, func(done, total int64) {
			if now := int(100 * done / max(done, total, 1)); now != shown {
				shown = now
				fyne.Do(func() { f.bar.SetValue(float64(now) / 100) })
			}
		})
		if ctx.Err() != nil {
			return
		}
		fyne.Do(func() { f.repaired(r, err) })
	}()
}

func (f *fault) repaired(r localstore.Repaired, err error) {
	if err != nil {
		f.end("Your mail could not be repaired.\n\n" + err.Error())
		return
	}
	f.end(repairText(r))
	f.offerToOpen()
}

// offerToOpen adds a button that opens the mail.
func (f *fault) offerToOpen() {
	open := widget.NewButton("Open my mail", func() {
		if err := startAgain(""); err != nil {
			f.text.SetText("Start Restante again: " + err.Error())
			return
		}
		f.window.Close()
	})
	open.Importance = widget.HighImportance
	f.buttons.Add(open)
}

// startAgain starts the program as it was started, but to restore a backup, or to open the
// mail if that is "". The toolkit can't be started twice in a process.
func startAgain(backup string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	// What it starts outlives it: no end of its own is to end that.
	again := exec.CommandContext(context.Background(), program, argsFor(os.Args[1:], backup)...)
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	return again.Start()
}

// argsFor are a command line's arguments with this backup to restore, and no other.
func argsFor(args []string, backup string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch name := strings.TrimLeft(args[i], "-"); {
		case name == args[i]: // the first that is no flag
			out = append(out, args[i:]...)
			i = len(args)
		case name == restoreFlag:
			i++
		case strings.HasPrefix(name, restoreFlag+"="):
		case name == "profile" || name == "landmarks":
			out = append(out, args[i:min(i+2, len(args))]...)
			i++
		default:
			out = append(out, args[i])
		}
	}
	if backup != "" {
		out = append([]string{"-" + restoreFlag, backup}, out...)
	}
	return out
}

// shownHarmed is how many damaged messages the window names.
const shownHarmed = 20

// repairText says what a repair did.
func repairText(r localstore.Repaired) string {
	var b strings.Builder
	if r.Sound {
		fmt.Fprintf(&b, "Nothing is wrong with your %d messages: every octet of them was read.", r.Messages)
		return b.String()
	}
	fmt.Fprintf(&b, "Your mail is repaired: %d messages are there.\n", r.Messages)
	if r.Relisted > 0 {
		fmt.Fprintf(&b, "\n%d messages that had been lost from their mailboxes are back in them.\n", r.Relisted)
	}
	if r.Recovered > 0 {
		fmt.Fprintf(&b, "\n%d messages are in the mailbox %s, as nothing tells where they were.\n", r.Recovered, localstore.RecoveredName)
	}
	if n := len(r.Harmed) + r.More; n > 0 {
		fmt.Fprintf(&b, "\nOf %d messages something is lost. Those that are still at the post office come again with the next fetch.\n", n)
		for _, h := range r.Harmed[:min(n, len(r.Harmed), shownHarmed)] {
			fmt.Fprintf(&b, "• %s\n", h)
		}
		if n > shownHarmed {
			fmt.Fprintf(&b, "• and %d more\n", n-shownHarmed)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "\n%s\n", n)
	}
	if r.Replaced != "" {
		fmt.Fprintf(&b, "\nWhat was there before is kept in %s; remove that folder once you have looked through your mail.", r.Replaced)
	}
	return b.String()
}

package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/test"

	"restante.app/localstore"
	"restante.app/ui/uitest"
)

// TestDeedsThatTakeLong: while something is done to many messages, the bar says how far it is
// and stops it, and afterwards takes it back as ever.
func TestDeedsThatTakeLong(t *testing.T) {
	b := newBench(t, uitest.New(10))
	stopped := false
	b.deeds.goesOn("Moving: 5,000 of 1,000,000 messages", func() { stopped = true })
	if b.deeds.button.Text != "Stop" || b.deeds.words.Text != "Moving: 5,000 of 1,000,000 messages" || !b.deeds.object.Visible() {
		t.Errorf("%q, %q", b.deeds.button.Text, b.deeds.words.Text)
	}
	test.Tap(b.deeds.button)
	if !stopped || len(b.core.Done) != 0 {
		t.Errorf("stopped %t, done %v", stopped, b.core.Done)
	}
	b.list.list.Select(3)
	b.deleteChosen()
	for range 3 {
		b.round()
	}
	if b.deeds.button.Text != "Undo" {
		t.Errorf("%q", b.deeds.button.Text)
	}
}

// TestDeedCutOff: what the last run of the program was in the middle of is told and can be
// taken back.
func TestDeedCutOff(t *testing.T) {
	core := uitest.New(10)
	core.Broken = []localstore.Deed{{Kind: localstore.Moved, Of: 1_000_000}}
	b := newBench(t, core)
	b.deeds.cutOff()
	for range 3 {
		b.round()
	}
	if got := b.deeds.words.Text; got != "The last time Restante ended in the middle: 0 of 1,000,000 messages moved" {
		t.Errorf("it says %q", got)
	}
	test.Tap(b.deeds.button)
	b.settle()
	if !slices.Contains(core.Done, "undo") {
		t.Errorf("done: %v", core.Done)
	}
}

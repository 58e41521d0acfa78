package present

import (
	"errors"
	"strings"
	"testing"
	"time"

	"restante.app/fetcher"
	"restante.app/localstore"
)

func TestBackupsAreNamedNewestFirst(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	var made []fetcher.Made
	for i := range 7 {
		made = append(made, fetcher.Made{Path: "/b/" + string(rune('a'+i)), At: now.Add(time.Duration(i-7) * 24 * time.Hour)})
	}
	made = append(made, fetcher.Made{Path: "/b/now", At: now.Add(-time.Hour)})
	want := "8 backups in this folder, the last of today, 11:00.\n/b/now\n/b/g\n/b/f\n/b/e\n/b/d"
	if got := Backups("/b", made, now); got != want {
		t.Errorf("got %q", got)
	}
	if got := Backups("/b", made[:1], now); got != "1 backup in this folder, the last of 25 February 2026, 12:00.\n/b/a" {
		t.Errorf("got %q", got)
	}
	if a, b := Backups("", nil, now), Backups("/b", nil, now); a == b || a == "" || b == "" {
		t.Errorf("no folder: %q, no backup: %q", a, b)
	}
}

func TestChoicesHoldWhatWasChosen(t *testing.T) {
	for _, value := range []int{0, 1, 7, 14, 30} {
		found := 0
		for _, c := range EveryDays(value) {
			if c.Value == value {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d days are there %d times", value, found)
		}
	}
	if all := KeptBackups(5); all[len(all)-1].Label != "Keep the last 5" {
		t.Errorf("%+v", all)
	}
}

func TestCheckedTellsWhatToDo(t *testing.T) {
	r := localstore.Report{Files: 2, Messages: 1, Octets: 100}
	if got := Checked(r); got != "1 message, 100 B in 2 files. Everything was read, and everything is sound." {
		t.Errorf("sound: %q", got)
	}
	for i := range 9 {
		r.Problems = append(r.Problems, localstore.Problem{Path: "/x", Message: localstore.MessageID(i + 1), What: "It is damaged."})
	}
	got := Checked(r)
	if !strings.HasPrefix(got, "9 problems found.\n/x: message 1: It is damaged.") || strings.Contains(got, "message 6") || !strings.Contains(got, "--repair") {
		t.Errorf("damaged: %q", got)
	}
}

func TestUpkeepFaultTellsWhatToDo(t *testing.T) {
	title, next := UpkeepFault(&localstore.Error{Kind: localstore.ErrNoSpace, What: "The disk is full.", Next: "Make room."})
	if !strings.Contains(title, "The disk is full.") || next != "Make room." {
		t.Errorf("%q, %q", title, next)
	}
	if title, next := UpkeepFault(errors.New("mkdir /x: no such thing")); !strings.Contains(title, "mkdir /x") || !strings.Contains(next, "Backups") {
		t.Errorf("%q, %q", title, next)
	}
}

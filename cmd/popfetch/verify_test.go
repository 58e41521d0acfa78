package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"restante.app/localstore"
)

// brokenProfile has 30 messages and a meta.bolt that is cut short.
func brokenProfile(t *testing.T) session {
	t.Helper()
	s := newSession(t)
	box := filepath.Join(t.TempDir(), "letters.mbox")
	var mbox []byte
	for i := range 30 {
		mbox = fmt.Appendf(mbox, "From a Mon Nov 12 20:30:00 1984\nFrom: a@example.org\nSubject: letter %d\n\nGood day %d.\n\n", i, i)
	}
	if err := os.WriteFile(box, mbox, 0o600); err != nil {
		t.Fatal(err)
	}
	s.says("30 new", s.run(exitOK, "import", box))
	if err := os.Truncate(filepath.Join(s.profile, "meta.bolt"), 9000); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVerifyRepair(t *testing.T) {
	s := brokenProfile(t)
	s.says("is cut short.*verify --repair", s.run(exitFailed, "list"))
	got := s.run(exitOK, "verify", "--repair")
	s.says("(?s)repaired, with 30 messages.*made anew: meta.bolt.*30 messages are in the mailbox Recovered.*what was there before is in", got)
	s.says("(?s)Recovered.*30", s.run(exitOK, "list"))
	s.says("30 messages.*every octet", s.run(exitOK, "verify", "--deep"))
	s.says("nothing is wrong with its 30 messages", s.run(exitOK, "verify", "--repair"))
	s.run(exitUsage, "verify", "--repair", "more")
}

func TestVerifyRepairJSON(t *testing.T) {
	s := brokenProfile(t)
	var got jsonRepaired
	if err := json.Unmarshal([]byte(s.run(exitOK, "verify", "--repair", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Sound || got.Messages != 30 || got.Recovered != 30 || got.Replaced == "" || len(got.Notes) == 0 {
		t.Errorf("%+v", got)
	}
}

// What is lost is named, and the exit code says so; the workstation keeps its store.
func TestVerifyRepairLost(t *testing.T) {
	s := brokenProfile(t)
	s.run(exitOK, "verify", "--repair")
	if err := os.Remove(filepath.Join(s.profile, "bodies", "0001.bolt")); err != nil {
		t.Fatal(err)
	}
	s.says("is missing", s.run(exitFailed, "verify"))
	s.says(`(?s)damaged: message \d+ of Recovered.*"letter 1" from "a@example.org", is lost.*30 messages could not be repaired`, s.run(exitFailed, "verify", "--repair"))
	s.says("30 messages are damaged since an earlier repair", s.run(exitOK, "verify", "--deep"))
	store, err := localstore.Open(s.profile, localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s.says("Another Restante has the mail store", s.run(exitLocked, "verify", "--repair"))
}

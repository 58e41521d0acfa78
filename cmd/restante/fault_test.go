package main

import (
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
)

func TestRepairText(t *testing.T) {
	lost := localstore.Harmed{Message: 7, Account: "Ines", Mailbox: "inbox", Subject: "hello", From: "a@example.org", Date: time.Unix(1e9, 0), Lost: true}
	many := localstore.Repaired{Messages: 90, Harmed: make([]localstore.Harmed, 30), More: 5}
	for _, c := range []struct {
		r    localstore.Repaired
		says []string
	}{
		{localstore.Repaired{Sound: true, Messages: 12}, []string{"Nothing is wrong with your 12 messages"}},
		{
			localstore.Repaired{Messages: 12, Relisted: 2, Recovered: 3, Harmed: []localstore.Harmed{lost}, Notes: []string{"Accounts may be lost."}, Replaced: "/there"},
			[]string{"12 messages are there", "2 messages that had been lost", "3 messages are in the mailbox Recovered", "Of 1 messages", "Ines/inbox, 2001-09-09", `"hello"`, "Accounts may be lost.", "kept in /there"},
		},
		{many, []string{"Of 35 messages", "and 15 more"}},
	} {
		got := repairText(c.r)
		for _, want := range c.says {
			if !strings.Contains(got, want) {
				t.Errorf("it does not say %q:\n%s", want, got)
			}
		}
	}
}

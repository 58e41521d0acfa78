package present

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"restante.app/localstore"
)

func answer(id int, references ...int) localstore.Entry {
	e := localstore.Entry{ID: localstore.MessageID(id), Summary: localstore.Summary{MessageID: fmt.Sprint(id, "@x"), Date: time.Unix(int64(id), 0)}}
	for _, r := range references {
		e.Summary.References = append(e.Summary.References, fmt.Sprint(r, "@x"))
	}
	return e
}

func drawn(replies []Reply) string {
	var out []string
	for _, r := range replies {
		out = append(out, fmt.Sprintf("%s%d", strings.Repeat("-", r.Depth), r.ID))
	}
	return strings.Join(out, " ")
}

func TestReplies(t *testing.T) {
	inReply := answer(3)
	inReply.Summary.InReplyTo = "2@x"
	tests := []struct {
		what     string
		messages []localstore.Entry
		want     string
	}{
		{"a talk", []localstore.Entry{answer(1), answer(2, 1), answer(3, 1), answer(4, 1, 2)}, "-1 --2 ---4 --3"},
		{"one is missing", []localstore.Entry{answer(1), answer(3, 1, 2), answer(4, 1, 2, 3)}, "-1 --3 ---4"},
		{"the first is missing", []localstore.Entry{answer(2, 1), answer(3, 1)}, "-2 -3"},
		{"In-Reply-To alone", []localstore.Entry{answer(2), inReply}, "-2 --3"},
		{"an answer dated before", []localstore.Entry{answer(1, 2), answer(2)}, "-2 --1"},
		{"a ring", []localstore.Entry{answer(1, 2), answer(2, 1)}, "-2 --1"},
		{"an answer to itself", []localstore.Entry{answer(1, 1)}, "-1"},
		{"no ids", []localstore.Entry{{ID: 8}, {ID: 9}}, "-8 -9"},
		{"none", nil, ""},
	}
	for _, tt := range tests {
		if got := drawn(Replies(tt.messages)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.want)
		}
	}
}

// TestRepliesNameEachMessageOnce draws links of any kind, rings among them.
func TestRepliesNameEachMessageOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "messages")
		var all []localstore.Entry
		for i := range n {
			all = append(all, answer(i+1, rapid.SliceOfN(rapid.IntRange(1, n+2), 0, 4).Draw(t, "references")...))
		}
		replies := Replies(all)
		var ids []int
		depth := 0
		for _, r := range replies {
			ids = append(ids, int(r.ID))
			if r.Depth < 1 || r.Depth > depth+1 {
				t.Fatalf("from depth %d to %d: %s", depth, r.Depth, drawn(replies))
			}
			depth = r.Depth
		}
		slices.Sort(ids)
		for i, id := range ids {
			if id != i+1 {
				t.Fatalf("%v of %d", ids, n)
			}
		}
		if len(ids) != n {
			t.Fatalf("%d of %d messages", len(ids), n)
		}
	})
}

func TestALongChainOfReplies(t *testing.T) {
	const n = 100_000
	all := make([]localstore.Entry, 0, n)
	for i := range n {
		all = append(all, answer(i+1, i))
	}
	if r := Replies(all); len(r) != n || r[n-1].Depth != n {
		t.Errorf("%d replies", len(r))
	}
}

func TestThreadRows(t *testing.T) {
	by := func(id localstore.MessageID, name, address, subject string) localstore.Entry {
		return localstore.Entry{ID: id, Size: int64(id), Flags: localstore.Seen, Summary: localstore.Summary{FromName: name, FromAddress: address, Subject: subject, Date: time.Unix(int64(id)*86400, 0)}}
	}
	now := time.Unix(400*86400, 0)
	recent := []localstore.Entry{by(9, "Bob", "bob@x", "Re: The map"), by(7, "Ann", "ann@x", "Re: The map"), by(5, "Bob Again", "BOB@x", "The map")}
	recent[1].Summary.Attachments = true
	th := Thread{localstore.ThreadRow{Thread: 5, Newest: 9, Messages: 1234, Unread: 2, Starred: 1}, recent}
	r := NewThreadRow(th, false, now)
	want := Row{From: "Bob, Ann", Subject: "Re: The map", Date: Date(time.Unix(9*86400, 0), now), Size: "9 B", Unread: true, Starred: true, Attachment: true, Fold: Closed, Count: "1,234"}
	if fmt.Sprint(r) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", r, want)
	}
	if r := NewThreadRow(th, true, now); r.Fold != Opened {
		t.Error("it is not shown as open")
	}
	th.Messages, th.Unread = 1, 0
	if r := NewThreadRow(th, false, now); r.Fold != NoFold || r.Count != "" || r.From != "Bob" || r.Unread {
		t.Errorf("alone: %+v", r)
	}
	th.Recent = th.Recent[1:] // the newest is gone since
	if e := th.Newest(); e.ID != 9 || e.Summary.Subject != "" {
		t.Errorf("%+v", e)
	}
}

package localstore

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"restante.app/localstore/custody"
)

// threadOfText summarizes the messages of these tests.
func threadOfText(head []byte) (s Summary) {
	for line := range strings.Lines(string(head)) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		switch name {
		case "Message-ID":
			s.MessageID = strings.Trim(value, "<>")
		case "In-Reply-To":
			s.InReplyTo = strings.Trim(value, "<>")
		case "References":
			for _, id := range strings.Fields(value) {
				s.References = append(s.References, strings.Trim(id, "<>"))
			}
		case "Subject":
			s.Subject = value
		case "Date":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				s.Date = time.Unix(n, 0)
			}
		}
	}
	return s
}

func threadMail(id, parent int, refs ...int) custody.Delivery {
	text := fmt.Sprintf("Message-ID: <%d@x>\r\nSubject: m%d\r\nDate: %d\r\n", id, id, 1e9+id%7*1000+id)
	if parent > 0 {
		text += fmt.Sprintf("In-Reply-To: <%d@x>\r\n", parent)
	}
	if len(refs) > 0 {
		text += "References:"
		for _, r := range refs {
			text += fmt.Sprintf(" <%d@x>", r)
		}
		text += "\r\n"
	}
	return delivery(text + "\r\nbody of " + strconv.Itoa(id))
}

// threadsOf returns the threads of a mailbox as sets of subjects, newest first.
func threadsOf(t rapid.TB, s *Store, box MailboxID) [][]string {
	rows, err := s.Threads(box).Page(0, 1000, true)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, r := range rows {
		members, err := s.Thread(ThreadID(r.ID))
		if err != nil || len(members) == 0 {
			t.Fatalf("thread %d: %v, %v", r.ID, members, err)
		}
		var subjects []string
		for _, m := range members {
			es, err := s.Entries([]MessageID{m.ID})
			if err != nil || len(es) != 1 || es[0].Mailbox != m.Mailbox {
				t.Fatalf("%+v, %v", es, err)
			}
			subjects = append(subjects, es[0].Summary.Subject)
			if of, err := s.ThreadOf(m.ID); err != nil || of != ThreadID(r.ID) {
				t.Fatalf("message %d is in thread %d, not %d: %v", m.ID, of, r.ID, err)
			}
		}
		all = append(all, subjects)
	}
	return all
}

// TestThreadsInAnyOrder: whatever links the messages have and in whatever order and in
// how many fetches they come, the threads are the connected ones, in the same order.
func TestThreadsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(rt, "messages")
		number := rapid.IntRange(1, n+3) // up to three that never come
		parent := map[int]int{}
		var find func(int) int
		find = func(i int) int {
			if p, ok := parent[i]; ok && p != i {
				return find(p)
			}
			return i
		}
		var mail []custody.Delivery
		for i := 1; i <= n; i++ {
			up := 0
			if rapid.Bool().Draw(rt, "replies") {
				up = number.Draw(rt, "parent")
				parent[find(i)] = find(up)
			}
			refs := rapid.SliceOfN(number, 0, 3).Draw(rt, "references")
			if rapid.IntRange(0, 2).Draw(rt, "refers") > 0 {
				refs = nil
			}
			for _, r := range refs {
				parent[find(i)] = find(r)
			}
			mail = append(mail, threadMail(i, up, refs...))
		}
		var first [][]string
		for order := range 2 {
			s := openTest(t, t.TempDir(), Options{growOctets: 64 << 10, Summarize: threadOfText})
			shuffled := slices.Clone(mail)
			if order > 0 {
				shuffled = rapid.Permutation(mail).Draw(rt, "order")
			}
			for some := range slices.Chunk(shuffled, rapid.IntRange(1, n).Draw(rt, "batch")) {
				fetch(t, s, "acc", "inbox", some...)
			}
			got := threadsOf(rt, s, 1)
			want := map[int]int{}
			for i := 1; i <= n; i++ {
				want[find(i)]++
			}
			if len(got) != len(want) {
				rt.Fatalf("%d threads, wanted %d: %v", len(got), len(want), got)
			}
			sizes := map[int]int{}
			for _, th := range got {
				sizes[len(th)]++
				for _, subject := range th[1:] {
					if find(atoi(subject[1:])) != find(atoi(th[0][1:])) {
						rt.Fatalf("%v is no thread", th)
					}
				}
			}
			wanted := map[int]int{}
			for _, k := range want {
				wanted[k]++
			}
			if !maps.Equal(sizes, wanted) {
				rt.Fatalf("sizes %v, wanted %v", sizes, wanted)
			}
			if order == 0 {
				first = got
			} else if diff := cmp.Diff(first, got); diff != "" {
				rt.Fatalf("in another order: %s", diff)
			}
			closeChecked(t, s)
		}
	})
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func TestThreadRows(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: threadOfText})
	fetch(t, s, "acc", "inbox", threadMail(1, 0), threadMail(2, 1), threadMail(3, 9), threadMail(4, 9))
	own, err := s.MakeMailbox("own")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Move(t.Context(), []MessageID{2}, own.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.SetFlags([]MessageID{3}, Seen|Starred, 0); err != nil {
		t.Fatal(err)
	}
	rows, err := s.ThreadRows(1, []ThreadID{1, 3})
	want := []ThreadRow{
		{Thread: 1, Newest: 1, Date: 1e9 + 1001, Recent: []MessageID{1}, Messages: 1, Unread: 1},
		{Thread: 3, Newest: 4, Date: 1e9 + 4004, Recent: []MessageID{4, 3}, Messages: 2, Unread: 1, Starred: 1},
	}
	if diff := cmp.Diff(want, rows); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if members, err := s.Thread(1); err != nil || len(members) != 2 || members[1].Mailbox != own.ID {
		t.Errorf("%+v, %v", members, err)
	}
}

// TestThreadMembers: they are those of one mailbox, and a row names the newest of many.
func TestThreadMembers(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{Summarize: threadOfText})
	const long = RecentOfThread + 5
	mail := []custody.Delivery{threadMail(1, 0), threadMail(2, 1)}
	for i := range long { // dates grow with the numbers, seven by seven
		mail = append(mail, threadMail(7*(i+1), 700))
	}
	fetch(t, s, "acc", "inbox", mail...)
	own, err := s.MakeMailbox("own")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Move(t.Context(), []MessageID{2, 3}, own.ID, nil); err != nil {
		t.Fatal(err)
	}
	there, err := s.ThreadOf(4)
	if err != nil {
		t.Fatal(err)
	}
	ids := func(box MailboxID, threads ...ThreadID) (out []MessageID) {
		refs, err := s.ThreadMembers(box, threads)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			out = append(out, r.ID)
		}
		return out
	}
	want := []MessageID{1}
	for id := MessageID(4); id < long+3; id++ {
		want = append(want, id)
	}
	if diff := cmp.Diff(want, ids(1, 1, there, 999)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]MessageID{3, 2}, ids(own.ID, there, 1)); diff != "" {
		t.Error(diff)
	}
	rows, err := s.ThreadRows(1, []ThreadID{there})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	r := rows[0]
	if r.Messages != long-1 || r.Newest != long+2 || len(r.Recent) != RecentOfThread || r.Recent[0] != r.Newest || r.Recent[RecentOfThread-1] != r.Newest-RecentOfThread+1 {
		t.Errorf("%+v", r)
	}
}

// putRows and clearRows are for lists whose messages do not exist.
func putRows(t rapid.TB, s *Store, box MailboxID, rows []Ref) {
	err := s.meta.update(func(tx *bbolt.Tx) error {
		return insertRefs(tx.Bucket(bucketRefs), box, slices.Clone(rows))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func clearRows(t rapid.TB, s *Store, box MailboxID) {
	err := s.meta.update(func(tx *bbolt.Tx) error {
		var keys [][]byte
		err := eachRefChunk(tx.Bucket(bucketRefs), box, func(k, _ []byte) error {
			keys = append(keys, slices.Clone(k))
			return nil
		})
		for _, k := range keys {
			if err := tx.Bucket(bucketRefs).Delete(k); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

package localstore

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// What is decoded from any octets either fails or encodes to what decodes the same.
func FuzzRecords(f *testing.F) {
	c := content{Size: 10, Prefix: 3, Suffix: 1, Messages: 1, Shard: 1}
	f.Add(c.encode())
	t := tailRecord{content: c, Format: "mbox", Account: "a", Source: "b"}
	f.Add(append(t.appendHead(nil), "0123456789abcd"...))
	m := messageRecord{Mailbox: 1, Size: 7, Subject: "x", Sent: &[2]int64{1, 2}, References: []string{"a", "b"}}
	record, err := m.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record)
	f.Add(encodeRefs([]Ref{{1, 2}, {3, 4}}))
	f.Add(counts{1, 2}.encode())
	f.Add(uidlRecord{Content: 1, Listed: -1, Collected: 2, ByHeader: true}.encode("an id"))
	f.Add(headRecord{1, 2}.encode())
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	unpack, err := newUnpacker()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		if c, err := decodeContent(p); err == nil && !bytes.Equal(c.encode(), p) {
			t.Errorf("content %x became %x", p, c.encode())
		}
		if r, err := decodeTail(p); err == nil {
			again, err := decodeTail(append(r.appendHead(nil), r.Data...))
			if diff := cmp.Diff(r, again, cmp.AllowUnexported(tailRecord{})); diff != "" || err != nil {
				t.Errorf("tail: %v %s", err, diff)
			}
			if plain, err := unpack.unpack(r.Codec, r.Data, int(r.tailLength())); err == nil && int64(len(plain)) != r.tailLength() {
				t.Errorf("%d octets instead of %d", len(plain), r.tailLength())
			}
		}
		if m, err := decodeMessage(p); err == nil {
			m.entry(1, 0) // must not panic
			record, err := m.encode()
			if err != nil {
				t.Fatal(err)
			}
			patchContent(record, m.Content)
			patchThread(record, m.Thread)
			again, err := decodeMessage(record)
			if diff := cmp.Diff(m, again); diff != "" || err != nil {
				t.Errorf("message: %v %s", err, diff)
			}
		}
		if refs, err := appendRefs(nil, p); err == nil && !bytes.Equal(encodeRefs(refs), p) {
			t.Errorf("refs %x became %x", p, encodeRefs(refs))
		}
		if c, err := decodeCounts(p); err == nil && !bytes.Equal(c.encode(), p) {
			t.Errorf("counts %x became %x", p, c.encode())
		}
		if r, uidl, err := decodeUIDL(p); err == nil && !bytes.Equal(r.encode(string(uidl)), p) {
			t.Errorf("id %x became %x", p, r.encode(string(uidl)))
		}
		if h, err := decodeHead(p); err == nil && !bytes.Equal(h.encode(), p) {
			t.Errorf("header %x became %x", p, h.encode())
		}
		if a, err := decodeRecord[Account](p); err == nil {
			record, err := encoding.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			again, err := decodeRecord[Account](record)
			if diff := cmp.Diff(a, again); diff != "" || err != nil {
				t.Errorf("account: %v %s", err, diff)
			}
		}
		if id, chunk, err := parseBodyKey(p); err == nil && !bytes.Equal(bodyKey(id, chunk), p) {
			t.Errorf("key %x became %x", p, bodyKey(id, chunk))
		}
	})
}

// Rows put in and taken out in any order are those of a sorted list.
func TestRefsModel(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	box := MailboxID(0)
	rapid.Check(t, func(rt *rapid.T) {
		box += 2
		var want []Ref
		next := MessageID(1)
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			n := rapid.SampledFrom([]int{1, 3, 100, 400}).Draw(rt, "rows")
			first := rapid.Int64Range(-1000, 1000).Draw(rt, "first")
			step := rapid.Int64Range(-3, 3).Draw(rt, "step")
			var added []Ref
			for i := range n {
				date := first + int64(i)*step
				if i == 7 {
					date = rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0}).Draw(rt, "odd date")
				}
				added = append(added, Ref{ID: next, Date: date})
				next++
			}
			want = append(want, added...)
			slices.SortFunc(want, compareRefs)
			var gone []Ref
			for range rapid.IntRange(0, 200).Draw(rt, "removed") {
				if len(want) == 0 {
					break
				}
				i := rapid.IntRange(0, len(want)-1).Draw(rt, "which")
				gone = append(gone, want[i])
				want = slices.Delete(want, i, i+1)
			}
			err := s.meta.update(func(tx *bbolt.Tx) error {
				if err := insertRefs(tx.Bucket(bucketRefs), box, added); err != nil {
					return err
				}
				n, err := removeRefs(tx.Bucket(bucketRefs), box, slices.Clone(gone))
				if err != nil || n != len(gone) {
					rt.Fatalf("%d of the rows %v are removed: %v", n, gone, err)
				}
				n, err = removeRefs(tx.Bucket(bucketRefs), box, gone)
				if err != nil || n != 0 {
					rt.Fatalf("%d of the rows %v are removed once more: %v", n, gone, err)
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
		got, err := s.Refs(box, false)
		if err != nil {
			rt.Fatal(err)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%d rows of %d, or in another order", len(got), len(want))
		}
	})
	// Those rows have no messages.
	err := s.meta.update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket(bucketRefs); err != nil {
			return err
		}
		_, err := tx.CreateBucket(bucketRefs)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFlagsKeepTheCounts(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	var ids []MessageID
	for i := range 50 {
		fetch(t, s, "acc", []string{"a", "b"}[i%2], delivery(testMail(i)))
		ids = append(ids, MessageID(i+1))
	}
	want := map[MessageID]Flags{}
	rapid.Check(t, func(rt *rapid.T) {
		some := rapid.SliceOf(rapid.SampledFrom(append(ids, 999))).Draw(rt, "ids")
		set := Flags(rapid.Uint32Range(0, 15).Draw(rt, "set"))
		unset := Flags(rapid.Uint32Range(0, 15).Draw(rt, "clear"))
		if err := s.SetFlags(some, set, unset); err != nil {
			rt.Fatal(err)
		}
		for _, id := range some {
			want[id] = want[id]&^unset | set
		}
		unread := map[MailboxID]int{}
		entries, err := s.Entries(ids)
		if err != nil || len(entries) != len(ids) {
			rt.Fatalf("%d entries, %v", len(entries), err)
		}
		for _, e := range entries {
			if e.Flags != want[e.ID] {
				rt.Fatalf("message %d has flags %b instead of %b", e.ID, e.Flags, want[e.ID])
			}
			if !e.Flags.Has(Seen) {
				unread[e.Mailbox]++
			}
		}
		boxes, err := s.Mailboxes()
		if err != nil {
			rt.Fatal(err)
		}
		for _, m := range boxes {
			if m.Unread != unread[m.ID] || m.Total != 25 {
				rt.Fatalf("mailbox %d says %d unread of %d instead of %d", m.ID, m.Unread, m.Total, unread[m.ID])
			}
		}
	})
	st, err := s.Stats()
	if err != nil || st.Messages != 50 || st.Files != 2 || st.Mailboxes != 2 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestSummaryComesBack(t *testing.T) {
	want := Summary{
		FromName: "Fred", FromAddress: "fred@example.org", To: "jane@example.org", Subject: "Grüße", MessageID: "1@x",
		InReplyTo: "0@x", References: []string{"a@x", "0@x"}, Attachments: true,
		Date: time.Date(1984, 10, 1, 12, 30, 5, 0, time.FixedZone("", -5*3600)),
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	s := openTest(t, t.TempDir(), Options{
		Summarize: func(head []byte) Summary {
			if !bytes.Contains(head, []byte("dated")) {
				return Summary{Date: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}
			}
			return want
		},
		Now: func() time.Time { return now },
	})
	d := delivery("Subject: dated\r\n\r\nbody\r\n")
	d.Prefix, d.Format = []byte("From x\r\n"), "mboxrd"
	fetch(t, s, "acc", "inbox", d, delivery("Subject: no date\r\n\r\n"))
	entries, err := s.Entries([]MessageID{1, 2})
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if diff := cmp.Diff(Entry{ID: 1, Mailbox: 1, Origin: 1, Summary: want, Size: 24, Collected: now, Format: "mboxrd"}, entries[0]); diff != "" {
		t.Error(diff)
	}
	if !entries[1].Summary.Date.IsZero() {
		t.Errorf("a date of the year 12000 is %v", entries[1].Summary.Date)
	}
	refs, err := s.Refs(1, true)
	if diff := cmp.Diff([]Ref{{2, now.Unix()}, {1, want.Date.Unix()}}, refs); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAccounts(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	good := Account{Name: "Home", Host: "mail.example.org", Port: 109, Security: Plain, User: "fred", Mailboxes: []string{"inbox", "lists"}, Delete: true}
	kept, err := s.PutAccount(good)
	if err != nil || kept.ID == "" || kept.Protocol != "pop1" {
		t.Fatalf("%+v, %v", kept, err)
	}
	kept.Host = "other.example.org"
	if _, err := s.PutAccount(kept); err != nil {
		t.Fatal(err)
	}
	got, err := s.Account(kept.ID)
	if diff := cmp.Diff(kept, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	second := good
	second.Name = "Archive"
	if _, err := s.PutAccount(second); err != nil {
		t.Fatal(err)
	}
	all, err := s.Accounts()
	if err != nil || len(all) != 2 || all[0].Name != "Archive" {
		t.Fatalf("%+v, %v", all, err)
	}
	fetch(t, s, kept.ID, "inbox", delivery(testMail(1)))
	if err := s.DeleteAccount(kept.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Account(kept.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("Account: %v", err)
	}
	if err := s.DeleteAccount(kept.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("DeleteAccount again: %v", err)
	}
	if _, err := s.PutAccount(kept); !errors.Is(err, ErrNotFound) {
		t.Errorf("PutAccount of a deleted one: %v", err)
	}
	if bodyOf(t, s, 1) != testMail(1) {
		t.Error("its mail is gone")
	}
}

func TestAccountsAreValidated(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	for name, change := range map[string]func(a *Account){
		"no host":              func(a *Account) { a.Host = "" },
		"host with CR":         func(a *Account) { a.Host = "a\rb" },
		"host with a space":    func(a *Account) { a.Host = "a b" },
		"no user":              func(a *Account) { a.User = "" },
		"user with LF":         func(a *Account) { a.User = "fred\nRDEL x" },
		"user with NUL":        func(a *Account) { a.User = "fred\x00" },
		"long user":            func(a *Account) { a.User = strings.Repeat("x", 256) },
		"port 0":               func(a *Account) { a.Port = 0 },
		"port 65536":           func(a *Account) { a.Port = 65536 },
		"security":             func(a *Account) { a.Security = "maybe" },
		"protocol":             func(a *Account) { a.Protocol = "imap" },
		"data reply":           func(a *Account) { a.DataReply = "x" },
		"mailbox with CRLF":    func(a *Account) { a.Mailboxes = []string{"inbox\r\nQUIT"} },
		"mailbox with no name": func(a *Account) { a.Mailboxes = []string{""} },
		"too many mailboxes":   func(a *Account) { a.Mailboxes = make([]string, 1001) },
		"name not UTF-8":       func(a *Account) { a.Name = "\xff" },
		"address with LF":      func(a *Account) { a.Address = "a@b\n" },
		"STLS of POP2":         func(a *Account) { a.Protocol, a.Security = "pop2", STARTTLS },
		"mechanism":            func(a *Account) { a.Auth = "kerberos" },
		"days below 0":         func(a *Account) { a.DeleteAfterDays = -1 },
		"too many days":        func(a *Account) { a.DeleteAfterDays = 3651 },
		"size limit below 0":   func(a *Account) { a.SizeLimit = -1 },
		"minutes below 0":      func(a *Account) { a.EveryMinutes = -1 },
		"too many minutes":     func(a *Account) { a.EveryMinutes = 10081 },
		"sign-in in the clear": func(a *Account) { a.OAuth.TokenURL = "http://example.org/token" },
		"sign-in by script":    func(a *Account) { a.OAuth.AuthURL = "javascript:alert(1)" },
		"arguments alone":      func(a *Account) { a.OAuth.Command = []string{"", "-x"} },
		"command with NUL":     func(a *Account) { a.OAuth.Command = []string{"token\x00"} },
		"too many scopes":      func(a *Account) { a.OAuth.Scopes = make([]string, 101) },
	} {
		a := Account{Name: "x", Host: "h", Port: 109, Security: TLS, User: "u"}
		change(&a)
		if got, err := s.PutAccount(a); !errors.Is(err, ErrInvalid) || err.Error() == "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, box := range [][2]string{{"", "inbox"}, {"a", ""}, {"a\x00", "inbox"}, {"a", "in\nbox"}} {
		if m, err := s.EnsureMailbox(box[0], box[1]); !errors.Is(err, ErrInvalid) {
			t.Errorf("mailbox %q: %+v, %v", box, m, err)
		}
	}
	if all, err := s.Accounts(); err != nil || len(all) != 0 {
		t.Errorf("%d accounts, %v", len(all), err)
	}
}

// TestAccountOfPOP3 stores all that an account may say, and gets it back.
func TestAccountOfPOP3(t *testing.T) {
	s := openTest(t, t.TempDir(), Options{})
	a := Account{
		Name: "x", Host: "h", Port: 110, Protocol: "pop3", Security: STARTTLS, User: "u", Address: "u@h",
		DeleteAfterDays: 3650, DeleteWithMine: true, SizeLimit: 1 << 40, EveryMinutes: 10080, AtStart: true,
		OAuth: OAuth{
			Command: []string{"token", "-q", ""}, ClientID: "c", Scopes: []string{"mail"},
			AuthURL: "http://127.0.0.1:8080/a", TokenURL: "https://example.org/t",
		},
	}
	for _, mechanism := range mechanisms {
		a.Auth = mechanism
		kept, err := s.PutAccount(a)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Account(kept.ID)
		a.ID = kept.ID
		if diff := cmp.Diff(a, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

func TestSettings(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir, Options{})
	if v, err := s.Setting("theme"); v != nil || err != nil {
		t.Fatalf("%q, %v", v, err)
	}
	for _, value := range [][]byte{[]byte("dark"), {}, []byte("light")} {
		if err := s.PutSetting("theme", value); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Setting("theme"); err != nil || v == nil || !bytes.Equal(v, value) {
			t.Errorf("%q, %v", v, err)
		}
	}
	if err := s.PutSetting("theme", nil); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Setting("theme"); v != nil || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	for key, value := range map[string][]byte{"": {1}, strings.Repeat("k", 300): {1}, "big": make([]byte, 1<<20+1)} {
		if err := s.PutSetting(key, value); !errors.Is(err, ErrInvalid) {
			t.Errorf("%.20q: %v", key, err)
		}
	}
}

package mimeview

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSummarize(t *testing.T) {
	t.Parallel()
	got := Summarize(typical)
	want := Summary{
		FromName: "Harland, Ann", FromAddress: "ann.harland@example.net", To: "Ansel Brodie, Harbour", Subject: "Re: The lamp on the mole",
		Date: time.Date(2026, 11, 23, 8, 14, 33, 0, time.UTC), MessageID: "4A7F2C91.42@example.net", InReplyTo: "41@example.org",
		References: []string{"39@example.org", "40@example.net", "41@example.org"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSummarizeOdd(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Summary{
		"":                              {},
		"\n\n":                          {},
		"no header":                     {},
		"Subject: x\rTo: a@b\r\rbody\r": {Subject: "x", To: "a@b"},
		"From  : a@b\n\n":               {FromAddress: "a@b"},
		"From a@b\nTo: c@d\n":           {To: "c@d"},
		"Subject":                       {},
		"Subject:":                      {},
		"Subject: x":                    {Subject: "x"},
		"\r\nsubject : x\r\n":           {Subject: "x"},
		"From a@b\n>From c@d\nSUBJECT: x\n\nSubject: y":                       {Subject: "x"},
		"Subject:\n =?utf-8?q?=C3=BC?=\n =?utf-8?q?=C3=A4?=\n":                {Subject: "üä"},
		"Subject: \xcf\xf0\nContent-Type: text/plain; charset=windows-1251\n": {Subject: "Пр"},
		"Subject: a\nSubject: b\n":                                            {Subject: "a"},
		"To: undisclosed-recipients:;\n":                                      {To: "undisclosed-recipients:;"},
		"In-Reply-To: Your message of Monday\n":                               {InReplyTo: "Your message of Monday"},
		"Content-Type: Multipart/Mixed; boundary=b\n":                         {Attachments: true},
		"Content-Type: application/pgp-signature\n":                           {},
		"References: <a@b>\r\n\t<c@d><e@f> junk <\r\n":                        {References: []string{"a@b", "c@d", "e@f"}},
		"Body: no\n\nSubject: of the body, not the header\n":                  {},
	} {
		if diff := cmp.Diff(want, Summarize([]byte(in))); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestSummarizeReferences(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("References:")
	for i := range 200 {
		b.WriteString(" <" + strings.Repeat("x", i+1) + ">")
	}
	got := Summarize([]byte(b.String())).References
	if len(got) != maxReferences || got[0] != "x" || len(got[1]) != 152 || len(got[maxReferences-1]) != 200 {
		t.Errorf("%d references", len(got))
	}
}

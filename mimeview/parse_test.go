package mimeview

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                                              "plain",
		"=?utf-8?q?Gr=C3=BC=C3=9Fe?=":                        "Grüße",
		"=?UTF-8?Q?a_b?= =?utf-8?q?_c?=":                     "a b c",
		"=?utf-8?q?a?= b =?utf-8?q?c?=":                      "a b c",
		"=?utf-8?b?R3LD?= =?utf-8?b?vMOf?= =?utf-8?b?ZQ==?=": "Grüße",
		"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC?=":                  "Grü",
		"=?iso-8859-1*de?q?Gr=FC=DFe?=":                      "Grüße",
		"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=":                 "日本",
		"=?utf-7?q?Gr+APwA3w-e?=":                            "Grüße",
		"=?cp932?b?k/qWew==?=":                               "日本",
		"=?x-nobody-knows?q?abc?=":                           "abc",
		"=?utf-8?q?with blanks?=":                            "with blanks",
		"=?utf-8?q?no end":                                   "=?utf-8?q?no end",
		"=?utf-8?x?abc?=":                                    "=?utf-8?x?abc?=",
		"a =?= b":                                            "a =?= b",
		"Gr\xc3\xbc\xc3\x9fe":                                "Grüße",
		"=?utf-8?b?nnDusSNdG92w6Fuw?=":                       "=?utf-8?b?nnDusSNdG92w6Fuw?=",
		"=?utf-8?b?Z29vZA?= =?utf-8?q?_=41?=":                "good A",
		"Gr\xfc\xdfe":                                        "Grüße",
		"=?utf-8?q?a?= \xfc":                                 "a ü",
	} {
		if got := text([]byte(in), ""); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := text([]byte("\xcf\xf0\xe8"), "windows-1251"); got != "При" {
		t.Errorf("by the message's charset: %q", got)
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]typed{
		`text/plain; charset=utf-8`:                                 {"text/plain", map[string]string{"charset": "utf-8"}},
		`TEXT/Plain; Charset="UTF-8";`:                              {"text/plain", map[string]string{"charset": "UTF-8"}},
		`text/plain charset=utf-8`:                                  {"text/plain", map[string]string{"charset": "utf-8"}},
		`attachment; filename=a b.pdf`:                              {"attachment", map[string]string{"filename": "a b.pdf"}},
		`attachment; filename="a;b\"c.pdf"`:                         {"attachment", map[string]string{"filename": `a;b"c.pdf`}},
		`attachment; filename="C:\Temp\a.pdf"`:                      {"attachment", map[string]string{"filename": `C:\Temp\a.pdf`}},
		`attachment; filename="no end; size=3`:                      {"attachment", map[string]string{"filename": "no end", "size": "3"}},
		`attachment; filename==?utf-8?q?=C3=BC.pdf?=`:               {"attachment", map[string]string{"filename": "ü.pdf"}},
		`attachment; filename="=?utf-8?q?=C3=BC.pdf?="`:             {"attachment", map[string]string{"filename": "ü.pdf"}},
		`attachment; filename*=iso-8859-1'de'%FC.pdf`:               {"attachment", map[string]string{"filename": "ü.pdf"}},
		`attachment; filename=u.pdf; filename*=utf-8''%C3%BC`:       {"attachment", map[string]string{"filename": "ü"}},
		`attachment; filename*1*=%BC.pdf; filename*0*=utf-8''%C3`:   {"attachment", map[string]string{"filename": "ü.pdf"}},
		`attachment; filename*0="long "; filename*1="name.pdf"`:     {"attachment", map[string]string{"filename": "long name.pdf"}},
		`multipart/mixed; boundary="a=b"; type="text/html"; no; =x`: {"multipart/mixed", map[string]string{"boundary": "a=b", "type": "text/html", "": "x"}},
		``: {"", map[string]string{}},
	} {
		got := contentType([]byte(in), "")
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(typed{})); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]Address{
		"a@b.c":                               {{"", "a@b.c"}},
		"Ann <a@b.c>":                         {{"Ann", "a@b.c"}},
		`"Harland, Ann" <a@b.c>, d@e.f`:       {{"Harland, Ann", "a@b.c"}, {"", "d@e.f"}},
		"a@b.c (Ann (the keeper))":            {{"Ann (the keeper)", "a@b.c"}},
		"=?utf-8?q?J=C3=B6rg?= <j@b.c>":       {{"Jörg", "j@b.c"}},
		`"=?utf-8?q?J=C3=B6rg?=" <j@b.c>`:     {{"Jörg", "j@b.c"}},
		"J\xf6rg <j@b.c>":                     {{"Jörg", "j@b.c"}},
		"undisclosed-recipients:;":            nil,
		"Friends: Ann <a@b.c>, d@e.f;, g@h.i": {{"Ann", "a@b.c"}, {"", "d@e.f"}, {"", "g@h.i"}},
		"<@r.s,@t.u:a@b.c>":                   {{"", "a@b.c"}},
		"ihnp4!lorne!nan":                     {{"", "ihnp4!lorne!nan"}},
		"Brodie at LORNE-20":                  {{"", "Brodie@LORNE-20"}},
		"Ansel Brodie <BRODIE at LORNE-20>":   {{"Ansel Brodie", "BRODIE@LORNE-20"}},
		`"a@bank.example" <x@thief.example>`:  {{"a@bank.example", "x@thief.example"}},
		"Ann a@b.c":                           {{"Ann", "a@b.c"}},
		"Ann <a@b.c":                          {{"Ann", "a@b.c"}},
		`"no end <a@b.c>`:                     {{"no end", "a@b.c"}},
		"(no end a@b.c":                       {{"no end", "a@b.c"}},
		"<>":                                  nil,
		",,;":                                 nil,
		"'Ann' <a@b.c>":                       {{"Ann", "a@b.c"}},
		"Ann <mailto:a@b.c>":                  {{"Ann", "a@b.c"}},
		"Nobody In Particular":                {{"Nobody In Particular", ""}},
		"root":                                {{"", "root"}},
		"Ruth(at the desk) <ruth(hers)@post.example(the office)>": {{"Ruth", "ruth@post.example"}},
		"Ann <ann @ host(x) . example>":                           {{"Ann", "ann@host.example"}},
		"Ann (telegraph room) Harland <a@b.c> (x)":                {{"Ann  Harland", "a@b.c"}},
		"Ann <work> <a@b.c>":                                      {{"Ann", "a@b.c"}},
		"=?utf-8?q?a=2C_b?= <a@b.c>, c <\"d\"@e.f>":               {{"a, b", "a@b.c"}, {"c", `"d"@e.f`}},
	} {
		got := addresses([]byte(in), "", 100)
		for i := range want {
			want[i].Name = strings.Join(strings.Fields(want[i].Name), " ")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestToUTF8(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		octets, name, want string
		known              bool
	}{
		{"abc", "", "abc", false},
		{"Gr\xc3\xbc", "", "Grü", false},
		{"Gr\xfc", "", "Grü", false},
		{"Gr\xfc", "utf-8", "Grü", false},
		{"Gr\xc3\xbc \xc3\xbc \xff", "utf-8", "Grü ü \ufffd", true},
		{"\x80", "iso-8859-1", "€", true},
		{"\xa4", "ISO-8859-15", "€", true},
		{"\x93\xfa\x96\x7b", "cp932", "日本", true},
		{"\xc8\xd5\xb1\xbe", "GB2312", "日本", true},
		{"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本", true},
		{"\x1b$BF|K\\\x1b(B", "", "日本", false},
		{"Gr+APw-", "utf-7", "Grü", true},
		{"1 +- 2", "utf-7", "1 + 2", true},
		{"Gr\x81", "ibm437", "Grü", true},
		{"abc", "x-nobody-knows", "abc", false},
		{"\xd0\xd2", "koi8-r", "пр", true},
	} {
		s, known := toUTF8([]byte(c.octets), c.name)
		if s != c.want || known != c.known {
			t.Errorf("toUTF8(%q, %q) = %q, %v", c.octets, c.name, s, known)
		}
	}
}

// part is what a test says of an attachment.
type part struct{ Name, Type, Octets string }

func TestOddMessages(t *testing.T) {
	t.Parallel()
	png := base64.StdEncoding.EncodeToString([]byte("not really a picture"))
	for name, c := range map[string]struct {
		message, text, notice string
		parts                 []part
	}{
		"plain":               {"Subject: a\n\nbody\n", "body\n", "", nil},
		"CRLF":                {"Subject: a\r\n\r\nbody\r\nmore\r\n", "body\nmore\n", "", nil},
		"mbox From":           {"From a@b Mon Oct 29 09:14:33 1984\nSubject: a\n\nbody\n", "body\n", "", nil},
		"quoted mbox From":    {">From a@b Mon Oct 29 09:14:33 1984\nSubject: a\n\nbody\n", "body\n", "", nil},
		"blank first line":    {"\r\nSubject: a\r\n\r\nbody\r\n", "body\n", "", nil},
		"no colon":            {"Subject: a\nno colon here\nTo: b@c\n\nbody\n", "body\n", "malformed", nil},
		"no colon first":      {"no colon here\nSubject: a\nTo: b@c\n\nbody\n", "body\n", "malformed", nil},
		"no empty line":       {"Subject: a\nthis is the body of it\n", "this is the body of it\n", "malformed", nil},
		"no closing boundary": {"Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n", "one\n\ntwo\n", "cut off", nil},
		"cut-off boundary":    {"Subject: a\nContent-Type: multipart/mixed; boundary=bound\n\n--bound\n\none\n--bou", "one\n", "cut off", nil},
		"no boundary named":   {"Subject: a\nContent-Type: multipart/mixed\n\n--bound\n\none\n--bound--\n", "one\n", "", nil},
		"wrong boundary":      {"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--bound\n\none\n--bound--\n", "one\n", "", nil},
		"no boundary at all":  {"Subject: a\nContent-Type: multipart/mixed\n\nbody\n", "body\n", "told apart", nil},
		"8bits":               {"Subject: a\nContent-Transfer-Encoding: 8bits\n\nGr\xc3\xbc\n", "Grü\n", "", nil},
		"quoted-printable":    {"Content-Transfer-Encoding: Quoted-Printable\n\na=\nb=3Dc=zz =C3=BC=20\n", "ab=c=zz ü \n", "", nil},
		"unknown charset":     {"Content-Type: text/plain; charset=x-none\n\nGr\xfc\n", "Grü\n", "x-none", nil},
		"flowed":              {"Content-Type: text/plain; format=flowed\n\none \ntwo\n> three \n> four\n-- \nsig\n", "one two\n> three four\n-- \nsig\n", "", nil},
		"flowed, delsp":       {"Content-Type: text/plain; format=flowed; delsp=yes\n\n日 \n本\n", "日本\n", "", nil},
		"alternative":         {"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n", "plain\n", "", nil},
		"alternative of HTML": {"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n", "html\n", "", nil},
		"base64 with junk": {"Subject: a\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n" + png[:8] + "\n!!\n" + png[8:] + "\n",
			"[This message has no text, only an attachment.]\n", "damaged", []part{{"a.png", "image/png", "not really a picture"}}},
		"uuencoded block": {"Subject: a\n\nbefore\nbegin 644 a.txt\n#86)C\n`\nend\nafter\n", "before\nafter\n", "", []part{{"a.txt", "application/octet-stream", "abc"}}},
		"uuencoded part": {"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 b.png\n#86)C\n`\nend\n",
			"[This message has no text, only an attachment.]\n", "", []part{{"a.png", "image/png", "abc"}}},
		"no uuencoded block": {"Subject: a\n\nbegin 644 times\nover again\n", "begin 644 times\nover again\n", "", nil},
		"attached message": {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: x/y\n\ninner\n--b--\n",
			"one\n\n---------- Message within this message ----------\nSubject: x/y\n\ninner\n", "", []part{{"x_y.eml", "message/rfc822", "Subject: x/y\n\ninner"}}},
		"TNEF": {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\n\nx\n--b--\n",
			"one\n", "", []part{{"winmail.dat", "application/ms-tnef", "x"}}},
		"only a named text": {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=a.txt\n\none\n--b--\n", "one\n", "", []part{{"a.txt", "text/plain", "one"}}},
		"odd type":          {"Content-Type: gibberish\n\none\n", "one\n", "", []part{{"attachment-1.txt", "application/octet-stream", "one\n"}}},
		"broken date":       {"Date: yesterday\n\none\n", "one\n", "date", nil},
	} {
		v := parse(t, c.message, Options{})
		if v.Text != c.text {
			t.Errorf("%s: text %q, want %q", name, v.Text, c.text)
		}
		if c.notice == "" && len(v.Notices) > 0 || c.notice != "" && !noticed(v, c.notice) {
			t.Errorf("%s: notices %q", name, v.Notices)
		}
		var got []part
		for _, p := range v.Parts {
			got = append(got, part{p.Name, p.Type, string(p.Octets)})
		}
		if diff := cmp.Diff(c.parts, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	v := parse(t, "Subject: a\r\n  folded\r\n\tsubject\r\nX-B : =?utf-8?q?=C3=BC?=\r\nX-C:\r\nTo: a@b,\r\n c@d\r\nTo: e@f\r\n\r\nbody\r\n", Options{})
	want := []Header{{"Subject", "a folded subject"}, {"X-B", "ü"}, {"X-C", ""}, {"To", "a@b, c@d"}, {"To", "e@f"}}
	if diff := cmp.Diff(want, v.Headers); diff != "" {
		t.Error(diff)
	}
	if v.Subject != "a folded subject" || len(v.To) != 3 {
		t.Errorf("%q, to %v", v.Subject, v.To)
	}
}

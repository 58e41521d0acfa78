package assets

import (
	"bytes"
	"crypto/sha256"
	"io"
	"mime"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
)

func TestDemoIsOrderedDistinctAndModest(t *testing.T) {
	messages := Demo()
	if len(messages) < 48 {
		t.Errorf("the sample mail has %d messages, want at least 48", len(messages))
	}
	if !slices.IsSortedFunc(messages, func(a, b DemoMessage) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the sample mail is not in the order of its names")
	}
	total := 0
	seen := make(map[[sha256.Size]byte]string)
	for _, m := range messages {
		total += len(m.Octets)
		if bytes.ContainsRune(m.Octets, '\r') {
			t.Errorf("%s holds a CR; the files end their lines in LF", m.Name)
		}
		sum := sha256.Sum256(m.Octets)
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s are the same message", m.Name, other)
		}
		seen[sum] = m.Name
	}
	if limit := 1_500_000; total > limit {
		t.Errorf("the sample mail has %d octets, more than %d", total, limit)
	}
}

func TestDemoGivesACopyToKeep(t *testing.T) {
	first := Demo()[0]
	want := bytes.Clone(first.Octets)
	clear(first.Octets)
	if got := Demo()[0].Octets; !bytes.Equal(got, want) {
		t.Error("changing a message changed what the next call returns")
	}
}

// Nobody who exists may get mail because somebody tried the demo.
func TestDemoNamesNobodyWhoExists(t *testing.T) {
	host := regexp.MustCompile(`(?:[A-Za-z0-9._+-]@|https?://)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
	allowed := regexp.MustCompile(`(?i)^(([a-z0-9-]+\.)*example(\.org)?|203\.0\.113\.\d+|lorne-(20|vax)\.arpa|lornevax\.uucp|portlorne\.uucp)$`)
	for _, m := range Demo() {
		for _, found := range host.FindAllSubmatch(m.Octets, -1) {
			if !allowed.Match(found[1]) {
				t.Errorf("%s names %q, which is not reserved for examples", m.Name, found[1])
			}
		}
	}
}

func TestDemoHoldsThreads(t *testing.T) {
	replies := make(map[string]int) // by the Message-ID that began the thread
	for _, m := range Demo() {
		entity, err := message.Read(bytes.NewReader(m.Octets))
		if entity == nil {
			t.Logf("%s: no header: %v", m.Name, err)
			continue
		}
		if ids := strings.Fields(entity.Header.Get("References")); len(ids) > 0 {
			replies[ids[0]]++
		}
	}
	deepest, threads := 0, 0
	for _, n := range replies {
		deepest = max(deepest, n+1)
		if n >= 2 {
			threads++
		}
	}
	if deepest != 7 || threads < 6 {
		t.Errorf("the deepest of %d threads has %d messages, want at least 6 threads and 7 messages", threads, deepest)
	}
}

// Each trait is something that a reader of mail meets and has to get right.
func TestDemoIsVaried(t *testing.T) {
	want := strings.Fields(`
		charset:us-ascii charset:utf-8 charset:iso-8859-1 charset:iso-8859-2 charset:iso-8859-7
		charset:iso-8859-9 charset:iso-8859-15 charset:windows-1252 charset:windows-1255
		charset:koi8-r charset:iso-2022-jp charset:gb18030 charset:euc-kr charset:x-harbour-7
		script:Han script:Hiragana script:Hangul script:Cyrillic script:Arabic script:Hebrew
		script:Greek script:Devanagari letter:German letter:French letter:Turkish letter:Polish letter:emoji
		encoding:7bit encoding:8bit encoding:base64 encoding:quoted-printable
		type:text/plain type:text/html type:text/calendar type:text/richtext type:text/csv
		type:multipart/alternative type:multipart/related type:multipart/mixed type:multipart/digest
		type:multipart/report type:multipart/signed type:message/rfc822 type:message/delivery-status
		type:image/png type:image/jpeg type:application/pdf type:application/zip type:application/ics
		type:application/pgp-signature type:application/octet-stream
		has:attachment has:inline-image has:flowed has:delsp has:list has:reply has:old-header
		no:From no:Subject no:Date no:body no:header twice:From raw:header
		holds:from-line holds:uuencode holds:pgp holds:bidi-name holds:rfc2231 holds:deep-quote
		size:long size:short`)
	var got traits
	for _, m := range Demo() {
		got.observe(m)
	}
	for _, trait := range want {
		if len(got.in[trait]) == 0 {
			t.Errorf("no message of the sample mail has the trait %s", trait)
		}
	}
	if n := len(got.in["has:attachment"]); n < 12 {
		t.Errorf("%d messages have attachments, want at least 12", n)
	}
	if n := len(got.in["type:text/html"]); n < 7 {
		t.Errorf("%d messages have HTML, want at least 7", n)
	}
}

// traits collects what the messages show, each with the names of those that do.
type traits struct{ in map[string][]string }

func (tr *traits) add(m DemoMessage, trait string) {
	if tr.in == nil {
		tr.in = make(map[string][]string)
	}
	if !slices.Contains(tr.in[trait], m.Name) {
		tr.in[trait] = append(tr.in[trait], m.Name)
	}
}

var octetTraits = map[string]*regexp.Regexp{
	"holds:from-line":  regexp.MustCompile(`\n\nFrom \S+@\S+ Mon `),
	"holds:uuencode":   regexp.MustCompile(`\nbegin 644 \S+\n`),
	"holds:pgp":        regexp.MustCompile(`\n-----BEGIN PGP SIGNED MESSAGE-----\n`),
	"holds:bidi-name":  regexp.MustCompile(`filename\*=utf-8''\S*%E2%80%AE`),
	"holds:rfc2231":    regexp.MustCompile(`filename\*0\*=`),
	"holds:deep-quote": regexp.MustCompile(`\n>{12}`),
	"has:old-header":   regexp.MustCompile(`\nFrom: .* at LORNE-20>\n`),
}

func (tr *traits) observe(m DemoMessage) {
	for trait, pattern := range octetTraits {
		if pattern.Match(m.Octets) {
			tr.add(m, trait)
		}
	}
	header, body, _ := bytes.Cut(m.Octets, []byte("\n\n"))
	if !utf8.Valid(header) {
		tr.add(m, "raw:header")
	}
	switch {
	case len(body) == 0:
		tr.add(m, "no:body")
	case len(body) < 10:
		tr.add(m, "size:short")
	case len(body) > 200_000:
		tr.add(m, "size:long")
	}
	entity, err := message.Read(bytes.NewReader(m.Octets))
	if entity == nil || err != nil && !message.IsUnknownCharset(err) {
		tr.add(m, "no:header")
		return
	}
	for _, name := range []string{"From", "Subject", "Date"} {
		fields := entity.Header.FieldsByKey(name)
		switch fields.Len() {
		case 0:
			tr.add(m, "no:"+name)
		case 2:
			tr.add(m, "twice:"+name)
		}
	}
	if entity.Header.Has("List-Id") {
		tr.add(m, "has:list")
	}
	if entity.Header.Has("In-Reply-To") {
		tr.add(m, "has:reply")
	}
	tr.walk(m, entity)
}

func (tr *traits) walk(m DemoMessage, entity *message.Entity) {
	kind, params, err := mime.ParseMediaType(entity.Header.Get("Content-Type"))
	if err != nil {
		return
	}
	tr.add(m, "type:"+kind)
	tr.add(m, "encoding:"+strings.ToLower(entity.Header.Get("Content-Transfer-Encoding")))
	if params["format"] == "flowed" {
		tr.add(m, "has:flowed")
	}
	if params["delsp"] == "yes" {
		tr.add(m, "has:delsp")
	}
	disposition, _, err := entity.Header.ContentDisposition()
	if err == nil && disposition == "attachment" {
		tr.add(m, "has:attachment")
	}
	if entity.Header.Has("Content-Id") && strings.HasPrefix(kind, "image/") {
		tr.add(m, "has:inline-image")
	}
	if parts := entity.MultipartReader(); parts != nil {
		for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
			tr.walk(m, part)
		}
		return
	}
	if kind == "text/plain" {
		tr.add(m, "charset:"+strings.ToLower(params["charset"]))
		text, _ := io.ReadAll(entity.Body) // a cut-off text still shows its letters
		tr.letters(m, string(text))
	}
}

func (tr *traits) letters(m DemoMessage, text string) {
	for name, marks := range map[string]string{
		"German": "ß", "French": "œ", "Turkish": "ğ", "Polish": "ź", "emoji": "🐙",
	} {
		if strings.Contains(text, marks) {
			tr.add(m, "letter:"+name)
		}
	}
	for _, script := range []string{"Han", "Hiragana", "Hangul", "Cyrillic", "Arabic", "Hebrew", "Greek", "Devanagari"} {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Scripts[script], r) }) {
			tr.add(m, "script:"+script)
		}
	}
}

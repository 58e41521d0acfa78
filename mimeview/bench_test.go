package mimeview

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// typical is a message with about 3 KB of header, as mail from a large provider has.
var typical = func() []byte {
	var b strings.Builder
	b.WriteString("Return-Path: <ann.harland@example.net>\r\n")
	for range 5 {
		b.WriteString("Received: from mx1.example.net (mx1.example.net [192.0.2.7])\r\n\tby mail.example.org (8.17.1/8.17.1) with ESMTPS id 4A7F2C91\r\n" +
			"\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT)\r\n\tfor <brodie@example.org>; Mon, 23 Nov 2026 09:15:02 +0100\r\n")
	}
	b.WriteString("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=m1;\r\n\tbh=" + strings.Repeat("A", 44) + "=;\r\n\th=from:to:subject:date;\r\n" +
		"\tb=" + strings.Repeat("B", 340) + "\r\n")
	b.WriteString("From: \"Harland, Ann\" <ann.harland@example.net>\r\nTo: Ansel Brodie <brodie@example.org>, Harbour <harbour@example.org>\r\n" +
		"Subject: Re: The lamp on the mole\r\nDate: Mon, 23 Nov 2026 09:14:33 +0100\r\nMessage-ID: <4A7F2C91.42@example.net>\r\n" +
		"In-Reply-To: <41@example.org>\r\nReferences: <39@example.org> <40@example.net>\r\n <41@example.org>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/alternative; boundary=\"b1\"\r\nX-Mailer: Example 1.0\r\n")
	for range 8 {
		b.WriteString("X-Example-Header: " + strings.Repeat("x", 60) + "\r\n")
	}
	b.WriteString("\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		strings.Repeat("The lamp is lit at dusk and put out at dawn, as it has been =C3=BCsual.\r\n", 30) +
		"--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" +
		strings.Repeat("<p>The lamp is <b>lit</b> at dusk and put out at dawn.</p>\r\n", 30) + "</body></html>\r\n--b1--\r\n")
	return []byte(b.String())
}()

func BenchmarkSummarize(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typical)))
	for b.Loop() {
		Summarize(typical)
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typical)))
	for b.Loop() {
		Parse(io.NewSectionReader(bytes.NewReader(typical), 0, int64(len(typical))), Options{})
	}
}

// bombs are messages made to be slow, of a size.
var bombs = map[string]func(n int) string{
	"parts": func(n int) string { return multi + strings.Repeat("--b\n\nx\n", n) + "--b--\n" },
	"named parts": func(n int) string {
		return multi + strings.Repeat("--b\nContent-Type: image/png; name=a.png\n\nx\n", n)
	},
	"nested": func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String()
	},
	"nested messages": func(n int) string { return strings.Repeat("Content-Type: message/rfc822\n\n", n) },
	"alternatives": func(n int) string {
		return multi + strings.Repeat("--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nx\n--c\nContent-Type: text/html\n\n<p>x\n--c--\n", n)
	},
	"segments": func(n int) string { return attached + strings.Repeat("; filename*7=x", n) + "\n\nx\n" },
	"raw octets": func(n int) string {
		return "Subject: \xcf\xf0\nFrom: " + strings.Repeat("\xcf\xf0 <a@b>,\n ", n) + "\n\nx\n"
	},
	"raw fields":    func(n int) string { return strings.Repeat("X-A: \xcf\xf0\xe8\n", n) + "\nx\n" },
	"unknown words": func(n int) string { return "Subject: " + strings.Repeat("=?x-a?q?=FC?= =?x-b?q?=FC?= ", n) + "\n\nx\n" },
	"unnamed texts": func(n int) string {
		return multi + strings.Repeat("--b\n\n"+strings.Repeat("\xcf\xf0\xe8\xe2\xe5\xf2 ", 500)+"\n", n)
	},
	"uuencoded": func(n int) string { return "Subject: a\n\n" + strings.Repeat("begin 644 a\n#86)C\n`\nend\n", n) },
	"tnef": func(n int) string {
		var a []any
		for range n {
			a = append(a, 0x69002, "", 0x18010, "a.txt\x00", 0x6800f, "x")
		}
		return "Content-Type: application/ms-tnef\n\n" + winmail(a...)
	},
	"rtf": func(n int) string { return "Content-Type: text/rtf\n\n{\\rtf1" + strings.Repeat("{\\f1\\'fc", n) },
	"events": func(n int) string {
		return "Content-Type: text/calendar\n\n" + strings.Repeat("BEGIN:VEVENT\nSUMMARY:x\n", n)
	},
	"html": func(n int) string {
		return "Content-Type: text/html\n\n" + strings.Repeat("<div><blockquote><a href=x>", n)
	},
}

const (
	multi    = "Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n"
	attached = "Content-Type: application/x\nContent-Disposition: attachment"
)

// BenchmarkBombs shows whether time grows with the size alone: a bomb of four times
// the size may take four times as long, no more.
func BenchmarkBombs(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(bombs)) {
		for _, n := range []int{50_000, 200_000} {
			m := bombs[name](n)
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(name, " ", "-"), n), func(b *testing.B) {
				b.SetBytes(int64(len(m)))
				for b.Loop() {
					Parse(io.NewSectionReader(strings.NewReader(m), 0, int64(len(m))), Options{})
				}
			})
		}
	}
}

// TestBombs reads each of them to its end, and finds them bounded.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, bomb := range bombs {
		v := parse(t, bomb(20_000), Options{})
		if len(v.Parts) > DefaultBudget.Parts+1 || len(v.Bodies) > 2*DefaultBudget.Parts || len(v.Notices) > 50 {
			t.Errorf("%s: %d parts, %d bodies, %d notices", name, len(v.Parts), len(v.Bodies), len(v.Notices))
		}
	}
}

// BenchmarkReal reads real mail, if there is any, and tells what half of it takes less than.
func BenchmarkReal(b *testing.B) {
	var all [][]byte
	archive(b, "easy-ham-1.tar.gz", func(_ string, m []byte) { all = append(all, m) })
	if len(all) == 0 {
		return
	}
	times := make([]time.Duration, 0, len(all))
	for b.Loop() {
		times = times[:0]
		for _, m := range all {
			begin := time.Now()
			Parse(io.NewSectionReader(bytes.NewReader(m), 0, int64(len(m))), Options{})
			times = append(times, time.Since(begin))
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "median-µs")
	b.ReportMetric(float64(times[len(times)-1].Microseconds()), "longest-µs")
}

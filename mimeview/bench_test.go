package mimeview

import (
	"bytes"
	"io"
	"strings"
	"testing"
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

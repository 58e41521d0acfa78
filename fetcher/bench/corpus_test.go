//go:build unix

package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var words = []string{
	"the", "post", "office", "keeps", "mail", "until", "its", "owner", "comes", "and", "then", "lets", "go", "of", "it",
	"harbour", "letter", "window", "morning", "printing", "meeting", "agenda", "please", "thanks", "regards", "Tuesday",
}

// corpus makes n messages of about 11 KB with CRLF line ends: prose of Zipf-like
// words behind the header that mail has by the time it is collected.
func corpus(n int) [][]byte {
	r := rand.New(rand.NewPCG(918, 1984))
	z := rand.NewZipf(r, 1.1, 1, 5000)
	out := make([][]byte, n)
	for i := range out {
		var b bytes.Buffer
		header(&b, i, r)
		for size, column := 4_000+r.IntN(14_000), 0; b.Len() < size; {
			k := int(z.Uint64())
			w := words[k%len(words)]
			if k >= len(words) {
				w = fmt.Sprintf("%s%d", w, k)
			}
			b.WriteString(w)
			if column += len(w) + 1; column > 68 {
				b.WriteString("\r\n")
				column = 0
				continue
			}
			b.WriteByte(' ')
		}
		b.WriteString("\r\n")
		out[i] = b.Bytes()
	}
	return out
}

func header(b *bytes.Buffer, i int, r *rand.Rand) {
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 97 * time.Minute).Format(time.RFC1123Z)
	fmt.Fprintf(b, "Return-Path: <list-bounces@example.org>\r\n")
	for hop := range 4 {
		fmt.Fprintf(b, "Received: from relay%d.example.net (relay%d.example.net [192.0.2.%d])\r\n\tby mx.example.org (Postfix) with ESMTPS id %08X\r\n\tfor <fred@example.org>; %s\r\n",
			hop, hop, r.IntN(250), r.Uint32(), at)
	}
	fmt.Fprintf(b, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net;\r\n\ts=k1; h=from:to:subject:date; bh=%016x%016x;\r\n\tb=%016x%016x%016x%016x\r\n",
		r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
	fmt.Fprintf(b, "From: =?utf-8?q?Person_N=C2=BA_%d?= <person%d@example.net>\r\nTo: Fred <fred@example.org>, list@example.org\r\nSubject: Re: [list] letter %d about %s\r\n",
		i%300, i%300, i, words[i%len(words)])
	fmt.Fprintf(b, "Date: %s\r\nMessage-ID: <%d.%x@example.net>\r\nIn-Reply-To: <%d.0@example.net>\r\nReferences: <%d.0@example.net>\r\n", at, i, r.Uint32(), i/5, i/5)
	fmt.Fprintf(b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nList-Id: <list.example.org>\r\n\r\n")
}

// maildir writes messages with LF line ends, as a delivery agent would.
func maildir(t *testing.T, dir string, messages [][]byte) {
	t.Helper()
	for _, sub := range []string{"new", "cur", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range messages {
		name := filepath.Join(dir, "new", fmt.Sprintf("%d.M%dP1.bench", 1_600_000_000+i, i))
		if err := os.WriteFile(name, bytes.ReplaceAll(m, []byte("\r\n"), []byte("\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

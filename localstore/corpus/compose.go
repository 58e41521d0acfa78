package corpus

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"mime"
	"strings"
	"time"
)

// file is an attachment.
type file struct {
	name   string
	octets []byte
}

// files makes the attachments of message i.
func (c *Corpus) files(i int) []file {
	r := c.rng(i, forFiles)
	r.NormFloat64() // drawn by words
	if !c.o.Attachments || r.IntN(8) != 0 {
		return nil
	}
	kinds := []string{"pdf", "jpg", "docx", "zip"}
	all := make([]file, 1+r.IntN(8)/6)
	for n := range all {
		octets := make([]byte, max(100, min(2<<20, int(12_000*math.Exp(1.3*r.NormFloat64())))))
		for at := 0; at+8 <= len(octets); at += 8 {
			for k, v := 0, r.Uint64(); k < 8; k, v = k+1, v>>8 {
				octets[at+k] = byte(v)
			}
		}
		all[n] = file{c.tongs[0].word(uint64(r.IntN(3000))) + fmt.Sprint(r.IntN(100)) + "." + kinds[r.IntN(len(kinds))], octets}
	}
	return all
}

// compose writes a message as it would come off a server.
func compose(m *Message, files []file, i int) []byte {
	var b bytes.Buffer
	b.Grow(len(m.Text)*5/4 + m.AttachedBytes*7/5 + 2048)
	fmt.Fprintf(&b, "Return-Path: <%s>\r\n", m.FromAddress)
	fmt.Fprintf(&b, "Received: from relay%d.example.net (relay%d.example.net [192.0.2.%d])\r\n\tby mx.example.org with ESMTPS id %08X;\r\n\t%s\r\n",
		i%13, i%13, i%250, i, m.Date.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Date: %s\r\nFrom: %s <%s>\r\n", m.Date.Format(time.RFC1123Z), mime.QEncoding.Encode("utf-8", m.FromName), m.FromAddress)
	b.WriteString("To: ")
	for n, to := range strings.Split(m.To, ", ") {
		if n > 0 {
			b.WriteString(",\r\n\t")
		}
		name, address, _ := strings.Cut(to, " <")
		b.WriteString(mime.QEncoding.Encode("utf-8", name) + " <" + address)
	}
	fmt.Fprintf(&b, "\r\nSubject: %s\r\nMessage-ID: <%s>\r\n", foldEncoded(mime.BEncoding.Encode("utf-8", m.Subject)), m.ID)
	if n := len(m.References); n > 0 {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\r\nReferences:", m.References[n-1])
		for _, id := range m.References {
			fmt.Fprintf(&b, "\r\n <%s>", id)
		}
		b.WriteString("\r\n")
	}
	b.WriteString("MIME-Version: 1.0\r\n")
	text := "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + strings.ReplaceAll(m.Text, "\n", "\r\n")
	if len(files) == 0 {
		b.WriteString(text)
		return b.Bytes()
	}
	boundary := fmt.Sprintf("=_part_%08x", i)
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n%s\r\n", boundary, boundary, text)
	for _, f := range files {
		fmt.Fprintf(&b, "--%s\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, f.name)
		const line = 57
		for at := 0; at < len(f.octets); at += line {
			b.WriteString(base64.StdEncoding.EncodeToString(f.octets[at:min(len(f.octets), at+line)]))
			b.WriteString("\r\n")
		}
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// foldEncoded puts each encoded word on a line of its own.
func foldEncoded(s string) string { return strings.ReplaceAll(s, "?= =?", "?=\r\n =?") }

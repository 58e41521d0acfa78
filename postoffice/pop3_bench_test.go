package postoffice_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/postofficetest"
)

// letter11KB is a message of 11 KB with LF line ends, as a Maildir has it.
var letter11KB = []byte("From: a@example.org\nSubject: speed\n\n" + strings.Repeat("All work and no play makes the line sixty-four characters long.\n", 170))

// BenchmarkPOP3 logs in to a mailbox of messages of 11 KB and has them all, in windows of 64
// pipelined commands; then it logs in again. An operation is one message.
func BenchmarkPOP3(b *testing.B) {
	for name, drops := range map[string]func(b *testing.B) postoffice.Opener{
		"memory": func(b *testing.B) postoffice.Opener {
			m := new(maildrop.Memory)
			for range b.N {
				m.Put(postofficetest.User, "inbox", letter11KB)
			}
			return m
		},
		"maildir": func(b *testing.B) postoffice.Opener {
			root := b.TempDir()
			dir := filepath.Join(root, postofficetest.User, "Maildir", "new")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				b.Fatal(err)
			}
			long := time.Now().Add(-time.Hour)
			for i := range b.N {
				name := filepath.Join(dir, fmt.Sprintf("%d.M%d.x", 1_000_000_000+i, i))
				if err := errors.Join(os.WriteFile(name, letter11KB, 0o600), os.Chtimes(name, long, long)); err != nil {
					b.Fatal(err)
				}
			}
			m, err := maildrop.NewMaildir(root, maildrop.DefaultMaildir)
			if err != nil {
				b.Fatal(err)
			}
			return m
		},
		"mbox": func(b *testing.B) postoffice.Opener {
			root := b.TempDir()
			if err := os.MkdirAll(filepath.Join(root, postofficetest.User), 0o700); err != nil {
				b.Fatal(err)
			}
			entry := fmt.Sprintf("From a@b Mon Oct  1 09:18:00 1984\n%s\n", letter11KB)
			if err := os.WriteFile(filepath.Join(root, postofficetest.User, "inbox"), bytes.Repeat([]byte(entry), b.N), 0o600); err != nil {
				b.Fatal(err)
			}
			m, err := maildrop.NewMbox(root, maildrop.DefaultMbox, 0)
			if err != nil {
				b.Fatal(err)
			}
			return m
		},
	} {
		b.Run(name, func(b *testing.B) {
			o := postofficetest.Start(b, func(c *postoffice.Config) { c.Drops = drops(b) })
			addr := o.Listen(b, o.Server.ServePOP3)
			b.SetBytes(int64(len(letter11KB)))
			b.ResetTimer()
			retrieve(b, dial(b, addr), b.N)
			b.StopTimer()
			begin := time.Now()
			p := dial(b, addr)
			p.login()
			b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(b.N), "ns-again/op")
		})
	}
}

// retrieve has messages 1 to n, 64 at a time on the way.
func retrieve(b *testing.B, p *peer, n int) {
	p.br = bufio.NewReaderSize(p.nc, 256<<10)
	p.login()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns-login/op")
	for sent, got := 0, 0; got < n; {
		var w strings.Builder
		for ; sent < n && sent < got+64; sent++ {
			w.WriteString("RETR " + strconv.Itoa(sent+1) + "\r\n")
		}
		p.send(w.String())
		for range 32 {
			if got == n {
				break
			}
			for {
				line, err := p.br.ReadSlice('\n')
				if err != nil {
					b.Fatal(err)
				}
				if string(line) == ".\r\n" {
					break
				}
			}
			got++
		}
	}
	p.want("QUIT", "+OK goodbye")
}

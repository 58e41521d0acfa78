package maildrop

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante.app/localstore/custody"
)

// endless gives the same message again and again, n octets in all.
type endless struct {
	unit []byte
	at   int
	left int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], e.unit[e.at:])
	e.at = (e.at + n) % len(e.unit)
	e.left -= int64(n)
	return n, nil
}

func letter(n int) []byte {
	return []byte(fromA + a + strings.Repeat("The quick brown fox jumps over the lazy dog, again.\n", n/52) + "\n")
}

// drain reads a run to its end as a custodian does that holds 16 MB at a time, and
// returns the messages and octets, and by how much the heap grew at most.
func drain(t testing.TB, r io.Reader, o Options) (messages int, octets int64, growth uint64) {
	t.Helper()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := NewSplitter(r, o)
	var held [][]byte // as a custodian holds them
	var holding, sampled int64
	for {
		d, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		messages++
		octets += int64(len(d.Prefix) + len(d.Octets))
		if held = append(held, d.Octets); holding > 16<<20 {
			held, holding = nil, 0
		}
		holding += int64(len(d.Octets))
		if d.Rest != nil {
			n, err := io.Copy(io.Discard, d.Rest)
			if err != nil {
				t.Fatal(err)
			}
			octets += n
		}
		if d.Suffix != nil {
			octets += int64(len(d.Suffix()))
		}
		if octets-sampled > 16<<20 {
			sampled = octets
			runtime.ReadMemStats(&now)
			growth = max(growth, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
	}
	runtime.KeepAlive(held)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return messages, octets, growth
}

const limit = 64 << 20 // by which the heap may grow

// TestHeap splits a gigabyte of many small messages, and one message of a gigabyte
// in each way that such a thing can come.
func TestHeap(t *testing.T) {
	const total = 1 << 30
	small := letter(11_000)
	one := []byte(strings.Repeat("x", 99) + "\n")
	for _, c := range []struct {
		name string
		head string
		unit []byte
	}{
		{"many", "", small},
		{"one bare", "Subject: x\n\n", one},
		{"one of mbox", fromA + "Subject: x\n\n", one},
		{"one of mbox by its length", fromA + fmt.Sprintf("Content-Length: %d\n\n", total), one},
		{"one of TENEX by its size", fmt.Sprintf("12-NOV-84 20:30:00-PST,%d;000000000001\n", total), one},
		{"one of MMDF", ctrl, one},
		{"one line", "", []byte("x")},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := io.MultiReader(strings.NewReader(c.head), &endless{unit: bytes.Repeat(c.unit, max(1, 60_000/len(c.unit))), left: total})
			n, octets, growth := drain(t, r, Options{SpoolDir: t.TempDir()})
			t.Logf("%d messages, heap grew by %d MB", n, growth>>20)
			if octets != total+int64(len(c.head)) {
				t.Errorf("%d octets came out of %d", octets, total+len(c.head))
			}
			if growth > limit {
				t.Errorf("the heap grew by %d MB", growth>>20)
			}
		})
	}
}

// TestWrongClaimsCostLittle is a mailbox of messages that all claim to reach far.
func TestWrongClaimsCostLittle(t *testing.T) {
	unit := []byte(fromA + cl(a, 900<<20) + "\n")
	n, octets, _ := drain(t, &endless{unit: unit, left: int64(len(unit)) * 200_000}, Options{SpoolDir: t.TempDir()})
	if n != 200_000 || octets != int64(len(unit))*200_000 {
		t.Errorf("%d messages, %d octets", n, octets)
	}
}

// TestRealMail joins the public corpus into one mbox and splits it again.
func TestRealMail(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "mail", "easy-ham-1.tar.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Log("not run: the public mail is not here:", err)
		return
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var run bytes.Buffer
	var want []string
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		m, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if line, rest, _ := bytes.Cut(m, []byte("\n")); isFromLine(append(line, '\n')) {
			m = rest
		}
		fmt.Fprint(&run, fromA)
		for l := range bytes.Lines(m) {
			if bytes.HasPrefix(bytes.TrimLeft(l, ">"), []byte("From ")) {
				run.WriteByte('>')
			}
			run.Write(l)
		}
		if !bytes.HasSuffix(m, []byte("\n")) {
			run.WriteByte('\n')
			m = append(m, '\n')
		}
		run.WriteByte('\n')
		want = append(want, string(m))
	}
	got, err := split(&run, Options{Format: "mboxrd", SpoolDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		plain, err := io.ReadAll(Unquote("mboxrd", strings.NewReader(got[i].Message)))
		if err != nil {
			t.Fatal(err)
		}
		got[i].Message = string(plain)
	}
	if len(want) < 2500 || !cmp.Equal(messages(got), want) {
		t.Errorf("%d messages of %d came back, or not as they were", len(got), len(want))
	}
}

func BenchmarkSplit(b *testing.B) {
	unit := letter(11_000)
	b.SetBytes(int64(len(unit)) * 1000)
	for b.Loop() {
		s := NewSplitter(&endless{unit: unit, left: int64(len(unit)) * 1000}, Options{})
		n := 0
		for {
			d, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || len(d.Octets) > custody.MaxInline {
				b.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			b.Fatal(n)
		}
	}
}

package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// file is a PDF read back, as strictly as the format is: objects are where the table
// says, streams are as long as they say.
type file struct {
	t       testing.TB
	objects map[int]object
	trailer string
}

type object struct {
	dict string
	data []byte // of a stream, inflated
}

var (
	entryLine = regexp.MustCompile(`^(\d{10}) (\d{5}) ([nf]) \n$`)
	reference = regexp.MustCompile(`(\d+) 0 R`)
)

func read(t testing.TB, b []byte) *file {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("%PDF-1.7\n")) || !bytes.HasSuffix(b, []byte("%%EOF\n")) {
		t.Fatal("it does not begin or end as a PDF")
	}
	_, tail, _ := bytes.Cut(b[max(len(b)-64, 0):], []byte("startxref\n"))
	var at, count int
	if _, err := fmt.Sscanf(string(tail), "%d", &at); err != nil || at >= len(b) {
		t.Fatalf("where the table is: %v", err)
	}
	if _, err := fmt.Sscanf(string(b[at:]), "xref\n0 %d\n", &count); err != nil {
		t.Fatalf("the table at %d: %v", at, err)
	}
	f := &file{t: t, objects: map[int]object{}}
	rows := b[at+len("xref\n0 \n")+len(strconv.Itoa(count)):]
	for i := range count {
		m := entryLine.FindSubmatch(rows[20*i : 20*i+20])
		if m == nil {
			t.Fatalf("row %d of the table is %q", i, rows[20*i:20*i+20])
		}
		if off, _ := strconv.Atoi(string(m[1])); i > 0 {
			f.objects[i] = f.object(i, b[off:])
		}
	}
	f.trailer = string(rows[20*count:])
	for i, o := range f.objects {
		for _, m := range reference.FindAllStringSubmatch(o.dict, -1) {
			if n, _ := strconv.Atoi(m[1]); n <= 0 || n >= count {
				t.Fatalf("object %d refers to %d of %d", i, n, count)
			}
		}
	}
	return f
}

func (f *file) object(i int, b []byte) object {
	f.t.Helper()
	begin := fmt.Sprintf("%d 0 obj\n", i)
	if !bytes.HasPrefix(b, []byte(begin)) {
		f.t.Fatalf("object %d is not where the table says", i)
	}
	b = b[len(begin):]
	end := bytes.Index(b, []byte("endobj"))
	dict, _, isStream := bytes.Cut(b[:max(end, 0)], []byte("\nstream\n"))
	if !isStream {
		return object{dict: string(dict)}
	}
	var n int
	if _, err := fmt.Sscanf(string(dict), "<< /Length %d", &n); err != nil {
		f.t.Fatalf("object %d: %v", i, err)
	}
	data := b[len(dict)+len("\nstream\n"):]
	if !bytes.HasPrefix(data[n:], []byte("\nendstream\nendobj\n")) {
		f.t.Fatalf("object %d is not of %d octets", i, n)
	}
	data = data[:n]
	if bytes.Contains(dict, []byte("/FlateDecode")) {
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			f.t.Fatalf("object %d: %v", i, err)
		}
		if data, err = io.ReadAll(z); err != nil {
			f.t.Fatalf("object %d: %v", i, err)
		}
	}
	return object{string(dict), data}
}

// ref is the object that an entry refers to.
func (f *file) ref(dict, entry string) object {
	f.t.Helper()
	m := regexp.MustCompile(entry + ` (\d+) 0 R`).FindStringSubmatch(dict)
	if m == nil {
		f.t.Fatalf("no %s in %s", entry, dict)
	}
	n, _ := strconv.Atoi(m[1])
	return f.objects[n]
}

// pages are the pages, in order.
func (f *file) pages() (out []object) {
	f.t.Helper()
	_, kids, _ := strings.Cut(f.ref(f.ref(f.trailer, "/Root").dict, "/Pages").dict, "/Kids")
	for _, m := range reference.FindAllStringSubmatch(kids, -1) {
		n, _ := strconv.Atoi(m[1])
		out = append(out, f.objects[n])
	}
	return out
}

var (
	mapped = regexp.MustCompile(`<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>\n`)
	shows  = regexp.MustCompile(`(?s)/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ|/ActualText <FEFF([0-9A-F]*)>|EMC|ET\n`)
	hexes  = regexp.MustCompile(`<([0-9A-F]+)>`)
)

func utf16Of(s string) string {
	b, _ := hex.DecodeString(s)
	var u []uint16
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(u))
}

// text is what a page says, run by run.
func (f *file) text(page object) (runs []string) {
	f.t.Helper()
	fonts := map[string]map[string]string{}
	resources := f.ref(page.dict, "/Resources").dict
	var own strings.Builder
	var font map[string]string
	actual := false
	for _, m := range shows.FindAllStringSubmatch(string(f.ref(page.dict, "/Contents").data), -1) {
		switch {
		case m[1] != "":
			if fonts[m[1]] == nil {
				fonts[m[1]] = map[string]string{}
				for _, u := range mapped.FindAllStringSubmatch(string(f.ref(f.ref(resources, "/"+m[1]).dict, "/ToUnicode").data), -1) {
					fonts[m[1]][u[1]] = utf16Of(u[2])
				}
			}
			font = fonts[m[1]]
		case m[3] != "":
			own.WriteString(utf16Of(m[3]))
			actual = true
		case m[0] == "EMC":
			actual = false
		case m[0] == "ET\n":
			runs = append(runs, own.String())
			own.Reset()
		case !actual:
			for _, s := range hexes.FindAllStringSubmatch(m[2], -1) {
				for i := 0; i+4 <= len(s[1]); i += 4 {
					own.WriteString(font[s[1][i:i+4]])
				}
			}
		}
	}
	return runs
}

package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"
)

// objects writes a file's objects and remembers where they are (ISO 32000-1 section
// 7.5). After an error it writes nothing more; close tells it.
type objects struct {
	w       io.Writer
	at      int64
	offsets []int64 // of each object; 0 while it is not written
	err     error
	deflate *zlib.Writer
}

// id is an object's number.
type id int

func (i id) String() string { return strconv.Itoa(int(i)) + " 0 R" }

func newObjects(w io.Writer) *objects {
	o := &objects{w: w, offsets: make([]int64, 1)}
	o.print("%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n") // octets that tell that the file is not text
	return o
}

func (o *objects) print(format string, args ...any) {
	if o.err != nil {
		return
	}
	n, err := fmt.Fprintf(o.w, format, args...)
	o.at += int64(n)
	o.err = err
}

// reserve returns the number of an object that is written later.
func (o *objects) reserve() id {
	o.offsets = append(o.offsets, 0)
	return id(len(o.offsets) - 1)
}

// put writes an object under its number.
func (o *objects) put(i id, body string) {
	o.offsets[i] = o.at
	o.print("%d 0 obj\n%s\nendobj\n", int(i), body)
}

func (o *objects) add(body string) id {
	i := o.reserve()
	o.put(i, body)
	return i
}

// stream writes a stream with its dictionary's entries, deflated unless the entries
// name a filter of their own.
func (o *objects) stream(entries string, data []byte, filtered bool) id {
	i := o.reserve()
	if !filtered {
		data = o.deflated(data)
		entries += " /Filter /FlateDecode"
	}
	o.offsets[i] = o.at
	o.print("%d 0 obj\n<< /Length %d %s >>\nstream\n", int(i), len(data), entries)
	if o.err == nil {
		n, err := o.w.Write(data)
		o.at += int64(n)
		o.err = err
	}
	o.print("\nendstream\nendobj\n")
	return i
}

func (o *objects) deflated(data []byte) []byte {
	var b bytes.Buffer
	if o.deflate == nil {
		o.deflate = zlib.NewWriter(&b)
	} else {
		o.deflate.Reset(&b)
	}
	_, _ = o.deflate.Write(data) // into a buffer, which takes all
	_ = o.deflate.Close()
	return b.Bytes()
}

// close writes the table of objects and what the file begins with.
func (o *objects) close(root, info id) error {
	start := o.at
	o.print("xref\n0 %d\n0000000000 65535 f \n", len(o.offsets))
	for _, at := range o.offsets[1:] {
		o.print("%010d 00000 n \n", at)
	}
	o.print("trailer\n<< /Size %d /Root %v /Info %v >>\nstartxref\n%d\n%%%%EOF\n", len(o.offsets), root, info, start)
	return o.err
}

// text is a text string (section 7.9.2.2).
func text(s string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}

// literal is a string of ASCII, such as an address.
func literal(s string) string {
	var b bytes.Buffer
	b.WriteByte('(')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(')')
	return b.String()
}

// date is a point in time (section 7.9.4).
func date(t time.Time) string { return "(D:" + t.UTC().Format("20060102150405") + "Z)" }

// num is a number, with as many digits as anything printed needs.
func num(v float32) string {
	if v != v || v > 1e7 || v < -1e7 {
		return "0"
	}
	s := strconv.FormatFloat(float64(v), 'f', 3, 32)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}

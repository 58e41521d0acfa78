package dom

import (
	"io"
	"strings"
)

// calmed is a text that is read without some parts of it, and with others put in.
type calmed struct {
	text string
	cuts []cut
}

// cut is a part to leave out, and what is read in the place of it.
type cut struct {
	from, to int32
	put      string
}

// leave leaves out a part that comes behind those before.
func (c *calmed) leave(from, to int, put string) {
	if n := len(c.cuts) - 1; n >= 0 && c.cuts[n].to == int32(from) && put == "" {
		c.cuts[n].to = int32(to)
		return
	}
	c.cuts = append(c.cuts, cut{int32(from), int32(to), put})
}

// settle writes the text anew where to remember the cuts would take as much.
func (c *calmed) settle() {
	if len(c.cuts) < len(c.text)/32 {
		return
	}
	var b strings.Builder
	b.Grow(len(c.text))
	if _, err := io.Copy(&b, c.reader()); err == nil {
		c.text, c.cuts = b.String(), nil
	}
}

func (c *calmed) reader() io.Reader { return &calmReader{calmed: *c} }

type calmReader struct {
	calmed
	at, put int // how far it is in the text, and in what is put in next
}

// Read implements io.Reader. It reads as much as there is until the next cut.
func (r *calmReader) Read(b []byte) (int, error) {
	for {
		end := len(r.text)
		if len(r.cuts) > 0 {
			end = int(r.cuts[0].from)
		}
		if r.at < end {
			n := copy(b, r.text[r.at:end])
			r.at += n
			return n, nil
		}
		if len(r.cuts) == 0 {
			return 0, io.EOF
		}
		c := r.cuts[0]
		if rest := c.put[r.put:]; rest != "" {
			n := copy(b, rest)
			r.put += n
			return n, nil
		}
		r.at, r.put, r.cuts = int(c.to), 0, r.cuts[1:]
	}
}

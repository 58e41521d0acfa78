package maildrop

import (
	"bufio"
	"bytes"
	"io"
)

// Unquote returns a reader of a message for display: where the format is known to
// be reversible, which is "mboxrd" alone, a line of one or more > before "From "
// loses the first of them. Any other message is returned as it is.
func Unquote(format string, r io.Reader) io.Reader {
	if format != "mboxrd" {
		return r
	}
	return &unquoter{r: bufio.NewReaderSize(r, 64<<10), lineStart: true}
}

type unquoter struct {
	r         *bufio.Reader
	line      []byte // what of the present line is still to be given
	lineStart bool
}

// Read implements io.Reader.
func (u *unquoter) Read(p []byte) (int, error) {
	for len(u.line) == 0 {
		line, err := u.r.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return 0, err
		}
		start := u.lineStart
		u.lineStart = line[len(line)-1] == '\n'
		if start && line[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			line = line[1:]
		}
		u.line = line
	}
	n := copy(p, u.line)
	u.line = u.line[n:]
	return n, nil
}

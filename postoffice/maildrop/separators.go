package maildrop

import "bytes"

// separators counts, in what is written to it, the lines that begin with "From " at
// the start or after an empty line. It is for show: the client splits the run.
type separators struct {
	n       int
	mid     bool // inside a line that is no separator
	full    bool // the last line was not empty
	matched int  // octets of the line so far, all of "From "
	cr      bool // the line so far is one CR
}

func (c *separators) Write(p []byte) (int, error) {
	for i := 0; i < len(p); {
		if c.mid {
			nl := bytes.IndexByte(p[i:], '\n')
			if nl < 0 {
				break
			}
			i += nl + 1
			*c = separators{n: c.n, full: true}
			continue
		}
		b := p[i]
		i++
		switch {
		case b == '\n':
			*c = separators{n: c.n, full: c.matched > 0}
		case b == '\r' && c.matched == 0 && !c.cr:
			c.cr = true
		case !c.full && !c.cr && b == fromSpace[c.matched]:
			if c.matched++; c.matched == len(fromSpace) {
				c.n++
				c.mid = true
			}
		default:
			c.mid = true
		}
	}
	return len(p), nil
}

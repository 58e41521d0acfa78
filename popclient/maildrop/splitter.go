package maildrop

import (
	"bytes"
	"errors"
	"io"

	"restante.app/localstore/custody"
)

// Options are how a run is to be read.
type Options struct {
	// Format is "mbox", "mboxo", "mboxrd", "mboxcl", "mboxcl2", "mmdf", "tenex" or
	// "bare"; "" finds it out. A run that does not begin as its format should is
	// read as if nothing was said.
	Format string
	// SpoolDir is where files for looking far ahead go; "" is the system's.
	SpoolDir string
}

// Splitter splits one run. It is used by one goroutine.
type Splitter struct {
	w       window
	opts    Options
	framing framing // nil before the first Next
	label   string
	junk    []byte // empty lines before the first separator
	rest    *rest  // of the last delivery, nil if it was whole
	spools  []*spool
	misses  int // claims that looked far ahead in vain
	err     error
}

// framing is how a format marks its messages.
type framing interface {
	// prefix returns the length of the separator at the window's beginning, 0 if
	// there is none.
	prefix(w *window) int
	// separates returns the offset, counted from the message's beginning, where
	// the next separator begins, or -1 and where to look on once there is more.
	separates(w *window, from int) (end, resume int)
}

// claimer is a framing that tells a message's length in advance.
type claimer interface {
	claim(w *window, prefix []byte) (end int64, ok bool)
	confirms(tail []byte, ended bool) (gap int, ok bool)
}

// NewSplitter returns a splitter of the run that r reads. It reads nothing yet. If
// r ends with an error other than io.EOF, Next returns that error in place of the
// message that it cut, or the message's Rest does.
func NewSplitter(r io.Reader, opts Options) *Splitter {
	return &Splitter{w: window{r: r}, opts: opts}
}

// Format returns the format found, "" before the first Next.
func (s *Splitter) Format() string { return s.label }

// Close removes what was put aside. It does not close the reader.
func (s *Splitter) Close() error {
	var errs []error
	for _, f := range s.spools {
		errs = append(errs, f.drop())
	}
	return errors.Join(errs...)
}

// Next returns the next message, io.EOF after the last. What is left of the Rest
// of the one before is read over. Its slices are never used again by the splitter.
func (s *Splitter) Next() (custody.Delivery, error) {
	if s.err != nil {
		return custody.Delivery{}, s.err
	}
	d, err := s.next()
	s.err = err
	return d, err
}

func (s *Splitter) next() (custody.Delivery, error) {
	if s.rest != nil {
		if _, err := io.Copy(io.Discard, s.rest); err != nil {
			return custody.Delivery{}, err
		}
		s.rest = nil
	}
	if s.framing == nil {
		s.detect()
	}
	if len(s.junk) == 0 && len(s.w.data()) == 0 && !s.w.fill() {
		if err := s.w.broken(); err != nil {
			return custody.Delivery{}, err
		}
		return custody.Delivery{}, io.EOF
	}
	prefix := s.w.take(s.framing.prefix(&s.w))
	if s.junk != nil {
		prefix, s.junk = append(bytes.Clone(s.junk), prefix...), nil
	}
	if c, ok := s.framing.(claimer); ok {
		d, ok, err := s.claimed(c, prefix)
		if ok || err != nil {
			return d, err
		}
	}
	return s.scanned(prefix)
}

// detect finds the format by how the run begins (pop1.md, gap 4). Empty lines may
// come first.
func (s *Splitter) detect() {
	lead := 0
	for lead < 64 && s.w.want(lead+1) && (s.w.data()[lead] == '\r' || s.w.data()[lead] == '\n') {
		lead++
	}
	s.label = s.opts.Format
	if s.framing = fixed(s.opts.Format); s.framing != nil && s.begins(s.framing, lead) {
		return
	}
	for _, format := range []string{"mbox", "mmdf", "tenex"} {
		if s.label, s.framing = format, fixed(format); s.opts.Format != "bare" && s.begins(s.framing, lead) {
			return
		}
	}
	s.label, s.framing = "bare", bare{}
}

func fixed(format string) framing {
	switch format {
	case "mbox", "mboxcl", "mboxcl2":
		return mbox{label: format, lengths: true}
	case "mboxo", "mboxrd":
		return mbox{label: format}
	case "mmdf":
		return mmdf{}
	case "tenex":
		return tenex{}
	}
	return nil
}

// begins tells whether a separator of this framing stands behind the leading empty
// lines, and sets those aside if so.
func (s *Splitter) begins(f framing, lead int) bool {
	s.w.lo += lead
	ok := f.prefix(&s.w) > 0
	if ok && lead > 0 {
		s.junk = s.w.block[s.w.lo-lead : s.w.lo]
	}
	if !ok {
		s.w.lo -= lead // the first block holds more than any prefix: nothing has moved
	}
	return ok
}

// bare is a run that is one message.
type bare struct{}

func (bare) prefix(*window) int { return 0 }

func (bare) separates(w *window, _ int) (end, resume int) { return -1, len(w.data()) }

// scanned delivers the message up to the next separator.
func (s *Splitter) scanned(prefix []byte) (custody.Delivery, error) {
	d := custody.Delivery{Prefix: prefix, Format: s.label}
	for from := 0; ; {
		end, resume := s.framing.separates(&s.w, from)
		from = resume
		switch {
		case end < 0 && from <= custody.MaxInline && s.w.fill():
			continue
		case end < 0 && s.w.broken() != nil:
			return custody.Delivery{}, s.w.broken()
		case end < 0 && s.w.ended():
			end = len(s.w.data())
		}
		if end < 0 {
			return s.long(d, &rest{s: s, from: from - custody.MaxInline, left: -1}), nil
		}
		k := s.suffix(end)
		if end-k <= custody.MaxInline {
			return s.whole(d, end, false), nil
		}
		return s.long(d, &rest{s: s, left: int64(end - k - custody.MaxInline), tail: k}), nil
	}
}

// suffix returns how many of the end octets before a separator stand behind the
// message.
func (s *Splitter) suffix(end int) int {
	if m, ok := s.framing.(mbox); ok {
		return m.suffix(s.w.data()[:end])
	}
	return 0
}

// long delivers a message whose first MaxInline octets are in memory.
func (s *Splitter) long(d custody.Delivery, r *rest) custody.Delivery {
	d.Octets = s.w.take(custody.MaxInline)
	s.rest = r
	d.Rest, d.Suffix = r, r.suffix
	return d
}

// whole delivers a message of n octets, separator behind it not counted.
func (s *Splitter) whole(d custody.Delivery, n int, claimed bool) custody.Delivery {
	d.Octets = s.w.take(n)
	switch f := s.framing.(type) {
	case mbox:
		d.Format = f.name(d.Octets, claimed)
		if k := f.suffix(d.Octets); k > 0 {
			d.Suffix = emptyLine[k]
			d.Octets = d.Octets[: n-k : n-k]
		}
	case mmdf:
		if k := f.closer(&s.w); k > 0 {
			line := s.w.take(k)
			d.Suffix = func() []byte { return line }
		}
	}
	return d
}

// emptyLine are the suffixes of nearly all messages, by length.
var emptyLine = [3]func() []byte{nil, func() []byte { return []byte("\n") }, func() []byte { return []byte("\r\n") }}

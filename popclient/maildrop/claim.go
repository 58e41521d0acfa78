package maildrop

import (
	"errors"
	"fmt"
	"io"
	"os"

	"restante.app/localstore/custody"
)

const (
	lookAhead = 4 << 20 // a claim that ends within this is checked in memory
	maxMisses = 3       // so many claims beyond that may be wrong, then none is believed
	maxGap    = 4       // octets of empty lines between a claimed end and the separator
)

// claimed delivers a message whose length was told and turned out to be true. ok
// is false if there is no such length.
func (s *Splitter) claimed(c claimer, prefix []byte) (d custody.Delivery, ok bool, err error) {
	end, ok := c.claim(&s.w, prefix)
	if !ok {
		return d, false, nil
	}
	var gap int
	if end+maxGap+maxSeparator <= lookAhead {
		gap, ok = s.near(c, &end)
	} else {
		gap, ok, err = s.far(c, end)
	}
	if err == nil && !ok {
		// The claim may be true and its end cut off: what a scan would find inside the
		// message is not its end.
		err = s.w.broken()
	}
	if err != nil || !ok {
		return d, false, err
	}
	d = custody.Delivery{Prefix: prefix, Format: s.label}
	if end+int64(gap) <= custody.MaxInline {
		return s.whole(d, int(end)+gap, true), true, nil
	}
	if m, ok := c.(mbox); ok {
		d.Format = m.name(nil, true)
	}
	if end <= custody.MaxInline {
		s.w.want(int(end) + gap)
		d.Octets = s.w.take(int(end))
		tail := s.w.take(gap)
		d.Suffix = func() []byte { return tail }
		return d, true, nil
	}
	s.w.want(custody.MaxInline)
	return s.long(d, &rest{s: s, left: end - custody.MaxInline, tail: gap}), true, nil
}

// near checks a claim in memory. It corrects the end of a TENEX message whose size
// was counted with LF line ends and which was sent with CRLF.
func (s *Splitter) near(c claimer, end *int64) (gap int, ok bool) {
	s.w.want(int(*end) + maxGap + maxSeparator)
	d := s.w.data()
	if int64(len(d)) >= *end {
		if gap, ok = c.confirms(d[*end:], s.w.ended()); ok {
			return gap, true
		}
	}
	if _, isTenex := c.(tenex); !isTenex {
		return 0, false
	}
	s.w.want(int(min(2**end, lookAhead-maxSeparator)) + maxSeparator)
	n, ok := stretched(s.w.data(), *end)
	if !ok {
		return 0, false
	}
	if gap, ok = c.confirms(s.w.data()[n:], s.w.ended()); ok {
		*end = int64(n)
	}
	return gap, ok
}

// far checks a claim that ends far ahead by putting the run aside up to there.
func (s *Splitter) far(c claimer, end int64) (gap int, ok bool, err error) {
	if s.misses >= maxMisses {
		return 0, false, nil
	}
	f, err := newSpool(s.opts.SpoolDir)
	if err != nil {
		return 0, false, err
	}
	s.spools = append(s.spools, f)
	if err := f.put(&s.w, end+maxGap+maxSeparator); err != nil {
		return 0, false, err
	}
	if f.size >= end {
		tail := make([]byte, f.size-end)
		if _, err := f.file.ReadAt(tail, end); err != nil && !errors.Is(err, io.EOF) {
			return 0, false, fmt.Errorf("looking ahead in a long message: %w", err)
		}
		gap, ok = c.confirms(tail, errors.Is(f.after, io.EOF))
	}
	if !ok {
		s.misses++
	}
	if !ok && f.after != nil && !errors.Is(f.after, io.EOF) {
		return 0, false, f.after
	}
	return gap, ok, nil
}

// spool is a part of the run that was put aside, and is read again from there. Its
// file goes when it is read to its end, or with drop.
type spool struct {
	file  *os.File
	size  int64
	read  int64
	next  io.Reader // the run behind it
	after error     // why the run ended, nil if it goes on
}

func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "ahead-*")
	if err != nil {
		return nil, fmt.Errorf("looking ahead in a long message: %w", err)
	}
	return &spool{file: f}, nil
}

// put moves the window and what follows, up to n octets in all, into the file, and
// has the window read from there.
func (f *spool) put(w *window, n int64) error {
	k, err := f.file.Write(w.data())
	f.size = int64(k)
	f.next, f.after = w.r, w.err
	if err == nil && w.err == nil && n > f.size {
		var m int64
		m, err = io.Copy(spoolWriter{f.file}, readErrors{io.LimitReader(w.r, n-f.size), &f.after})
		if f.size += m; err == nil && f.after == nil && f.size < n {
			f.after = io.EOF
		}
	}
	if err != nil {
		return fmt.Errorf("looking ahead in a long message: %w", err)
	}
	w.r, w.err, w.hi = f, nil, w.lo
	return nil
}

// readErrors keeps the run's own error apart from those of the file.
type readErrors struct {
	r   io.Reader
	err *error
}

// Read implements io.Reader.
func (r readErrors) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		*r.err = err
		err = io.EOF
	}
	return n, err
}

// spoolWriter hides the file's ReadFrom, which would report the run's errors as its own.
type spoolWriter struct{ io.Writer }

// Read implements io.Reader: what was put aside, then the run behind it.
func (f *spool) Read(p []byte) (int, error) {
	if f.read < f.size {
		n, err := f.file.ReadAt(p[:min(int64(len(p)), f.size-f.read)], f.read)
		f.read += int64(n)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, nil
		}
		return 0, fmt.Errorf("looking ahead in a long message: %w", io.ErrUnexpectedEOF)
	}
	if err := f.drop(); err != nil {
		return 0, err
	}
	if f.after != nil {
		return 0, f.after
	}
	return f.next.Read(p)
}

// drop removes the file, once.
func (f *spool) drop() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.file.Close(), os.Remove(f.file.Name()))
	f.file, f.read, f.size = nil, 0, 0
	if err != nil {
		return fmt.Errorf("the file for looking ahead: %w", err)
	}
	return nil
}

package maildrop

import "io"

// hold is how many octets of a long message are kept back until what follows is
// known: an empty line may belong to the separator.
const hold = 4

// rest reads what does not fit in Delivery.Octets.
type rest struct {
	s       *Splitter
	left    int64 // octets of the message to come, -1 while its end is not known
	tail    int   // octets behind it that belong to the maildrop
	from    int   // where to look for the next separator
	trailer []byte
	done    bool
}

// Read implements io.Reader.
func (r *rest) Read(p []byte) (int, error) {
	if r.done {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := r.ready()
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, r.finish()
	}
	n = copy(p, r.s.w.take(min(n, len(p))))
	if r.left >= 0 {
		r.left -= int64(n)
	} else {
		r.from -= n
	}
	return n, nil
}

// ready returns how many octets of the message are in memory, 0 at its end.
func (r *rest) ready() (int, error) {
	w := &r.s.w
	for {
		if r.left < 0 {
			end, resume := r.s.framing.separates(w, r.from)
			switch {
			case end >= 0:
				r.found(end)
			case resume > hold:
				r.from = resume
				return resume - hold, nil
			case w.ended():
				r.found(len(w.data()))
			default:
				r.from = resume
			}
		}
		if r.left >= 0 {
			if n := min(r.left, int64(len(w.data()))); n > 0 || r.left == 0 {
				return int(n), nil
			}
		}
		if w.fill() || r.left < 0 && w.ended() {
			continue
		}
		if err := w.broken(); err != nil {
			return 0, err
		}
		return 0, io.ErrUnexpectedEOF
	}
}

func (r *rest) found(end int) {
	r.tail = r.s.suffix(end)
	r.left = int64(end - r.tail)
}

// finish takes what stands behind the message.
func (r *rest) finish() error {
	w := &r.s.w
	if !w.want(r.tail) {
		if err := w.broken(); err != nil {
			return err
		}
		return io.ErrUnexpectedEOF
	}
	n := r.tail
	if f, ok := r.s.framing.(mmdf); ok {
		n = f.closer(w)
	}
	if err := w.broken(); err != nil && n == 0 && len(w.data()) == 0 {
		return err
	}
	r.trailer, r.done = w.take(n), true
	return io.EOF
}

// suffix returns what stood behind the message, once it is read.
func (r *rest) suffix() []byte { return r.trailer }

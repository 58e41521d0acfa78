package pop3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"restante.app/postoffice/maildrop"
)

// mailbox is the user's inbox in the transaction state.
type mailbox struct {
	letters maildrop.Letters
	all     []maildrop.Letter
	marked  []bool // by DELE
}

func newMailbox(l maildrop.Letters) *mailbox {
	all := l.Letters()
	return &mailbox{letters: l, all: all, marked: make([]bool, len(all))}
}

// sum counts what is not marked.
func (m *mailbox) sum() (n int, octets int64) {
	for i, l := range m.all {
		if !m.marked[i] {
			n++
			octets += l.Octets
		}
	}
	return n, octets
}

// stat is STAT.
func (s *session) stat(context.Context, string) error {
	n, octets := s.drop.sum()
	return s.ok(fmt.Sprintf("%d %d", n, octets))
}

// list is LIST.
func (s *session) list(ctx context.Context, arg string) error {
	return s.scan(ctx, arg, func(l maildrop.Letter) string { return strconv.FormatInt(l.Octets, 10) })
}

// uidl is UIDL.
func (s *session) uidl(ctx context.Context, arg string) error {
	return s.scan(ctx, arg, func(l maildrop.Letter) string { return l.ID })
}

// scan answers for one message or lists all that are not marked.
func (s *session) scan(ctx context.Context, arg string, show func(maildrop.Letter) string) error {
	if arg != "" {
		i, err := s.message(arg)
		if err != nil {
			return s.refuse("", err.Error())
		}
		return s.ok(fmt.Sprintf("%d %s", i+1, show(s.drop.all[i])))
	}
	n, octets := s.drop.sum()
	first := fmt.Sprintf("+OK %d messages (%d octets)", n, octets)
	return s.conn.Text(ctx, first, func(w io.Writer) error {
		for i, l := range s.drop.all {
			if s.drop.marked[i] {
				continue
			}
			if _, err := io.WriteString(w, strconv.Itoa(i+1)+" "+show(l)+"\r\n"); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, ".\r\n")
		return err
	})
}

// message finds a message by its number, from 1. One that is marked is not there.
func (s *session) message(arg string) (int, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(arg), 10, 31)
	switch {
	case err != nil || n == 0:
		return 0, errors.New("a message's number is 1 or more")
	case n > uint64(len(s.drop.all)):
		return 0, fmt.Errorf("there are %d messages", len(s.drop.all))
	case s.drop.marked[n-1]:
		return 0, errors.New("that message is deleted")
	}
	return int(n - 1), nil
}

// retr is RETR.
func (s *session) retr(ctx context.Context, arg string) error {
	i, err := s.message(arg)
	if err != nil {
		return s.refuse("", err.Error())
	}
	return s.send(ctx, i, fmt.Sprintf("+OK %d octets", s.drop.all[i].Octets), -1)
}

// top is TOP.
func (s *session) top(ctx context.Context, arg string) error {
	words := strings.Fields(arg)
	i, err := s.message(words[0])
	if err != nil {
		return s.refuse("", err.Error())
	}
	n, err := strconv.ParseUint(words[1], 10, 31)
	if err != nil {
		return s.refuse("", "the number of lines is 0 or more")
	}
	return s.send(ctx, i, "+OK", int(n))
}

// send sends a message, or its header and the first lines of its body. Anything that
// goes wrong here drops the connection, because the client couldn't tell a reply
// from data.
func (s *session) send(ctx context.Context, i int, first string, lines int) error {
	err := s.conn.Text(ctx, first, func(w io.Writer) error {
		var out io.Writer = &stuffed{w: w}
		if lines >= 0 {
			out = &head{w: out, lines: lines}
		}
		if err := s.drop.letters.WriteLetter(out, i); err != nil && !errors.Is(err, errEnough) {
			return err
		}
		_, err := io.WriteString(w, ".\r\n")
		return err
	})
	if err != nil {
		return fmt.Errorf("sending message %d: %w", i+1, err)
	}
	return nil
}

// errEnough ends a message of which TOP wants no more.
var errEnough = errors.New("enough")

// head passes a header, the empty line behind it and some lines of the body.
type head struct {
	w     io.Writer
	lines int
	body  bool
	some  bool // the line so far has an octet other than CR
}

func (h *head) Write(p []byte) (int, error) {
	for at := 0; at < len(p); {
		if h.body && h.lines == 0 {
			return at, errEnough
		}
		i := bytes.IndexByte(p[at:], '\n')
		end := at + i + 1
		if i < 0 {
			end = len(p)
		}
		if _, err := h.w.Write(p[at:end]); err != nil {
			return at, err
		}
		h.some = h.some || len(bytes.Trim(p[at:end], "\r\n")) > 0
		if i >= 0 {
			switch {
			case h.body:
				h.lines--
			case !h.some:
				h.body = true
			}
			h.some = false
		}
		at = end
	}
	return len(p), nil
}

// dele is DELE.
func (s *session) dele(_ context.Context, arg string) error {
	i, err := s.message(arg)
	if err != nil {
		return s.refuse("", err.Error())
	}
	s.drop.marked[i] = true
	return s.ok("")
}

// rset is RSET.
func (s *session) rset(context.Context, string) error {
	clear(s.drop.marked)
	return s.ok("")
}

// quit is QUIT: the update state. What is marked is deleted, and that is finished even
// if the post office is told to stop meanwhile. The mailbox is let go of before the
// answer, so the next session can have it.
func (s *session) quit(ctx context.Context, _ string) error {
	err := s.update(context.WithoutCancel(ctx))
	s.close()
	if s.opt.SilentQuit {
		return errors.Join(err, errQuit)
	}
	if err != nil {
		s.log.Error("deleting failed", "err", err)
		err = s.refuse("SYS/TEMP", whyKept(err))
	} else {
		err = s.ok("goodbye")
	}
	return errors.Join(err, errQuit)
}

func (s *session) update(ctx context.Context) error {
	if s.drop == nil {
		return nil
	}
	var which []int
	for i, marked := range s.drop.marked {
		if marked {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return nil
	}
	err := s.drop.letters.Remove(ctx, which)
	if err == nil {
		s.log.Info("deleted", "messages", len(which))
	}
	return err
}

func whyKept(err error) string {
	var partial *maildrop.ExpungeError
	if errors.As(err, &partial) && partial.Left >= 0 {
		return fmt.Sprintf("not all was deleted: %d messages are still here", partial.Left)
	}
	return "the mail was not deleted; some or all of it is still here"
}

package pop2

import (
	"context"
	"fmt"
	"io"
)

// retr is RETR: the current message's octets, counted, without any end of their own.
// Anything that goes wrong here drops the connection, because the client couldn't tell
// a reply from data.
func (s *session) retr(ctx context.Context, _ string) error {
	if s.current > len(s.all) || s.marked[s.current-1] {
		return s.refuse("there is no such message")
	}
	err := s.conn.Text(ctx, "", func(w io.Writer) error { return s.letters.WriteLetter(w, s.current-1) })
	if err != nil {
		return fmt.Errorf("sending message %d of %s: %w", s.current, s.name, err)
	}
	s.state = Next
	return nil
}

// acks is ACKS: the message was received and stays.
func (s *session) acks(context.Context, string) error {
	s.current++
	return s.size()
}

// ackd is ACKD: the message was received and may go.
func (s *session) ackd(context.Context, string) error {
	s.marked[s.current-1] = true
	s.current++
	return s.size()
}

// nack is NACK: the message was not received, and is offered again.
func (s *session) nack(context.Context, string) error { return s.size() }

package pop3

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// capa is CAPA (RFC 2449).
func (s *session) capa(context.Context, string) error {
	all := []string{"TOP", "UIDL", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "EXPIRE NEVER", "UTF8", "LANG"}
	if s.trusted() {
		all = append(all, "USER", "SASL "+strings.Join(mechanisms, " "))
	}
	if s.canSTLS() {
		all = append(all, "STLS")
	}
	if d := s.opt.LoginDelay; d > 0 {
		all = append(all, fmt.Sprintf("LOGIN-DELAY %d", int(d.Round(time.Second).Seconds())))
	}
	all = append(all, "IMPLEMENTATION Restante-post-office")
	return s.lines("capabilities follow", slices.DeleteFunc(all, func(line string) bool {
		word, _, _ := strings.Cut(line, " ")
		return s.without(word)
	}))
}

// lines answers +OK and a list. No line of it begins with a dot.
func (s *session) lines(text string, list []string) error {
	if err := s.ok(text); err != nil {
		return err
	}
	for _, line := range list {
		if err := s.conn.Answer(line); err != nil {
			return err
		}
	}
	return s.conn.Answer(".")
}

func (s *session) canSTLS() bool {
	return s.opt.TLS != nil && !s.opt.Secured && s.state != Transaction
}

// stls is STLS (RFC 2595). What the client said before counts for nothing behind it.
func (s *session) stls(ctx context.Context, _ string) error {
	if !s.canSTLS() {
		return s.refuse("", "TLS is not offered, or there already")
	}
	if err := s.ok("begin TLS"); err != nil {
		return err
	}
	if err := s.conn.StartTLS(ctx, s.opt.TLS, s.opt.Login); err != nil {
		return err
	}
	s.opt.Secured, s.user, s.state = true, "", Authorization
	return nil
}

// utf8 is UTF8 (RFC 6856). Messages are handed out as they came in either mode.
func (s *session) utf8(context.Context, string) error { return s.ok("") }

// lang is LANG (RFC 6856): answers are in English.
func (s *session) lang(_ context.Context, arg string) error {
	switch strings.ToLower(strings.TrimSpace(arg)) {
	case "":
		return s.lines("languages follow", []string{"en English"})
	case "en", "*", "i-default":
		return s.ok("en English it is")
	}
	return s.refuse("", "the post office knows English alone")
}

// stuffed writes a text with the dots at the start of its lines doubled (RFC 1939
// section 3). What is written has CRLF line ends.
type stuffed struct {
	w   io.Writer
	mid bool // inside a line
}

func (t *stuffed) Write(p []byte) (int, error) {
	from := 0
	for i := range p {
		if !t.mid && p[i] == '.' {
			if _, err := t.w.Write(p[from : i+1]); err != nil {
				return from, err
			}
			from = i // the dot goes out again with what follows
		}
		t.mid = p[i] != '\n'
	}
	if _, err := t.w.Write(p[from:]); err != nil {
		return from, err
	}
	return len(p), nil
}

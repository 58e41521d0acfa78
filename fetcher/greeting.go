package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"restante.app/popclient"
)

// What a server that does not greet turns out to be.
var (
	errWebServer = fmt.Errorf("%w: a web server", popclient.ErrDialect)
	errWantsTLS  = fmt.Errorf("%w: a server that waits for TLS", popclient.ErrDialect)
)

// diagnosePatience bounds the second look at a server that does not greet.
const diagnosePatience = 5 * time.Second

// greet waits for the greeting. Servers that wait to be spoken to first, such as web
// servers and those for TLS, are looked at once more to tell what they are.
func greet(ctx context.Context, conn connection, s session, patience time.Duration) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := s.Greet(waiting)
	if err == nil || ctx.Err() != nil || !isSilent(err) {
		return text, err
	}
	if what := diagnose(ctx, conn); what != nil {
		conn.transcript.Note(what.Error())
		err = fmt.Errorf("%w (%w)", what, err)
	}
	return text, err
}

// diagnose asks a silent server for a web page, on a connection of its own, and knows
// web servers and TLS by their answer. nil means that it stayed silent. Nothing secret
// is said.
func diagnose(ctx context.Context, conn connection) error {
	ctx, cancel := context.WithTimeout(ctx, diagnosePatience)
	defer cancel()
	d := conn.dialer()
	d.OnStep = nil
	nc, err := d.Dial(ctx)
	if err != nil {
		return nil // the greeting's error is the one to report
	}
	defer nc.Close()
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) }) // the read below then fails
	defer stop()
	if _, err := io.WriteString(nc, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return nil // as above
	}
	buf := make([]byte, 5)
	n, err := io.ReadFull(nc, buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	// A TLS alert is a record of type 21, of version 3.x (RFC 8446 section 5.1).
	if answer := string(buf[:n]); strings.HasPrefix(answer, "HTTP/") {
		return errWebServer
	} else if len(answer) >= 2 && answer[0] == 21 && answer[1] == 3 {
		return errWantsTLS
	}
	return nil
}

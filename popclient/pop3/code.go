package pop3

import (
	"fmt"
	"strings"

	"restante.app/popclient"
)

// refusal makes an error of a line that is not +OK: a refusal, with what its response
// code means (RFC 2449 section 8, RFC 3206), or a fault if it is none.
func (c *Client) refusal(name, line string) error {
	e := &popclient.Error{Command: c.conn.Shown(name), Line: c.conn.Shown(line), Err: popclient.ErrProtocol}
	text, refused := strings.CutPrefix(line, "-ERR")
	if !refused {
		return e
	}
	e.Err = popclient.ErrRefused
	if meaning := meaningOf(codeOf(text)); meaning != nil {
		e.Err = fmt.Errorf("%w (%w)", meaning, popclient.ErrRefused)
	}
	return e
}

// codeOf returns the response code at the start of a reply's text, in capitals, ""
// if there is none.
func codeOf(text string) string {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "[")
	if !ok {
		return ""
	}
	code, _, ok := strings.Cut(inner, "]")
	if !ok {
		return ""
	}
	return strings.ToUpper(strings.TrimSpace(code))
}

// meaningOf returns the error that a response code stands for, nil if it is none of
// ours. A code may have parts behind a slash; what is known of the first ones counts.
func meaningOf(code string) error {
	for code != "" {
		switch code {
		case "IN-USE":
			return popclient.ErrInUse
		case "LOGIN-DELAY":
			return popclient.ErrLoginDelay
		case "SYS/TEMP":
			return popclient.ErrTemporary
		case "SYS/PERM":
			return popclient.ErrPermanent
		case "AUTH":
			return popclient.ErrAuth
		}
		i := strings.LastIndexByte(code, '/')
		code = code[:max(i, 0)]
	}
	return nil
}

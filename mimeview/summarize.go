package mimeview

import (
	"bytes"
	"strings"
	"time"
)

// Summary is what a list shows of a message: decoded, cleaned, each field bounded.
// Any may be empty.
type Summary struct {
	FromName    string
	FromAddress string
	To          string
	Subject     string
	Date        time.Time
	MessageID   string
	InReplyTo   string
	References  []string
	Attachments bool // the header makes attachments likely
}

// Bounds of a summary.
const (
	maxSubject    = 500
	maxName       = 200
	maxReferences = 50
	summaryHeader = 256 << 10
)

// Summarize reads what a list shows from the first octets of a message. It never
// fails.
func Summarize(head []byte) Summary {
	var s Summary
	scan(head, func(name, value []byte) {
		switch len(name) {
		case 2:
			if s.To == "" && is(name, "to") {
				s.To = recipients(value)
			}
		case 4:
			switch {
			case s.FromAddress == "" && s.FromName == "" && is(name, "from"):
				s.FromName, s.FromAddress = person(value)
			case s.Date.IsZero() && is(name, "date"):
				s.Date = quickDate(value)
			}
		case 7:
			if s.Subject == "" && is(name, "subject") {
				s.Subject = Clean(text(unfold(value)), maxSubject)
			}
		case 10:
			switch {
			case s.MessageID == "" && is(name, "message-id"):
				s.MessageID = firstID(value)
			case s.References == nil && is(name, "references"):
				s.References = identifiers(value)
			}
		case 11:
			if s.InReplyTo == "" && is(name, "in-reply-to") {
				s.InReplyTo = firstID(value)
			}
		case 12:
			if is(name, "content-type") {
				s.Attachments = likely(value)
			}
		}
	})
	return s
}

// scan calls each with every field of a header. Values are as they stand, folds
// included.
func scan(head []byte, each func(name, value []byte)) {
	if len(head) > summaryHeader {
		head = head[:summaryHeader]
	}
	for first := true; len(head) > 0; first = false {
		end := bytes.IndexByte(head, '\n')
		if end < 0 {
			end = len(head) - 1
		}
		if end == 0 || end == 1 && head[0] == '\r' {
			if !first {
				return
			}
			head = head[end+1:]
			continue
		}
		for end+1 < len(head) && (head[end+1] == ' ' || head[end+1] == '\t') {
			n := bytes.IndexByte(head[end+1:], '\n')
			if n < 0 {
				end = len(head) - 1
				break
			}
			end += n + 1
		}
		line := head[:end+1]
		head = head[end+1:]
		if i := bytes.IndexByte(line, ':'); i > 0 && i < 80 && bytes.IndexByte(line[:i], ' ') < 0 {
			each(line[:i], bytes.TrimSpace(line[i+1:]))
		}
	}
}

// is compares a name with one in lower case.
func is(name []byte, lower string) bool {
	for i := range len(lower) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func unfold(v []byte) []byte {
	if bytes.IndexByte(v, '\n') < 0 {
		return v
	}
	v = bytes.ReplaceAll(v, []byte("\r\n"), []byte("\n"))
	out := make([]byte, 0, len(v))
	for i, l := range bytes.Split(v, []byte("\n")) {
		if i > 0 {
			l = append([]byte(" "), bytes.TrimLeft(l, " \t")...)
		}
		out = append(out, l...)
	}
	return out
}

// person reads the first address of a field.
func person(v []byte) (name, address string) {
	s := text(unfold(v))
	open := strings.LastIndexByte(s, '<')
	if shut := strings.LastIndexByte(s, '>'); open >= 0 && shut > open && strings.Count(s, "<") == 1 {
		name, address = strings.TrimSpace(s[:open]), s[open+1:shut]
		name = strings.TrimSpace(strings.Trim(name, `"`))
		name = strings.ReplaceAll(name, `\"`, `"`)
		return Clean(name, maxName), Clean(strings.TrimSpace(address), maxName)
	}
	if list := addresses(v); len(list) > 0 {
		return list[0].Name, list[0].Address
	}
	return "", ""
}

func recipients(v []byte) string {
	if len(v) > 2000 {
		v = v[:2000]
	}
	return Clean(text(unfold(v)), maxName)
}

// quickDate reads the usual form without the general parser.
func quickDate(v []byte) time.Time {
	s := string(v)
	if t, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", s); err == nil {
		return sane(t)
	}
	return date(string(unfold(v)))
}

func firstID(v []byte) string {
	if ids := identifiers(v); len(ids) > 0 {
		return ids[0]
	}
	return Clean(string(bytes.TrimSpace(v)), maxName)
}

// identifiers reads message ids in angle brackets: of more than maxReferences the
// first and the last ones.
func identifiers(v []byte) []string {
	var out []string
	for {
		open := bytes.IndexByte(v, '<')
		if open < 0 {
			break
		}
		shut := bytes.IndexByte(v[open:], '>')
		if shut < 0 {
			break
		}
		if id := v[open+1 : open+shut]; len(id) > 0 && len(id) < 1000 {
			out = append(out, Clean(string(id), 998))
		}
		v = v[open+shut+1:]
	}
	if n := len(out); n > maxReferences {
		out = append(out[:1], out[n-maxReferences+1:]...)
	}
	return out
}

// likely tells whether a message of this type has attachments.
func likely(contentType []byte) bool {
	t := strings.ToLower(string(contentType[:min(len(contentType), 40)]))
	switch {
	case strings.HasPrefix(t, "multipart/mixed"), strings.HasPrefix(t, "application/") && !strings.Contains(t, "signature"),
		strings.HasPrefix(t, "image/"), strings.HasPrefix(t, "audio/"), strings.HasPrefix(t, "video/"), strings.HasPrefix(t, "message/rfc822"):
		return true
	}
	return false
}

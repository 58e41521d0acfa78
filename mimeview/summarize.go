package mimeview

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"
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

// heads are the fields of a header that a summary is made of, as they stand.
type heads struct {
	from, to, subject, date, messageID, inReplyTo, references, contentType []byte
}

// Summarize reads what a list shows from the first octets of a message. It never
// fails.
func Summarize(head []byte) Summary {
	h := heads{}
	scan(lineFeeds(head), &h)
	charset := ""
	if !utf8.Valid(h.from) || !utf8.Valid(h.to) || !utf8.Valid(h.subject) {
		charset = headerCharset(contentType(unfolded(h.contentType), "").params["charset"], unfolded(h.subject), unfolded(h.from), unfolded(h.to))
	}
	s := Summary{
		To:          recipients(h.to, charset),
		Subject:     Clean(text(unfolded(h.subject), charset), maxSubject),
		Date:        quickDate(h.date),
		MessageID:   firstID(h.messageID),
		InReplyTo:   firstID(h.inReplyTo),
		References:  identifiers(h.references),
		Attachments: likely(h.contentType),
	}
	if list := addresses(unfolded(h.from[:min(len(h.from), maxField)]), charset, 1); len(list) > 0 {
		s.FromName, s.FromAddress = list[0].Name, list[0].Address
	}
	return s
}

// take keeps the first field of each name that says anything.
func (h *heads) take(name, value []byte) {
	var into *[]byte
	switch len(name) {
	case 2:
		into = ifNamed(name, "to", &h.to)
	case 4:
		if into = ifNamed(name, "from", &h.from); into == nil {
			into = ifNamed(name, "date", &h.date)
		}
	case 7:
		into = ifNamed(name, "subject", &h.subject)
	case 10:
		if into = ifNamed(name, "message-id", &h.messageID); into == nil {
			into = ifNamed(name, "references", &h.references)
		}
	case 11:
		into = ifNamed(name, "in-reply-to", &h.inReplyTo)
	case 12:
		into = ifNamed(name, "content-type", &h.contentType)
	}
	if into != nil && *into == nil && len(value) > 0 {
		*into = value
	}
}

func ifNamed(name []byte, lower string, into *[]byte) *[]byte {
	if is(name, lower) {
		return into
	}
	return nil
}

// scan finds the fields of a header. Values are as they stand, folds included.
func scan(head []byte, h *heads) {
	if len(head) > summaryHeader {
		head = head[:summaryHeader]
	}
	head = head[leading(head):]
	for len(head) > 0 {
		end := bytes.IndexByte(head, '\n') + 1
		if end == 0 {
			end = len(head)
		}
		if end == 1 || end == 2 && head[0] == '\r' {
			return
		}
		for end < len(head) && (head[end] == ' ' || head[end] == '\t') {
			n := bytes.IndexByte(head[end:], '\n') + 1
			if n == 0 {
				n = len(head) - end
			}
			end += n
		}
		line := head[:end]
		head = head[end:]
		if i := bytes.IndexByte(line[:min(len(line), 80)], ':'); i > 0 {
			name := line[:i]
			for c := name[i-1]; (c == ' ' || c == '\t') && len(name) > 1; c = name[len(name)-1] {
				name = name[:len(name)-1]
			}
			h.take(name, bytes.TrimSpace(line[i+1:]))
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

// unfolded joins the lines of a value, each after one blank.
func unfolded(v []byte) []byte {
	i := bytes.IndexByte(v, '\n')
	if i < 0 {
		return v
	}
	return unfold(bytes.TrimRight(v[:i], "\r"), v[i:])
}

// recipients shows a To field: names, or addresses where there is none.
func recipients(v []byte, charset string) string {
	const most = 5 // more don't fit a list
	list := addresses(unfolded(v[:min(len(v), 2000)]), charset, most)
	switch len(list) {
	case 0:
		return Clean(text(unfolded(v[:min(len(v), 2000)]), charset), maxName)
	case 1:
		return first(list[0].Name, list[0].Address)
	}
	shown := make([]string, len(list))
	for i, a := range list {
		shown[i] = first(a.Name, a.Address)
	}
	return Clean(strings.Join(shown, ", "), maxName)
}

// quickDate reads the usual form without the general parser.
func quickDate(v []byte) time.Time {
	if len(v) == 0 {
		return time.Time{}
	}
	if len(v) > 30 && len(v) < 40 && v[len(v)-1] != ')' {
		if t, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", string(v)); err == nil {
			return sane(t)
		}
	}
	return date(rawText(unfolded(v), ""))
}

func firstID(v []byte) string {
	if ids := identifiers(v); len(ids) > 0 {
		return ids[0]
	}
	return Clean(rawText(bytes.TrimSpace(v[:min(len(v), maxField)]), ""), maxName)
}

// identifiers reads message ids in angle brackets: of more than maxReferences the
// first and the last ones.
func identifiers(v []byte) []string {
	var found [][]byte
	for {
		open := bytes.IndexByte(v, '<')
		if open < 0 {
			break
		}
		v = v[open+1:]
		shut := bytes.IndexByte(v, '>')
		if shut < 0 {
			break
		}
		if id := v[:shut]; len(id) > 0 && len(id) < 1000 {
			if len(found) == maxReferences {
				found = append(found[:1], found[2:]...)
			}
			found = append(found, id)
		}
		v = v[shut+1:]
	}
	if len(found) == 0 {
		return nil
	}
	out := make([]string, len(found))
	for i, id := range found {
		out[i] = Clean(string(bytes.TrimSpace(unfolded(id))), 998)
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

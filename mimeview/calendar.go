package mimeview

import (
	"strings"
	"time"
)

// Bounds of a calendar.
const (
	maxEvents   = 20
	maxCalendar = 1 << 20 // octets that are read
)

// event is what is shown of an event or a task (RFC 5545).
type event struct {
	summary, start, end, location, organizer, repeats, status, description string
}

// isCalendar tells whether a part of this type is a calendar.
func isCalendar(mediaType string) bool {
	return mediaType == "text/calendar" || mediaType == "application/ics" || mediaType == "text/x-vcalendar"
}

// calendarText says what a calendar has: what, when, where, "" if nothing. A line
// that is none of iCalendar's is skipped.
func calendarText(s string) string {
	var events []event
	method, inside, nested := "", false, 0
	for _, line := range unfoldedLines(s[:min(len(s), maxCalendar)]) {
		name, params, value := contentLine(line)
		switch {
		case name == "METHOD":
			method = strings.ToUpper(value)
		case name == "BEGIN" && !inside && (strings.EqualFold(value, "VEVENT") || strings.EqualFold(value, "VTODO")):
			if len(events) == maxEvents {
				return sayEvents(method, events) + "\n[There are more events; the attachment has all of them.]\n"
			}
			events, inside, nested = append(events, event{}), true, 0
		case name == "BEGIN" && inside:
			nested++ // an alarm
		case name == "END" && nested > 0:
			nested--
		case name == "END":
			inside = false
		case inside && nested == 0:
			events[len(events)-1].take(name, params, value)
		}
	}
	return sayEvents(method, events)
}

// unfoldedLines joins lines with those that begin with a blank (RFC 5545 section 3.1).
func unfoldedLines(s string) []string {
	var out []string
	var b strings.Builder
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimSuffix(l, "\r")
		if l != "" && (l[0] == ' ' || l[0] == '\t') {
			b.WriteString(l[1:])
			continue
		}
		if b.Len() > 0 {
			out = append(out, b.String())
		}
		b.Reset()
		b.WriteString(l)
	}
	return append(out, b.String())
}

// contentLine parts "NAME;PARAM=x:value". Colons within quotes part nothing.
func contentLine(l string) (name string, params map[string]string, value string) {
	quoted := false
	at := strings.IndexFunc(l, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ':' && !quoted
	})
	if at < 0 {
		return "", nil, ""
	}
	head, rest, _ := strings.Cut(l[:at], ";")
	if rest != "" {
		params = map[string]string{}
		for p := range strings.SplitSeq(rest, ";") {
			k, v, _ := strings.Cut(p, "=")
			params[strings.ToUpper(k)] = strings.Trim(v, `"`)
		}
	}
	return strings.ToUpper(head), params, l[at+1:]
}

// take keeps a property of an event, the first of each.
func (e *event) take(name string, params map[string]string, value string) {
	keep := func(into *string, s string) {
		if *into == "" {
			*into = s
		}
	}
	switch name {
	case "SUMMARY":
		keep(&e.summary, unescaped(value))
	case "DTSTART":
		keep(&e.start, moment(value, params["TZID"], 0))
	case "DTEND":
		keep(&e.end, moment(value, params["TZID"], -1))
	case "DUE":
		keep(&e.end, moment(value, params["TZID"], 0))
	case "LOCATION":
		keep(&e.location, unescaped(value))
	case "ORGANIZER":
		address := value
		if len(address) > 7 && strings.EqualFold(address[:7], "mailto:") {
			address = address[7:]
		}
		if cn := params["CN"]; cn != "" && cn != address {
			address = cn + " <" + address + ">"
		}
		keep(&e.organizer, address)
	case "RRULE":
		frequency, _, _ := strings.Cut(strings.TrimPrefix(strings.ToUpper(value), "FREQ="), ";")
		keep(&e.repeats, strings.ToLower(frequency))
	case "STATUS":
		keep(&e.status, strings.ToLower(value))
	case "DESCRIPTION":
		keep(&e.description, unescaped(value))
	}
}

// unescaped undoes the escapes of a text (RFC 5545 section 3.3.11).
func unescaped(s string) string {
	return strings.TrimSpace(strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(s))
}

// moment writes a time as people do, as it stands if it is none. Days are added to a
// date without a time, as the end of an event is the day after it.
func moment(s, zone string, days int) string {
	for _, form := range []struct{ in, out, zone string }{
		{"20060102T150405Z", "Mon, 2 Jan 2006, 15:04", "UTC"}, {"20060102T150405", "Mon, 2 Jan 2006, 15:04", zone},
	} {
		if t, err := time.Parse(form.in, strings.TrimSpace(s)); err == nil {
			if form.zone != "" {
				return t.Format(form.out) + " (" + form.zone + ")"
			}
			return t.Format(form.out)
		}
	}
	if t, err := time.Parse("20060102", strings.TrimSpace(s)); err == nil {
		return t.AddDate(0, 0, days).Format("Mon, 2 Jan 2006")
	}
	return s
}

// span writes from when to when; what both have in common once.
func span(start, end string) string {
	zone := ""
	if i := strings.LastIndex(start, " ("); i >= 0 && strings.HasSuffix(end, start[i:]) {
		start, zone = start[:i], start[i:]
		end = strings.TrimSuffix(end, zone)
	}
	day := start[:max(strings.LastIndex(start, ", "), 0)]
	switch {
	case end == "" || end == start:
		return start + zone
	case start == "":
		return "until " + end + zone
	case strings.Count(start, ",") == 2 && strings.HasPrefix(end, day+", "):
		end = end[len(day)+2:]
	}
	return start + " – " + end + zone
}

// methods are what a calendar in a mail asks for (RFC 5546).
var methods = map[string]string{
	"REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation", "COUNTER": "Another time is proposed", "PUBLISH": "Event",
}

// sayEvents writes events.
func sayEvents(method string, events []event) string {
	var b strings.Builder
	for i, e := range events {
		if i > 0 {
			b.WriteByte('\n')
		}
		when := span(e.start, e.end)
		if e.repeats != "" {
			when += ", repeated " + e.repeats
		}
		for _, line := range [][2]string{
			{first(methods[method], "Event"), first(e.summary, "without a title")}, {"When", when}, {"Where", e.location}, {"From", e.organizer},
			{"Status", e.status},
		} {
			if line[1] != "" {
				b.WriteString(line[0] + ": " + Clean(line[1], maxSubject) + "\n")
			}
		}
		if e.description != "" {
			b.WriteString("\n" + e.description + "\n")
		}
	}
	return b.String()
}

// calendar lists a calendar and says what is in it.
func (p *parser) calendar(e entity, t, d typed, name string) {
	part := p.attach(e, t, d, name)
	s := p.limit(func(b []byte) string { return calendarText(p.toText(b, first(t.params["charset"], "utf-8"))) }, part.Octets)
	if s != "" {
		p.read(piece{Body: Body{Text: s}, event: true})
		return
	}
	p.held = append(p.held, func() { p.plain(entity{body: part.Octets}, t) })
}

package mimeview

import (
	"strings"
	"testing"
)

func TestCalendarText(t *testing.T) {
	t.Parallel()
	calendar := func(lines ...string) string {
		return "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	}
	for name, c := range map[string]struct{ in, want string }{
		"a meeting": {calendar("SUMMARY:The lamp\\, again", "DTSTART;TZID=Europe/Oslo:20261123T091500", "DTEND;TZID=Europe/Oslo:20261123T100000", "LOCATION:The mole", `ORGANIZER;CN="Harland: Ann":mailto:ann@example.org`),
			"Invitation: The lamp, again\nWhen: Mon, 23 Nov 2026, 09:15 – 10:00 (Europe/Oslo)\nWhere: The mole\nFrom: Harland: Ann <ann@example.org>\n"},
		"a day":    {calendar("SUMMARY:x", "DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261124"), "Invitation: x\nWhen: Mon, 23 Nov 2026\n"},
		"two days": {calendar("SUMMARY:x", "DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261125"), "Invitation: x\nWhen: Mon, 23 Nov 2026 – Tue, 24 Nov 2026\n"},
		"over midnight": {calendar("SUMMARY:x", "DTSTART:20261123T230000Z", "DTEND:20261124T010000Z"),
			"Invitation: x\nWhen: Mon, 23 Nov 2026, 23:00 – Tue, 24 Nov 2026, 01:00 (UTC)\n"},
		"folded, with an alarm": {calendar("SUMMARY:long ", " title", "BEGIN:VALARM", "DESCRIPTION:ring", "END:VALARM", "RRULE:FREQ=WEEKLY;COUNT=3", "DTSTART:soon", "DESCRIPTION:a\\nb"),
			"Invitation: long title\nWhen: soon, repeated weekly\n\na\nb\n"},
		"cut off":   {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x", "Event: x\n"},
		"no title":  {"BEGIN:VTODO\nDUE:20261123", "Event: without a title\nWhen: until Mon, 23 Nov 2026\n"},
		"no events": {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", ""},
		"nothing":   {"no calendar", ""},
	} {
		if got := calendarText(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := calendarText(strings.Repeat("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", 1000)); strings.Count(got, "Event:") != maxEvents || !strings.Contains(got, "more events") {
		t.Errorf("of 1000 events: %q", got)
	}
}

func TestCalendarPart(t *testing.T) {
	t.Parallel()
	ics := "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Grüße\nEND:VEVENT\nEND:VCALENDAR"
	v := parse(t, mixed("alternative", plainForm, htmlForm, ics), Options{})
	if len(v.Bodies) != 2 || v.Bodies[0].HTML == "" || v.Bodies[1].Text != "Event: Grüße\n" || len(v.Parts) != 1 || v.Parts[0].Class != Calendar {
		t.Errorf("bodies %+v, parts %+v", v.Bodies, v.Parts)
	}
	if v := parse(t, ics, Options{}); v.Text != "Event: Grüße\n" || len(v.Parts) != 1 {
		t.Errorf("alone: %q", v.Text)
	}
	if v := parse(t, "Content-Type: text/calendar\n\nno calendar\n", Options{}); v.Text != "no calendar\n" {
		t.Errorf("none: %q", v.Text)
	}
}

package mimeview

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mixed makes a message of parts, each with its header.
func mixed(kind string, parts ...string) string {
	return "Subject: a\nContent-Type: multipart/" + kind + "; boundary=" + kind + "\n\n" + inner(kind, parts...)
}

func inner(kind string, parts ...string) string {
	return "--" + kind + "\n" + strings.Join(parts, "\n--"+kind+"\n") + "\n--" + kind + "--\n"
}

const (
	plainForm = "Content-Type: text/plain\n\nplain"
	htmlForm  = "Content-Type: text/html\n\n<p>html</p>"
)

func TestBodies(t *testing.T) {
	t.Parallel()
	alternative := "Content-Type: multipart/alternative; boundary=alternative\n\n" + inner("alternative", plainForm, htmlForm)
	for name, c := range map[string]struct {
		message string
		want    []Body
		text    string
	}{
		"one text":    {"Subject: a\n\nbody\n", []Body{{Text: "body\n"}}, "body\n"},
		"HTML":        {"Content-Type: text/html\nContent-Location: http://a.example/b/\n\n<p>html</p>", []Body{{Text: "html\n", HTML: "<p>html</p>", Location: "http://a.example/b/"}}, "html\n"},
		"flowed":      {"Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb\n", []Body{{Text: "a \nb\n", Flowed: true, DelSp: true}}, "ab\n"},
		"two forms":   {mixed("alternative", plainForm, htmlForm), []Body{{Text: "plain\n", HTML: "<p>html</p>"}}, "plain\n"},
		"the last":    {mixed("alternative", plainForm, "Content-Type: text/html\n\none", "Content-Type: text/html\n\ntwo"), []Body{{Text: "plain\n", HTML: "two"}}, "plain\n"},
		"blank HTML":  {mixed("alternative", plainForm, "Content-Type: text/html\n\n<html><body> </body></html>"), []Body{{Text: "plain\n"}}, "plain\n"},
		"blank plain": {mixed("alternative", "Content-Type: text/plain\n\n ", htmlForm), []Body{{Text: "html\n", HTML: "<p>html</p>"}}, "html\n"},
		"no type":     {mixed("alternative", "\nplain", htmlForm), []Body{{Text: "plain\n", HTML: "<p>html</p>"}}, "plain\n"},
		"enriched":    {mixed("alternative", plainForm, "Content-Type: text/enriched\n\n<bold>rich</bold>"), []Body{{Text: "plain\n"}}, "plain\n"},
		"a footer": {mixed("mixed", alternative, "Content-Type: text/plain\n\nfooter"),
			[]Body{{Text: "plain\n", HTML: "<p>html</p>"}, {Text: "footer\n"}}, "plain\n\nfooter\n"},
		"HTML around a file": {mixed("alternative", plainForm, "Content-Type: multipart/mixed; boundary=mixed\n\n"+inner("mixed", htmlForm, "Content-Type: application/pdf\n\n%PDF-1.4", "Content-Type: text/html\n\n<p>more</p>")),
			[]Body{{Text: "plain\n", HTML: "<p>html</p>"}, {HTML: "<p>more</p>"}}, "plain\n"},
		"nested forms": {mixed("x", "Content-Type: multipart/alternative; boundary=y\n\n"+inner("y", plainForm, "Content-Type: multipart/related; boundary=related\n\n"+inner("related", alternative))),
			[]Body{{Text: "plain\n", HTML: "<p>html</p>"}}, "plain\n"},
		"HTML bodies are never joined": {mixed("mixed", "Content-Type: text/html\n\n<img src=\"http://thief.example/", "Content-Type: text/plain\n\nsecret", "Content-Type: text/html\n\n\">"),
			[]Body{{HTML: `<img src="http://thief.example/`}, {Text: "secret\n"}, {Text: "\">\n", HTML: `">`}}, "\nsecret\n\n\">\n"},
		"a message": {mixed("mixed", plainForm, "Content-Type: message/rfc822\n\nSubject: b\nContent-Type: text/html\n\n<p>inner"),
			[]Body{{Text: "plain\n"}, {Text: "---------- Message within this message ----------\nSubject: b\n", Within: 1}, {Text: "inner\n", HTML: "<p>inner", Within: 1}},
			"plain\n\n---------- Message within this message ----------\nSubject: b\n\ninner\n"},
		"nothing but a file": {"Content-Type: application/x; name=a.b\n\nx\n", []Body{{Text: "[This message has no text, only an attachment.]\n"}}, "[This message has no text, only an attachment.]\n"},
		"no message":         {"no header\nat all\n", []Body{{Text: "no header\nat all\n"}}, "no header\nat all\n"},
	} {
		v := parse(t, c.message, Options{})
		if diff := cmp.Diff(c.want, v.Bodies); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if strings.TrimSpace(v.Text) != strings.TrimSpace(c.text) {
			t.Errorf("%s: text %q, want %q", name, v.Text, c.text)
		}
	}
}

func TestNamedTextIsListed(t *testing.T) {
	t.Parallel()
	v := parse(t, mixed("mixed", plainForm, "Content-Type: text/plain; name=a.txt\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\nb25l"), Options{})
	if v.Text != "plain\n\none\n" || len(v.Parts) != 1 || v.Parts[0].Name != "a.txt" || string(v.Parts[0].Octets) != "one" || !v.Parts[0].Inline {
		t.Errorf("%q, parts %+v", v.Text, v.Parts)
	}
}

func TestClasses(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("a.txt"); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	archive := b.String()
	for name, c := range map[string]struct {
		part       Part
		class      Class
		suspicious bool
	}{
		"a picture":          {Part{Name: "a.png", Type: "image/png", Octets: []byte("\x89PNG\r\n\x1a\n")}, Image, false},
		"another picture":    {Part{Name: "a.png", Type: "image/png", Octets: []byte("GIF89a\x01\x00\x01\x00")}, Image, false},
		"no claim":           {Part{Name: "a", Type: "application/octet-stream", Octets: []byte("%PDF-1.4\n")}, Document, false},
		"a page as PDF":      {Part{Name: "a.pdf", Type: "application/pdf", Octets: []byte("<!DOCTYPE html><html><body>")}, Page, true},
		"a page as picture":  {Part{Name: "a.gif", Type: "image/gif", Octets: []byte("<!DOCTYPE html><html><body>")}, Page, true},
		"a page":             {Part{Name: "a.html", Type: "text/html", Octets: []byte("<!DOCTYPE html><html><body>")}, Page, false},
		"a page's double":    {Part{Name: "a.pdf.html", Type: "text/html", Octets: []byte("<!DOCTYPE html><html><body>")}, Page, true},
		"an archive":         {Part{Name: "a.zip", Type: "application/zip", Octets: []byte(archive)}, Archive, false},
		"an archive as JPEG": {Part{Name: "a.jpg", Type: "image/jpeg", Octets: []byte(archive)}, Archive, true},
		"an office archive":  {Part{Name: "a.docx", Type: "application/octet-stream", Octets: []byte(archive)}, Archive, false},
		"a program":          {Part{Name: "a.dat", Type: "application/octet-stream", Octets: []byte("MZ" + strings.Repeat("\x00", 200))}, Program, true},
		"an ELF":             {Part{Name: "a", Type: "image/png", Octets: []byte("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60))}, Program, true},
		"a script":           {Part{Name: "a.txt", Type: "text/plain", Octets: []byte("#!/bin/sh\nrm x\n")}, Program, true},
		"a script by name":   {Part{Name: "a.vbs", Type: "text/plain", Octets: []byte("x")}, Program, true},
		"an appointment":     {Part{Name: "a.ics", Type: "text/calendar", Octets: []byte("BEGIN:VCALENDAR\n")}, Calendar, false},
		"a text":             {Part{Name: "a.txt", Type: "text/plain", Octets: []byte("x")}, PlainText, false},
		"a sheet":            {Part{Name: "a.csv", Type: "application/octet-stream", Octets: []byte("x")}, Sheet, false},
		"a signature":        {Part{Name: "a.asc", Type: "application/pgp-signature", Octets: []byte("x")}, Signature, false},
		"nothing":            {Part{Name: "a.bin", Type: "application/octet-stream"}, Other, false},
	} {
		if len(c.part.Octets) > 0 {
			c.part.True = trueType(c.part.Octets)
		}
		c.part.Class = c.part.class()
		if c.part.Class != c.class || suspicious(c.part.Name, &c.part) != c.suspicious {
			t.Errorf("%s: of type %q and class %d, suspicious %v", name, c.part.True, c.part.Class, suspicious(c.part.Name, &c.part))
		}
	}
}

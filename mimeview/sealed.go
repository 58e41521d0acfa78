package mimeview

import (
	"bytes"
	"strings"

	"restante.app/mimeview/internal/cms"
)

// What signs and encrypts mail.
const (
	openPGP = "OpenPGP"
	sMIME   = "S/MIME"
)

// isCMS tells whether a part is one of S/MIME that holds what it is about (RFC 8551
// section 3.2).
func isCMS(mediaType, name string) bool {
	return mediaType == "application/pkcs7-mime" || mediaType == "application/x-pkcs7-mime" ||
		generic(mediaType) && strings.HasSuffix(strings.ToLower(name), ".p7m")
}

// cms reads what is signed within a part of S/MIME, and lists one that is encrypted.
func (p *parser) cms(e entity, t typed, name string, depth int) {
	octets, notice := p.decode(e)
	kind, content := cms.Read(octets)
	if kind == cms.Signed && len(content) > 0 {
		p.view.Signed = sMIME
		p.decoded += int64(len(content))
		p.part(subEntity(content, p.budget.HeaderOctets), depth+1)
		return
	}
	if kind == cms.Encrypted || kind == cms.Unknown && strings.Contains(t.params["smime-type"], "enveloped") {
		p.encrypted(sMIME)
	}
	if kind == cms.Compressed {
		p.note("A part of this message is compressed in a way that is not shown here; save it to open it with another program.")
	}
	p.add(Part{Type: t.value, Octets: octets, Notice: notice}, name, "")
}

// encrypted says that what follows can't be read here.
func (p *parser) encrypted(by string) {
	p.view.Encrypted = by
	p.note("This message is encrypted with " + by + ", which is not opened here: save the attachment and open it with the program that has your key.")
}

// sealed looks what a multipart says of signatures and encryption (RFC 1847). It
// tells whether the part is read in full.
func (p *parser) sealed(t typed, parts []entity) bool {
	by := openPGP
	if strings.Contains(t.params["protocol"], "pkcs7") {
		by = sMIME
	}
	switch t.value {
	case "multipart/signed":
		p.view.Signed = by
	case "multipart/encrypted":
		p.encrypted(by)
		for i, sub := range parts {
			t := contentType(get(sub.fields, "Content-Type"), p.charset)
			if i == 0 && t.value == "application/pgp-encrypted" {
				continue // a number of a version
			}
			d := contentType(get(sub.fields, "Content-Disposition"), p.charset)
			p.attach(sub, t, d, first(d.params["filename"], t.params["name"], "encrypted.asc"))
		}
		return true
	}
	return false
}

// armoured looks for OpenPGP within a text (RFC 9580 section 6.2).
func (p *parser) armoured(b []byte) {
	const most = 64 << 10
	b = b[:min(len(b), most)]
	at := bytes.Index(b, []byte("-----BEGIN PGP "))
	if at < 0 || at > 0 && b[at-1] != '\n' {
		return
	}
	switch rest := b[at+len("-----BEGIN PGP "):]; {
	case bytes.HasPrefix(rest, []byte("SIGNED MESSAGE-----")):
		p.view.Signed = openPGP
	case bytes.HasPrefix(rest, []byte("MESSAGE-----")):
		p.view.Encrypted = openPGP
		p.note("This message has text that is encrypted with OpenPGP, which is not opened here: copy the text into the program that has your key.")
	}
}

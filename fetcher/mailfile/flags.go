package mailfile

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"

	"restante.app/localstore"
)

// maildirFlags are the letters of Maildir that the store has a flag for.
var maildirFlags = []struct {
	letter byte
	flag   localstore.Flags
}{ // in the order of the alphabet, as names have them
	{'F', localstore.Starred}, {'P', localstore.Forwarded}, {'R', localstore.Answered}, {'S', localstore.Seen},
}

// letters writes flags as Maildir does.
func letters(f localstore.Flags) string {
	var b strings.Builder
	for _, m := range maildirFlags {
		if f.Has(m.flag) {
			b.WriteByte(m.letter)
		}
	}
	return b.String()
}

func flagsOfLetters(s string) (f localstore.Flags) {
	for _, m := range maildirFlags {
		if strings.IndexByte(s, m.letter) >= 0 {
			f |= m.flag
		}
	}
	return f
}

// flagsOfName reads the flags in the name of a Maildir's file. trashed tells that its
// owner had deleted it.
func flagsOfName(path string) (f localstore.Flags, trashed bool) {
	name := filepath.Base(path)
	at := max(strings.LastIndex(name, ":2,"), strings.LastIndex(name, ";2,"))
	if at < 0 {
		return 0, false
	}
	info := name[at+3:]
	return flagsOfLetters(info), strings.Contains(info, "T")
}

// flagsOfHeader reads the flags that programs keep in the header of a message of an mbox:
// Status and X-Status (mutt, Pine, dovecot), X-Mozilla-Status (Thunderbird). deleted tells
// that the message was deleted there and waits for its mailbox to be compacted.
func flagsOfHeader(octets []byte) (f localstore.Flags, deleted bool) {
	head := octets[:min(len(octets), 64<<10)]
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if line[0]|0x20 != 's' && line[0]|0x20 != 'x' {
			continue
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		v := string(bytes.TrimSpace(value))
		switch strings.ToLower(string(name)) {
		case "status":
			if strings.Contains(v, "R") {
				f |= localstore.Seen
			}
		case "x-status":
			if strings.Contains(v, "A") {
				f |= localstore.Answered
			}
			if strings.Contains(v, "F") {
				f |= localstore.Starred
			}
		case "x-mozilla-status":
			m, gone := mozillaFlags(v)
			f, deleted = f|m, deleted || gone
		}
	}
	return f, deleted
}

// mozillaFlags reads nsMsgMessageFlags.
func mozillaFlags(v string) (f localstore.Flags, expunged bool) {
	n, err := strconv.ParseUint(v, 16, 32)
	if err != nil {
		return 0, false
	}
	for bit, flag := range map[uint64]localstore.Flags{
		0x1: localstore.Seen, 0x2: localstore.Answered, 0x4: localstore.Starred, 0x1000: localstore.Forwarded,
	} {
		if n&bit != 0 {
			f |= flag
		}
	}
	return f, n&0x8 != 0
}

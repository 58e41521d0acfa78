package mimeview

import (
	"bytes"
	"hash/crc32"
	"strconv"
	"strings"
)

// yLine reads the words of a line "=ybegin …" (yEnc 1.3). The name is the rest of the
// line.
func yLine(l []byte, word string) (values map[string]string, ok bool) {
	rest, ok := bytes.CutPrefix(l, []byte(word+" "))
	if !ok || len(l) > 1000 {
		return nil, false
	}
	values = map[string]string{}
	line := rawText(rest, "")
	if head, name, ok := strings.Cut(line, "name="); ok {
		line, values["name"] = head, strings.TrimSpace(name)
	}
	for _, w := range strings.Fields(line) {
		if k, v, ok := strings.Cut(w, "="); ok {
			values[k] = v
		}
	}
	return values, true
}

// ydecode takes files in yEnc out of a text. Each line is looked at once.
func ydecode(b []byte) (rest []byte, files []uufile) {
	if !bytes.Contains(b, []byte("=ybegin ")) {
		return b, nil
	}
	done := 0 // rest holds what is before
	for at := 0; at < len(b) && len(files) < maxUUFiles; {
		l, next := lineAt(b, at)
		begin, ok := yLine(l, "=ybegin")
		if _, err := strconv.Atoi(begin["size"]); !ok || err != nil {
			at = next
			continue
		}
		f, end := ybody(b, next)
		f.name = begin["name"]
		rest, files = append(rest, b[done:at]...), append(files, f)
		done, at = end, end
	}
	if len(files) == 0 {
		return b, nil
	}
	return append(rest, b[done:]...), files
}

// ybody decodes from an offset to the line "=yend", or to the end of b.
func ybody(b []byte, at int) (f uufile, end int) {
	f.notice = "The end of this file is missing."
	escaped := false
	for at < len(b) {
		l, next := lineAt(b, at)
		at = next
		if _, ok := yLine(l, "=ypart"); ok {
			continue
		}
		if values, ok := yLine(l, "=yend"); ok {
			f.notice = ycheck(f.octets, values)
			return f, at
		}
		for _, c := range l {
			switch {
			case escaped:
				f.octets, escaped = append(f.octets, c-64-42), false
			case c == '=':
				escaped = true
			default:
				f.octets = append(f.octets, c-42)
			}
		}
	}
	return f, at
}

// ycheck compares a file with what its last line says.
func ycheck(octets []byte, values map[string]string) (notice string) {
	const damaged = "This file is damaged or only one piece of several."
	if n, err := strconv.Atoi(values["size"]); err == nil && n != len(octets) {
		return damaged
	}
	sum := first(values["pcrc32"], values["crc32"])
	if n, err := strconv.ParseUint(sum, 16, 32); err == nil && n != uint64(crc32.ChecksumIEEE(octets)) {
		return damaged
	}
	return ""
}

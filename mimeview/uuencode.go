package mimeview

import (
	"bytes"
	"strings"
)

// uufile is a file that stood uuencoded in a text.
type uufile struct {
	name   string
	octets []byte
	notice string
}

// maxUUFiles bounds the files taken out of one text.
const maxUUFiles = 100

// uudecode takes uuencoded files out of a text. Each line is looked at once.
func uudecode(b []byte) (rest []byte, files []uufile) {
	if !bytes.Contains(b, []byte("begin ")) {
		return b, nil
	}
	done, at := 0, 0 // rest holds what is before done
	for at < len(b) {
		l, next := lineAt(b, at)
		name, ok := uubegin(l)
		if !ok || len(files) == maxUUFiles {
			at = next
			continue
		}
		f, end, whole := uubody(b, next)
		if !whole && len(f.octets) == 0 {
			at = max(end, next)
			continue
		}
		f.name = name
		if !whole {
			f.notice = "The end of this file is missing."
		}
		rest, files = append(rest, b[done:at]...), append(files, f)
		done, at = end, end
	}
	if len(files) == 0 {
		return b, nil
	}
	return append(rest, b[done:]...), files
}

// uubegin reads "begin 644 name".
func uubegin(l []byte) (name string, ok bool) {
	if len(l) > 500 || !bytes.HasPrefix(l, []byte("begin ")) {
		return "", false
	}
	w := strings.SplitN(rawText(l, ""), " ", 3)
	if len(w) != 3 || len(w[1]) < 3 || len(w[1]) > 4 || strings.Trim(w[1], "01234567") != "" {
		return "", false
	}
	return strings.TrimSpace(w[2]), true
}

// uubody decodes from an offset to the line "end", or to the end of b if all of
// it is encoded; otherwise it returns nothing, and where it gave up.
func uubody(b []byte, at int) (f uufile, end int, whole bool) {
	for at < len(b) {
		l, next := lineAt(b, at)
		switch {
		case string(bytes.TrimSpace(l)) == "end":
			return f, next, true
		case len(l) == 0 || string(l) == "`":
		default:
			count := int(l[0]-' ') & 63
			need := (count + 2) / 3 * 4
			if l[0] < ' ' || l[0] > '`' || len(l)-1 > need+2 || len(l)-1 < need-3 && len(bytes.TrimRight(l, " ")) == len(l) && need > 4 {
				return uufile{}, at, false
			}
			f.octets = append(f.octets, uuline(l[1:], count)...)
		}
		at = next
	}
	return f, at, false
}

func uuline(l []byte, count int) []byte {
	at := func(i int) byte {
		if i < len(l) {
			return (l[i] - ' ') & 63
		}
		return 0
	}
	out := make([]byte, 0, count+2)
	for i := 0; len(out) < count; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:count]
}

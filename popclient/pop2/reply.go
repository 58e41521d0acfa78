package pop2

import (
	"fmt"
	"strconv"
	"strings"

	"restante.app/popclient"
)

const (
	maxCount = 1 << 20 // messages in a mailbox
	maxSize  = 1 << 50 // octets of a message: where a size stops being one, a petabyte
)

// errNumber says that a reply is of the right kind and its number is not to be believed.
var errNumber = fmt.Errorf("%w: that is no number to go by", popclient.ErrProtocol)

// number reads a reply of RFC 937 that is a sign and a decimal number, which text
// may follow. ok is false if line has another sign.
func number(line string, sign byte, limit uint64) (n int64, text string, ok bool, err error) {
	if line == "" || line[0] != sign {
		return 0, "", false, nil
	}
	digits, text, _ := strings.Cut(strings.TrimSpace(line[1:]), " ")
	u, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || u > limit {
		return 0, "", true, errNumber
	}
	return int64(u), strings.TrimSpace(text), true, nil
}

// folderIn returns the mailbox that the text behind a #nnn names, as ipop2d does
// ("messages in /var/mail/fred"), or "".
func folderIn(text string) string {
	before, name, _ := strings.Cut(text, " in ")
	if !strings.HasPrefix(before, "message") {
		return ""
	}
	return strings.TrimSpace(name)
}

// messageIn returns the message that the text behind a =ccc names, as ipop2d does
// ("characters in message 2"), or 0.
func messageIn(text string) int {
	_, digits, _ := strings.Cut(text, "message ")
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// isFolder tells whether named, from a reply to FOLD asked, is the mailbox asked
// for. It may be the path of it. former is the mailbox that was open before: where
// the name did not change, the server did not go anywhere, as ipop2d does not when
// there is no such mailbox.
func isFolder(asked, named, former string) bool {
	if named == asked {
		return true
	}
	asked = strings.TrimPrefix(strings.TrimPrefix(asked, "~"), "/")
	return named != former && strings.HasSuffix(named, "/"+asked)
}

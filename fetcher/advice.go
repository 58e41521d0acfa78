package fetcher

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"restante.app/localstore"
	"restante.app/popclient"
)

// Advise turns an error of a fetch or a connection test into words.
func Advise(err error) Advice {
	if err == nil {
		return Advice{}
	}
	for _, advise := range []func(error) (Advice, bool){
		adviseStop, adviseStore, adviseTrust, adviseServer, adviseNetwork,
	} {
		if a, ok := advise(err); ok {
			return a
		}
	}
	return Advice{What: sentence(err), Next: "Look at the transcript, then fetch again."}
}

func sentence(err error) string { return fmt.Sprintf("It failed: %v.", err) }

// line returns the server's own words, for the end of a sentence.
func line(err error) string {
	if e, ok := errors.AsType[*popclient.Error](err); ok && e.Line != "" {
		return fmt.Sprintf(" (it said “%s”)", e.Line)
	}
	return ""
}

func adviseStop(err error) (Advice, bool) {
	switch {
	case errors.Is(err, popclient.ErrUnconfirmed):
		return Advice{
			"The mail is safe on this disk, but the connection broke before the post office said whether it deleted its copy.",
			"Fetch again: what it still has is known here and will not be shown twice.",
		}, true
	case errors.Is(err, context.Canceled):
		return Advice{
			"You cancelled the fetch; nothing was deleted at the post office.",
			"Fetch again when you like: what is already here is not shown twice.",
		}, true
	case errors.Is(err, ErrPasswordNeeded):
		return Advice{"The password of this account is not known.", "Fetch again and type it."}, true
	}
	return Advice{}, false
}

func adviseStore(err error) (Advice, bool) {
	if !errors.Is(err, popclient.ErrStore) && !errors.Is(err, localstore.ErrNoSpace) {
		return Advice{}, false
	}
	if errors.Is(err, localstore.ErrNoSpace) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return Advice{
			"There is no room left on the disk for the mail; nothing was deleted at the post office.",
			"Free some space, then fetch again.",
		}, true
	}
	return Advice{
		fmt.Sprintf("The mail could not be saved; nothing was deleted at the post office: %v.", err),
		"Check the disk, start the program again, then fetch again.",
	}, true
}

func adviseTrust(err error) (Advice, bool) {
	if cert, ok := errors.AsType[*popclient.CertificateError](err); ok {
		if cert.Changed {
			return Advice{
				fmt.Sprintf("The key of %s is not the one you pinned: it has changed, or someone stands in between.", cert.Host),
				"Ask whoever runs the post office for its new fingerprint before you pin it.",
			}, true
		}
		return Advice{
			fmt.Sprintf("The certificate of %s can't be trusted: %v.", cert.Host, cert.Err),
			"If you know this server, compare the fingerprint with its owner's and pin the key for this account.",
		}, true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return Advice{
			"The server does not speak TLS on this port.",
			"Try the port it has for TLS, or turn TLS off if you trust the line between you.",
		}, true
	}
	if errors.Is(err, popclient.ErrNoTLS) {
		return Advice{
			"This account would send its password unprotected to another machine.",
			"Turn TLS on, or allow it for this account if you trust the line between you.",
		}, true
	}
	return Advice{}, false
}

func adviseServer(err error) (Advice, bool) {
	switch {
	case errors.Is(err, popclient.ErrAuth):
		return Advice{"The post office did not accept the user name and password" + line(err) + ".", "Check both, then try again."}, true
	case errors.Is(err, popclient.ErrArgument):
		return Advice{sentence(err), "Correct the account's user name, password or mailbox."}, true
	case errors.Is(err, popclient.ErrDialect):
		return Advice{"Another protocol is spoken at this port" + line(err) + ".", "Check host and port: RFC 918 has port 109."}, true
	case errors.Is(err, popclient.ErrShort):
		return Advice{"The post office promised more octets than it sent; nothing was deleted there.", "Fetch again. If it happens each time, look at the transcript and tell whoever runs it."}, true
	case errors.Is(err, popclient.ErrLong):
		return Advice{"The post office sent more octets than it promised, so its count can't be trusted; nothing was deleted there.", "Tell whoever runs it: its #xxx does not count line ends as sent, or mail arrived while it was sending."}, true
	case errors.Is(err, popclient.ErrProtocol):
		return Advice{"The server said something that the protocol does not allow" + line(err) + "; nothing was deleted there.", "Look at the transcript; check host, port and TLS."}, true
	case popclient.Refused(err):
		return Advice{"The post office refused" + line(err) + ".", refusedNext(err)}, true
	}
	return Advice{}, false
}

func refusedNext(err error) string {
	if e, ok := errors.AsType[*popclient.Error](err); ok && len(e.Command) >= 4 && e.Command[:4] == "RCVD" {
		return "The mail is on this disk and may still be there too: the next fetch knows it and does not show it twice."
	}
	return "Another session may hold the mailbox, or it has another name: wait a little or check the account, then fetch again."
}

func adviseNetwork(err error) (Advice, bool) {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return Advice{fmt.Sprintf("No host named %s was found.", dns.Name), "Check the spelling, and that this machine is online."}, true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		what := fmt.Sprintf("%v could not be reached.", op.Addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			what = fmt.Sprintf("Nothing answers at %v.", op.Addr)
		}
		return Advice{what, "Check host and port, and that the post office is running."}, true
	}
	switch {
	case errors.Is(err, popclient.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Advice{"The server did not answer in time; nothing was deleted there.", "Fetch again later. If it never greets, the port may expect TLS."}, true
	case errors.Is(err, popclient.ErrLost):
		return Advice{"The connection was lost; nothing was deleted there.", "Fetch again: what is already here is not shown twice."}, true
	}
	return Advice{}, false
}

// stoppedByOwner tells whether a fetch ended because its owner wanted it to.
func stoppedByOwner(err error) bool { return errors.Is(err, context.Canceled) }

// isLoginDelay tells whether a server refused because the last login was too recent.
func isLoginDelay(err error) bool { return responseCode(err) == "LOGIN-DELAY" }

// responseCode returns the code of RFC 2449 section 8 in a server's refusal, in capitals
// and without brackets, or "".
func responseCode(err error) string {
	e, ok := errors.AsType[*popclient.Error](err)
	if !ok {
		return ""
	}
	_, rest, ok := strings.Cut(e.Line, "[")
	code, _, closed := strings.Cut(rest, "]")
	if !ok || !closed || !strings.HasPrefix(strings.TrimLeft(e.Line, "-ER "), "[") {
		return ""
	}
	return strings.ToUpper(strings.TrimSpace(code))
}

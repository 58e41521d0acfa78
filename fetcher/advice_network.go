package fetcher

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"restante.app/popclient"
)

func adviseTrust(err error) (Advice, bool) {
	if cert, ok := errors.AsType[*popclient.CertificateError](err); ok {
		return adviseCertificate(cert), true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return Advice{
			"The server does not speak TLS on this port.",
			"Try the port it has for TLS, or STLS; turn TLS off only if you trust the line between you.",
		}, true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return Advice{
			fmt.Sprintf("The server and this program could not agree on how to secure the line: %v.", err),
			"It may know only versions of TLS that are not safe any more: ask whoever runs it.",
		}, true
	}
	if e, ok := errors.AsType[*popclient.Error](err); ok && errors.Is(err, popclient.ErrNoTLS) {
		if e.Command == "STLS" {
			return stlsRefused(err), true
		}
	}
	if errors.Is(err, popclient.ErrNoTLS) {
		return Advice{
			"This account would send its password unprotected to another machine.",
			"Turn TLS on, or allow it for this account if you trust the line between you.",
		}, true
	}
	return Advice{}, false
}

// adviseCertificate gives each reason to distrust a certificate a sentence.
func adviseCertificate(cert *popclient.CertificateError) Advice {
	const pin = "If you know this server, compare the fingerprint with its owner's and pin the key for this account."
	if cert.Changed {
		return Advice{
			fmt.Sprintf("The key of %s is not the one you pinned: it has changed, or someone stands in between.", cert.Host),
			"Ask whoever runs the post office for its new fingerprint before you pin it.",
		}
	}
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](cert.Err)
	if isInvalid && invalid.Reason == x509.Expired {
		return Advice{
			fmt.Sprintf("The certificate of %s is not valid today: it is so from %s to %s.", cert.Host,
				invalid.Cert.NotBefore.Format("2 January 2006"), invalid.Cert.NotAfter.Format("2 January 2006")),
			"Check this machine's clock; if it is right, tell whoever runs the post office.",
		}
	}
	if host, ok := errors.AsType[x509.HostnameError](cert.Err); ok {
		return Advice{
			fmt.Sprintf("The certificate is not for %s but for %s.", cert.Host, names(host.Certificate)),
			"Set the account's host to that name if it is your provider's; else someone may stand in between.",
		}
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](cert.Err); ok {
		return Advice{
			fmt.Sprintf("The certificate of %s can't be trusted: nobody known to this machine has signed it.", cert.Host), pin,
		}
	}
	return Advice{fmt.Sprintf("The certificate of %s can't be trusted: %v.", cert.Host, cert.Err), pin}
}

// names are the hosts of a certificate, fit to be shown.
func names(c *x509.Certificate) string {
	var all []string
	if c != nil {
		all = c.DNSNames
	}
	switch {
	case len(all) == 0:
		return "no name"
	case len(all) > 3:
		return printable(fmt.Sprintf("%.80s, %.80s and %d others", all[0], all[1], len(all)-2))
	}
	return printable(fmt.Sprintf("%.240s", strings.Join(all, " and ")))
}

func adviseNetwork(err error) (Advice, bool) {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return Advice{fmt.Sprintf("No host named %s was found.", dns.Name), "Check the spelling, and that this machine is online."}, true
		}
		return Advice{fmt.Sprintf("The name %s could not be looked up.", dns.Name), "Check that this machine is online, then try again."}, true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return adviseDial(err, op), true
	}
	switch {
	case isSilent(err):
		return Advice{
			"The server took the connection and then said nothing.",
			"Check port and security: a port for TLS is silent without, and so is another kind of server.",
		}, true
	case errors.Is(err, popclient.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Advice{"The server did not answer in time; nothing was deleted there.", "Fetch again later. If it never greets, the port may expect TLS."}, true
	case errors.Is(err, popclient.ErrHandshake):
		return Advice{
			"The server closed the connection while it was being secured.",
			"It may be starting, or take no more connections now: fetch again in a while. If it always does so, check port and security.",
		}, true
	case errors.Is(err, popclient.ErrLost):
		return Advice{"The connection was lost; nothing was deleted there.", "Fetch again: what is already here is not shown twice."}, true
	}
	return Advice{}, false
}

func adviseDial(err error, op *net.OpError) Advice {
	switch {
	case popclient.NothingListens(err):
		return Advice{fmt.Sprintf("Nothing answers at %v.", op.Addr), "Check host and port, and that the post office is running."}
	case popclient.NoRoute(err):
		return Advice{fmt.Sprintf("There is no way from this machine to %v.", op.Addr), "Check that it is online."}
	case op.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return Advice{
			fmt.Sprintf("%v does not answer at all.", op.Addr),
			"Check host and port: the machine may be switched off, or a firewall keeps you from it.",
		}
	}
	return Advice{fmt.Sprintf("%v could not be reached.", op.Addr), "Check host and port, and that the post office is running."}
}

// isSilent tells whether a server that took a connection never greeted.
func isSilent(err error) bool {
	e, ok := errors.AsType[*popclient.Error](err)
	return ok && e.Command == "greeting" && (errors.Is(err, popclient.ErrTimeout) || errors.Is(err, context.DeadlineExceeded))
}

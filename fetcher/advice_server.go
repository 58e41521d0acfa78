package fetcher

import (
	"errors"
	"fmt"
	"strings"

	"restante.app/popclient"
)

// adviseLogin is for logins that failed.
func adviseLogin(err error) (Advice, bool) {
	if wantsAppPassword(err) {
		return Advice{
			"The provider does not take the usual password here" + line(err) + ".",
			"Make an app password on the provider's security page and use that; if it has none, sign in with the browser.",
		}, true
	}
	switch {
	case errors.Is(err, popclient.ErrInUse):
		return Advice{
			"Another program has the mailbox open" + line(err) + ".",
			"Close it there or wait a few minutes, then fetch again.",
		}, true
	case errors.Is(err, popclient.ErrLoginDelay):
		return Advice{
			"The post office wants more time to pass between two logins" + line(err) + ".",
			"Wait some minutes; the schedule does so by itself.",
		}, true
	case errors.Is(err, popclient.ErrPermanent):
		return Advice{
			"The post office has a fault that will not pass by itself" + line(err) + ".",
			"Tell whoever runs it; the password is not the reason.",
		}, true
	case errors.Is(err, popclient.ErrTemporary):
		return Advice{
			"The post office has a passing fault" + line(err) + ".",
			"Fetch again in a while; the password is not the reason.",
		}, true
	case errors.Is(err, popclient.ErrMechanism):
		return Advice{
			"The post office does not offer a way to log in that this account can use" + line(err) + ": " + cause(err) + ".",
			"Set the way to log in back to automatic, or ask the provider which it offers.",
		}, true
	case errors.Is(err, popclient.ErrServerProof):
		return Advice{
			"The server could not prove that it knows your password: it is not the one it seems to be. The password itself was not sent.",
			"Do not log in there; check the host, and ask whoever runs the post office.",
		}, true
	case errors.Is(err, popclient.ErrAuth):
		return Advice{"The post office did not accept the user name and password" + line(err) + ".", "Check both, then try again."}, true
	}
	return Advice{}, false
}

// wantsAppPassword knows the words of providers that turn down the account's usual
// password for mail programs.
func wantsAppPassword(err error) bool {
	e, ok := errors.AsType[*popclient.Error](err)
	if !ok {
		return false
	}
	said := strings.ToLower(e.Line)
	for _, words := range []string{"application-specific password", "app password", "app-specific password", "web login required", "basic authentication is disabled"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

func adviseServer(err error) (Advice, bool) {
	switch {
	case errors.Is(err, popclient.ErrArgument):
		return Advice{sentence(err), "Correct the account's user name, password or mailbox."}, true
	case errors.Is(err, errWantsTLS):
		return Advice{
			"The server waits for TLS on this port.",
			"Set the account's security to TLS, or take the port it has without.",
		}, true
	case isWebServer(err):
		return Advice{
			"A web server answers at this port, not a post office.",
			"Check host and port: 995 is usual for POP3 with TLS, 110 without, 109 for POP1 and POP2.",
		}, true
	case errors.Is(err, popclient.ErrDialect):
		return Advice{
			fmt.Sprintf("Another protocol is spoken at this port: %s%s.", spoken(err), line(err)),
			"Check the account's protocol, host and port: 995 is usual for POP3 with TLS, 110 without, 109 for POP1 and POP2.",
		}, true
	case errors.Is(err, popclient.ErrShort):
		return Advice{"The post office promised more octets than it sent; nothing was deleted there.", "Fetch again. If it happens each time, look at the transcript and tell whoever runs it."}, true
	case errors.Is(err, popclient.ErrLong):
		return Advice{"The post office sent more octets than it promised, so its count can't be trusted; nothing was deleted there.", "Tell whoever runs it: its count does not match line ends as sent, or mail arrived while it was sending."}, true
	case errors.Is(err, popclient.ErrProtocol):
		return Advice{"The server said something that the protocol does not allow" + line(err) + "; nothing was deleted there.", "Look at the transcript; check host, port and TLS."}, true
	case errors.Is(err, popclient.ErrUnsupported):
		return Advice{"The post office has no command for that.", "Fetch the mailbox as a whole instead."}, true
	}
	return Advice{}, false
}

func isWebServer(err error) bool {
	e, ok := errors.AsType[*popclient.Error](err)
	return errors.Is(err, errWebServer) || ok && strings.HasPrefix(e.Line, "HTTP/")
}

// spoken names the protocol of a greeting.
func spoken(err error) string {
	e, ok := errors.AsType[*popclient.Error](err)
	if !ok {
		return "none that this program knows"
	}
	for _, g := range []struct{ prefix, name string }{
		{"+OK", "POP3 or POP1"}, {"+ ", "POP2"}, {"* ", "IMAP"}, {"220", "SMTP or FTP"}, {"SSH-", "SSH"},
	} {
		if strings.HasPrefix(e.Line, g.prefix) {
			return g.name
		}
	}
	return "none that this program knows"
}

// cause is what a failed command says went wrong, without the command.
func cause(err error) string {
	if e, ok := errors.AsType[*popclient.Error](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

func stlsRefused(err error) Advice {
	return Advice{
		"The post office does not secure the line, although this account wants it to (STLS)" + line(err) + "; the password was not sent.",
		"Set the account's security to TLS with port 995; if the provider promises STLS, somebody in between may be taking it out.",
	}
}

// adviseRefused is for what nothing more exact was said about.
func adviseRefused(err error) (Advice, bool) {
	e, ok := errors.AsType[*popclient.Error](err)
	switch {
	case !popclient.Refused(err):
		return Advice{}, false
	case ok && (strings.HasPrefix(e.Command, "RCVD") || strings.HasPrefix(e.Command, "DELE") || strings.HasPrefix(e.Command, "ACKD")):
		return Advice{
			"The post office refused to delete" + line(err) + ".",
			"The mail is on this disk and may still be there too: the next fetch knows it and does not show it twice.",
		}, true
	}
	return Advice{
		"The post office refused" + line(err) + ".",
		"Another session may hold the mailbox, or it has another name: wait a little or check the account, then fetch again.",
	}, true
}

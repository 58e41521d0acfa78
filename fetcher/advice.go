package fetcher

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"restante.app/localstore"
	"restante.app/popclient"
	"restante.app/popclient/autoconfig"
)

// Advise turns an error of a fetch or a connection test into words.
func Advise(err error) Advice {
	if err == nil {
		return Advice{}
	}
	for _, advise := range []func(error) (Advice, bool){
		adviseStop, adviseStore, adviseTrust, adviseLogin, adviseServer, adviseNetwork, adviseRefused,
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

// stoppedByOwner tells whether a fetch ended because its owner wanted it to.
func stoppedByOwner(err error) bool { return errors.Is(err, context.Canceled) }

func adviseStop(err error) (Advice, bool) {
	if none, ok := errors.AsType[*autoconfig.NoPOPError](err); ok {
		return Advice{none.Reason, "Look for a forwarding rule there, or for the provider's own export."}, true
	}
	switch {
	case errors.Is(err, popclient.ErrUnconfirmed):
		return Advice{
			"The mail is safe on this disk, but the connection broke before the post office said whether it deleted its copy.",
			"Fetch again: what it still has is known here and will not be shown twice.",
		}, true
	case stoppedByOwner(err):
		return Advice{
			"You cancelled the fetch; nothing was deleted at the post office.",
			"Fetch again when you like: what is already here is not shown twice.",
		}, true
	case errors.Is(err, ErrPasswordNeeded):
		return Advice{"The password of this account is not known.", "Fetch again and type it."}, true
	case errors.Is(err, ErrSignInNeeded):
		return Advice{"The provider wants you to sign in again.", "Choose Sign in for this account; the browser opens."}, true
	case errors.Is(err, ErrNoClientID):
		return Advice{
			"This provider lets only programs sign in that it knows by a client ID, and this account has none.",
			"Enter a client ID that the provider gave you, set a command that prints a token, or use an app password.",
		}, true
	case errors.Is(err, ErrToken):
		return Advice{sentence(err), "Check the account's token command or its addresses for signing in, or sign in again."}, true
	case errors.Is(err, ErrPassphrase):
		return Advice{"This passphrase does not open the file of passwords.", "Type it again; without it only deleting the file and entering the passwords anew helps."}, true
	case errors.Is(err, autoconfig.ErrAddress):
		return Advice{"This is not a mail address.", "Type it as name@example.org."}, true
	case errors.Is(err, autoconfig.ErrNoDomain):
		return Advice{"There is no domain of that name.", "Check the spelling behind the @, and that this machine is online."}, true
	case errors.Is(err, errNothingFound):
		return Advice{
			"Nothing was found that could be this address's post office.",
			"Check the address, or ask the provider for the host and port of POP3 and enter them by hand.",
		}, true
	case errors.Is(err, ErrGone):
		return Advice{
			"Some of what you chose is not at the post office any more, or it can't be told which it is now; it was left alone.",
			"Look at the list again.",
		}, true
	}
	return Advice{}, false
}

func adviseStore(err error) (Advice, bool) {
	switch {
	case errors.Is(err, localstore.ErrDamaged):
		return Advice{
			fmt.Sprintf("The mail store on this disk is damaged; nothing was deleted at the post office: %v.", err),
			"Keep the profile folder as it is, put a backup of it in its place, then fetch again.",
		}, true
	case !errors.Is(err, popclient.ErrStore) && !errors.Is(err, localstore.ErrNoSpace):
		return Advice{}, false
	case errors.Is(err, localstore.ErrNoSpace), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
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

// isLoginDelay tells whether a server refused because the last login was too recent.
func isLoginDelay(err error) bool { return errors.Is(err, popclient.ErrLoginDelay) }

// isAuth tells whether a server refused the password itself.
func isAuth(err error) bool { return errors.Is(err, popclient.ErrAuth) }

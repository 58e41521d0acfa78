// Command popfetch is the core of Restante without a window: it keeps accounts,
// collects mail into a profile, lists and shows it and checks the store, for cron,
// scripts and servers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/adrg/xdg"

	"restante.app/cmd/internal/version"
	"restante.app/fetcher"
	"restante.app/localstore"
)

// Exit codes, for scripts.
const (
	exitOK     = 0
	exitFailed = 1 // it was tried and went wrong
	exitUsage  = 2 // the command line makes no sense
	exitLocked = 3 // another program has the profile open
	exitAsk    = 4 // a password, a consent or a sign-in is needed
)

const usage = `popfetch collects mail and keeps it, without a window.

Usage: popfetch [--profile FOLDER] [--verbose] COMMAND [ARGUMENT ...]
       popfetch --version

  account add ADDRESS    find out how to reach an address's mail, test it, add it
  account add [flags]    add a post office by hand; 'account add --help' lists the flags
  account change [flags] ID
                         change what the flags name
  account list [--json]  list the accounts
  account remove ID      forget an account; its mail stays
  account test ID        connect, log in, open the mailboxes, read nothing
  account signin ID      sign in with the browser
  fetch [--delete|--leave] [--all | --account ID | ID ...]
                         collect from these accounts, or from all of them, at once;
                         --delete (RDEL) or --leave (RETR) overrules the account
  offers [--json] ID     list what is at the post office, without changing anything
  journal [--json] [--account ID] [--limit N]
                         list past fetches, the newest first
  list [--json] [MAILBOX]
                         list the mailboxes, or the messages of one (its number)
  search [--json] [--limit N] [--best] QUERY
                         find messages: words, pref*, "phrases", -without, OR, from: to:
                         subject: filename: has:attachment in: is:unread before: after:
                         larger: smaller:; the newest first, or with --best the best
  show [--source] ID     print a message
  mailboxes [add NAME | rename MAILBOX NAME | remove MAILBOX] [--json]
                         list, make, rename or remove mailboxes of one's own
  move [--copy] --to MAILBOX ID ...
                         move messages, to 'archive', to 'trash', or 'back' from there;
                         --purge in place of --to deletes what is in the trash for good
  import [--json] [--into MAILBOX] [--format FORMAT] [--again] PATH ...
                         take in mbox files, Maildirs, MH folders, .eml files, a
                         Thunderbird profile, or folders of them; run it again to go on:
                         files that have not changed are not read twice, but with --again
  export [--json] [--format mboxrd|maildir|eml] MAILBOX PATH
                         write a mailbox to files, with a manifest of hashes
  backup [--json] FOLDER copy the store into a new folder within FOLDER, and check the copy
  restore [--json] BACKUP
                         check a backup and put it in the place of the store; what was
                         there stays beside it
  compact [--json] [--all]
                         give the room of deleted mail back to the disk
  secrets [--seal]       tell where passwords are kept; make the sealed file
  verify [--json] [--deep] [--repair]
                         check the whole store; --deep reads every message; --repair
                         does so too, makes anew what is wrong, and names what it can't

The password is read from RESTANTE_PASSWORD, else from the keyring or the sealed
file (opened with RESTANTE_PASSPHRASE), else asked for. The profile is the
workstation's unless --profile names another.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 another program has the profile,
4 somebody has to be asked first (a password, a consent, a sign-in).
`

// app is what the commands share.
type app struct {
	core   *fetcher.Core
	out    io.Writer
	errors io.Writer
}

func main() {
	// A fetch keeps some 25 MB alive and makes garbage of all that passes through:
	// collecting it a third less often costs 20 MB and saves time.
	debug.SetGCPercent(150)
	// A goroutine in an fsync keeps its processor for some milliseconds; one more than
	// the machine has keeps the others at work meanwhile.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// passphraseWork is for tests, see fetcher.Options.
var passphraseWork int

var errUsage = errors.New("wrong usage")

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("popfetch", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() { fmt.Fprint(errs, usage) }
	profile := flags.String("profile", filepath.Join(xdg.DataHome, "restante"), "the folder that holds the mail")
	verbose := flags.Bool("verbose", false, "log what happens")
	tell := flags.Bool("version", false, "print the version and exit")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if *tell {
		fmt.Fprintln(out, "popfetch", version.String())
		return exitOK
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return exitUsage
	}
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(errs, nil))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if flags.Arg(0) == "restore" || wantsRepair(flags.Args()) {
		return closed(ctx, *profile, log, flags.Args(), out, errs)
	}
	core, err := fetcher.Open(*profile, fetcher.Options{Log: log, NoSchedule: true, PassphraseWork: passphraseWork})
	if err != nil {
		fmt.Fprintln(errs, "popfetch:", err)
		return exitCode(err)
	}
	a := app{core: core, out: out, errors: errs}
	if err := errors.Join(a.command(ctx, flags.Args()), core.Close()); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(errs, "popfetch:", err)
		}
		return exitCode(err)
	}
	return exitOK
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, localstore.ErrLocked):
		return exitLocked
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errAsk), errors.Is(err, fetcher.ErrPasswordNeeded), errors.Is(err, fetcher.ErrSignInNeeded):
		return exitAsk
	}
	return exitFailed
}

func (a app) command(ctx context.Context, args []string) error {
	if err := a.unlock(); err != nil {
		return err
	}
	switch name, rest := args[0], args[1:]; name {
	case "account":
		return a.account(ctx, rest)
	case "fetch":
		return a.fetch(ctx, rest)
	case "offers":
		return a.offers(ctx, rest)
	case "journal":
		return a.journal(rest)
	case "secrets":
		return a.secrets(rest)
	case "list":
		return a.list(rest)
	case "search":
		return a.search(ctx, rest)
	case "show":
		return a.show(ctx, rest)
	case "verify":
		return a.verify(ctx, rest)
	case "backup":
		return a.backup(ctx, rest)
	case "compact":
		return a.compact(ctx, rest)
	case "mailboxes":
		return a.mailboxes(ctx, rest)
	case "move":
		return a.move(ctx, rest)
	case "import":
		return a.importFiles(ctx, rest)
	case "export":
		return a.export(ctx, rest)
	default:
		return fmt.Errorf("%w: there is no command %q; popfetch --help lists them", errUsage, name)
	}
}

// parse parses a command's flags and wants at least least and at most most arguments
// beside them; a most below 0 means any number.
func (a app) parse(flags *flag.FlagSet, args []string, least, most int) error {
	flags.SetOutput(a.errors)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if n := flags.NArg(); n < least || most >= 0 && n > most {
		return fmt.Errorf("%w: %s takes other arguments; popfetch --help lists them", errUsage, flags.Name())
	}
	return nil
}

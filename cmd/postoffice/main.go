// Command postoffice is the post office: it serves mailboxes by RFC 918 (POP1), POP2
// and POP3, takes mail in by SMTP, and keeps the list of its users. "postoffice help" explains it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"restante.app/cmd/internal/version"
)

const usage = `postoffice - a post office for your own network (RFC 918, POP1; POP2, POP3)

  postoffice [serve] [flags]   serve mail until SIGTERM or Ctrl+C
  postoffice adduser NAME      add a user; asks for a password, or reads a line from stdin
  postoffice passwd NAME       change a user's password
  postoffice deluser NAME      remove a user; the mail stays
  postoffice users             list the users
  postoffice help              this text
  postoffice --version         the version

The folder (--data, for every command; default %s)
  users            names and password hashes (argon2id), mode 0600; changes count at once
  mail/NAME/...    the mailboxes, see --drop

Flags of serve
  --pop ADDR          POP1 without encryption (default 127.0.0.1:1109, "" for none).
                      The RFC's own port is 109; ports below 1024 need root or
                      CAP_NET_BIND_SERVICE
  --pops ADDR         POP1 inside TLS; needs --cert and --key
  --pop3 ADDR         POP3, with STLS if there is a certificate (RFC 1939; its port is 110)
  --pop3s ADDR        POP3 inside TLS (its port is 995); needs --cert and --key
  --pop2 ADDR         POP2 (RFC 937; its port is 109), which knows no TLS
  --smtp ADDR         take mail in by SMTP, for own users only
  --cert, --key FILE  certificate chain and key, PEM; read again when they change
  --allow-plain-lan   let --pop and --pop2, and --pop3 and --smtp without a certificate, listen
                      beyond this machine, and POP3 take passwords there without STLS,
                      where passwords and mail can be read on the way
  --drop KIND         maildir (default): mail/NAME/Maildir and Maildir++ folders in it
                      mbox: mail/NAME/inbox and files beside it
                      file: the same, any format, sent as it lies; takes no mail
  --mail DIR          where the mailboxes are instead of mail/ in the folder
  --inbox PATTERN     the inbox below that, %%u the user (system spool:
                      --mail /var/mail --inbox %%u --folders "" --drop mbox)
  --folders PATTERN   the other mailboxes, %%m the name, "" for none
  --data-reply        send +OK before the data, as RFC 918's command list has it
  --strict-1984       bare codes, no text behind them
  --idle DURATION     close a silent session (default 10m)
  --login-delay DUR   how long a user waits between two logins (default 0, not at all);
                      POP3 tells programs
  --hostname NAME     what SMTP calls this host
  --domain NAME       take mail for NAME too; may be repeated
  --postmaster USER   who gets mail for postmaster
  --sessions N        at a time (default 200), --per-address N from one address (20)
  --log text|json     the log's form, on stderr

Try it
  postoffice adduser fred
  postoffice --smtp 127.0.0.1:2525
  and, in another terminal: nc -C 127.0.0.1 1109
`

// usageError is a mistake in the command line.
type usageError struct{ what string }

func (e usageError) Error() string { return e.what + "; see: postoffice help" }

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "postoffice:", err)
	var bad usageError
	if errors.As(err, &bad) {
		os.Exit(2)
	}
	os.Exit(1)
}

// run is the whole program.
func run(args []string, in *os.File, out, log io.Writer) error {
	if slices.Equal(args, []string{"--version"}) || slices.Equal(args, []string{"-version"}) {
		_, err := fmt.Fprintln(out, "postoffice", version.String())
		return err
	}
	name := "serve"
	args = commandFirst(args)
	if len(args) > 0 && (len(args[0]) == 0 || args[0][0] != '-') {
		name, args = args[0], args[1:]
	}
	for _, a := range args {
		if a == "-h" || a == "-help" || a == "--help" {
			name = "help"
		}
	}
	switch name {
	case "serve":
		return serve(args, log)
	case "adduser", "passwd", "deluser":
		return changeUser(name, args, in, out, log)
	case "users":
		return listUsers(args, out, log)
	case "help", "-h", "--help":
		_, err := fmt.Fprintf(out, usage, defaultData())
		return err
	}
	return usageError{fmt.Sprintf("there is no command %q", name)}
}

// commandFirst moves a --data that comes before the command behind it.
func commandFirst(args []string) []string {
	n := 0
	if len(args) > 0 {
		switch flag, _, hasValue := strings.Cut(args[0], "="); {
		case flag != "--data" && flag != "-data":
		case hasValue:
			n = 1
		default:
			n = 2
		}
	}
	if n == 0 || len(args) <= n || strings.HasPrefix(args[n], "-") {
		return args
	}
	return slices.Concat(args[n:n+1], args[:n], args[n+1:])
}

func defaultData() string { return filepath.Join(xdg.DataHome, "postoffice") }

// newFlags returns a set of flags with those that every command has.
func newFlags(name string) (fs *flag.FlagSet, data *string) {
	fs = flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // the error says it, and help is ours
	data = fs.String("data", defaultData(), "")
	return fs, data
}

// parse reads flags before, between and after the arguments, of which there are to be want.
func parse(fs *flag.FlagSet, args []string, want ...string) ([]string, error) {
	var got []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, usageError{err.Error()}
		}
		if fs.NArg() == 0 {
			break
		}
		got = append(got, fs.Arg(0))
		args = fs.Args()[1:]
	}
	switch {
	case len(got) < len(want):
		return nil, usageError{fmt.Sprintf("%s needs %s", fs.Name(), strings.Join(want, " "))}
	case len(got) > len(want):
		return nil, usageError{fmt.Sprintf("%s has no use for %q", fs.Name(), got[len(want)])}
	}
	return got, nil
}

// dataDir makes the folder if need be.
func dataDir(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("can't make the folder: %w; choose another with --data", err)
	}
	return dir, nil
}

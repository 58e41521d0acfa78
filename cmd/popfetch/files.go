package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"golang.org/x/term"

	"restante.app/fetcher"
	"restante.app/fetcher/mailfile"
	"restante.app/localstore"
)

// jsonTally is what 'import --json' and 'export --json' print.
type jsonTally struct {
	Path     string   `json:"path"`
	Folders  int      `json:"folders"`
	Messages int      `json:"messages"`
	New      int      `json:"new"`
	Known    int      `json:"known"`
	Deleted  int      `json:"deleted"`
	Passed   int      `json:"unchangedFiles,omitempty"`
	Octets   int64    `json:"octets"`
	Problems []string `json:"problems,omitempty"`
	Error    string   `json:"error,omitempty"`
}

func tallyOf(path string, t mailfile.Tally, err error) jsonTally {
	j := jsonTally{
		Path: path, Folders: t.Folders, Messages: t.Messages, New: t.Fresh, Known: t.Known,
		Deleted: t.Deleted, Passed: t.Passed, Octets: t.Octets, Problems: t.Problems,
	}
	if err != nil {
		j.Error = err.Error()
	}
	return j
}

// onTerminal tells whether a person sees what is written to the standard error.
func (a app) onTerminal() bool {
	f, ok := a.errors.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// follower returns what shows progress on a terminal, nil where there is none, and what
// ends its line.
func (a app) follower(verb string) (func(mailfile.Progress), func()) {
	if !a.onTerminal() {
		return nil, func() {}
	}
	shown := false
	return func(p mailfile.Progress) {
			shown = true
			if p.Total > 0 {
				fmt.Fprintf(a.errors, "\r\x1b[K%s: %d messages, %d %% %.50s", verb, p.Messages, 100*p.Octets/p.Total, p.Folder)
				return
			}
			fmt.Fprintf(a.errors, "\r\x1b[K%s: %d messages, %d octets", verb, p.Messages, p.Octets)
		}, func() {
			if shown {
				fmt.Fprintln(a.errors)
			}
		}
}

func (a app) importFiles(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	into := flags.Uint64("into", 0, "the number of the mailbox for all of it; else each folder gets one of its name")
	again := flags.Bool("again", false, "read files that have not changed since they were imported, too")
	format := flags.String("format", "", "what mbox files are: mboxo, mboxrd, mboxcl or mboxcl2")
	if err := a.parse(flags, args, 1, -1); err != nil {
		return err
	}
	var errs []error
	all := make([]jsonTally, 0, flags.NArg())
	for _, path := range flags.Args() {
		progress, end := a.follower("import")
		t, err := a.core.Import(ctx, path, fetcher.ImportOptions{Into: localstore.MailboxID(*into), Format: *format, Again: *again, Progress: progress})
		end()
		all = append(all, tallyOf(path, t, err))
		if !*asJSON {
			fmt.Fprintf(a.out, "%s: %d messages in %d folders: %d new, %d already here, %d passed over as deleted there\n",
				path, t.Messages, t.Folders, t.Fresh, t.Known, t.Deleted)
			if t.Passed > 0 {
				fmt.Fprintf(a.out, "  %d files have not changed since they were imported and were not read again (--again does)\n", t.Passed)
			}
			a.problems(t)
		}
		errs = append(errs, err, problemsLeft(t))
		if ctx.Err() != nil {
			break
		}
	}
	if *asJSON {
		errs = append(errs, a.json(all))
	}
	return errors.Join(errs...)
}

func (a app) problems(t mailfile.Tally) {
	for _, p := range t.Problems {
		fmt.Fprintln(a.out, "  problem:", p)
	}
	if t.More > 0 {
		fmt.Fprintf(a.out, "  and %d more\n", t.More)
	}
}

func problemsLeft(t mailfile.Tally) error {
	if n := len(t.Problems) + t.More; n > 0 {
		return fmt.Errorf("%d things could not be read or written as they should", n)
	}
	return nil
}

func (a app) export(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	format := flags.String("format", string(mailfile.MboxRD), "mboxrd, maildir or eml")
	if err := a.parse(flags, args, 2, 2); err != nil {
		return err
	}
	switch mailfile.Format(*format) {
	case mailfile.MboxRD, mailfile.MaildirOut, mailfile.EML:
	default:
		return fmt.Errorf("%w: there is no format %q: mboxrd, maildir or eml", errUsage, *format)
	}
	box, err := a.mailbox(flags.Arg(0))
	if err != nil {
		return err
	}
	path := flags.Arg(1)
	progress, end := a.follower("export")
	t, err := a.core.ExportMailbox(ctx, box.ID, path, mailfile.Format(*format), progress)
	end()
	if *asJSON {
		return errors.Join(err, problemsLeft(t), a.json(tallyOf(path, t, err)))
	}
	if err == nil {
		fmt.Fprintf(a.out, "%s: %d messages, %d octets, with a manifest of their SHA-256\n", path, t.Messages, t.Octets)
		a.problems(t)
	}
	return errors.Join(err, problemsLeft(t))
}

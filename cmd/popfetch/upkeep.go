package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"restante.app/localstore"
)

// jsonBackup is what 'backup --json' and 'restore --json' print.
type jsonBackup struct {
	Path     string `json:"path"`
	Messages int    `json:"messages"`
	Octets   int64  `json:"octets"`
	Files    int    `json:"files"`
	Replaced string `json:"replaced,omitempty"`
}

func (a app) backup(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("backup", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	if err := a.parse(flags, args, 1, 1); err != nil {
		return err
	}
	var progress func(done, total int64)
	if a.onTerminal() {
		progress = func(done, total int64) {
			fmt.Fprintf(a.errors, "\r\x1b[Kbackup: %d of %d MB copied", done>>20, total>>20)
		}
	}
	path, r, err := a.core.Backup(ctx, flags.Arg(0), progress)
	if progress != nil {
		fmt.Fprintln(a.errors)
	}
	if err != nil {
		return err
	}
	if *asJSON {
		return a.json(jsonBackup{Path: path, Messages: r.Messages, Octets: r.Octets, Files: r.Files})
	}
	fmt.Fprintf(a.out, "%s: %d messages in %d files, every octet checked\n", path, r.Messages, r.Files)
	return nil
}

// restore puts a backup into the profile, which is not open.
func (a app) restore(ctx context.Context, profile string, log *slog.Logger, args []string) error {
	flags := flag.NewFlagSet("restore", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	if err := a.parse(flags, args, 1, 1); err != nil {
		return err
	}
	r, replaced, err := localstore.Restore(ctx, flags.Arg(0), profile, localstore.Options{Log: log})
	if err != nil {
		return err
	}
	if *asJSON {
		return a.json(jsonBackup{Path: profile, Messages: r.Messages, Octets: r.Octets, Files: r.Files, Replaced: replaced})
	}
	fmt.Fprintf(a.out, "%s: %d messages in %d files, every octet checked\n", profile, r.Messages, r.Files)
	if replaced != "" {
		fmt.Fprintf(a.out, "what was there before is in %s\n", replaced)
	}
	return nil
}

// closed runs a command that wants the profile closed: 'restore' and 'verify --repair'.
func closed(ctx context.Context, profile string, log *slog.Logger, args []string, out, errs io.Writer) int {
	a := app{out: out, errors: errs}
	run := a.restore
	if args[0] == "verify" {
		run = a.repair
	}
	err := run(ctx, profile, log, args[1:])
	if err == nil {
		return exitOK
	}
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(errs, "popfetch:", err)
	}
	return exitCode(err)
}

func (a app) compact(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("compact", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	all := flags.Bool("all", false, "each file, not only those that are mostly free")
	if err := a.parse(flags, args, 0, 0); err != nil {
		return err
	}
	c, err := a.core.Compact(ctx, *all)
	if err != nil {
		return err
	}
	if *asJSON {
		return a.json(map[string]int64{"files": int64(c.Files), "before": c.Before, "after": c.After})
	}
	fmt.Fprintf(a.out, "%d files compacted, from %d to %d octets\n", c.Files, c.Before, c.After)
	return nil
}

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"restante.app/fetcher"
	"restante.app/localstore"
)

// verifyFlags are those of 'verify'.
type verifyFlags struct {
	set                  *flag.FlagSet
	deep, repair, asJSON *bool
}

func newVerifyFlags() verifyFlags {
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	return verifyFlags{
		f, f.Bool("deep", false, "read every message and compare its hash"),
		f.Bool("repair", false, "read every message, and make anew what is wrong"),
		f.Bool("json", false, "as JSON"),
	}
}

// wantsRepair tells whether a command is 'verify --repair', which wants the profile closed.
func wantsRepair(args []string) bool {
	if args[0] != "verify" {
		return false
	}
	f := newVerifyFlags()
	f.set.SetOutput(io.Discard)
	f.set.Usage = func() {}
	return f.set.Parse(args[1:]) == nil && *f.repair
}

func (a app) verify(ctx context.Context, args []string) error {
	f := newVerifyFlags()
	if err := a.parse(f.set, args, 0, 0); err != nil {
		return err
	}
	r, err := a.core.Store().Check(ctx, *f.deep)
	if err != nil {
		return err
	}
	if *f.asJSON {
		return errors.Join(a.json(reportOf(r)), damageOf(r))
	}
	how := "every structure was checked; --deep reads the messages too"
	if r.Deep {
		how = "every octet was read and its hash compared"
	}
	fmt.Fprintf(a.out, "%d messages, %d bodies, %d octets in %d files: %s\n", r.Messages, r.Bodies, r.Octets, r.Files, how)
	if r.Harmed > 0 {
		fmt.Fprintf(a.out, "  %d messages are damaged since an earlier repair, and stay so\n", r.Harmed)
	}
	for _, p := range r.Problems {
		fmt.Fprintln(a.out, "  problem:", p)
	}
	if r.More > 0 {
		fmt.Fprintf(a.out, "  and %d more\n", r.More)
	}
	return damageOf(r)
}

// damageOf returns an error if a check found any.
func damageOf(r localstore.Report) error {
	if r.OK() {
		return nil
	}
	return errors.New("the store is damaged: 'popfetch verify --repair' makes anew what can be, and keeps what was there; 'popfetch restore' puts a backup in its place")
}

// jsonReport is what 'verify --json' prints.
type jsonReport struct {
	Messages int      `json:"messages"`
	Bodies   int      `json:"bodies"`
	Octets   int64    `json:"octets"`
	Files    int      `json:"files"`
	Deep     bool     `json:"deep"`
	Harmed   int      `json:"harmed,omitempty"`
	Problems []string `json:"problems"`
	More     int      `json:"more,omitempty"`
}

func reportOf(r localstore.Report) jsonReport {
	out := jsonReport{
		Messages: r.Messages, Bodies: r.Bodies, Octets: r.Octets, Files: r.Files, Deep: r.Deep,
		Harmed: r.Harmed, Problems: []string{}, More: r.More,
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, p.String())
	}
	return out
}

// jsonRepaired is what 'verify --repair --json' prints.
type jsonRepaired struct {
	Sound     bool     `json:"sound"`
	Messages  int      `json:"messages"`
	Files     []string `json:"files,omitempty"`
	Relisted  int      `json:"relisted"`
	Recovered int      `json:"recovered"`
	Harmed    []string `json:"harmed,omitempty"`
	More      int      `json:"more,omitempty"`
	Notes     []string `json:"notes,omitempty"`
	Replaced  string   `json:"replaced,omitempty"`
}

func (a app) repair(ctx context.Context, profile string, log *slog.Logger, args []string) error {
	f := newVerifyFlags()
	if err := a.parse(f.set, args, 0, 0); err != nil {
		return err
	}
	var progress func(done, total int64)
	if a.onTerminal() {
		progress = func(done, total int64) {
			fmt.Fprintf(a.errors, "\r\x1b[Krepair: %d of %d MB read", done>>20, max(done, total)>>20)
		}
	}
	r, err := fetcher.Repair(ctx, profile, fetcher.Options{Log: log}, progress)
	if progress != nil {
		fmt.Fprintln(a.errors)
	}
	if err != nil {
		return err
	}
	if *f.asJSON {
		j := jsonRepaired{
			Sound: r.Sound, Messages: r.Messages, Files: r.Files, Relisted: r.Relisted, Recovered: r.Recovered,
			More: r.More, Notes: r.Notes, Replaced: r.Replaced,
		}
		for _, h := range r.Harmed {
			j.Harmed = append(j.Harmed, h.String())
		}
		return errors.Join(a.json(j), harmOf(r))
	}
	a.tellRepaired(profile, r)
	return harmOf(r)
}

func (a app) tellRepaired(profile string, r localstore.Repaired) {
	if r.Sound {
		fmt.Fprintf(a.out, "%s: nothing is wrong with its %d messages: every octet was read and its hash compared\n", profile, r.Messages)
		return
	}
	fmt.Fprintf(a.out, "%s: repaired, with %d messages\n", profile, r.Messages)
	for _, name := range r.Files {
		fmt.Fprintln(a.out, "  made anew:", name)
	}
	if r.Relisted > 0 {
		fmt.Fprintf(a.out, "  %d messages are back in their mailboxes, whose records were lost\n", r.Relisted)
	}
	if r.Recovered > 0 {
		fmt.Fprintf(a.out, "  %d messages are in the mailbox %s, as nobody knows where they were\n", r.Recovered, localstore.RecoveredName)
	}
	for _, h := range r.Harmed {
		fmt.Fprintln(a.out, "  damaged:", h)
	}
	if r.More > 0 {
		fmt.Fprintf(a.out, "  and %d more\n", r.More)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(a.out, "  note:", n)
	}
	if r.Replaced != "" {
		fmt.Fprintf(a.out, "what was there before is in %s: keep it until you have looked through your mail\n", r.Replaced)
	}
}

// harmOf returns an error if there is something that a repair could not mend.
func harmOf(r localstore.Repaired) error {
	if n := len(r.Harmed) + r.More; n > 0 {
		return fmt.Errorf("%d messages could not be repaired; a backup or the post office may have them", n)
	}
	return nil
}

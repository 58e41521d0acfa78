package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"

	"restante.app/localstore"
)

// mailbox finds a mailbox by its number or, where one alone has it, its name.
func (a app) mailbox(s string) (localstore.Mailbox, error) {
	boxes, err := a.core.Mailboxes()
	if err != nil {
		return localstore.Mailbox{}, err
	}
	n, notNumber := strconv.ParseUint(s, 10, 64)
	i := slices.IndexFunc(boxes, func(m localstore.Mailbox) bool { return notNumber == nil && m.ID == localstore.MailboxID(n) })
	if i >= 0 {
		return boxes[i], nil
	}
	named := slices.DeleteFunc(boxes, func(m localstore.Mailbox) bool { return m.Name != s })
	switch len(named) {
	case 1:
		return named[0], nil
	case 0:
		return localstore.Mailbox{}, fmt.Errorf("there is no mailbox %q; 'popfetch mailboxes' lists them", s)
	}
	return localstore.Mailbox{}, fmt.Errorf("%w: %d mailboxes are named %q; give the number of one", errUsage, len(named), s)
}

func (a app) mailboxes(ctx context.Context, args []string) error {
	verb, rest := "list", args
	if len(args) > 0 && slices.Contains([]string{"list", "add", "rename", "remove"}, args[0]) {
		verb, rest = args[0], args[1:]
	}
	flags := flag.NewFlagSet("mailboxes "+verb, flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	n := map[string]int{"add": 1, "rename": 2, "remove": 1}[verb]
	if err := a.parse(flags, rest, n, n); err != nil {
		return err
	}
	if verb == "list" {
		return a.listMailboxes(*asJSON)
	}
	if verb == "add" {
		m, err := a.core.MakeMailbox(flags.Arg(0))
		if err != nil {
			return err
		}
		if *asJSON {
			return a.json(jsonMailbox(m))
		}
		fmt.Fprintln(a.out, m.ID)
		return nil
	}
	m, err := a.mailbox(flags.Arg(0))
	if err != nil {
		return err
	}
	if verb == "rename" {
		return a.core.RenameMailbox(m.ID, flags.Arg(1))
	}
	_, err = a.core.DeleteMailbox(ctx, m.ID, nil)
	return err
}

// move moves messages to a mailbox, the archive or the trash, and deletes what is in the
// trash for good.
func (a app) move(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("move", flag.ContinueOnError)
	to := flags.String("to", "", "a mailbox, its number or name; 'archive', 'trash', or 'back' from the trash")
	copies := flags.Bool("copy", false, "leave them where they are, too")
	purge := flags.Bool("purge", false, "delete them for good; they must be in the trash")
	if err := a.parse(flags, args, 1, -1); err != nil {
		return err
	}
	ids := make([]localstore.MessageID, flags.NArg())
	for i, arg := range flags.Args() {
		n, err := number(arg)
		if err != nil {
			return err
		}
		ids[i] = localstore.MessageID(n)
	}
	switch {
	case *purge && (*to != "" || *copies), !*purge && *to == "":
		return fmt.Errorf("%w: say either --to MAILBOX or --purge", errUsage)
	case *purge:
		n, err := a.core.Purge(ctx, ids, nil)
		fmt.Fprintf(a.out, "%d deleted for good\n", n)
		return err
	}
	u, err := a.moveTo(ctx, ids, *to, *copies)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%d moved\n", u.Len())
	return nil
}

func (a app) moveTo(ctx context.Context, ids []localstore.MessageID, to string, copies bool) (localstore.Undo, error) {
	if !copies {
		switch to {
		case "archive":
			return a.core.Archive(ctx, ids, nil)
		case "trash":
			return a.core.Trash(ctx, ids, nil)
		case "back":
			return a.core.Restore(ctx, ids, nil)
		}
	}
	m, err := a.mailbox(to)
	if err != nil {
		return localstore.Undo{}, err
	}
	switch {
	case copies:
		return a.core.Copy(ctx, ids, m.ID, nil)
	case m.Role == localstore.Trash: // which remembers where they were
		return a.core.Trash(ctx, ids, nil)
	}
	return a.core.Move(ctx, ids, m.ID, nil)
}

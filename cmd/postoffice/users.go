package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/userfile"
)

// openUsers opens the users file in the folder.
func openUsers(data string, log io.Writer) (*userfile.File, error) {
	dir, err := dataDir(data)
	if err != nil {
		return nil, err
	}
	return userfile.Open(filepath.Join(dir, "users"), slog.New(slog.NewTextHandler(log, nil)))
}

// changeUser is adduser, passwd and deluser.
func changeUser(command string, args []string, in *os.File, out, log io.Writer) error {
	fs, data := newFlags(command)
	names, err := parse(fs, args, "NAME")
	if err != nil {
		return err
	}
	name, err := maildrop.CleanUser(names[0])
	if err != nil {
		return fmt.Errorf("%q: %w", names[0], err)
	}
	users, err := openUsers(*data, log)
	if err != nil {
		return err
	}
	if command == "deluser" {
		if err := users.Remove(name); err != nil {
			return explain(err, name)
		}
		_, err = fmt.Fprintf(out, "%s can't log in any more. The mail is still in %s.\n", name, filepath.Join(*data, "mail", name))
		return err
	}
	_, exists := users.Lookup(name)
	if exists != (command == "passwd") { // before anyone types a password in vain
		return explain(map[bool]error{true: userfile.ErrExists, false: userfile.ErrNoUser}[exists], name)
	}
	password, err := readPassword(in, log, name)
	if err != nil {
		return err
	}
	change := users.Add
	if exists {
		change = users.SetPassword
	}
	if err := change(name, password); err != nil {
		return explain(err, name)
	}
	done := fmt.Sprintf("%s has mail here now. Start the post office with: postoffice --data %s\n", name, *data)
	if exists {
		done = fmt.Sprintf("The password of %s is changed.\n", name)
	}
	_, err = io.WriteString(out, done)
	return err
}

// explain adds the next step.
func explain(err error, name string) error {
	switch {
	case errors.Is(err, userfile.ErrExists):
		return fmt.Errorf("%s: %w; change the password with: postoffice passwd %s", name, userfile.ErrExists, name)
	case errors.Is(err, userfile.ErrNoUser):
		return fmt.Errorf("%s: %w; postoffice users lists them", name, userfile.ErrNoUser)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w; run this as the user that the post office runs as, or choose another folder with --data", err)
	}
	return err
}

// readPassword asks twice on a terminal, without echo, and else reads one line.
func readPassword(in *os.File, prompt io.Writer, name string) (string, error) {
	if !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" {
			return "", errors.New("no password on standard input; give it as one line")
		}
		return line, nil
	}
	ask := func(what string) (string, error) {
		if _, err := fmt.Fprintf(prompt, "%s for %s: ", what, name); err != nil {
			return "", err
		}
		password, err := term.ReadPassword(int(in.Fd()))
		if _, err := fmt.Fprintln(prompt); err != nil {
			return "", err
		}
		return string(password), err
	}
	first, err := ask("Password")
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	again, err := ask("The same again")
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	if first != again {
		return "", errors.New("the two passwords differ; nothing was changed, try again")
	}
	return first, nil
}

// listUsers is users.
func listUsers(args []string, out, log io.Writer) error {
	fs, data := newFlags("users")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	users, err := openUsers(*data, log)
	if err != nil {
		return err
	}
	names, err := users.Names()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		_, err = fmt.Fprintln(log, "There are no users yet. Add one with: postoffice adduser NAME --data", *data)
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(out, name); err != nil {
			return err
		}
	}
	return nil
}

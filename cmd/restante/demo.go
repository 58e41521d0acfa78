package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"restante.app/assets"
	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
)

// The demo's only user. The post office listens on loopback and holds sample mail,
// so the password is no secret.
const (
	demoUser     = "ines"
	demoPassword = "demo"
	demoAddr     = "127.0.0.1:10918"
	demoPOP3     = "127.0.0.1:11939" // the same mail by POP3: type ines@localhost:11939 as an address
)

// demo is a post office that runs beside the window.
type demo struct {
	server *postoffice.Server
	done   chan error
}

// startDemo starts the post office on the mail in dir, which it fills for a profile that
// does not know it yet, and makes sure that there is an account for it.
func startDemo(core *fetcher.Core, dir string, log *slog.Logger) (*demo, error) {
	account, known, err := demoAccount(core)
	if err != nil {
		return nil, err
	}
	if !known {
		if err := fillDemo(dir); err != nil {
			return nil, fmt.Errorf("the demo's post office could not be filled: %w", err)
		}
	}
	drops, err := maildrop.NewMaildir(dir, maildrop.DefaultMaildir)
	if err != nil {
		return nil, err
	}
	server, err := postoffice.New(postoffice.Config{
		Users: postoffice.StaticUsers{demoUser: demoPassword}, Drops: drops, Log: log, Announce: true, Hostname: "localhost",
	})
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	ln, err := listenDemo(ctx, demoAddr)
	if err != nil {
		return nil, err
	}
	byPOP3, err := listenDemo(ctx, demoPOP3)
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	d := &demo{server: server, done: make(chan error, 2)}
	go func() { d.done <- server.Serve(ctx, ln) }()
	go func() { d.done <- server.ServePOP3(ctx, byPOP3) }()
	log.Info("the demo's post office is open", "pop1", ln.Addr().String(), "pop3", byPOP3.Addr().String())
	at, err := netip.ParseAddrPort(ln.Addr().String())
	if err == nil {
		account.Port = int(at.Port()) // of today
		_, err = core.SaveAccount(account, demoPassword)
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// listenDemo listens on a port, or on any other where another demo runs.
func listenDemo(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		ln, err = lc.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	return ln, err
}

// demoAccount is the account for the demo's post office: known tells whether there is one.
func demoAccount(core *fetcher.Core) (a localstore.Account, known bool, err error) {
	accounts, err := core.Accounts()
	if err != nil {
		return a, false, err
	}
	const host = "127.0.0.1"
	for _, a := range accounts {
		if a.User == demoUser && a.Host == host {
			return a, true, nil
		}
	}
	return localstore.Account{
		Name: "Demo post office", Host: host, User: demoUser, Protocol: "pop1",
		Mailboxes: []string{"inbox"}, Security: localstore.Plain,
	}, false, nil
}

// fillDemo delivers what of the sample mail is not there: an earlier profile may have
// collected it by RDEL. Each appears whole or not at all.
func fillDemo(dir string) error {
	box := filepath.Join(dir, demoUser, "Maildir")
	there := map[string]bool{}
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(box, sub), 0o700); err != nil {
			return err
		}
		files, err := os.ReadDir(filepath.Join(box, sub))
		if err != nil {
			return err
		}
		for _, f := range files {
			if _, name, ok := strings.Cut(f.Name(), "."); ok && sub != "tmp" {
				name, _, _ = strings.Cut(name, ":") // its flags
				there[name] = true
			}
		}
	}
	for i, m := range assets.Demo() {
		unique := fmt.Sprintf("M%dP1.demo", i)
		if there[unique] {
			continue
		}
		name := fmt.Sprintf("%d.%s", time.Now().Unix()-10_000+int64(i), unique)
		if err := os.WriteFile(filepath.Join(box, "tmp", name), m.Octets, 0o600); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(box, "tmp", name), filepath.Join(box, "new", name)); err != nil {
			return err
		}
	}
	return nil
}

// close ends the post office. Without one it does nothing.
func (d *demo) close() error {
	if d == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(d.server.Shutdown(ctx), <-d.done, <-d.done)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"restante.app/postoffice"
	"restante.app/postoffice/maildrop"
	"restante.app/postoffice/userfile"
)

// grace is how long a shutdown waits for commands under way.
const grace = 30 * time.Second

// options are the flags of serve.
type options struct {
	data, mail, drop      string
	inbox, folders        string
	foldersSet            bool
	pop, pops, smtp       string
	pop2, pop3, pop3s     string
	cert, key             string
	plainLAN              bool
	dataReply, strict1984 bool
	idle, loginDelay      time.Duration
	hostname, postmaster  string
	domains               []string
	sessions, perAddress  int
	logForm               string
}

func parseServe(args []string) (o options, err error) {
	fs, data := newFlags("serve")
	fs.StringVar(&o.pop, "pop", "127.0.0.1:1109", "")
	fs.StringVar(&o.pops, "pops", "", "")
	fs.StringVar(&o.pop2, "pop2", "", "")
	fs.StringVar(&o.pop3, "pop3", "", "")
	fs.StringVar(&o.pop3s, "pop3s", "", "")
	fs.StringVar(&o.smtp, "smtp", "", "")
	fs.StringVar(&o.cert, "cert", "", "")
	fs.StringVar(&o.key, "key", "", "")
	fs.BoolVar(&o.plainLAN, "allow-plain-lan", false, "")
	fs.StringVar(&o.drop, "drop", "maildir", "")
	fs.StringVar(&o.mail, "mail", "", "")
	fs.StringVar(&o.inbox, "inbox", "", "")
	fs.Func("folders", "", func(s string) error {
		o.folders, o.foldersSet = s, true
		return nil
	})
	fs.BoolVar(&o.dataReply, "data-reply", false, "")
	fs.BoolVar(&o.strict1984, "strict-1984", false, "")
	fs.DurationVar(&o.idle, "idle", 10*time.Minute, "")
	fs.DurationVar(&o.loginDelay, "login-delay", 0, "")
	fs.StringVar(&o.hostname, "hostname", "", "")
	fs.StringVar(&o.postmaster, "postmaster", "", "")
	fs.Func("domain", "", func(s string) error {
		o.domains = append(o.domains, s)
		return nil
	})
	fs.IntVar(&o.sessions, "sessions", 200, "")
	fs.IntVar(&o.perAddress, "per-address", 20, "")
	fs.StringVar(&o.logForm, "log", "text", "")
	if _, err := parse(fs, args); err != nil {
		return o, err
	}
	o.data = *data
	if o.mail == "" {
		o.mail = filepath.Join(o.data, "mail")
	}
	return o, o.check()
}

func (o options) check() error {
	switch {
	case o.pop+o.pops+o.pop2+o.pop3+o.pop3s+o.smtp == "":
		return usageError{"nothing to serve: give --pop, --pops, --pop2, --pop3, --pop3s or --smtp an address"}
	case (o.cert == "") != (o.key == ""):
		return usageError{"--cert and --key go together"}
	case (o.pops != "" || o.pop3s != "") && o.cert == "":
		return usageError{"--pops and --pop3s need --cert and --key; for a trial: openssl req -x509 -newkey ed25519 -nodes -days 365 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"}
	case o.idle <= 0:
		return usageError{"--idle must be more than nothing, 10m for example"}
	case o.loginDelay < 0:
		return usageError{"--login-delay can't be less than nothing; 1m for example"}
	case o.sessions <= 0 || o.perAddress <= 0:
		return usageError{"--sessions and --per-address must be at least 1"}
	case o.logForm != "text" && o.logForm != "json":
		return usageError{fmt.Sprintf("--log is text or json, not %q", o.logForm)}
	}
	return nil
}

// logger writes to w in the chosen form.
func (o options) logger(w io.Writer) *slog.Logger {
	if o.logForm == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// openDrops opens the maildrops of the chosen kind.
func (o options) openDrops() (postoffice.Opener, error) {
	layouts := map[string]maildrop.Layout{"maildir": maildrop.DefaultMaildir, "mbox": maildrop.DefaultMbox, "file": maildrop.DefaultMbox}
	layout, ok := layouts[o.drop]
	if !ok {
		return nil, usageError{fmt.Sprintf("--drop is maildir, mbox or file, not %q", o.drop)}
	}
	if o.inbox != "" {
		layout.Inbox = o.inbox
	}
	if o.foldersSet {
		layout.Folders = o.folders
	}
	if err := os.MkdirAll(o.mail, 0o700); err != nil {
		return nil, fmt.Errorf("can't make the mail folder: %w; choose another with --mail", err)
	}
	switch o.drop {
	case "mbox":
		return maildrop.NewMbox(o.mail, layout, 0)
	case "file":
		return maildrop.NewFile(o.mail, layout, 0)
	}
	return maildrop.NewMaildir(o.mail, layout)
}

// serve is serve.
func serve(args []string, logTo io.Writer) (err error) {
	o, err := parseServe(args)
	if err != nil {
		return err
	}
	log := o.logger(logTo)
	dir, err := dataDir(o.data)
	if err != nil {
		return err
	}
	users, err := userfile.Open(filepath.Join(dir, "users"), log)
	if err != nil {
		return explain(err, "")
	}
	drops, err := o.openDrops()
	if err != nil {
		return err
	}
	if c, ok := drops.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	tlsConfig, err := o.tlsConfig(log)
	if err != nil {
		return err
	}
	srv, err := postoffice.New(postoffice.Config{
		Users: users, Drops: drops, TLS: tlsConfig, Log: log,
		DataReply: o.dataReply, Announce: !o.strict1984, Bare: o.strict1984, IdleTimeout: o.idle,
		Hostname: o.hostname, Domains: o.domains, Postmaster: o.postmaster,
		PlainLogin: o.plainLAN, LoginInterval: o.loginDelay,
		Limits: postoffice.Limits{Sessions: o.sessions, PerAddress: o.perAddress},
	})
	if err != nil {
		return err
	}
	if names, err := users.Names(); err == nil && len(names) == 0 {
		log.Warn("there are no users yet; add one, at any time, with: postoffice adduser NAME --data " + dir)
	}
	return o.run(srv, log)
}

// service is a listener and what is spoken on it.
type service struct {
	name, flag, addr string
	plain            bool // what passes can be read on the way
	serve            func(context.Context, net.Listener) error
}

// run listens and serves until a signal.
func (o options) run(srv *postoffice.Server, log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	all := []service{
		{"POP1", "--pop", o.pop, true, srv.Serve},
		{"POP1 inside TLS", "--pops", o.pops, false, srv.ServeTLS},
		{"POP2", "--pop2", o.pop2, true, srv.ServePOP2},
		{"POP3", "--pop3", o.pop3, o.cert == "", srv.ServePOP3}, // with a certificate passwords come by STLS alone
		{"POP3 inside TLS", "--pop3s", o.pop3s, false, srv.ServePOP3TLS},
		{"SMTP", "--smtp", o.smtp, o.cert == "", srv.ServeSMTP},
	}
	listeners := make(map[string]net.Listener)
	for _, s := range all { // all before the first is served: a mistake is told at once
		if s.addr == "" {
			continue
		}
		ln, err := o.listen(ctx, s)
		if err != nil {
			for _, other := range listeners {
				err = errors.Join(err, other.Close())
			}
			return err
		}
		listeners[s.flag] = ln
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range all {
		if ln := listeners[s.flag]; ln != nil {
			log.Info("listening", "service", s.name, "addr", ln.Addr().String())
			group.Go(func() error { return s.serve(ctx, ln) })
		}
	}
	<-ctx.Done()
	stop() // a second signal ends the program at once
	log.Info("closing; commands under way are finished")
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err := srv.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("some sessions did not end in time and were dropped; nothing of theirs was deleted without RCVD or QUIT")
		err = nil
	}
	err = errors.Join(group.Wait(), err)
	log.Info("closed")
	return err
}

// listen opens a port, or says what to do about it.
func (o options) listen(ctx context.Context, s service) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s: another program listens on %s already; end it, or choose another port with %s", s.name, s.addr, s.flag)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("%s: this user may not listen on %s; choose a port above 1023 with %s, or grant it: setcap cap_net_bind_service=+ep postoffice", s.name, s.addr, s.flag)
	case err != nil:
		return nil, fmt.Errorf("%s: can't listen on %q: %w; give %s an address such as 127.0.0.1:1109", s.name, s.addr, err, s.flag)
	}
	tcp, ok := ln.Addr().(*net.TCPAddr)
	if s.plain && !o.plainLAN && (!ok || !tcp.IP.IsLoopback()) {
		err := usageError{fmt.Sprintf("%s on %s can be reached from other machines without encryption, so passwords and mail could be read on the way; use --pops or --pop3s (or --cert and --key for POP3 and SMTP), or accept it with --allow-plain-lan", s.name, s.addr)}
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

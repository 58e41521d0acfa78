package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"restante.app/fetcher"
	"restante.app/postoffice/postofficetest"
)

// session runs popfetch again and again on one profile.
type session struct {
	t       *testing.T
	profile string
}

// run wants an exit code and returns what was printed to either side.
func (s session) run(code int, args ...string) string {
	s.t.Helper()
	var out, errs bytes.Buffer
	if got := run(append([]string{"--profile", s.profile}, args...), &out, &errs); got != code {
		s.t.Errorf("popfetch %v: exit code %d, want %d\n%s%s", args, got, code, &out, &errs)
	}
	return out.String() + errs.String()
}

func (s session) says(want, got string) {
	s.t.Helper()
	if ok, err := regexp.MatchString(want, got); err != nil || !ok {
		s.t.Errorf("it says %q, want %q (%v)", got, want, err)
	}
}

func newSession(t *testing.T) session {
	t.Helper()
	passphraseWork = 1
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "") // no keyring
	t.Setenv("XDG_RUNTIME_DIR", "")
	return session{t, filepath.Join(t.TempDir(), "profile")}
}

func TestFromAccountToMessage(t *testing.T) {
	office := postofficetest.Start(t, nil, []byte("From: Ann <ann@example.org>\nSubject: hello\nDate: Mon, 12 Nov 1984 20:30:00 -0800\n\nGood day.\n"))
	host, port, err := net.SplitHostPort(office.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t)
	s.says("no account yet", s.run(exitFailed, "fetch"))
	t.Setenv("RESTANTE_PASSWORD", postofficetest.Password)
	id := strings.TrimSpace(s.run(exitOK, "account", "add", "--host", host, "--port", port, "--user", postofficetest.User, "--mailboxes", "inbox, ", "--plain"))
	s.says(id+".*RETR", s.run(exitOK, "account", "list"))
	s.says("(?s)Find the host.*Log in.*Open the mailbox", s.run(exitOK, "account", "test", id))
	s.says("1 collected, 0 already known, 0 removed there, 0 refused, 1 left there", s.run(exitOK, "fetch"))
	s.says("0 collected, 1 already known, 1 removed there", s.run(exitOK, "fetch", "--delete", id))
	s.says("inbox +1 messages +1 unread", s.run(exitOK, "list"))
	s.says("1984.*Ann <ann@example.org> +hello", s.run(exitOK, "list", "1"))
	s.says("(?s)Subject: hello.*Good day", s.run(exitOK, "show", "1"))
	s.says("^From .*1984|(?s)^From .*Subject: hello", s.run(exitOK, "show", "--source", "1"))
	s.says("1 messages, 1 bodies.*hash compared", s.run(exitOK, "verify", "--deep"))
	s.run(exitOK, "account", "remove", id)
	s.says("inbox +1 messages", s.run(exitOK, "list"))
}

func TestMistakes(t *testing.T) {
	t.Setenv("RESTANTE_PASSWORD", "")
	s := newSession(t)
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "Usage: popfetch", nil},
		{exitUsage, "no command \"fetsch\"", []string{"fetsch"}},
		{exitUsage, "exclude each other", []string{"fetch", "--delete", "--leave"}},
		{exitUsage, "account what", []string{"account"}},
		{exitUsage, "exclude each other", []string{"fetch", "--all", "x"}},
		{exitUsage, "exclude each other", []string{"account", "add", "--host", "h", "--user", "u", "--plain", "--security", "tls"}},
		{exitUsage, "account takes", []string{"account", "frobnicate", "x"}},
		{exitUsage, "other arguments", []string{"offers"}},
		{exitFailed, "no account", []string{"offers", "x"}},
		{exitFailed, "no account", []string{"account", "change", "--every", "5", "x"}},
		{exitAsk, "password of x@example.org is not known", []string{"account", "add", "x@example.org"}},
		{exitAsk, "RESTANTE_PASSPHRASE", []string{"secrets", "--seal"}},
		{exitOK, "kept in memory", []string{"secrets"}},
		{exitUsage, "not defined", []string{"account", "add", "--hostess", "x"}},
		{exitUsage, "is not a number", []string{"show", "first"}},
		{exitUsage, "other arguments", []string{"show"}},
		{exitFailed, "1 to 65535", []string{"account", "add", "--host", "localhost", "--user", "fred", "--port", "0"}},
		{exitFailed, "not there", []string{"show", "7"}},
		{exitOK, "^popfetch \\S+\n$", []string{"--version"}},
		{exitOK, "", []string{"verify"}},
		{exitOK, "host", []string{"account", "add", "--help"}},
	} {
		s.says(c.says, s.run(c.code, c.args...))
	}
	s.run(exitOK, "account", "add", "--host", "localhost", "--user", "fred", "--port", "1", "--plain")
	s.says("password .* is not known", s.run(exitAsk, "fetch"))
}

func TestAnotherProgramHasTheProfile(t *testing.T) {
	s := newSession(t)
	core, err := fetcher.Open(s.profile, fetcher.Options{NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	s.says("open", s.run(exitLocked, "list"))
	if err := core.Close(); err != nil {
		t.Error(err)
	}
}

func TestSearch(t *testing.T) {
	s := newSession(t)
	path := filepath.Join(t.TempDir(), "letters.mbox")
	text := "From ann@example.org Mon Nov 12 20:30:00 1984\nFrom: Ann <ann@example.org>\nSubject: one\n\nthe agenda\n\n" +
		"From bob@example.org Mon Nov 12 20:31:00 1984\nFrom: Bob <bob@example.org>\nSubject: two\n\nno agenda\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(exitOK, "import", path)
	s.says("(?s)two.*one", s.run(exitOK, "search", "agenda"))
	s.says("^1 .*one\n$", s.run(exitOK, "search", "agenda", "from:ann"))
	s.says("popfetch: 2 messages match", s.run(exitOK, "search", "--limit", "1", "--best", "agenda"))
	if r := jsonOf[jsonSearch](t, s, "search", "--json", "agenda", "-bob"); r.Total != 1 || !r.Exact || len(r.Messages) != 1 || r.Messages[0].Subject != "one" {
		t.Errorf("%+v", r)
	}
	if r := jsonOf[jsonSearch](t, s, "search", "--json", "nowhere"); r.Total != 0 || r.Messages == nil {
		t.Errorf("%+v", r)
	}
	s.says("without its \\)", s.run(exitUsage, "search", "(agenda"))
	s.says("There is no mailbox", s.run(exitUsage, "search", "in:nowhere"))
	s.run(exitUsage, "search")
	s.run(exitUsage, "search", "--limit", "0", "x")
}

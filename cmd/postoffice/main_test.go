package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/smtp"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"postoffice": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_DATA_HOME", e.WorkDir)
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"listening": listening, "dialogue": dialogue, "sendmail": sendmail, "takeport": takeport, "waitfor": waitfor,
		},
	})
}

var address = regexp.MustCompile(`service=("[^"]*"|\S+) addr=(\S+)`)

// listening waits until the post office whose stderr goes to a file says where it listens:
// "listening LOG SERVICE VAR" sets VAR.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	awaitText(ts, args[0], func(text string) bool {
		for _, m := range address.FindAllStringSubmatch(text, -1) {
			if strings.Trim(m[1], `"`) == args[1] {
				ts.Setenv(args[2], m[2])
				return true
			}
		}
		return false
	})
}

// waitfor waits until a file holds a text: "waitfor FILE TEXT".
func waitfor(ts *testscript.TestScript, _ bool, args []string) {
	awaitText(ts, args[0], func(text string) bool { return strings.Contains(text, args[1]) })
}

// awaitText polls a file that another process writes: there is nothing to wait upon.
func awaitText(ts *testscript.TestScript, file string, found func(string) bool) {
	deadline := time.After(20 * time.Second)
	for {
		text, err := os.ReadFile(ts.MkAbs(file))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			ts.Fatalf("%v", err)
		}
		if found(string(text)) {
			return
		}
		select {
		case <-deadline:
			ts.Fatalf("%s never came to hold it: %s", file, text)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// dialogue plays "dialogue ADDR FILE": lines "C: command" and "S: regexp".
func dialogue(ts *testscript.TestScript, _ bool, args []string) {
	nc, err := net.Dial("tcp", args[0])
	ts.Check(err)
	defer func() { _ = nc.Close() }()
	ts.Check(nc.SetDeadline(time.Now().Add(20 * time.Second)))
	br := bufio.NewReader(nc)
	for _, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n") {
		what, text, _ := strings.Cut(line, ": ")
		if what == "C" {
			_, err := fmt.Fprintf(nc, "%s\r\n", text)
			ts.Check(err)
			continue
		}
		got, err := br.ReadString('\n')
		ts.Check(err)
		if !regexp.MustCompile("^" + text + `\r?\n$`).MatchString(got) {
			ts.Fatalf("got %q, want %q", got, text)
		}
	}
}

// sendmail sends a file: "sendmail ADDR TO FILE".
func sendmail(ts *testscript.TestScript, _ bool, args []string) {
	body := strings.ReplaceAll(ts.ReadFile(args[2]), "\n", "\r\n")
	ts.Check(smtp.SendMail(args[0], nil, "joe@example.org", []string{args[1]}, []byte(body)))
}

// takeport sets a variable to an address that is in use until the script ends.
func takeport(ts *testscript.TestScript, _ bool, args []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = ln.Close() })
	ts.Setenv(args[0], ln.Addr().String())
}

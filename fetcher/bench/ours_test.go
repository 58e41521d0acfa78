//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante.app/localstore"
	"restante.app/postoffice/postofficetest"
)

func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "popfetch")
	cmd := exec.Command("go", "build", "-o", bin, "restante.app/cmd/popfetch")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// command prepares a fetch of all messages by the program as a person runs it.
func command(t *testing.T, bin string, all [][]byte, wrap ...string) (*exec.Cmd, *postofficetest.Office) {
	t.Helper()
	office := postofficetest.Start(t, nil, all...)
	profile := filepath.Join(scratch(t), "profile")
	s, err := localstore.Open(profile, localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(office.Addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.PutAccount(localstore.Account{
		Name: "bench", Host: "127.0.0.1", Port: n, Protocol: "pop1", User: postofficetest.User,
		Mailboxes: []string{"inbox"}, Security: localstore.Plain, Delete: true,
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	args := append(wrap, bin, "--profile", profile, "fetch")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "RESTANTE_PASSWORD="+postofficetest.Password, "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=")
	return cmd, office
}

// collect fetches everything and returns how long the whole program took and the
// most memory it held.
func collect(t *testing.T, bin string, all [][]byte) (time.Duration, int64) {
	t.Helper()
	cmd, office := command(t, bin, all)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak := watchMemory(cmd.Process.Pid)
	err := cmd.Wait()
	took := time.Since(start)
	if want := fmt.Sprintf(" %d collected,", len(all)); err != nil || !strings.Contains(out.String(), want) {
		t.Fatalf("%v\n%s", err, &out)
	}
	if n := len(office.Held()); n != 0 {
		t.Fatalf("%d are left at the post office", n)
	}
	return took, peak()
}

// watchMemory follows the most memory that a process ever had resident; the
// returned function stops and tells. The figure that comes with the exit of a
// process counts the memory of the test that started it, too.
func watchMemory(pid int) (peak func() int64) {
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		var n int64
		for {
			if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				if m := highWater.FindSubmatch(status); m != nil {
					kb, _ := strconv.ParseInt(string(m[1]), 10, 64) // digits alone
					n = max(n, kb*1024)
				}
			}
			select {
			case <-stop:
				most <- n
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-most
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// countSyncs counts the fsyncs of a fetch; false without strace.
func countSyncs(t *testing.T, bin string, all [][]byte) (int, bool) {
	t.Helper()
	if err := exec.Command("strace", "-qq", "-o", "/dev/null", "true").Run(); err != nil {
		fmt.Println("  fsyncs not counted: strace does not work here")
		return 0, false
	}
	log := filepath.Join(t.TempDir(), "calls")
	cmd, _ := command(t, bin, all, "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", log)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	n := len(regexp.MustCompile(`(?m)f(data)?sync\(`).FindAll(calls, -1))
	fmt.Printf("  fsyncs in a fetch: %d\n", n)
	return n, n > 0
}

// copyToFile reads the same run from the same post office and writes it to a plain
// file, with one fsync at the end: the least that keeping mail can cost.
func copyToFile(t *testing.T, all [][]byte) time.Duration {
	t.Helper()
	office := postofficetest.Start(t, nil, all...)
	f, err := os.Create(filepath.Join(scratch(t), "plain"))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	nc, err := net.Dial("tcp", office.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	br := bufio.NewReaderSize(nc, 256<<10)
	ask := func(command string) string {
		if command != "" {
			if _, err := fmt.Fprintf(nc, "%s\r\n", command); err != nil {
				t.Fatal(err)
			}
		}
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	ask("")
	ask("USER " + postofficetest.User)
	ask("PASS " + postofficetest.Password)
	number, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(ask("RDEL inbox")), "#"), " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(nc, "RCEV\r\n"); err != nil {
		t.Fatal(err)
	}
	// Hiding the file's and the reader's own methods keeps the copy to plain reads
	// and writes of a large buffer.
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{io.LimitReader(br, n)}, make([]byte, 256<<10))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if got := ask("RCVD"); !strings.HasPrefix(got, "+OK") {
		t.Fatalf("RCVD: %s", bytes.TrimSpace([]byte(got)))
	}
	return time.Since(start)
}

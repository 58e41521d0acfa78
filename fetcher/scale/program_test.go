//go:build unix

package scale

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante.app/localstore/corpus"
)

const (
	patience   = 2 * time.Minute
	lookMarks  = 20 * time.Millisecond
	lookMemory = 100 * time.Millisecond
)

// effort is how often the program is started with each store, in turn, of which the median
// counts, and how long it is watched for its memory, while it indexes what is not indexed yet.
func effort() (starts int, watched time.Duration) {
	if full() {
		return 5, 30 * time.Second
	}
	return 1, 2 * time.Second
}

// TestProgramFigures starts the workstation with the largest store, and with one whose
// mailbox is empty, in turn, until the list has something to see; and watches how much
// memory it has while it is moved through the list.
func TestProgramFigures(t *testing.T) {
	display := startDisplay(t)
	if display == "" {
		fmt.Println("  no program: Xvfb is not here")
		return
	}
	bin := filepath.Join(t.TempDir(), "restante")
	build := exec.Command("go", "build", "-o", bin, "restante.app/cmd/restante")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c := corpus.New(corpus.Options{Seed: 1})
	var dirs [2]string
	for i, n := range []int{0, *size} {
		f := storeOf(t, c, n)
		if n == 0 {
			f.fetch(t, nil)
		}
		dirs[i] = f.dir
		if err := f.s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var took [2][]time.Duration
	starts, watched := effort()
	for range starts {
		for i, dir := range dirs {
			p := startProgram(t, display, bin, dir)
			took[i] = append(took[i], p.listed)
			p.end(t)
		}
	}
	empty, large := percentile(took[0], 50), percentile(took[1], 50)
	fmt.Printf("  from the start to the list: %v without mail, %v with %d messages\n", empty, large, *size)
	figure("scale-start-beside-empty", large.Seconds()/empty.Seconds(), 1.3)
	p := startProgram(t, display, bin, dirs[1])
	peak := p.watch(t, display, watched)
	p.end(t)
	figure("scale-memory-MB", float64(peak)/1e6, 350)
}

// startDisplay starts a display that ends with the test, and returns its name.
func startDisplay(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	_ = w.Close() // the display has its own
	if err != nil {
		return ""
	}
	t.Cleanup(func() { stop(t, cmd, os.Kill) })
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return ""
	}
	return ":" + strings.TrimSpace(number)
}

// stop ends a process that was started here.
func stop(t *testing.T, cmd *exec.Cmd, by os.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(by); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was told to end
}

// program is a workstation that runs.
type program struct {
	cmd    *exec.Cmd
	listed time.Duration // after its start
	marks  string        // the file of landmarks
	out    bytes.Buffer
}

func startProgram(t *testing.T, display, bin, profile string) *program {
	t.Helper()
	p := &program{marks: filepath.Join(t.TempDir(), "landmarks")}
	p.cmd = exec.Command(bin, "--profile", profile, "--landmarks", p.marks)
	p.cmd.Env = append(os.Environ(), "DISPLAY="+display, "XDG_RUNTIME_DIR=", "DBUS_SESSION_BUS_ADDRESS=", "HOME="+filepath.Dir(p.marks))
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, &p.out
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for time.Since(began) < patience {
		if at, ok := p.mark("listed"); ok {
			ms, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			p.listed = time.UnixMilli(ms).Sub(began)
			return p
		}
		time.Sleep(lookMarks)
	}
	stop(t, p.cmd, os.Kill)
	t.Fatalf("no list after %v\n%s", patience, &p.out)
	return nil
}

// mark returns the text of a landmark.
func (p *program) mark(name string) (text string, ok bool) {
	all, err := os.ReadFile(p.marks)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(all)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if fields[0] == name {
			return fields[len(fields)-1], true
		}
	}
	return "", false
}

func (p *program) end(t *testing.T) { stop(t, p.cmd, syscall.SIGTERM) }

var resident = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// watch moves through the list by its keys, and returns the most memory that was resident.
func (p *program) watch(t *testing.T, display string, watched time.Duration) (peak int64) {
	t.Helper()
	keys := []string{"End", "Prior", "Prior", "Home", "Next", "Next"}
	for began, n := time.Now(), 0; time.Since(began) < watched; n++ {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		m := resident.FindSubmatch(status)
		if m == nil {
			t.Fatalf("no memory?\n%s", status)
		}
		kb, err := strconv.ParseInt(string(m[1]), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		peak = max(peak, kb*1024)
		if n%10 == 9 {
			press := exec.Command("xdotool", "key", keys[n/10%len(keys)])
			press.Env = append(slices.Clone(os.Environ()), "DISPLAY="+display)
			_ = press.Run() // without xdotool it stays where it is
		}
		time.Sleep(lookMemory)
	}
	return peak
}

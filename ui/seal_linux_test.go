//go:build linux && (amd64 || arm64)

package ui

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sealEnv says in a child of the test what it does once it is sealed.
const sealEnv = "RESTANTE_TEST_SEALED"

// caught is what the runtime says of a system call that the seal refuses.
const caught = "SIGSYS: bad system call"

// allowed is all that a sealed process may ask of the system: memory, threads, clocks,
// signals, and what is open already. Nothing opens, looks for or names a file, and
// nothing makes a socket or a program.
var allowed = []uint32{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_PREAD64, unix.SYS_CLOSE, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE, unix.SYS_MREMAP, unix.SYS_MINCORE,
	unix.SYS_FUTEX, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_RESTART_SYSCALL,
	unix.SYS_CLONE, unix.SYS_CLONE3, unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_GETCPU,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_TGKILL, unix.SYS_TKILL,
	unix.SYS_GETRANDOM, unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PRCTL,
}

// seal has the kernel end this process at any other system call, on any thread. It can't
// be undone.
func seal() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const pass, trap, word = unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_TRAP, unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	n := len(allowed)
	filter := []unix.SockFilter{{Code: word, K: 0}} // the number of the call
	for i, call := range allowed {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jt: uint8(n - i), Jf: 0})
	}
	filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: trap}, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: pass})
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	left, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return fmt.Errorf("the kernel takes no filter: %w", errno)
	}
	if left != 0 {
		return fmt.Errorf("thread %d can't be sealed", left)
	}
	return nil
}

// sealed runs this test again in a process that does one thing under a seal, and returns
// what it said and whether it came to its end.
func sealed(t *testing.T, what string) (said string, whole bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSealedChild$", "-test.count=1", "-test.v")
	cmd.Env = append(os.Environ(), sealEnv+"="+what, "GODEBUG=updatemaxprocs=0", "GOTRACEBACK=single", "GOCOVERDIR=")
	out, err := cmd.CombinedOutput()
	return string(out), err == nil && strings.Contains(string(out), "came to its end: "+what)
}

// TestSealedChild is nothing by itself: TestTheSealHolds and
// TestMessagesReachNeitherFilesNorTheNetwork run it in processes of their own.
func TestSealedChild(t *testing.T) {
	what := os.Getenv(sealEnv)
	does := map[string]func(*testing.T) func(){
		"think": func(*testing.T) func() { return func() { _ = strings.Repeat("x", 1<<20) } },
		"dial": func(*testing.T) func() {
			return func() { _, _ = net.Dial("udp", "192.0.2.1:9") }
		},
		"resolve": func(*testing.T) func() {
			return func() { _, _ = net.LookupHost("tracker.example") }
		},
		"open":   func(*testing.T) func() { return func() { _, _ = os.ReadFile("/etc/hostname") } },
		"look":   func(*testing.T) func() { return func() { _, _ = os.Stat("/") } },
		"write":  func(*testing.T) func() { return func() { _ = os.WriteFile("/dev/null", nil, 0) } },
		"run":    func(*testing.T) func() { return func() { _ = exec.Command("/bin/true").Run() } },
		"thread": func(*testing.T) func() { return elsewhere },
		"read":   readThreats,
	}
	do, ok := does[what]
	if !ok {
		if what != "" {
			t.Fatalf("nobody knows how to %s", what)
		}
		return
	}
	then := do(t)
	if err := seal(); err != nil {
		t.Fatal(err)
	}
	then()
	fmt.Println("came to its end: " + what)
}

// elsewhere opens a file on a thread that was there before the seal.
func elsewhere() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		_, _ = os.Open("/etc/hostname")
	}()
	<-done
}

// TestTheSealHolds is the control: what the renderer must not do ends the process, and
// what it may do does not.
func TestTheSealHolds(t *testing.T) {
	if said, whole := sealed(t, "think"); !whole {
		t.Fatalf("a process that asks for nothing is ended:\n%s", said)
	}
	for _, what := range []string{"dial", "resolve", "open", "look", "write", "run", "thread"} {
		said, whole := sealed(t, what)
		if whole || !strings.Contains(said, caught) {
			t.Errorf("%s is not caught:\n%.2000s", what, said)
		}
	}
}

// TestMessagesReachNeitherFilesNorTheNetwork reads every message that tries something, in
// the real window, in a process that the kernel ends if it opens a file or a connection.
func TestMessagesReachNeitherFilesNorTheNetwork(t *testing.T) {
	said, whole := sealed(t, "read")
	if !whole {
		t.Fatalf("a message reached something:\n%.6000s", said)
	}
	for _, line := range strings.Split(said, "\n") {
		if strings.Contains(line, "read under seal") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

//go:build linux

package torture

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFileLimit lets the disk end early for each file (ulimit -f), at a random size.
func TestFileLimit(t *testing.T) { inEach(t, fileLimit) }

func fileLimit(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	failed := 0
	for i := range *faults {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			tr.setUp()
			kilobytes := 64 + r.IntN(*letters*9)
			if i == 0 {
				kilobytes = 64 + r.IntN(*letters) // it can't but meet this one
			}
			cmd, out := tr.fetch(t.Context(), "bash", "-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, kilobytes), "-")
			if err := cmd.Run(); err != nil {
				failed++
				if !strings.Contains(out.String(), "room") && !unconfirmed(out) {
					t.Errorf("with files of at most %d KiB it says nothing of room: %s", kilobytes, out)
				}
			}
			tr.nothingLost()
			tr.complete()
		})
	}
	t.Logf("%d of %d fetches met the limit", failed, *faults)
	if failed == 0 {
		t.Error("no fetch met the limit: the test tested nothing")
	}
}

// mount mounts for the length of the test, or says why it can't.
func mount(t *testing.T, dir string, args ...string) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Log("not run: mounting needs root")
		return false
	}
	if out, err := exec.Command("mount", append(args, dir)...).CombinedOutput(); err != nil {
		t.Logf("not run: no mount here: %v %s", err, out)
		return false
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return true
}

// TestDiskFull fills a small disk (tmpfs), then makes it larger.
func TestDiskFull(t *testing.T) { inEach(t, diskFull) }

func diskFull(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	for i := range *faults {
		ran := t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			size := 512 + r.IntN(*letters*10)
			if !mount(t, tr.profile, "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", size+1024), "tmpfs") {
				return
			}
			tr.setUp()
			cmd, out := tr.fetch(t.Context())
			if err := cmd.Run(); err != nil && !strings.Contains(out.String(), "room") && !unconfirmed(out) {
				t.Errorf("on a disk of %d KiB it says nothing of room: %v %s", size, err, out)
			}
			tr.nothingLost()
			grow := exec.Command("mount", "-o", "remount,size=2g", tr.profile)
			if out, err := grow.CombinedOutput(); err != nil {
				t.Fatalf("remount: %v %s", err, out)
			}
			tr.complete()
		})
		if !ran {
			return
		}
	}
}

// TestFailingCalls makes fsync and write fail, once or for good, at a random call.
func TestFailingCalls(t *testing.T) { inEach(t, failingCalls) }

func failingCalls(t *testing.T, d dialect) {
	if out, err := exec.Command("strace", "-qq", "-o", "/dev/null", "true").CombinedOutput(); err != nil {
		t.Logf("not run: strace does not work here: %v %s", err, out)
		return
	}
	r := dice(t)
	all := mail(r)
	failed := 0
	for i := range *faults * 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			tr.setUp()
			call := []string{"fdatasync:error=EIO", "pwrite64:error=ENOSPC", "pwrite64:error=EIO", "ftruncate:error=ENOSPC"}[r.IntN(4)]
			when := strconv.Itoa(1 + r.IntN(8))
			if r.IntN(2) == 0 {
				when += "+"
			}
			if i == 0 {
				call, when = "pwrite64:error=EIO", "1+" // nothing can work without
			}
			cmd, _ := tr.fetch(t.Context(), "strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject="+call+":when="+when)
			if cmd.Run() != nil {
				failed++
			}
			tr.nothingLost()
			tr.complete()
		})
	}
	t.Logf("%d of %d fetches failed", failed, *faults*3)
	if failed == 0 {
		t.Error("no call failed: the test tested nothing")
	}
}

// disk is an XFS file system in a file, whose power can be cut.
type disk struct {
	t     *testing.T
	image string
	dir   string
	up    bool
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Log("not run: a loop mount needs root")
		return nil
	}
	d := &disk{t: t, image: filepath.Join(t.TempDir(), "image"), dir: t.TempDir()}
	for _, c := range [][]string{
		{"truncate", "-s", "512M", d.image}, {"mkfs.xfs", "-q", d.image}, {"mount", "-o", "loop", d.image, d.dir},
	} {
		if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
			t.Logf("not run: %s: %v %s", c[0], err, out)
			return nil
		}
	}
	d.up = true
	t.Cleanup(func() {
		if d.up {
			d.run("umount", d.dir)
		}
	})
	return d
}

func (d *disk) run(name string, args ...string) {
	d.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		d.t.Fatalf("%s %v: %v %s", name, args, err, out)
	}
}

// cut models a power cut: what was not synced is gone. The disk is there again
// afterwards.
func (d *disk) cut(afterwards func()) {
	d.t.Helper()
	d.run("xfs_io", "-x", "-c", "shutdown", d.dir)
	afterwards()
	d.run("umount", d.dir)
	d.up = false
	d.run("mount", "-o", "loop", d.image, d.dir)
	d.up = true
}

// powerCut fetches with a program, cuts the power at a random point or, if atEnd,
// once the fetch is over, and returns what is left; false if it can't be done here.
func powerCut(t *testing.T, tr *trial, wait time.Duration, atEnd bool) (blow, bool) {
	d := newDisk(t)
	if d == nil {
		return blow{}, false
	}
	tr.profile = filepath.Join(d.dir, "profile")
	tr.setUp()
	cmd, out := tr.fetch(t.Context())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if atEnd {
		if err := cmd.Wait(); err != nil && !unconfirmed(out) {
			t.Fatalf("%v\n%s", err, out)
		}
	} else {
		time.Sleep(wait) // the random point
	}
	d.cut(func() {
		if !atEnd {
			_ = cmd.Process.Kill() // it may have ended
			_ = cmd.Wait()         // killed, failed or done: all are welcome
		}
	})
	return tr.look(), true
}

// TestPowerCut cuts the power during a fetch and right after it.
func TestPowerCut(t *testing.T) { inEach(t, powerCuts) }

func powerCuts(t *testing.T, d dialect) {
	r := dice(t)
	all := mail(r)
	span := duration(t, d, all)
	for i := range *powercuts {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tr := newTrial(t, d, all)
			b, ran := powerCut(t, tr, time.Duration(r.Int64N(int64(span*6/5))), i%3 == 0)
			if !ran {
				return
			}
			if b.lost > 0 || b.doubled > 0 {
				t.Fatalf("%+v", b)
			}
			tr.complete()
		})
	}
}

// TestControl is the rig's own test: without its fsyncs the store must lose mail
// in a power cut, and the rig must see it.
func TestControl(t *testing.T) {
	tr := newTrial(t, dialects()[0], mail(dice(t)))
	tr.program = syncless
	b, ran := powerCut(t, tr, 0, true)
	if !ran {
		return
	}
	if b.lost == 0 {
		t.Errorf("the store without fsyncs lost nothing (%+v): this rig can't detect a loss", b)
	}
	t.Logf("without fsyncs a power cut loses %d of %d letters", b.lost, len(tr.all))
}

package desktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/adrg/xdg"
)

// Request is what a second start asks of the program that has the profile open: to show
// its window, and to open what was given on the command line.
type Request struct {
	Open []string `json:"open"` // absolute paths, and mailto: links
}

// Bounds of a request. Only this user's programs reach the socket, but one of them may
// be broken.
const (
	maxRequest  = 256 << 10
	handoverFor = 3 * time.Second
	maxSocket   = 100 // octets of a socket's path; systems take 104 to 108
	taken       = "taken\n"
)

// ErrNoHandover says that no program answers for a profile.
var ErrNoHandover = errors.New("desktop: nobody has this profile open")

// socket is where the program that has a profile open listens: in the profile, which
// nobody else may enter, or in the session's own folder if that path is too long.
func socket(profile string) (string, error) {
	whole, err := filepath.Abs(profile)
	if err != nil {
		return "", err
	}
	if path := filepath.Join(whole, "window"); len(path) <= maxSocket {
		return path, nil
	}
	sum := sha256.Sum256([]byte(whole))
	path := filepath.Join(xdg.RuntimeDir, "restante-"+hex.EncodeToString(sum[:8]))
	if info, err := os.Stat(xdg.RuntimeDir); err != nil || !info.IsDir() || len(path) > maxSocket {
		return "", fmt.Errorf("%w: the path of the profile is too long for a socket", ErrNoHandover)
	}
	return path, nil
}

// HandOver gives a request to the program that has the profile open. ErrNoHandover says
// that there is none.
func HandOver(ctx context.Context, profile string, r Request) error {
	path, err := socket(profile)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, handoverFor)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoHandover, err)
	}
	defer nc.Close() // all that matters is the answer
	if at, ok := ctx.Deadline(); ok {
		if err := nc.SetDeadline(at); err != nil {
			return err
		}
	}
	yieldFront()
	if err := json.NewEncoder(nc).Encode(r); err != nil {
		return fmt.Errorf("handing over to the window that is open: %w", err)
	}
	answer := make([]byte, len(taken))
	if _, err := io.ReadFull(nc, answer); err != nil || string(answer) != taken {
		return fmt.Errorf("the window that is open did not answer: %w", errors.Join(err, ErrNoHandover))
	}
	return nil
}

// Doorkeeper takes the requests of later starts.
type Doorkeeper struct {
	ln   net.Listener
	take func(Request)
	done sync.WaitGroup
}

// Listen takes requests for a profile until Close; take is called for each, on a
// goroutine of its own. Whoever calls it has the profile open, so that a socket that is
// there already was left by a program that died.
func Listen(profile string, take func(Request)) (*Doorkeeper, error) {
	path, err := socket(profile)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" { // there the folder alone keeps others out
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, errors.Join(err, ln.Close())
		}
	}
	k := &Doorkeeper{ln: ln, take: take}
	k.done.Go(k.serve)
	return k, nil
}

// Close ends it and removes the socket. A nil Doorkeeper has nothing to close.
func (k *Doorkeeper) Close() error {
	if k == nil {
		return nil
	}
	err := k.ln.Close()
	k.done.Wait()
	return err
}

func (k *Doorkeeper) serve() {
	for {
		nc, err := k.ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond) // out of files: others are closed meanwhile
			continue
		}
		k.done.Go(func() { k.answer(nc) })
	}
}

// answer takes one request. What is not understood is dropped.
func (k *Doorkeeper) answer(nc net.Conn) {
	defer nc.Close() // the other side has its answer by then, or will never have it
	if err := nc.SetDeadline(time.Now().Add(handoverFor)); err != nil {
		return
	}
	var r Request
	if err := json.NewDecoder(io.LimitReader(nc, maxRequest)).Decode(&r); err != nil {
		return
	}
	if _, err := io.WriteString(nc, taken); err == nil {
		k.take(r)
	}
}

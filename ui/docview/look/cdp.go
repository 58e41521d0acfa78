package look

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// ErrBrowserGone is what calls return once the browser has closed its end.
var ErrBrowserGone = errors.New("look: the browser has gone")

// CallError is the browser's refusal of a call.
type CallError struct {
	Method  string
	Message string
}

func (e *CallError) Error() string { return fmt.Sprintf("look: %s: %s", e.Method, e.Message) }

// message is any message of the DevTools protocol, either way.
type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// devtools speaks the DevTools protocol over a pair of pipes (--remote-debugging-pipe):
// JSON messages that end with NUL. There is no port that others could reach.
type devtools struct {
	out     io.Writer
	session string
	event   func(method string, params json.RawMessage) // on the reading goroutine: must not call

	mu      sync.Mutex
	next    int
	waiting map[int]chan message
	gone    bool
}

func newDevtools(in io.Reader, out io.Writer, event func(string, json.RawMessage)) *devtools {
	d := &devtools{out: out, event: event, waiting: map[int]chan message{}}
	go d.read(in)
	return d
}

func (d *devtools) read(in io.Reader) {
	for r := bufio.NewReaderSize(in, 1<<16); ; {
		b, err := r.ReadBytes(0)
		if err != nil {
			break
		}
		var m message
		if json.Unmarshal(bytes.TrimSuffix(b, []byte{0}), &m) != nil {
			break
		}
		if m.ID == 0 {
			d.event(m.Method, m.Params)
			continue
		}
		d.mu.Lock()
		c := d.waiting[m.ID]
		delete(d.waiting, m.ID)
		d.mu.Unlock()
		if c != nil {
			c <- m
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone = true
	for _, c := range d.waiting {
		close(c)
	}
	clear(d.waiting)
}

// send writes a command and returns where its answer will come.
func (d *devtools) send(method string, params any) (<-chan message, error) {
	p, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return nil, ErrBrowserGone
	}
	d.next++
	b, err := json.Marshal(message{ID: d.next, SessionID: d.session, Method: method, Params: p})
	if err != nil {
		return nil, err
	}
	c := make(chan message, 1)
	d.waiting[d.next] = c
	_, err = d.out.Write(append(b, 0))
	return c, err
}

// call sends a command and waits for the answer, which is put into result if that is
// not nil.
func (d *devtools) call(ctx context.Context, method string, params, result any) error {
	c, err := d.send(method, params)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case m, ok := <-c:
		switch {
		case !ok:
			return ErrBrowserGone
		case m.Error != nil:
			return &CallError{method, m.Error.Message}
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

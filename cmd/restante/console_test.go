package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestLateWriter(t *testing.T) {
	var to bytes.Buffer
	opened := 0
	w := &lateWriter{open: func() (io.Writer, error) { opened++; return &to, nil }}
	if opened != 0 {
		t.Error("opened before a word")
	}
	for range 2 {
		if _, err := fmt.Fprint(w, "word "); err != nil {
			t.Error(err)
		}
	}
	if opened != 1 || to.String() != "word word " {
		t.Errorf("opened %d times, %q", opened, &to)
	}
	fault := errors.New("no console")
	w = &lateWriter{open: func() (io.Writer, error) { return nil, fault }}
	for range 2 {
		if n, err := fmt.Fprint(w, "word"); n != 0 || !errors.Is(err, fault) {
			t.Errorf("%d, %v", n, err)
		}
	}
}

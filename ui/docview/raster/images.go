package raster

import (
	"container/list"
	"errors"
	"image"
	"sync"
)

// Images decodes pictures and keeps what it decoded within a budget; what was not used
// for longest goes first. It is safe for concurrent use: one picture at a time is
// decoded, and nobody waits for more than the picture they ask for and the one before it.
type Images struct {
	load   func(src string) []byte
	budget int64
	gate   chan struct{} // held while a picture is decoded, which bounds the memory for it

	mu      sync.Mutex
	entries map[string]*entry
	order   list.List // of *entry, the one used last in front
	held    int64
	notify  func(src string)
	count   uint64 // of entries that there were
}

// entry is what is known of a source. Its fields are guarded by Images.mu.
type entry struct {
	src     string
	at      *list.Element
	w, h    int // as it is shown, 0 while not known
	bad     error
	pix     *image.RGBA // nil while not decoded
	pending bool        // being decoded in the background
	version uint64      // not the same for what is loaded again
}

// Bounds of what is kept besides pixels.
const (
	maxEntries = 4096
	maxPending = 64
)

// NewImages returns Images that take the octets of a source from load, and keep at most
// budget octets of pixels, though always the picture that was asked for last. load
// returns nil for what is not there (yet); it is asked again then. It may be called from
// several goroutines. Sources that are data URIs are decoded here and not asked for.
func NewImages(load func(src string) []byte, budget int64) *Images {
	m := &Images{load: load, budget: budget, gate: make(chan struct{}, 1), entries: map[string]*entry{}}
	m.order.Init()
	return m
}

// Notify makes painting go on without a picture that is not decoded yet: it is decoded
// in the background, and f is called from there, on another goroutine, when there is
// something new to paint. Without it painting waits for each picture.
func (m *Images) Notify(f func(src string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notify = f
}

// Forget drops what is known of all sources, so that they are loaded again.
func (m *Images) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.entries)
	m.order.Init()
	m.held = 0
}

// Size is how large the picture of a source is, in CSS px, turned as it is shown. ok is
// false for what is not there, what is no picture that can be decoded, and what is too
// large. No more of it is read than its header.
func (m *Images) Size(src string) (w, h float32, ok bool) {
	m.mu.Lock()
	e := m.entries[src]
	m.mu.Unlock()
	if e == nil {
		data := m.octets(src)
		if data == nil {
			return 0, 0, false
		}
		head, err := readHeader(data)
		m.mu.Lock()
		e = m.keep(src)
		e.w, e.h, e.bad = head.shown.X, head.shown.Y, err
		m.mu.Unlock()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return float32(e.w), float32(e.h), e.bad == nil
}

// Get returns the picture of a source, decoded, nil if there is none. It may have fewer
// pixels than Size says if it is large. It is not to be changed.
func (m *Images) Get(src string) *image.RGBA {
	if pix, known := m.have(src); known {
		return pix
	}
	return m.decode(src)
}

// peek returns the picture if it is decoded. If it is not, and painting does not wait,
// it is decoded in the background; pending tells that it may come.
func (m *Images) peek(src string) (pix *image.RGBA, pending bool) {
	m.mu.Lock()
	notify := m.notify
	m.mu.Unlock()
	if notify == nil {
		return m.Get(src), false
	}
	if pix, known := m.have(src); known {
		return pix, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	waiting := 0
	for _, e := range m.entries {
		if e.pending {
			waiting++
		}
	}
	e := m.keep(src)
	if e.pending || waiting >= maxPending {
		return nil, true
	}
	e.pending = true
	go func() {
		m.decode(src)
		m.mu.Lock()
		e.pending = false
		m.mu.Unlock()
		notify(src)
	}()
	return nil, true
}

// version tells what was decoded of a source from what is after it was loaded again;
// known is false if nothing is known of it.
func (m *Images) version(src string) (v uint64, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[src]
	if e == nil || e.bad != nil {
		return 0, false
	}
	return e.version, true
}

// have returns what is decoded; known is false if it has to be decoded first.
func (m *Images) have(src string) (pix *image.RGBA, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[src]
	if e == nil {
		return nil, false
	}
	m.order.MoveToFront(e.at)
	return e.pix, e.pix != nil || e.bad != nil
}

func (m *Images) decode(src string) *image.RGBA {
	m.gate <- struct{}{}
	defer func() { <-m.gate }()
	if pix, known := m.have(src); known { // decoded while waiting
		return pix
	}
	data := m.octets(src)
	if data == nil {
		return nil
	}
	pix, head, err := decode(data)
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.keep(src)
	e.pix, e.bad = pix, err
	if err == nil {
		e.w, e.h = head.shown.X, head.shown.Y
		m.held += int64(len(pix.Pix))
		m.trim(e)
	}
	return pix
}

// keep returns the entry of a source, a new one if there is none. mu is held.
func (m *Images) keep(src string) *entry {
	if e := m.entries[src]; e != nil {
		m.order.MoveToFront(e.at)
		return e
	}
	for len(m.entries) >= maxEntries {
		m.drop(m.order.Back())
	}
	m.count++
	e := &entry{src: src, version: m.count}
	e.at = m.order.PushFront(e)
	m.entries[src] = e
	return e
}

func (m *Images) drop(at *list.Element) {
	e, _ := at.Value.(*entry)
	m.order.Remove(at)
	delete(m.entries, e.src)
	m.release(e)
}

func (m *Images) release(e *entry) {
	if e.pix != nil {
		m.held -= int64(len(e.pix.Pix))
		e.pix = nil
	}
}

// trim holds to the budget: pixels go, sizes stay.
func (m *Images) trim(but *entry) {
	for at := m.order.Back(); at != nil && m.held > m.budget; at = at.Prev() {
		if e, _ := at.Value.(*entry); e != but {
			m.release(e)
		}
	}
}

func (m *Images) octets(src string) []byte {
	if isData(src) {
		return dataURI(src)
	}
	if m.load == nil {
		return nil
	}
	return m.load(src)
}

// Why a picture is not shown.
var (
	// ErrFormat says that octets are no picture of a kind that is decoded.
	ErrFormat = errors.New("not a picture that can be shown")
	// ErrTooLarge says that a picture would take too much memory or time.
	ErrTooLarge = errors.New("picture is too large")
)

// Package salvage reads what can be read of a bbolt file that is damaged. It maps nothing
// and trusts nothing in the file: bbolt itself panics, or faults, where a page is not what
// it should be. It knows the layout of pages that bbolt 1.3 to 1.5 share (their package
// internal/common), and nothing of what the records mean. It changes nothing.
package salvage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// File is an open file. It is used by one goroutine.
type File struct {
	file   *os.File
	size   int64  // octets
	page   int64  // octets of a page
	pages  uint64 // that the file has, the last one cut short included
	metas  []meta // that are whole, the newest first
	broken int    // meta pages that are not

	visited []bool // pages that were read, or belong to one that was
	free    []bool // pages that hold nothing any more, nil if that is not known
}

// meta is what a meta page says. bbolt writes two of them in turn.
type meta struct {
	page, root, sequence, freelist, high, tx uint64
}

const (
	magic       = 0xED0CDAED
	version     = 2
	headLength  = 16
	metaLength  = 64
	maxPageSize = 64 << 10
	// maxRun bounds what one page and its overflow may cost in memory.
	maxRun = 64 << 20
)

// Open opens a file. The errors are those of the operating system.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	f := &File{file: file, size: info.Size()}
	f.readMetas()
	if f.page == 0 {
		f.page = f.guessPageSize()
	}
	f.pages = uint64((f.size + f.page - 1) / f.page)
	f.visited = make([]bool, f.pages)
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// readMetas reads the two meta pages. The second begins where the first says that it ends.
func (f *File) readMetas() {
	for at := int64(0); at < 2*maxPageSize; at += 1 << 10 {
		m, size, ok := f.metaAt(at)
		if ok && (at == 0 || at == size) {
			f.page = size
			f.metas = append(f.metas, m)
		}
		if at > 0 && f.page != 0 && at >= f.page {
			break
		}
	}
	f.broken = 2 - len(f.metas)
	slices.SortFunc(f.metas, func(a, b meta) int { return int(b.tx) - int(a.tx) })
}

func (f *File) metaAt(at int64) (m meta, size int64, ok bool) {
	var p [headLength + metaLength]byte
	if _, err := f.file.ReadAt(p[:], at); err != nil {
		return m, 0, false
	}
	b, sum := p[headLength:], fnv.New64a()
	sum.Write(b[:56])
	if binary.NativeEndian.Uint32(b) != magic || binary.NativeEndian.Uint32(b[4:]) != version ||
		sum.Sum64() != binary.NativeEndian.Uint64(b[56:]) {
		return m, 0, false
	}
	size = int64(binary.NativeEndian.Uint32(b[8:]))
	if size < 1<<10 || size > maxPageSize || size&(size-1) != 0 {
		return m, 0, false
	}
	return meta{
		page: uint64(at / size), root: binary.NativeEndian.Uint64(b[16:]), sequence: binary.NativeEndian.Uint64(b[24:]),
		freelist: binary.NativeEndian.Uint64(b[32:]), high: binary.NativeEndian.Uint64(b[40:]), tx: binary.NativeEndian.Uint64(b[48:]),
	}, size, true
}

// guessPageSize returns the size with which most pages have the number that they say.
func (f *File) guessPageSize() int64 {
	best, most := int64(os.Getpagesize()), 0
	for size := int64(1 << 10); size <= maxPageSize; size *= 2 {
		n := 0
		for id := int64(2); id < 1000 && id*size < f.size; id++ {
			var p [8]byte
			if _, err := f.file.ReadAt(p[:], id*size); err == nil && binary.NativeEndian.Uint64(p[:]) == uint64(id) {
				n++
			}
		}
		if n > most {
			best, most = size, n
		}
	}
	return best
}

// The kinds of pages.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
)

// page is a page with its overflow.
type page struct {
	id    uint64
	flags uint16
	count int
	data  []byte
}

var errPage = errors.New("a damaged page")

// read reads a page. A sector that the disk does not give is a damaged page as well.
func (f *File) read(id uint64) (*page, error) {
	if id < 2 || id >= f.pages {
		return nil, fmt.Errorf("%w: %d of %d", errPage, id, f.pages)
	}
	var head [headLength]byte
	if _, err := f.file.ReadAt(head[:], int64(id)*f.page); err != nil {
		return nil, fmt.Errorf("%w: %d: %w", errPage, id, err)
	}
	p := &page{id: binary.NativeEndian.Uint64(head[:]), flags: binary.NativeEndian.Uint16(head[8:]), count: int(binary.NativeEndian.Uint16(head[10:]))}
	run := int64(binary.NativeEndian.Uint32(head[12:])) + 1
	known := p.flags == branchPage || p.flags == leafPage || p.flags == freelistPage
	if p.id != id || !known || run*f.page > maxRun || id+uint64(run) > f.pages {
		return nil, fmt.Errorf("%w: %d is not what it should be", errPage, id)
	}
	p.data = make([]byte, run*f.page)
	n, err := f.file.ReadAt(p.data, int64(id)*f.page)
	if err != nil && int64(n) < min(run*f.page, f.size-int64(id)*f.page) {
		return nil, fmt.Errorf("%w: %d: %w", errPage, id, err)
	}
	if int64(id)*f.page+run*f.page > f.size {
		return nil, fmt.Errorf("%w: %d is cut short", errPage, id)
	}
	return p, nil
}

// visit marks a page and its overflow. It tells whether that was not done before.
func (f *File) visit(p *page) bool {
	run := uint64(len(p.data)) / uint64(f.page)
	if f.visited[p.id] {
		return false
	}
	for i := p.id; i < p.id+run && i < f.pages; i++ {
		f.visited[i] = true
	}
	return true
}

// readFree reads the list of free pages of a meta page.
func (f *File) readFree(m meta) {
	p, err := f.read(m.freelist)
	if err != nil || p.flags != freelistPage {
		return
	}
	at, count := headLength, p.count
	if count == 0xFFFF {
		count, at = int(min(binary.NativeEndian.Uint64(p.data[at:]), uint64(len(p.data)))), at+8
	}
	if at+8*count > len(p.data) {
		return
	}
	f.free = make([]bool, f.pages)
	for ; count > 0; count, at = count-1, at+8 {
		if id := binary.NativeEndian.Uint64(p.data[at:]); id < f.pages {
			f.free[id] = true
		}
	}
}

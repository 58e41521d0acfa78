package dom

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"reflect"

	"golang.org/x/net/html"
)

// usualSegments are a bound of octets and one of tags, as a tree takes much more room
// than its text where that has many. Of a text of no more than least octets the tree is
// made at once.
var usualSegments = segments{size: 64 << 10, tags: 2048, least: 256 << 10, bundle: 512}

// parser is the library's parser at work. It is held up between two tokens every few
// thousand, so that what is finished can be taken out of the tree.
type parser struct {
	doc *html.Node
	// open is the stack of open elements, and texts what texts of several tokens come to,
	// which the tree has at the end alone.
	open  *[]*html.Node
	texts *map[*html.Node][]byte

	feed   *feed
	resume func() (struct{}, bool)
	stop   func()
	err    error
}

// startParser begins to parse a text. ok is false if the library does not have inside
// what is looked at: then it can only be asked for the whole tree.
func startParser(text io.Reader, s segments) (p *parser, ok bool) {
	p = &parser{feed: &feed{text: text, segments: s}}
	p.resume, p.stop = iter.Pull(func(yield func(struct{}) bool) {
		p.feed.pause = func() bool { return yield(struct{}{}) }
		_, p.err = html.ParseWithOptions(p.feed, html.ParseOptionEnableScripting(false), p.look(&ok))
	})
	p.resume() // to where nothing is read yet
	if !ok {
		p.stop()
	}
	return p, ok
}

// look is an option that looks into the parser. The library shows its tree at the end
// alone, and has no other way in.
func (p *parser) look(ok *bool) html.ParseOption {
	see := reflect.MakeFunc(reflect.TypeFor[html.ParseOption](), func(args []reflect.Value) []reflect.Value {
		*ok = p.see(args[0].Elem())
		return nil
	})
	option, is := see.Interface().(html.ParseOption)
	if !is {
		return html.ParseOptionEnableScripting(false)
	}
	return option
}

// see finds the fields by their names and types, and tells whether they are there.
func (p *parser) see(inside reflect.Value) bool {
	doc, open, texts := inside.FieldByName("doc"), inside.FieldByName("oe"), inside.FieldByName("textNodes")
	if !doc.IsValid() || !open.IsValid() || !texts.IsValid() || !open.CanAddr() ||
		doc.Type() != reflect.TypeFor[*html.Node]() || texts.Type() != reflect.TypeFor[map[*html.Node][]byte]() ||
		!open.Type().ConvertibleTo(reflect.TypeFor[[]*html.Node]()) {
		return false
	}
	p.doc = (*html.Node)(doc.UnsafePointer())
	p.open = (*[]*html.Node)(open.Addr().UnsafePointer())
	p.texts = (*map[*html.Node][]byte)(texts.Addr().UnsafePointer())
	return true
}

// segments says how much is parsed at a time, and how much at once; and how many drafts
// are put into a bundle.
type segments struct{ size, tags, least, bundle int }

// feed hands a text to the parser, and pauses between its segments.
type feed struct {
	text io.Reader
	segments
	read         int
	octets, tags int // of this segment
	begun        bool
	pause        func() bool
}

var errStopped = errors.New("the rest is not asked for")

// Read is called when the parser has come to the end of what it had, and is between two
// tokens or has begun the next.
func (f *feed) Read(b []byte) (int, error) {
	if !f.begun || f.octets >= f.size || f.tags >= f.segments.tags {
		f.begun, f.octets, f.tags = true, 0, 0
		if !f.pause() {
			return 0, errStopped
		}
	}
	n, err := f.text.Read(b[:min(len(b), f.size)])
	f.read += n
	f.octets += n
	f.tags += bytes.Count(b[:n], []byte("<"))
	return n, err
}

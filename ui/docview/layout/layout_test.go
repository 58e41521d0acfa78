package layout

import (
	"sync"
	"testing"

	"restante.app/assets/fonts"
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/typeset"
)

var sources = []typeset.FaceSource{
	{Family: typeset.Sans, Weight: 400, Data: fonts.Sans},
	{Family: typeset.Sans, Weight: 600, Data: fonts.SansBold},
	{Family: typeset.Sans, Weight: 400, Italic: true, Data: fonts.SansItalic},
	{Family: typeset.Mono, Weight: 400, Data: fonts.Mono},
}

// shared are the fonts of the tests, which run one after the other.
var shared = sync.OnceValue(func() *typeset.Fonts {
	f, err := typeset.NewFonts(sources)
	if err != nil {
		panic(err)
	}
	return f
})

// options are those of the tests: 600 px, pictures of 40 by 30 but for "missing".
func options() Options {
	return Options{Width: 600, Zoom: 1, Fonts: shared(), Size: func(src string) (w, h float32, ok bool) {
		return 40, 30, src != "missing"
	}}
}

// laid lays out HTML whose body has no margin, to the end.
func laid(t testing.TB, html string) *Flow {
	t.Helper()
	f := New(dom.ParseHTML("<!doctype html><body style='margin:0;font:16px/20px sans-serif'>"+html, dom.HTMLOptions{Width: 600}), options())
	f.All()
	return f
}

package textview

import (
	"runtime"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// TestMemoryForAText looks at what a view keeps for a text of 10 MB after every row
// of it was laid out.
func TestMemoryForAText(t *testing.T) {
	themedApp(t)
	text := strings.Repeat("a line of mail, of the usual length of such lines, sixty-odd.\n", 10<<20/62)
	v := New(Options{Quotes: true, Links: true})
	v.Resize(fyne.NewSize(700, 800))
	before := heap()
	v.SetText(text)
	for i := range v.page.doc.segs {
		v.page.doc.layout(i)
	}
	kept := int64(heap()) - int64(before)
	if most := int64(len(text)); kept > most {
		t.Errorf("%d octets kept beside a text of %d", kept, len(text))
	}
	runtime.KeepAlive(v)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

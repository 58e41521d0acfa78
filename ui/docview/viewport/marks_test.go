package viewport

import (
	"bytes"
	"testing"
)

func TestMarksAreShownUntilTheNextDocument(t *testing.T) {
	v := newView(t)
	doc := ofText(numbered(300))
	v.Show(doc, nil, look, false)
	plain := bytes.Clone(settle(t, v).Pix)
	v.Mark(doc, doc.Find("line 3"))
	if bytes.Equal(settle(t, v).Pix, plain) || v.y != 0 {
		t.Errorf("nothing is marked, or the view went to %v for what was in sight", v.y)
	}
	v.Mark(doc, nil)
	if !bytes.Equal(settle(t, v).Pix, plain) {
		t.Error("the marks stay")
	}
	v.Mark(doc, doc.Find("line 250"))
	settle(t, v)
	if v.y < 1000 {
		t.Errorf("the first mark is not in sight at %v", v.y)
	}
	v.Mark(doc, doc.Find("line 3"))
	settle(t, v)
	if v.y < 1000 {
		t.Errorf("the view left what is read for %v", v.y)
	}
	v.Show(ofText(numbered(300)), nil, look, false)
	v.Mark(doc, doc.Find("line 3")) // late
	if !bytes.Equal(settle(t, v).Pix, plain) {
		t.Error("another document has the marks of the one before")
	}
}

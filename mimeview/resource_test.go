package mimeview

import "testing"

func TestResource(t *testing.T) {
	t.Parallel()
	image := func(header string) string { return "Content-Type: image/png\n" + header + "\n\nx" }
	html := "Content-Type: text/html\nContent-Location: http://a.example/b/c.html\n\n<img>"
	message := "Content-Type: message/rfc822\n\nContent-Type: multipart/related; boundary=within\n\n" + inner("within", html, image("Content-ID: <in@b>"))
	v := parse(t, mixed("related", html, image("Content-ID: <a@b>"), image("Content-ID: c d"), image("Content-Location: i.png"), image("Content-Location: http://a.example/x.png"), message), Options{})
	if len(v.Parts) != 6 || len(v.Bodies) < 2 {
		t.Fatalf("%d parts, bodies %+v", len(v.Parts), v.Bodies)
	}
	outer, within := v.Bodies[0], v.Bodies[len(v.Bodies)-1]
	for address, want := range map[string]int{
		"cid:a@b": 0, "CID:a%40b": 0, "cid:<a@b>": 0, "cid:c%20d": 1, "i.png": 2, "http://a.example/b/i.png": 2, "../x.png": 3, "/x.png": 3,
		"cid:in@b": -1, "cid:": -1, "": -1, "http://other.example/x.png": -1, "cid:%zz": -1,
	} {
		p, ok := v.Resource(outer, address)
		if ok != (want >= 0) || ok && p.Index != want {
			t.Errorf("%q is part %d, %v; want %d", address, p.Index, ok, want)
		}
	}
	if p, ok := v.Resource(within, "cid:in@b"); !ok || p.Within != within.Within {
		t.Errorf("within: %+v, %v", p, ok)
	}
	if _, ok := v.Resource(within, "cid:a@b"); ok {
		t.Error("a message shows the image of another")
	}
}

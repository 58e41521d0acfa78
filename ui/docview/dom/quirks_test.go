package dom

import (
	"strings"
	"testing"
)

func TestMode(t *testing.T) {
	for doctype, want := range map[string]mode{
		"": quirks, "<!DOCTYPE html>": standards, "<!doctype HTML>": standards, "<!-- a --><!DOCTYPE html>": standards, "<!DOCTYPE x>": quirks,
		`<!DOCTYPE html SYSTEM "about:legacy-compat">`:                                                                              standards,
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">`:                                                            quirks,
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN">`:                                                                         quirks,
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">`:                                                           quirks,
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">`:                    limited,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">`: limited,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">`:             standards,
	} {
		root, err := parseTree(strings.NewReader(doctype + "<p>x"))
		if err != nil {
			t.Fatal(err)
		}
		if got := modeOf(root); got != want {
			t.Errorf("%s: %d, want %d", doctype, got, want)
		}
	}
}

func TestQuirks(t *testing.T) {
	const doctype = "<!DOCTYPE html>"
	style := func(html, text string) *Style { return first(parsed(t, html), text).Style() }
	table := "<body text=red><div style='font:italic bold 30px/2 serif;color:blue;text-align:right'><table><tr><td>x</table>"
	if s := style(table, "x"); s.Size != 16 || s.Weight != 400 || s.Italic || s.LineHeight != 0 || s.Color.R != 255 || s.Align == AlignRight || !s.NoStrut {
		t.Errorf("in quirks mode a table inherits %+v", *s)
	}
	if s := style(doctype+table, "x"); s.Size != 30 || s.Weight != 700 || s.Color.B != 255 || s.NoStrut {
		t.Errorf("by the standard a table does not inherit: %+v", *s)
	}
	for _, c := range []struct {
		html        string
		top, bottom float32 // margins of the p
	}{
		{"<p>x", 0, 16}, {doctype + "<p>x", 16, 16}, {"<div><p>x", 0, 16}, {"a<p>x", 16, 16}, {"<p></p><p>x", 0, 16},
		{"<div style='border:1px solid'><p>x", 16, 16}, {"<p style='margin:9px 0'>x", 9, 9},
		{"<table><tr><td><p>x</p></table>", 0, 0}, {"<table><tr><td><p>x</p>a</table>", 0, 16}, {"<table><tr><td>a<p>x</p></table>", 16, 0},
		{"<table><tr><td><img src=cid:a><p>x</p><p></p></table>", 16, 0},
	} {
		m := first(parsed(t, c.html), "x").Parent().Style().Margin
		if m[Top].Value != c.top || m[Bottom].Value != c.bottom {
			t.Errorf("%s: margins %v and %v, want %v and %v", c.html, m[Top].Value, m[Bottom].Value, c.top, c.bottom)
		}
	}
}

func TestFootIsLast(t *testing.T) {
	d := parsed(t, "<table><tfoot><tr><td>c<tbody><tr><td>b<thead><tr><td>a</table>")
	if d.Flat() != "a\nb\nc" {
		t.Errorf("%q", d.Flat())
	}
}

func TestBodyOfOld(t *testing.T) {
	d := parsed(t, "<body leftmargin=5 topmargin=0 marginheight=7 link=lime background=cid:a><a href=https://example.org>x</a>")
	body := child(child(d.Root, 0), 0)
	if m := body.Style().Margin; m[Left].Value != 5 || m[Top].Value != 0 || m[Bottom].Value != 7 || m[Right].Value != 8 {
		t.Errorf("margins %v", m)
	}
	if s := first(d, "x").Style(); s.Color.G != 255 {
		t.Errorf("link in %v", s.Color)
	}
	if body.Style().Backdrop != nil || d.Root.Style().Backdrop == nil {
		t.Error("the body's picture is not the canvas's")
	}
}

func TestListsFromTheRight(t *testing.T) {
	for html, want := range map[string][2]float32{
		"<ul><li>x</ul>": {40, 0}, "<div dir=rtl><ul><li>x</ul></div>": {0, 40}, "<ol dir=rtl><li>x</ol>": {0, 40},
		"<div dir=rtl><ul dir=ltr><li>x</ul></div>": {40, 0}, "<div dir=rtl><ul><li>y<ul><li>x</ul></ul></div>": {0, 40},
	} {
		list := first(parsed(t, html), "x").Parent().Parent().Style()
		if got := [2]float32{list.Padding[Left].Value, list.Padding[Right].Value}; got != want {
			t.Errorf("%s: padding %v, want %v", html, got, want)
		}
	}
}

package dom

import (
	"strings"
	"testing"
)

// TestUnreadTextIsLeftOut hides text in the ways that letters do: it is not found and
// not copied.
func TestUnreadTextIsLeftOut(t *testing.T) {
	for _, style := range []string{
		"display:none", "visibility:hidden", "opacity:0", "opacity:.01", "font-size:0", "font-size:1px", "max-height:0;overflow:hidden",
		"height:0;overflow:hidden", "width:0;overflow:hidden",
	} {
		if got := parsed(t, `<p>a</p><div style="`+style+`">hidden</div><p>b</p>`).Flat(); strings.Contains(got, "hidden") {
			t.Errorf("%s: %q", style, got)
		}
	}
	if got := parsed(t, `<div style="visibility:hidden">a<b style="visibility:visible">b</b></div>`).Flat(); got != "b" {
		t.Errorf("%q", got)
	}
}

// TestMisleadingCharacters takes out what makes a text look like another.
func TestMisleadingCharacters(t *testing.T) {
	for _, c := range []struct{ name, text, flat string }{
		{"override", "a\u202egnp.exe\u202c", "agnp.exe\u202c"},
		{"forced left to right", "\u202dabc", "abc"},
		{"controls", "a\x07b\x1b[31mc\u0085d", "ab[31mcd"},
		{"byte order mark", "a\ufeffb", "ab"},
		{"tags", "a\U000e0041\U000e0042b", "ab"},
		{"a flag of tags", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"},
		{"invisible operators", "a\u2061\u2064b", "ab"},
		{"joiners stay", "👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"},
		{"marks of direction stay", "א\u200e1", "א\u200e1"},
		{"line separators", "a\u2028b", "a\nb"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := FromText(c.text, TextOptions{})
			check(t, d)
			if d.Flat() != c.flat {
				t.Errorf("text: %q, want %q", d.Flat(), c.flat)
			}
			want := strings.ReplaceAll(c.flat, "\n", " ")
			if got := parsed(t, "<a href=https://a.example>"+c.text+"</a>").Flat(); got != want {
				t.Errorf("a link's label: %q, want %q", got, want)
			}
		})
	}
}

// TestNoOverride keeps letters in their own order, whatever a style asks for.
func TestNoOverride(t *testing.T) {
	for _, html := range []string{
		`<bdo dir=rtl>x</bdo>`, `<span style="unicode-bidi:bidi-override;direction:rtl">x</span>`, `<p style="unicode-bidi:isolate-override;direction:rtl">x</p>`,
	} {
		for n := first(parsed(t, html), "x"); !n.IsZero(); n = n.Parent() {
			if n.Style().Bidi == Override {
				t.Errorf("%s: %q overrides", html, n.Tag())
			}
		}
	}
}

// TestHeadAndFoot are where they are seen, in the text too.
func TestHeadAndFoot(t *testing.T) {
	d := parsed(t, `<table><tfoot><tr><td>foot<tbody><tr><td>body<thead><tr><td>head</table>`)
	if got := d.Flat(); got != "head\nbody\nfoot" {
		t.Errorf("%q", got)
	}
}

// TestSelectors are those of more than one part, beside those that never hold.
func TestSelectors(t *testing.T) {
	const doc = `<div class=a id=i><section><p class="b c">one</p><p>two</p><span>y</span><p title="a b">x</p></section></div>`
	for sel, want := range map[string]bool{
		"div p": true, "div > p": false, "div > section > p": true, ".a section p": true, "div section > p": true, "span + p": true, "p + p": false,
		"p.b ~ p": true, "p.b ~ span ~ p": true, ".b + p ~ p": true, "section > .b ~ p": true, "#i p": true, "#j p": false, "body div > section p": true,
		"p[title='a b']": true, "p[title='a > b']": false, "p:not(.b)": true, "p:not(.b, .c)": true, "p:last-child": true, "p:nth-child(2n + 2)": true,
		"p:hover": false, "* p": true, "div>section>p": true, "div  >  section p": true, "> p": false, "div >": false, "p::before": false,
		"section + p": false, "div ~ p": false, `p[title="]"]`: false, "P": true,
	} {
		d := parsed(t, "<style>"+sel+"{letter-spacing:7px}</style>"+doc)
		if got := first(d, "x").Style().LetterSpace == 7; got != want {
			t.Errorf("%s: %v", sel, got)
		}
	}
}

// TestSelectorWork counts: matching takes no more steps than there are ancestors and
// siblings for each part.
func TestSelectorWork(t *testing.T) {
	for _, s := range []string{
		"z " + strings.Repeat("div ", 60) + "b", "z>" + strings.Repeat("div ", 60) + "b", "z " + strings.Repeat("div>div ", 30) + "b",
	} {
		sel, err := parseSelector(s)
		if err != nil {
			t.Fatal(s, err)
		}
		root, err := parseTree(strings.NewReader(strings.Repeat("<div>", 300) + "<b>"))
		if err != nil {
			t.Fatal(err)
		}
		n := root
		for n.LastChild != nil {
			n = n.LastChild
		}
		sheet := &sheet{work: 1 << 30}
		if sel.match(n, sheet) {
			t.Errorf("%s matches", s)
		}
		if steps := 1<<30 - sheet.work; steps > 300*62 {
			t.Errorf("%.20s…: %d steps", s, steps)
		}
	}
}

// TestTreesInProportion counts what a parser makes of tags without ends.
func TestTreesInProportion(t *testing.T) {
	formats := "<p>"
	for i := range 300 {
		formats += "<b id=" + strings.Repeat("x", i%40+1) + ">"
	}
	for name, s := range map[string]string{"formats": formats + strings.Repeat("<p>x", 20_000), "bodies": strings.Repeat("<body a=b>", 50_000)} {
		calm := surveyed(s, 500, HTMLOptions{}.defaults())
		root, err := parseTree(calm.reader())
		if err != nil || !calm.tamed {
			t.Errorf("%s: tamed: %v, %v", name, calm.tamed, err)
			continue
		}
		count := 0
		for range root.Descendants() {
			count++
		}
		if count > maxRemade+200_000 {
			t.Errorf("%s: %d nodes of %d octets", name, count, len(s))
		}
	}
}

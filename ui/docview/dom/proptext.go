package dom

import "strings"

func textProperties() {
	p := properties
	p["font-family"] = func(e *element, v []value, _ measure) {
		if f, ok := family(v); ok {
			e.st.Family = f
		}
	}
	p["font-weight"] = func(e *element, v []value, _ measure) { weight(e, v[0]) }
	p["font-style"] = func(e *element, v []value, _ measure) { e.st.Italic = v[0].text == "italic" || v[0].text == "oblique" }
	p["line-height"] = lineHeight
	p["letter-spacing"] = func(e *element, v []value, m measure) {
		if n, ok := m.px(v[0], false); ok || v[0].text == "normal" {
			e.st.LetterSpace = min(max(n, -e.st.Size/2), 200)
		}
	}
	p["word-spacing"] = func(e *element, v []value, m measure) {
		if n, ok := m.px(v[0], false); ok || v[0].text == "normal" {
			e.st.WordSpace = min(max(n, -e.st.Size/4), 200)
		}
	}
	p["text-align"] = func(e *element, v []value, _ measure) {
		if a, ok := alignments[v[0].text]; ok {
			e.st.Align = a
		}
	}
	p["vertical-align"] = verticalAlign
	p["text-indent"] = lengthInto(func(s *Style) *Length { return &s.Indent }, false, true)
	p["text-decoration-line"] = func(e *element, v []value, _ measure) {
		e.st.Underline, e.st.Strike, e.st.Overline = false, false, false
		for _, w := range v {
			e.st.Underline = e.st.Underline || w.text == "underline"
			e.st.Strike = e.st.Strike || w.text == "line-through"
			e.st.Overline = e.st.Overline || w.text == "overline"
		}
	}
	p["white-space"] = func(e *element, v []value, _ measure) {
		if s, ok := map[string]Space{"normal": Normal, "nowrap": NoWrap, "pre": Pre, "pre-wrap": PreWrap, "break-spaces": PreWrap, "pre-line": PreLine}[v[0].text]; ok {
			e.st.Space = s
		}
	}
	p["overflow-wrap"] = func(e *element, v []value, _ measure) {
		e.st.BreakWord = v[0].text == "break-word" || v[0].text == "anywhere"
	}
	p["word-break"] = func(e *element, v []value, _ measure) {
		e.st.BreakAll = v[0].text == "break-all"
		e.st.BreakWord = e.st.BreakWord || v[0].text == "break-word"
	}
	p["direction"] = func(e *element, v []value, _ measure) { e.st.RTL = v[0].text == "rtl" }
	// Letters are never shown in another order than their own, which would let a text
	// say what it does not: an override only sets it apart.
	p["unicode-bidi"] = func(e *element, v []value, _ measure) {
		if b, ok := map[string]Bidi{"normal": BidiNormal, "embed": Embed, "bidi-override": Isolate, "isolate": Isolate, "isolate-override": Isolate, "plaintext": PlainText}[v[0].text]; ok {
			e.st.Bidi = b
		}
	}
	listProperties(p)
	p["text-transform"] = func(e *element, v []value, _ measure) { e.transform = v[0].text }
}

func listProperties(p map[string]func(*element, []value, measure)) {
	p["list-style-type"] = func(e *element, v []value, _ measure) {
		if v[0].kind == ident || v[0].kind == quoted {
			e.marker = v[0].text
			if v[0].kind == quoted {
				e.marker = "\"" + v[0].text
			}
		}
	}
	p["list-style-position"] = func(e *element, v []value, _ measure) { e.st.MarkerInside = v[0].text == "inside" }
}

var alignments = map[string]Align{
	"left": AlignLeft, "right": AlignRight, "center": AlignCenter, "justify": AlignJustify, "start": Start,
	"-webkit-center": BlockCenter, "-webkit-right": BlockRight, "-webkit-left": BlockLeft, "end": AlignRight,
}

// family is the generic family that the names come down to.
func family(vals []value) (Family, bool) {
	var name strings.Builder
	flush := func() (Family, bool) {
		f, ok := named(strings.TrimSpace(name.String()))
		name.Reset()
		return f, ok
	}
	for _, v := range vals {
		if v.kind == comma {
			if f, ok := flush(); ok {
				return f, true
			}
			continue
		}
		name.WriteString(strings.ToLower(v.text) + " ")
	}
	return flush()
}

func named(s string) (Family, bool) {
	switch s {
	case "sans-serif", "system-ui", "arial", "helvetica", "helvetica neue", "verdana", "tahoma", "calibri", "segoe ui", "-apple-system", "ui-sans-serif", "aptos", "roboto", "open sans", "lato", "trebuchet ms", "lucida grande":
		return Sans, true
	case "serif", "times new roman", "times", "georgia", "cambria", "garamond", "palatino", "palatino linotype", "book antiqua", "ui-serif":
		return Serif, true
	case "monospace", "courier", "courier new", "consolas", "menlo", "monaco", "lucida console", "ui-monospace", "sfmono-regular", "andale mono", "dejavu sans mono", "liberation mono":
		return Mono, true
	}
	return Sans, false
}

func weight(e *element, v value) {
	switch {
	case v.kind == number && v.num >= 1 && v.num <= 1000:
		e.st.Weight = min(max(int(v.num), 100), 900)
	case v.text == "bold":
		e.st.Weight = 700
	case v.text == "normal":
		e.st.Weight = 400
	case v.text == "bolder":
		if e.st.Weight >= 600 {
			e.st.Weight = 900
		} else {
			e.st.Weight = 700
		}
	case v.text == "lighter":
		e.st.Weight = 400
	}
}

func lineHeight(e *element, v []value, m measure) {
	switch {
	case v[0].kind == number && v[0].num >= 0:
		e.factor = v[0].num
		e.st.LineHeight = e.factor * e.st.Size
	case v[0].kind == percentage && v[0].num >= 0:
		e.factor, e.st.LineHeight = 0, v[0].num/100*e.st.Size
	case v[0].text == "normal":
		e.factor, e.st.LineHeight = 0, 0
	default:
		if n, ok := m.px(v[0], false); ok && n >= 0 {
			e.factor, e.st.LineHeight = 0, n
		}
	}
	if e.st.LineHeight > 0 || v[0].text == "normal" {
		return
	}
	e.factor, e.st.LineHeight = 0, 0.01 // 0 is normal
}

func verticalAlign(e *element, v []value, m measure) {
	a, ok := map[string]VAlign{
		"baseline": Baseline, "top": VTop, "middle": VMiddle, "bottom": VBottom, "text-top": TextTop, "text-bottom": TextBottom,
		"sub": Sub, "super": Super,
	}[v[0].text]
	if v[0].kind == ident && ok {
		e.st.VAlign = a
		return
	}
	n, ok := m.px(v[0], false)
	if v[0].kind == percentage {
		n, ok = v[0].num/100*e.st.Size*1.2, true
	}
	if ok {
		e.st.VAlign, e.st.VShift = Shift, min(max(n, -1000), 1000)
	}
}

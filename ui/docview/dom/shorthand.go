package dom

import "strings"

var sides = [4]string{"top", "right", "bottom", "left"}

// expand writes a declaration as declarations of properties that are no shorthands.
func expand(prop string, vals []value) []decl {
	one := func(p string, v ...value) decl { return decl{prop: p, vals: v} }
	switch prop {
	case "margin", "padding":
		return four(prop+"-", "", vals)
	case "border-width", "border-style", "border-color":
		return four("border-", strings.TrimPrefix(prop, "border"), vals)
	case "border":
		var out []decl
		for _, s := range sides {
			out = append(out, border(s, vals)...)
		}
		return out
	case "border-top", "border-right", "border-bottom", "border-left":
		return border(strings.TrimPrefix(prop, "border-"), vals)
	case "border-radius":
		return radius(vals)
	case "background":
		return background(vals)
	case "font":
		return font(vals)
	case "list-style":
		return listStyle(vals)
	case "text-decoration":
		return []decl{one("text-decoration-line", vals...)}
	case "margin-inline", "padding-inline", "margin-block", "padding-block":
		p, axis, _ := strings.Cut(prop, "-")
		a, b := "left", "right"
		if axis == "block" {
			a, b = "top", "bottom"
		}
		return []decl{one(p+"-"+a, vals[0]), one(p+"-"+b, vals[len(vals)-1])}
	case "margin-inline-start", "padding-inline-start":
		return []decl{one(strings.Replace(prop, "inline-start", "left", 1), vals...)}
	case "margin-inline-end", "padding-inline-end":
		return []decl{one(strings.Replace(prop, "inline-end", "right", 1), vals...)}
	case "word-wrap":
		prop = "overflow-wrap"
	case "overflow-x", "overflow-y":
		prop = "overflow"
	}
	return []decl{{prop: prop, vals: vals}}
}

// four spreads one to four values over the sides (CSS 2.1 section 8.3).
func four(before, after string, vals []value) []decl {
	n := len(vals)
	if n > 4 {
		return nil
	}
	pick := [4]int{0, min(1, n-1), min(2, n-1), min(3, n-1)}
	if n == 3 {
		pick[Left] = 1
	}
	if n == 2 {
		pick[Bottom], pick[Left] = 0, 1
	}
	var out []decl
	for i, s := range sides {
		out = append(out, decl{prop: before + s + after, vals: vals[pick[i] : pick[i]+1]})
	}
	return out
}

func isBorderStyle(s string) bool {
	switch s {
	case "none", "hidden", "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset":
		return true
	}
	return false
}

func border(side string, vals []value) []decl {
	width, style, col := value{kind: ident, text: "medium"}, value{kind: ident, text: "none"}, value{kind: ident, text: "currentcolor"}
	for _, v := range vals {
		switch {
		case v.kind == ident && isBorderStyle(v.text):
			style = v
		case v.kind == number || v.kind == dimension || v.kind == ident && (v.text == "thin" || v.text == "medium" || v.text == "thick"):
			width = v
		case v.kind == ident && (v.text == "inherit" || v.text == "initial" || v.text == "unset"):
		default:
			col = v
		}
	}
	p := "border-" + side + "-"
	return []decl{{prop: p + "width", vals: []value{width}}, {prop: p + "style", vals: []value{style}}, {prop: p + "color", vals: []value{col}}}
}

var corners = [4]string{"top-left", "top-right", "bottom-right", "bottom-left"}

func radius(vals []value) []decl {
	for i, v := range vals {
		if v.kind == slash {
			vals = vals[:i]
			break
		}
	}
	if len(vals) == 0 {
		return nil
	}
	out := four("", "", vals)
	for i := range out {
		out[i].prop = "border-" + corners[i] + "-radius"
	}
	return out
}

// background reads the last layer, which is the lowest, and has the colour.
func background(vals []value) []decl {
	last, first := 0, len(vals)
	for i, v := range vals {
		if v.kind == comma {
			last = i + 1
			first = min(first, i)
		}
	}
	none := value{kind: ident, text: "none"}
	out := []decl{{prop: "background-color", vals: []value{{kind: ident, text: "transparent"}}}, {prop: "background-image", vals: []value{none}}}
	var position, size []value
	sized := false
	for i, v := range vals {
		if i >= first && i < last {
			continue
		}
		switch {
		case v.kind == comma:
		case v.kind == slash:
			sized = true
		case v.kind == address:
			out[1].vals = []value{v}
		case v.kind == function && strings.Contains(v.text, "gradient"):
			out[1].vals = []value{v}
		case v.kind == ident && (strings.Contains(v.text, "repeat") || v.text == "space" || v.text == "round"):
			out = append(out, decl{prop: "background-repeat", vals: []value{v}})
		case v.kind == ident && (v.text == "scroll" || v.text == "fixed" || v.text == "local" || strings.HasSuffix(v.text, "-box") || v.text == "none"):
		case isPosition(v):
			if sized {
				size = append(size, v)
			} else {
				position = append(position, v)
			}
		case v.kind == ident && (v.text == "cover" || v.text == "contain"):
			size = append(size, v)
		default:
			out[0].vals = []value{v}
		}
	}
	if len(position) > 0 {
		out = append(out, decl{prop: "background-position", vals: position})
	}
	if len(size) > 0 {
		out = append(out, decl{prop: "background-size", vals: size})
	}
	return out
}

func isPosition(v value) bool {
	if v.kind == ident {
		switch v.text {
		case "left", "right", "top", "bottom", "center", "auto":
			return true
		}
		return false
	}
	return v.kind == percentage || v.kind == dimension || v.kind == number
}

// font reads the shorthand of CSS 2.1 section 15.8.
func font(vals []value) []decl {
	normal := []value{{kind: ident, text: "normal"}}
	out := []decl{{prop: "font-style", vals: normal}, {prop: "font-weight", vals: normal}}
	for i, v := range vals {
		switch {
		case v.kind == ident && (v.text == "italic" || v.text == "oblique"):
			out = append(out, decl{prop: "font-style", vals: []value{v}})
		case v.kind == ident && (v.text == "bold" || v.text == "bolder" || v.text == "lighter") || v.kind == number && v.num >= 100 && v.num <= 900:
			out = append(out, decl{prop: "font-weight", vals: []value{v}})
		case v.kind == ident && (v.text == "normal" || v.text == "small-caps"):
		default:
			out = append(out, decl{prop: "font-size", vals: []value{v}})
			rest := vals[i+1:]
			if len(rest) >= 2 && rest[0].kind == slash {
				out = append(out, decl{prop: "line-height", vals: rest[1:2]})
				rest = rest[2:]
			} else {
				out = append(out, decl{prop: "line-height", vals: []value{{kind: ident, text: "normal"}}})
			}
			if len(rest) > 0 {
				out = append(out, decl{prop: "font-family", vals: rest})
			}
			return out
		}
	}
	return nil
}

func listStyle(vals []value) []decl {
	var out []decl
	for _, v := range vals {
		switch {
		case v.kind == ident && (v.text == "inside" || v.text == "outside"):
			out = append(out, decl{prop: "list-style-position", vals: []value{v}})
		case v.kind == ident:
			out = append(out, decl{prop: "list-style-type", vals: []value{v}})
		}
	}
	return out
}

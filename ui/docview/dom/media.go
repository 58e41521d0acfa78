package dom

import (
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// matches tells whether one of the media queries of a list holds (CSS Media Queries 3,
// with prefers-color-scheme).
func (m media) matches(list string) bool {
	list = strings.ToLower(strings.TrimSpace(list))
	if list == "" {
		return true
	}
	for _, q := range strings.Split(list, ",") {
		if m.one(strings.TrimSpace(q)) {
			return true
		}
	}
	return false
}

func (m media) one(q string) bool {
	q, negated := strings.CutPrefix(q, "not ")
	q = strings.TrimPrefix(strings.TrimSpace(q), "only ")
	holds := true
	for i, part := range strings.Split(q, " and ") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "("):
			holds = holds && m.feature(strings.Trim(part, "() "))
		case i == 0 && (part == "screen" || part == "all" || part == ""):
		case strings.Contains(part, "("): // "screen and(…" without the blank
			_, feature, _ := strings.Cut(part, "(")
			holds = holds && strings.HasPrefix(part, "screen") && m.feature(strings.Trim(feature, "() "))
		default:
			holds = false
		}
	}
	return holds != negated
}

func (m media) feature(f string) bool {
	name, val, ok := strings.Cut(f, ":")
	name, val = strings.TrimSpace(name), strings.TrimSpace(val)
	if !ok {
		return name == "color" || name == "width"
	}
	switch name {
	case "prefers-color-scheme":
		return (val == "dark") == m.dark
	case "min-width", "max-width", "min-device-width", "max-device-width", "width":
		p := css.NewParser(parse.NewInputString("w:"+val), true)
		if kind, _, _ := p.Next(); kind != css.DeclarationGrammar {
			return false
		}
		r := &reader{tokens: p.Values()}
		vals := r.values(0)
		if len(vals) != 1 {
			return false
		}
		w, ok := measure{em: 16, rem: 16, view: m.width}.px(vals[0], false)
		switch {
		case !ok:
			return false
		case strings.HasPrefix(name, "min-"):
			return m.width >= w
		case strings.HasPrefix(name, "max-"):
			return m.width <= w
		}
		return m.width == w
	case "orientation":
		return val == "portrait"
	}
	return false
}

package dom

import (
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// value is one component of a CSS value.
type value struct {
	text string // an identifier or a unit in lower case; a string or an address as it is
	kind valueKind
	num  float32
	args []value // of a function, without commas and slashes
}

type valueKind uint8

const (
	ident valueKind = iota
	number
	percentage
	dimension // text is the unit
	quoted
	address // url(…)
	hash    // without #
	function
	comma
	slash
	other
)

// decl is a declaration of one property that is no shorthand.
type decl struct {
	prop      string
	vals      []value
	important bool
}

// Bounds of what is read of a declaration.
const (
	maxValues = 64
	maxDecls  = 400
	maxNest   = 6
)

// declarations reads the content of a style attribute.
func declarations(s string) []decl {
	if len(s) > 64<<10 {
		s = s[:64<<10]
	}
	p := css.NewParser(parse.NewInputString(s), true)
	var out []decl
	for len(out) < maxDecls {
		kind, _, data := p.Next()
		if kind == css.ErrorGrammar && !p.HasParseError() {
			break
		}
		if kind == css.DeclarationGrammar {
			out = append(out, declare(string(data), p.Values())...)
		}
	}
	return out
}

// declare reads one declaration; a shorthand comes out as what it stands for.
func declare(prop string, tokens []css.Token) []decl {
	prop = strings.ToLower(prop)
	tokens, important := priority(tokens)
	r := &reader{tokens: tokens}
	vals := r.values(0)
	if len(vals) == 0 || len(vals) > maxValues {
		return nil
	}
	out := expand(prop, vals)
	for i := range out {
		out[i].important = important
	}
	return out
}

// priority takes !important from the end of a value.
func priority(tokens []css.Token) ([]css.Token, bool) {
	n := len(tokens)
	for n > 0 && tokens[n-1].TokenType == css.WhitespaceToken {
		n--
	}
	if n > 0 && tokens[n-1].TokenType == css.IdentToken && strings.EqualFold(string(tokens[n-1].Data), "important") {
		k := n - 2
		for k >= 0 && tokens[k].TokenType == css.WhitespaceToken {
			k--
		}
		if k >= 0 && string(tokens[k].Data) == "!" {
			return tokens[:k], true
		}
	}
	return tokens, false
}

type reader struct {
	tokens []css.Token
	i      int
}

// values reads to the end, or to the bracket that ends a function.
func (r *reader) values(depth int) []value {
	var out []value
	for r.i < len(r.tokens) && len(out) <= maxValues {
		t := r.tokens[r.i]
		r.i++
		switch t.TokenType {
		case css.WhitespaceToken, css.CommentToken:
		case css.RightParenthesisToken:
			if depth > 0 {
				return out
			}
		case css.FunctionToken:
			name := strings.ToLower(strings.TrimSuffix(string(t.Data), "("))
			if depth >= maxNest {
				return out
			}
			args := r.values(depth + 1)
			if name == "url" && len(args) == 1 && args[0].kind == quoted {
				out = append(out, value{kind: address, text: args[0].text})
				continue
			}
			out = append(out, value{kind: function, text: name, args: args})
		case css.LeftParenthesisToken:
			if depth >= maxNest {
				return out
			}
			out = append(out, value{kind: function, text: "(", args: r.values(depth + 1)})
		default:
			out = append(out, single(t))
		}
	}
	return out
}

func single(t css.Token) value {
	s := string(t.Data)
	switch t.TokenType {
	case css.IdentToken:
		return value{kind: ident, text: strings.ToLower(s)}
	case css.NumberToken:
		return value{kind: number, num: float(s)}
	case css.PercentageToken:
		return value{kind: percentage, num: float(strings.TrimSuffix(s, "%"))}
	case css.DimensionToken:
		i := len(s)
		for i > 0 && (s[i-1] < '0' || s[i-1] > '9') && s[i-1] != '.' {
			i--
		}
		return value{kind: dimension, num: float(s[:i]), text: strings.ToLower(s[i:])}
	case css.StringToken:
		return value{kind: quoted, text: unquoted(s)}
	case css.URLToken:
		s = strings.TrimSuffix(s[min(4, len(s)):], ")")
		return value{kind: address, text: unquoted(strings.TrimSpace(s))}
	case css.HashToken:
		return value{kind: hash, text: strings.ToLower(strings.TrimPrefix(s, "#"))}
	case css.CommaToken:
		return value{kind: comma, text: ","}
	case css.DelimToken:
		if s == "/" {
			return value{kind: slash, text: s}
		}
	}
	return value{kind: other, text: s}
}

// unquoted is a string without its quotes and escapes (CSS 2.1 section 4.1.3).
func unquoted(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') {
		s = strings.TrimSuffix(s[1:], s[:1])
	}
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		n := i + 1
		for n < len(s) && n < i+7 && strings.IndexByte("0123456789abcdefABCDEF", s[n]) >= 0 {
			n++
		}
		if r, err := strconv.ParseUint(s[i+1:n], 16, 32); err == nil && r > 0 && r < 0x110000 {
			b.WriteRune(rune(r))
			if n < len(s) && s[n] == ' ' {
				n++
			}
			i = n - 1
		}
	}
	return b.String()
}

// float is a number that is finite and not beyond what a page can be.
func float(s string) float32 {
	v, err := strconv.ParseFloat(s, 32)
	if err != nil || v != v {
		return 0
	}
	return float32(min(max(v, -1e6), 1e6))
}

// measure are the lengths that others depend on.
type measure struct {
	em, rem float32
	view    float32 // width of the view
}

// px is a value in px; ok is false if it is no length. A number without a unit is one
// only where that is said, but for 0.
func (m measure) px(v value, bareToo bool) (float32, bool) {
	switch v.kind {
	case number:
		return v.num, v.num == 0 || bareToo
	case dimension:
		f, ok := m.unit(v.text)
		return v.num * f, ok
	case function:
		if v.text == "calc" || v.text == "(" {
			return m.calc(v.args)
		}
		if (v.text == "min" || v.text == "max") && len(v.args) > 0 {
			return m.least(v)
		}
	}
	return 0, false
}

// unit is how many px one of a unit is.
func (m measure) unit(name string) (float32, bool) {
	switch name {
	case "px":
		return 1, true
	case "pt":
		return 96.0 / 72, true
	case "pc":
		return 16, true
	case "in":
		return 96, true
	case "cm":
		return 96 / 2.54, true
	case "mm":
		return 9.6 / 2.54, true
	case "q":
		return 2.4 / 2.54, true
	case "em":
		return m.em, true
	case "rem":
		return m.rem, true
	case "ex": // as the program's own fonts have it
		return m.em * 0.516, true
	case "ch":
		return m.em * 0.6, true
	case "vw", "vmin", "vi":
		return m.view / 100, true
	case "vh", "vmax", "vb":
		return m.view / 100, true
	}
	return 0, false
}

// calc sums up lengths; percentages in it have no meaning here.
func (m measure) calc(args []value) (float32, bool) {
	sum, sign := float32(0), float32(1)
	for i := 0; i < len(args); i++ {
		v := args[i]
		if v.kind == other {
			switch v.text {
			case "+":
				sign = 1
			case "-":
				sign = -1
			default:
				return 0, false
			}
			continue
		}
		n, ok := m.px(v, true)
		if !ok {
			return 0, false
		}
		for i+2 < len(args) && (args[i+1].kind == slash || args[i+1].text == "*") {
			f := args[i+2]
			switch {
			case f.kind != number:
				return 0, false
			case args[i+1].kind == slash && f.num != 0:
				n /= f.num
			case args[i+1].kind != slash:
				n *= f.num
			}
			i += 2
		}
		sum += sign * n
		sign = 1
	}
	return sum, true
}

func (m measure) least(f value) (float32, bool) {
	var best float32
	found := false
	for _, v := range f.args {
		n, ok := m.px(v, true)
		if !ok {
			continue
		}
		if !found || f.text == "min" && n < best || f.text == "max" && n > best {
			best, found = n, true
		}
	}
	return best, found
}

// length is a value as a Length; auto and none are the zero one.
func (m measure) length(v value, bareToo bool) (Length, bool) {
	switch {
	case v.kind == ident && (v.text == "auto" || v.text == "none" || v.text == "normal" || v.text == "max-content" || v.text == "min-content" || v.text == "fit-content"):
		return Length{}, true
	case v.kind == percentage:
		return Length{v.num, Percent}, true
	case v.kind == function && v.text == "min":
		for _, a := range v.args { // min(100%, 600px) is used as a width with a limit
			if a.kind == percentage {
				return Length{a.num, Percent}, true
			}
		}
	}
	n, ok := m.px(v, bareToo)
	return Length{n, Px}, ok
}

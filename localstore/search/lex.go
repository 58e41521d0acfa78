package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexeme is a piece of a query.
type lexeme struct {
	kind  lexKind
	at    int    // its offset
	end   int    // the offset behind it
	op    string // of lexOp, in lower case
	text  string // of lexWord and lexPhrase
	open  bool   // of lexPhrase: its end is missing
	glued bool   // nothing stands between it and the one before
}

type lexKind int

const (
	lexEnd lexKind = iota
	lexWord
	lexPhrase
	lexOp // its value follows
	lexNot
	lexOr
	lexAnd
	lexLeft
	lexRight
)

// lexer cuts a query.
type lexer struct {
	s  string
	at int
}

// quotes are what may begin and end a phrase.
const quotes = "\"“”„«»"

func quote(r rune) bool { return strings.ContainsRune(quotes, r) }

func (l *lexer) next() lexeme {
	began := l.at
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		if !unicode.IsSpace(r) {
			break
		}
		l.at += n
	}
	x := lexeme{at: l.at, glued: l.at == began && began > 0}
	if l.at == len(l.s) {
		x.end = l.at
		return x
	}
	r, n := utf8.DecodeRuneInString(l.s[l.at:])
	switch {
	case r == '(':
		x.kind, l.at = lexLeft, l.at+n
	case r == ')':
		x.kind, l.at = lexRight, l.at+n
	case r == '-' && l.negates(x.glued):
		x.kind, l.at = lexNot, l.at+n
	case quote(r):
		l.phrase(&x, n)
	default:
		l.word(&x)
	}
	x.end = l.at
	return x
}

// negates tells whether the minus here stands right before something, and behind nothing.
func (l *lexer) negates(glued bool) bool {
	if glued && l.s[l.at-1] != '(' || l.at+1 == len(l.s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l.s[l.at+1:])
	return !unicode.IsSpace(r)
}

func (l *lexer) phrase(x *lexeme, n int) {
	l.at += n
	start := l.at
	end := strings.IndexFunc(l.s[start:], quote)
	x.kind = lexPhrase
	if end < 0 {
		x.text, x.open, l.at = l.s[start:], true, len(l.s)
		return
	}
	x.text = l.s[start : start+end]
	_, n = utf8.DecodeRuneInString(l.s[start+end:])
	l.at = start + end + n
}

func (l *lexer) word(x *lexeme) {
	start := l.at
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		if unicode.IsSpace(r) || r == '(' || r == ')' || quote(r) {
			break
		}
		l.at += n
		if r == ':' {
			if name := strings.ToLower(l.s[start : l.at-1]); operatorNamed(name) != nil {
				x.kind, x.op = lexOp, name
				return
			}
		}
	}
	x.kind, x.text = lexWord, l.s[start:l.at]
	switch x.text {
	case "OR", "|", "||":
		x.kind = lexOr
	case "AND", "&&":
		x.kind = lexAnd
	case "NOT", "!":
		x.kind = lexNot
	}
}

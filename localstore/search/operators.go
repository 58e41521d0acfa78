package search

import (
	"slices"
	"strings"
)

// operator is what may stand before a colon.
type operator struct {
	name   string
	help   string
	field  Field    // of those that look for words
	values []string // that make sense; nil if any may
}

var operators = []operator{
	{name: "from", help: "who sent it", field: From},
	{name: "to", help: "who received it", field: To},
	{name: "subject", help: "words of its subject", field: Subject},
	{name: "filename", help: "the name of an attachment", field: File},
	{name: "has", help: "attachments", values: []string{"attachment"}},
	{name: "in", help: "the mailbox that it is in"},
	{name: "tag", help: "its tag"},
	{name: "is", help: "what was done with it", values: []string{"unread", "read", "starred", "answered", "forwarded"}},
	{name: "before", help: "older than a day, 2024-05-31, or 3m"},
	{name: "after", help: "not older than a day, 2024-05-31, or 3m"},
	{name: "larger", help: "more than so many octets, 5M"},
	{name: "smaller", help: "less than so many octets, 100k"},
}

func operatorNamed(name string) *operator {
	i := slices.IndexFunc(operators, func(o operator) bool { return o.name == name })
	if i < 0 {
		return nil
	}
	return &operators[i]
}

// Completion is what could stand in a query from one octet to another.
type Completion struct {
	Text     string // to put there
	Help     string // what it means, "" if it speaks for itself
	From, To int
}

// Complete returns how the word of a query that ends at an octet could go on: operators,
// and what may follow their colon. names, if not nil, gives values for "in", "tag",
// "from" and "to" that begin with a text. It never fails.
func Complete(query string, at int, names func(op, start string) []string) []Completion {
	at = max(0, min(at, len(query)))
	l := lexer{s: query[:at]}
	var last, before lexeme
	for {
		x := l.next()
		if x.kind == lexEnd {
			break
		}
		before, last = last, x
	}
	switch {
	case last.kind == lexOp && last.end == at:
		return completeValue(last.op, "", at, at, names)
	case last.end != at:
		return nil
	case before.kind == lexOp && last.glued && (last.kind == lexWord || last.kind == lexPhrase && last.open):
		return completeValue(before.op, last.text, last.at, at, names)
	case last.kind == lexWord:
		return completeOperator(last.text, last.at, at)
	}
	return nil
}

func completeOperator(start string, from, to int) []Completion {
	var all []Completion
	for _, o := range operators {
		if strings.HasPrefix(o.name, strings.ToLower(start)) {
			all = append(all, Completion{Text: o.name + ":", Help: o.help, From: from, To: to})
		}
	}
	return all
}

// maxNames bounds how many names are offered.
const maxNames = 12

func completeValue(op, start string, from, to int, names func(op, start string) []string) []Completion {
	values := operatorNamed(op).values
	if values == nil && names != nil {
		values = names(op, start)
	}
	var all []Completion
	for _, v := range values {
		if len(all) == maxNames {
			break
		}
		if !strings.HasPrefix(strings.ToLower(v), strings.ToLower(start)) && operatorNamed(op).values != nil {
			continue
		}
		if strings.ContainsAny(v, " ()"+quotes) {
			v = `"` + strings.Trim(v, quotes) + `"`
		}
		all = append(all, Completion{Text: v, From: from, To: to})
	}
	return all
}

package search

import (
	"fmt"
	"strings"
	"time"
)

// Parse reads a query. Words may come in any order, and all of them have to be there:
//
//	word pref* "a phrase" -without  this OR that  (one two) OR three
//	from:ann to:bob subject:"the agenda" filename:pdf has:attachment
//	in:inbox tag:work is:unread is:starred
//	before:2024-05-31 after:2024 after:7d larger:5M smaller:100k
//
// A field's value may be a group: from:(ann OR bob). before leaves out the day named,
// after begins with it. An empty query finds everything. The error is a *QueryError.
func Parse(query string, o ParseOptions) (*Query, error) {
	if len(query) > maxQuery {
		return nil, &QueryError{maxQuery, fmt.Sprintf("The query has more than %d octets.", maxQuery), "Shorten it."}
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	p := &parser{o: o, lex: lexer{s: query}}
	p.x = p.lex.next()
	root, err := p.either(Any, 0)
	if err == nil && p.x.kind == lexRight {
		err = &QueryError{p.x.at, "There is a ) without its (.", "Take it out, or put a ( before it."}
	}
	if err != nil {
		return nil, err
	}
	if a, ok := root.(andNode); ok && len(a) == 0 && !o.Typing && strings.TrimSpace(query) != "" {
		return nil, &QueryError{0, fmt.Sprintf("There is no letter or digit in %q to look for.", query), "Type a word."}
	}
	return &Query{root: root}, nil
}

// parser reads a query by descent.
type parser struct {
	o     ParseOptions
	lex   lexer
	x     lexeme // the next one
	words int
}

func (p *parser) step() lexeme {
	x := p.x
	p.x = p.lex.next()
	return x
}

// either reads what OR stands between.
func (p *parser) either(f Field, depth int) (node, error) {
	if depth > maxDepth {
		return nil, &QueryError{p.x.at, "The query has too many brackets within brackets.", "Write it with fewer."}
	}
	var all orNode
	for {
		n, some, err := p.both(f, depth)
		if err != nil {
			return nil, err
		}
		if some {
			all = append(all, n)
		}
		if p.x.kind != lexOr {
			break
		}
		or := p.step()
		if !some || p.x.kind == lexEnd || p.x.kind == lexRight {
			if p.o.Typing {
				continue
			}
			return nil, &QueryError{or.at, "OR needs something on both of its sides.", `Write it as: this OR that; to look for the word, write "or".`}
		}
	}
	switch len(all) {
	case 0:
		return andNode{}, nil
	case 1:
		return all[0], nil
	}
	return all, nil
}

// both reads what stands side by side, all of which has to hold. some is false if there
// was nothing.
func (p *parser) both(f Field, depth int) (n node, some bool, err error) {
	var all andNode
	for p.x.kind != lexEnd && p.x.kind != lexOr && p.x.kind != lexRight {
		if p.x.kind == lexAnd {
			p.step()
			continue
		}
		n, err := p.one(f, depth)
		if err != nil {
			return nil, false, err
		}
		if a, ok := n.(andNode); ok && len(a) == 0 { // nothing to look for
			continue
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		return all[0], true, nil
	}
	return all, len(all) > 0, nil
}

// one reads a word, a phrase, a group, or what is negated or belongs to an operator.
func (p *parser) one(f Field, depth int) (node, error) {
	if depth > maxDepth {
		return nil, &QueryError{p.x.at, "The query has too many brackets within brackets.", "Write it with fewer."}
	}
	x := p.step()
	if p.words++; p.words > maxWords {
		return nil, &QueryError{x.at, fmt.Sprintf("The query has more than %d words.", maxWords), "Shorten it."}
	}
	switch x.kind {
	case lexNot:
		if p.x.kind == lexEnd || p.x.kind == lexRight || p.x.kind == lexOr || p.x.kind == lexAnd {
			if p.o.Typing {
				return andNode{}, nil
			}
			return nil, &QueryError{x.at, "There is nothing after the minus or NOT.", "Write what must not be there right behind it."}
		}
		n, err := p.one(f, depth+1)
		if a, ok := n.(andNode); err != nil || ok && len(a) == 0 {
			return n, err
		}
		return &notNode{n}, nil
	case lexLeft:
		return p.group(x, f, depth)
	case lexOp:
		return p.operator(x, depth)
	}
	return p.text(x, f), nil
}

func (p *parser) group(left lexeme, f Field, depth int) (node, error) {
	n, err := p.either(f, depth+1)
	if err != nil {
		return nil, err
	}
	if p.x.kind != lexRight {
		if p.o.Typing {
			return n, nil
		}
		return nil, &QueryError{left.at, "There is a ( without its ).", "Take it out, or put a ) behind it."}
	}
	p.step()
	return n, nil
}

// text makes a node of a word or a phrase: one with several terms in it, as an address
// has, is a phrase either way.
func (p *parser) text(x lexeme, f Field) node {
	all := words(x.text)
	if len(all) == 0 {
		return andNode{}
	}
	last := &all[len(all)-1]
	star := x.kind == lexWord && strings.HasSuffix(x.text, "*") || x.kind == lexPhrase && strings.HasSuffix(x.text, "*")
	typed := p.o.Typing && x.end == len(p.lex.s) && (x.kind == lexWord || x.open) && endsInWord(x.text)
	// A pair of characters is found as it stands.
	if (star || typed) && !last.dense {
		last.prefix = true
	}
	return &textNode{f, all}
}

// endsInWord tells whether the last character of a text belongs to its last word.
func endsInWord(s string) bool {
	var t tokenizer
	t.reset(s, 0)
	end := 0
	for t.scan() {
		end = t.end
	}
	return end == len(s) && end > 0
}

// operator reads the value of an operator.
func (p *parser) operator(op lexeme, depth int) (node, error) {
	o := operatorNamed(op.op)
	if p.x.kind == lexEnd || !p.x.glued || p.x.kind == lexRight {
		if p.o.Typing && p.x.kind == lexEnd {
			return andNode{}, nil
		}
		return nil, &QueryError{op.at, fmt.Sprintf("Nothing stands right behind %s:.", op.op), fmt.Sprintf("Write %s, without a space.", example(o))}
	}
	if o.field != 0 {
		return p.one(o.field, depth+1)
	}
	x := p.step()
	if x.kind != lexWord && x.kind != lexPhrase {
		return nil, &QueryError{x.at, fmt.Sprintf("%s: takes one value.", op.op), fmt.Sprintf("Write %s.", example(o))}
	}
	n, err := p.value(o, op.at, x)
	if err != nil && p.o.Typing && x.end == len(p.lex.s) {
		return andNode{}, nil // it is not complete yet
	}
	return n, err
}

func example(o *operator) string {
	values := map[string]string{
		"from": "from:ann", "to": "to:bob@example.org", "subject": "subject:agenda", "filename": "filename:pdf", "in": `in:inbox or in:"the name"`,
		"tag": "tag:work", "before": "before:2024-05-31", "after": "after:2024 or after:7d", "larger": "larger:5M", "smaller": "smaller:100k",
	}
	if v := values[o.name]; v != "" {
		return v
	}
	all := make([]string, len(o.values))
	for i, v := range o.values {
		all[i] = o.name + ":" + v
	}
	return strings.Join(all, ", ")
}

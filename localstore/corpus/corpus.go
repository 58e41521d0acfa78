package corpus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Options say what is made.
type Options struct {
	Seed uint64
	// Attachments gives every eighth message some, of 30 KB on average; without them
	// a message has some 3 KB, with them some 7.
	Attachments bool
	// Start is the date of the first message, Step the time between two; the zero
	// values are the year 2000 and 13 minutes, which is 25 years for a million.
	Start time.Time
	Step  time.Duration
}

// Corpus makes messages. It is safe for use by several goroutines.
type Corpus struct {
	o     Options
	tongs []*tongue
}

// Message is one message.
type Message struct {
	// Octets are the message as RFC 5322 and MIME have it, with CRLF line ends.
	Octets []byte

	// The same in its parts, for what needs no parser.
	ID            string // Message-ID, without brackets
	References    []string
	Date          time.Time
	FromName      string
	FromAddress   string
	To            string // addresses, separated by commas
	Subject       string
	Text          string
	Files         []string // names of attachments
	AttachedBytes int
}

// New returns the corpus of some options.
func New(o Options) *Corpus {
	if o.Start.IsZero() {
		o.Start = time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC)
	}
	if o.Step <= 0 {
		o.Step = 13 * time.Minute
	}
	return &Corpus{o: o, tongs: tongues(o.Seed)}
}

// Each purpose draws from a sequence of its own, so that what a message says does
// not depend on how its thread was found.
const (
	forThread = iota + 1
	forHead
	forText
	forFiles
)

func (c *Corpus) rng(i int, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(c.o.Seed*31+purpose, uint64(i)))
}

// maxReferences bounds a chain of replies.
const maxReferences = 30

// parent returns the message that message i answers, -1 if it begins a thread.
func (c *Corpus) parent(i int) int {
	r := c.rng(i, forThread)
	if i == 0 || r.Float64() > 0.62 {
		return -1
	}
	// Most answers come soon; a few come to what is long past.
	back := 1 + int(r.ExpFloat64()*12)
	if r.IntN(50) == 0 {
		back = 1 + r.IntN(5000)
	}
	if back > i {
		return -1
	}
	return i - back
}

// Thread returns the messages that message i answers, directly and indirectly, the
// first of the thread first; none if i begins one. A chain is cut at 30.
func (c *Corpus) Thread(i int) []int {
	var chain []int
	for p := c.parent(i); p >= 0 && len(chain) < maxReferences; p = c.parent(p) {
		chain = append(chain, p)
	}
	for a, b := 0, len(chain)-1; a < b; a, b = a+1, b-1 {
		chain[a], chain[b] = chain[b], chain[a]
	}
	return chain
}

// Date returns the date of message i. Three in a hundred are up to ten days late.
func (c *Corpus) Date(i int) time.Time {
	r := c.rng(i, forHead)
	at := c.o.Start.Add(time.Duration(i) * c.o.Step).Add(time.Duration(r.Int64N(int64(c.o.Step))))
	if r.IntN(100) < 3 {
		at = at.Add(-time.Duration(r.Int64N(int64(10 * 24 * time.Hour))))
	}
	return at.Truncate(time.Second)
}

func (c *Corpus) id(i int) string {
	return fmt.Sprintf("%x.%d@mail%d.example.org", c.rng(i, forHead).Uint64(), i, i%7)
}

// Message makes message i, from 0 on.
func (c *Corpus) Message(i int) Message {
	chain := c.Thread(i)
	root := i
	if len(chain) > 0 {
		root = chain[0]
	}
	m := Message{ID: c.id(i), Date: c.Date(i)}
	for _, n := range chain {
		m.References = append(m.References, c.id(n))
	}
	t := c.tongue(root)
	head := c.rng(i, forHead)
	m.FromName, m.FromAddress = c.person(head)
	to := 1 + min(head.IntN(3), head.IntN(3))
	for n := range to {
		name, address := c.person(head)
		if n > 0 {
			m.To += ", "
		}
		m.To += name + " <" + address + ">"
	}
	m.Subject = t.phrase(c.rng(root, forText), 3, 8)
	if len(chain) > 0 {
		m.Subject = "Re: " + m.Subject
	}
	m.Text = t.text(c.rng(i, forText), c.words(i), len(chain) > 0)
	files := c.files(i)
	for _, f := range files {
		m.Files = append(m.Files, f.name)
		m.AttachedBytes += len(f.octets)
	}
	m.Octets = compose(&m, files, i)
	return m
}

// words returns how many words message i has: half have less than 180, few have
// thousands.
func (c *Corpus) words(i int) int {
	r := c.rng(i, forFiles)
	return max(4, min(20_000, int(180*math.Exp(r.NormFloat64()))))
}

// tongue returns the language of a thread.
func (c *Corpus) tongue(root int) *tongue {
	n := c.rng(root, forThread).IntN(100)
	for _, t := range c.tongs {
		if n -= t.share; n < 0 {
			return t
		}
	}
	return c.tongs[0]
}

// person returns one of 20,000 people; some of them write a lot.
func (c *Corpus) person(r *rand.Rand) (name, address string) {
	n := uint64(r.ExpFloat64()*r.ExpFloat64()*600) % 20_000
	p := rand.New(rand.NewPCG(c.o.Seed, n))
	t := c.tongs[p.IntN(2)]
	first, last := t.name(p), t.name(p)
	return first + " " + last, fmt.Sprintf("%s.%d@%s.example.%s", plain(first), n, plain(c.tongs[0].name(p)), []string{"org", "net", "com"}[n%3])
}

package look

import (
	"image"
	"image/color"
)

// Score is how far two renderers agree on a message, each from 0 to 1.
type Score struct {
	Text   float64 // words in the same order
	Boxes  float64 // boxes in the same place and of the same size
	Colors float64 // words and boxes of the same colours
	Pixels float64 // squares of the pictures that are alike on average, 0 without pictures
}

// Total is the mean of what does not depend on how letters are drawn.
func (s Score) Total() float64 { return (s.Text + s.Boxes + s.Colors) / 3 }

// Bounds of what counts as the same.
const (
	nearPx    = 4    // of a box's place and size, in px,
	nearShare = 0.03 // or as a share of its width
	nearColor = 8    // of a channel of a colour, of 255
	square    = 8    // px of a square that is compared on average
	nearMean  = 24   // of a channel of its mean
)

// Far is a box that the two do not agree on. One of them is nil where only one has it.
type Far struct{ Ours, Theirs *Box }

// Compare scores what we made of a message by what the browser made of it, and names the
// boxes that are not where the browser has them.
func Compare(ours, theirs *Page) (Score, []Far) {
	match := align(ours.Words, theirs.Words)
	s := Score{Text: 1, Boxes: 1, Colors: 1}
	same := 0
	color := tally{}
	for i, j := range match {
		if j < 0 {
			continue
		}
		same++
		a, b := ours.Words[i], theirs.Words[j]
		color.count(nearly(a.Color, b.Color) && nearly(a.Back, b.Back))
	}
	if all := len(ours.Words) + len(theirs.Words); all > 0 {
		s.Text = 2 * float64(same) / float64(all)
	}
	pairs, far := pair(ours, theirs, match)
	boxes := tally{all: len(far)}
	for _, p := range pairs {
		near := p.Ours.near(p.Theirs)
		boxes.count(near)
		if !near {
			far = append(far, p)
		}
		if p.Ours.Kind == PaintedBox {
			color.count(nearly(p.Ours.Color, p.Theirs.Color))
		}
	}
	s.Boxes, s.Colors = boxes.share(), color.share()
	if ours.Image != nil && theirs.Image != nil {
		s.Pixels = alike(ours.Image, theirs.Image)
	}
	return s, far
}

type tally struct{ good, all int }

func (t *tally) count(good bool) {
	t.all++
	if good {
		t.good++
	}
}

func (t *tally) share() float64 {
	if t.all == 0 {
		return 1
	}
	return float64(t.good) / float64(t.all)
}

func (b *Box) near(o *Box) bool {
	within := max(nearPx, nearShare*o.W)
	return distance(b.X, o.X) <= within && distance(b.Y, o.Y) <= within && distance(b.W, o.W) <= within && distance(b.H, o.H) <= within
}

func distance(a, b float64) float64 { return max(a-b, b-a) }

func nearly(a, b color.NRGBA) bool {
	return distance(float64(a.R), float64(b.R)) <= nearColor && distance(float64(a.G), float64(b.G)) <= nearColor &&
		distance(float64(a.B), float64(b.B)) <= nearColor && distance(float64(a.A), float64(b.A)) <= nearColor
}

// align returns for each of our words the browser's in the longest common sequence, -1
// for none.
func align(ours, theirs []Word) []int {
	match := make([]int, len(ours))
	for i := range match {
		match[i] = -1
	}
	from := 0
	for from < len(ours) && from < len(theirs) && ours[from].Text == theirs[from].Text {
		match[from] = from
		from++
	}
	a, b := len(ours), len(theirs)
	for a > from && b > from && ours[a-1].Text == theirs[b-1].Text {
		a, b = a-1, b-1
		match[a] = b
	}
	sequence(ours[from:a], theirs[from:b], match[from:a], from)
	return match
}

// sequence is the longest common one by dynamic programming. What would take too much
// memory has none.
func sequence(a, b []Word, match []int, offset int) {
	const most = 50_000_000
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > most {
		return
	}
	width := len(b) + 1
	length := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].Text == b[j].Text {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].Text == b[j].Text:
			match[i] = offset + j
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
}

// place is what a box is known by: its kind and the words in it, by the browser's count.
type place struct {
	kind        BoxKind
	first, last int
}

// pair finds the boxes of the same words, in order; those that are left over are far.
func pair(ours, theirs *Page, match []int) (pairs, far []Far) {
	// The browser's word at or behind each of ours: where a box without words is.
	at := make([]int, len(match)+1)
	at[len(match)] = len(theirs.Words)
	for i := len(match) - 1; i >= 0; i-- {
		at[i] = at[i+1]
		if match[i] >= 0 {
			at[i] = match[i]
		}
	}
	waiting := map[place][]*Box{}
	for i := range ours.Boxes {
		b := &ours.Boxes[i]
		last := at[b.First]
		for k := b.First + b.Count - 1; k >= b.First; k-- {
			if match[k] >= 0 {
				last = match[k] + 1
				break
			}
		}
		p := place{b.Kind, at[b.First], last}
		if b.Kind == TextBox { // other text may come in between
			p.last = 0
		}
		waiting[p] = append(waiting[p], b)
	}
	found := map[*Box]bool{}
	for i := range theirs.Boxes {
		b := &theirs.Boxes[i]
		p := place{b.Kind, b.First, b.First + b.Count}
		if b.Kind == TextBox {
			p.last = 0
		}
		w := waiting[p]
		if len(w) == 0 {
			far = append(far, Far{nil, b})
			continue
		}
		pairs = append(pairs, Far{w[0], b})
		waiting[p], found[w[0]] = w[1:], true
	}
	for i := range ours.Boxes {
		if b := &ours.Boxes[i]; !found[b] {
			far = append(far, Far{b, nil})
		}
	}
	return pairs, far
}

// alike is the share of squares whose mean colours are nearly the same. What only one
// picture has is not alike.
func alike(a, b *image.RGBA) float64 {
	both := a.Rect.Union(b.Rect)
	t := tally{}
	for y := both.Min.Y; y < both.Max.Y; y += square {
		for x := both.Min.X; x < both.Max.X; x += square {
			at := image.Rect(x, y, x+square, y+square)
			t.count(closeBy(mean(a, at), mean(b, at)))
		}
	}
	return t.share()
}

func closeBy(a, b [4]int) bool {
	for i := range a {
		if d := a[i] - b[i]; d > nearMean || d < -nearMean {
			return false
		}
	}
	return true
}

func mean(m *image.RGBA, r image.Rectangle) (c [4]int) {
	r = r.Intersect(m.Rect)
	n := r.Dx() * r.Dy()
	if n == 0 {
		return c
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.Pix[m.PixOffset(r.Min.X, y):]
		for i := range r.Dx() * 4 {
			c[i%4] += int(row[i])
		}
	}
	for i := range c {
		c[i] /= n
	}
	return c
}

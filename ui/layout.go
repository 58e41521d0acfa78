package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// tight stacks objects without the toolkit's room between them; overlap takes back
// what labels have of their own.
type tight struct{ overlap float32 }

// lineOverlap is for lines of labels.
const lineOverlap = 8

// Layout is part of fyne.Layout.
func (t tight) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(s.Width, h))
		o.Move(fyne.NewPos(0, y))
		y += h - t.overlap
	}
}

// MinSize is part of fyne.Layout.
func (t tight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += m.Height - t.overlap
	}
	if size.Height > 0 {
		size.Height += t.overlap
	}
	return size
}

// topped gives its first object the height that it needs and the second the rest.
type topped struct{}

// Layout is part of fyne.Layout.
func (topped) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	h := float32(0)
	if objects[0].Visible() {
		h = objects[0].MinSize().Height
	}
	objects[0].Resize(fyne.NewSize(s.Width, h))
	objects[1].Move(fyne.NewPos(0, h))
	objects[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

// MinSize is part of fyne.Layout.
func (topped) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height)
}

// wide gives objects a width of their own.
type wide float32

// Layout is part of fyne.Layout.
func (w wide) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Resize(fyne.NewSize(float32(w), s.Height))
	}
}

// MinSize is part of fyne.Layout.
func (w wide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(float32(w), 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// least gives its object a height of its own, or what it needs if that is more.
type least float32

// Layout is part of fyne.Layout.
func (l least) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Resize(s)
	}
}

// MinSize is part of fyne.Layout.
func (l least) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, float32(l))
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

// headed gives its first object, a scroll, the height of what is in it, but no more than
// leaves most of the room to the second, which is read.
type headed struct{}

const (
	headShare = 0.45
	headLeast = 190 // of both together
)

// Layout is part of fyne.Layout.
func (headed) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	h := objects[0].MinSize().Height
	if scroll, ok := objects[0].(*container.Scroll); ok {
		h = min(scroll.Content.MinSize().Height, s.Height*headShare)
	}
	objects[0].Resize(fyne.NewSize(s.Width, h))
	objects[1].Move(fyne.NewPos(0, h))
	objects[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

// MinSize is part of fyne.Layout.
func (headed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), headLeast)
}

// leading gives its first object as much room as there is, up to a width, and the others
// behind it what they need.
type leading struct{ least, most float32 }

// Layout is part of fyne.Layout.
func (l leading) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	others := l.MinSize(objects).Width - l.least
	x := min(max(s.Width-others, l.least), l.most)
	objects[0].Resize(fyne.NewSize(x, s.Height))
	for _, o := range objects[1:] {
		w := o.MinSize().Width
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(w, s.Height))
		x += w
	}
}

// MinSize is part of fyne.Layout.
func (l leading) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.least, objects[0].MinSize().Height)
	for _, o := range objects[1:] {
		m := o.MinSize()
		size.Width += m.Width
		size.Height = max(size.Height, m.Height)
	}
	return size
}

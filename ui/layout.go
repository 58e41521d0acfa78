package ui

import "fyne.io/fyne/v2"

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
	h := objects[0].MinSize().Height
	objects[0].Resize(fyne.NewSize(s.Width, h))
	objects[1].Move(fyne.NewPos(0, h))
	objects[1].Resize(fyne.NewSize(s.Width, max(0, s.Height-h)))
}

// MinSize is part of fyne.Layout.
func (topped) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height)
}

// middle gives objects the whole width and puts them at half height.
type middle struct{}

// Layout is part of fyne.Layout.
func (middle) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(s.Width, h))
		o.Move(fyne.NewPos(0, (s.Height-h)/2))
	}
}

// MinSize is part of fyne.Layout: the height alone, the width is what there is.
func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
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

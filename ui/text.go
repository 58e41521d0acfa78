package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/docview/typeset"
	"restante.app/ui/theme"
)

// line is one line of text that is cut with an ellipsis where it does not fit.
type line struct {
	*canvas.Text
	whole string
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	fit   float32 // the width that Text.Text was cut for
}

func newLine(size fyne.ThemeSizeName, color fyne.ThemeColorName) *line {
	l := &line{Text: canvas.NewText("", colorOf(color)), color: color, size: size}
	l.TextSize = fynetheme.Size(size)
	return l
}

func colorOf(name fyne.ThemeColorName) color.Color { return fynetheme.Color(name) }

// show sets the text, and its colour and size as the theme has them now.
func (l *line) show(text string, bold bool, color fyne.ThemeColorName) {
	if text == l.whole && bold == l.TextStyle.Bold && color == l.color && l.Color == colorOf(color) {
		return
	}
	l.whole, l.color = text, color
	l.TextStyle.Bold = bold
	l.TextSize, l.Color = fynetheme.Size(l.size), colorOf(color)
	l.fit = -1
}

// place puts the line at x within a row of this height, cut to width.
func (l *line) place(x, width, rowHeight float32) { l.placeAt(x, 0, width, rowHeight) }

// placeAt puts the line at x into the middle of a strip of a row, cut to width.
func (l *line) placeAt(x, y, width, height float32) {
	if l.fit != width {
		l.fit = width
		l.Text.Text = typeset.Visual(ellipsis(l.whole, width, l.TextSize, l.TextStyle))
	}
	h := l.MinSize().Height
	l.Move(fyne.NewPos(x, y+(height-h)/2))
	l.Resize(fyne.NewSize(width, h))
	l.Refresh()
}

// longest bounds what is measured of a text that shall fit on a line.
const longest = 400

// ellipsis returns as much of s as fits in width, with an ellipsis if that is not
// all of it.
func ellipsis(s string, width, size float32, style fyne.TextStyle) string {
	r := []rune(s)
	if len(r) > longest {
		r = r[:longest]
	}
	fits := func(s string) bool { return fyne.MeasureText(s, size, style).Width <= width }
	if len(r) < longest && fits(s) {
		return s
	}
	low, high := 0, len(r)
	for low < high {
		mid := (low + high + 1) / 2
		if fits(string(r[:mid]) + "…") {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return ""
	}
	return string(r[:low]) + "…"
}

// ground is a rectangle in a colour of the theme.
type ground struct {
	widget.BaseWidget
	rect *canvas.Rectangle
	name fyne.ThemeColorName
}

func newGround(name fyne.ThemeColorName) *ground {
	g := &ground{rect: canvas.NewRectangle(colorOf(name)), name: name}
	g.ExtendBaseWidget(g)
	return g
}

// newRule makes a hairline.
func newRule() *ground {
	g := newGround(theme.ColorNameRule)
	g.rect.SetMinSize(fyne.NewSize(1, 1))
	return g
}

// framed draws the border around a choice that entries have by themselves.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	f := &frame{rect: canvas.NewRectangle(color.Transparent)}
	f.rect.StrokeWidth, f.rect.CornerRadius = 1, fynetheme.Size(fynetheme.SizeNameInputRadius)
	f.ExtendBaseWidget(f)
	return container.NewStack(o, f)
}

// frame is a border in the theme's colour.
type frame struct {
	widget.BaseWidget
	rect *canvas.Rectangle
}

// CreateRenderer is Fyne's way to the border.
func (f *frame) CreateRenderer() fyne.WidgetRenderer {
	r := &frameRenderer{WidgetRenderer: widget.NewSimpleRenderer(f.rect), frame: f}
	r.Refresh()
	return r
}

// frameRenderer takes the colour from the theme as it is now.
type frameRenderer struct {
	fyne.WidgetRenderer
	frame *frame
}

// Refresh is called when the theme changes, too.
func (r *frameRenderer) Refresh() {
	r.frame.rect.StrokeColor = colorOf(fynetheme.ColorNameInputBorder)
	r.frame.rect.Refresh()
}

// in changes the colour.
func (g *ground) in(name fyne.ThemeColorName) {
	g.name = name
	g.Refresh()
}

// CreateRenderer is Fyne's way to the rectangle.
func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	return &groundRenderer{WidgetRenderer: widget.NewSimpleRenderer(g.rect), ground: g}
}

// groundRenderer takes the colour from the theme as it is now.
type groundRenderer struct {
	fyne.WidgetRenderer
	ground *ground
}

// Refresh is called when the theme changes, too.
func (r *groundRenderer) Refresh() {
	r.ground.rect.FillColor = colorOf(r.ground.name)
	r.ground.rect.Refresh()
}

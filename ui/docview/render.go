package docview

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

const (
	thumbMin   = 28 // the least length of a bar's thumb
	thumbWidth = 6
	thumbZone  = 12 // the width that takes clicks for a scroll bar
	focusWidth = 2
)

// sheetThumb is the colour of a thumb on white paper.
var sheetThumb = color.NRGBA{0, 0, 0, 0x80}

// renderer shows the last frame, and the bars and the mark of the focus over it.
type renderer struct {
	view         *View
	raster       *canvas.Raster
	down, across *canvas.Rectangle // thumbs
	focus        *canvas.Rectangle
}

func newRenderer(v *View) *renderer {
	r := &renderer{view: v, raster: canvas.NewRaster(v.picture)}
	r.raster.ScaleMode = canvas.ImageScalePixels
	r.down, r.across, r.focus = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	r.down.CornerRadius, r.across.CornerRadius = thumbWidth/2, thumbWidth/2
	v.mouse.renderer = r
	return r
}

// Destroy is part of fyne.WidgetRenderer.
func (r *renderer) Destroy() { r.view.stopScrolling() }

// MinSize is the view's.
func (r *renderer) MinSize() fyne.Size { return r.view.MinSize() }

// Objects are drawn in this order.
func (r *renderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.raster, r.focus, r.down, r.across}
}

// Layout fills the view.
func (r *renderer) Layout(size fyne.Size) {
	r.raster.Resize(size)
	r.view.resize()
	r.bars()
}

// Refresh is called when the theme changes, too.
func (r *renderer) Refresh() {
	r.view.again()
	r.bars()
	canvas.Refresh(r.raster)
}

// bars puts the thumbs of the scroll bars where they are, and the mark of the focus.
func (r *renderer) bars() {
	v := r.view
	s, colours := v.Size(), v.setting().colours
	b := v.bars()
	r.down.FillColor, r.across.FillColor = colours.thumb, colours.thumb
	if v.set.onSheet(v.source) {
		r.down.FillColor, r.across.FillColor = sheetThumb, sheetThumb
	}
	r.down.Move(fyne.NewPos(s.Width-thumbWidth-3, b.down.at))
	r.down.Resize(fyne.NewSize(thumbWidth, b.down.length))
	r.down.Hidden = b.down.length == 0
	r.across.Move(fyne.NewPos(b.across.at, s.Height-thumbWidth-3))
	r.across.Resize(fyne.NewSize(b.across.length, thumbWidth))
	r.across.Hidden = b.across.length == 0
	r.focus.FillColor = colours.accent
	r.focus.Hidden = !v.focused
	r.focus.Resize(fyne.NewSize(focusWidth, s.Height))
	for _, o := range []*canvas.Rectangle{r.down, r.across, r.focus} {
		canvas.Refresh(o)
	}
}

// picture is what Fyne draws: the last frame, cut or filled up where the size is
// another one by now.
func (v *View) picture(w, h int) image.Image {
	if size := v.Size(); size.Width > 0 && w > 0 {
		if scale := float32(w) / size.Width; scale < v.scale*0.99 || scale > v.scale*1.01 {
			v.scale = scale
			v.resize()
		}
	}
	at := image.Rect(0, 0, max(w, 1), max(h, 1))
	if v.frame != nil && v.frame.Rect == at {
		return v.frame
	}
	img := image.NewRGBA(at)
	draw.Draw(img, at, image.NewUniform(v.set.look(v.source).Canvas), image.Point{}, draw.Src)
	if v.frame != nil {
		draw.Draw(img, at, v.frame, image.Point{}, draw.Src)
	}
	return img
}

// resize tells the view's size, the zoom and the screen's scale.
func (v *View) resize() {
	s := v.Size()
	if s.Width < 1 || s.Height < 1 {
		return
	}
	v.again()
	v.port.Resize(int(s.Width*v.scale+0.5), int(s.Height*v.scale+0.5), v.zoom*v.scale)
	v.kick()
}

package textview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	look "restante.app/ui/theme"
)

const (
	thumbMin    = 28 // the least height of the scroll bar's thumb
	thumbWidth  = 6
	thumbZone   = 12 // the width that takes clicks for the scroll bar
	focusWidth  = 2
	newlineTail = 5 // the selected line end at the end of a row
)

// renderer draws what can be seen. Its texts and rectangles come from pools that
// grow to a screenful and stay.
type renderer struct {
	view  *View
	body  *fyne.Container // rectangles of the selection, then texts
	clip  *container.Clip
	thumb *canvas.Rectangle
	focus *canvas.Rectangle
	texts []*canvas.Text
	rects []*canvas.Rectangle
}

func newRenderer(v *View) *renderer {
	r := &renderer{view: v, body: container.NewWithoutLayout()}
	r.clip = container.NewClip(r.body)
	r.thumb, r.focus = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	r.thumb.CornerRadius = thumbWidth / 2
	return r
}

// Destroy lets go of nothing: the pools go with the renderer.
func (r *renderer) Destroy() {}

// MinSize is the view's.
func (r *renderer) MinSize() fyne.Size { return r.view.MinSize() }

// Objects are drawn in this order.
func (r *renderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.clip, r.focus, r.thumb}
}

// Layout fills the view. Where the width changed, the text is wrapped anew and the
// paragraph at the top stays where it is.
func (r *renderer) Layout(size fyne.Size) {
	r.clip.Resize(size)
	r.body.Resize(size)
	r.Refresh()
}

// Refresh draws the rows that can be seen.
func (r *renderer) Refresh() {
	if !r.view.ready() {
		return
	}
	p, colours := r.view.page, r.view.colours()
	from, to := r.view.sel.span()
	texts, rects := 0, 0
	y := -p.dy
	for at, moved := p.top, 1; moved == 1 && y < p.size.Height; at, moved = p.doc.move(at, 1) {
		line := p.comp.compose(at)
		for _, b := range r.selected(line, from, to) {
			r.rect(rects, b, y, colours.selection)
			rects++
		}
		for _, piece := range line.pieces {
			if piece.shown != "" {
				r.text(texts, piece, y, colours.of(piece, line.level))
				texts++
			}
		}
		y += p.face.height
	}
	r.body.Objects = r.body.Objects[:0]
	for _, rect := range r.rects[:rects] {
		r.body.Objects = append(r.body.Objects, rect)
	}
	for _, text := range r.texts[:texts] {
		r.body.Objects = append(r.body.Objects, text)
	}
	r.frame(colours)
	canvas.Refresh(r.view)
}

// selected gives the bands of a row that are in the selection [from,to), its line
// end included.
func (r *renderer) selected(line row, from, to int) []band {
	if from >= to || to <= line.start || from >= line.next {
		return nil
	}
	bands := r.view.page.comp.bands(line, max(from, line.start), min(to, line.end))
	if to > line.end && line.next > line.end && from <= line.end {
		x := r.view.page.comp.xOf(line, line.end)
		if line.rtl {
			x -= newlineTail
		}
		bands = append(bands, band{x, x + newlineTail})
	}
	return bands
}

func (r *renderer) rect(i int, b band, y float32, c color.Color) {
	if i == len(r.rects) {
		r.rects = append(r.rects, canvas.NewRectangle(c))
	}
	rect := r.rects[i]
	rect.FillColor = c
	rect.Move(fyne.NewPos(marginLeft+b.x0, y))
	rect.Resize(fyne.NewSize(b.x1-b.x0, r.view.page.face.height))
}

func (r *renderer) text(i int, p piece, y float32, c color.Color) {
	if i == len(r.texts) {
		r.texts = append(r.texts, canvas.NewText("", c))
	}
	f := r.view.page.face
	t := r.texts[i]
	t.Text, t.Color, t.TextSize, t.TextStyle = p.shown, c, f.key.size, f.key.style
	t.TextStyle.Underline = p.link != ""
	t.Move(fyne.NewPos(marginLeft+p.x, y))
	t.Resize(fyne.NewSize(p.w, f.height))
}

// frame draws what lies around the text: the scroll bar and the mark of the focus.
func (r *renderer) frame(c colours) {
	size := r.view.Size()
	top, height := r.view.page.bar()
	r.thumb.FillColor = c.thumb
	r.thumb.Move(fyne.NewPos(size.Width-thumbWidth-3, top))
	r.thumb.Resize(fyne.NewSize(thumbWidth, height))
	r.focus.FillColor = color.Transparent
	if r.view.focused {
		r.focus.FillColor = c.link
	}
	r.focus.Resize(fyne.NewSize(focusWidth, size.Height))
}

// colours are the theme's for one drawing.
type colours struct {
	ink, link, mark, selection, thumb color.Color
	quotes                            [3]color.Color
	quoted                            bool
}

// colours asks the theme. Under a theme that lacks this project's names, Fyne's
// own colours stand in.
func (v *View) colours() colours {
	named := func(n, instead fyne.ThemeColorName) color.Color {
		if c := fynetheme.ColorForWidget(n, v); c != nil && c != color.Transparent {
			return c
		}
		return fynetheme.ColorForWidget(instead, v)
	}
	c := colours{
		ink:       named(look.ColorNameInk, fynetheme.ColorNameForeground),
		link:      named(look.ColorNameAccent, fynetheme.ColorNameHyperlink),
		mark:      named(look.ColorNamePlaceholderMark, fynetheme.ColorNameError),
		selection: named(fynetheme.ColorNameSelection, fynetheme.ColorNameSelection),
		thumb:     named(fynetheme.ColorNameScrollBar, fynetheme.ColorNameScrollBar),
		quoted:    v.options.Quotes,
	}
	if !v.focused {
		c.selection = named(look.ColorNameRowSelectedUnfocused, fynetheme.ColorNameSelection)
	}
	for i, n := range []fyne.ThemeColorName{look.ColorNameQuote1, look.ColorNameQuote2, look.ColorNameQuote3} {
		c.quotes[i] = named(n, fynetheme.ColorNamePlaceHolder)
	}
	return c
}

func (c *colours) of(p piece, level uint8) color.Color {
	switch {
	case p.mark:
		return c.mark
	case p.link != "":
		return c.link
	case c.quoted && level > 0:
		return c.quotes[min(int(level), len(c.quotes))-1]
	default:
		return c.ink
	}
}

package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// cells are the texts of a row in columns.
type cells struct {
	cols  *columns
	texts []*line
}

func newCells(c *columns) cells {
	out := cells{cols: c}
	for _, col := range c.of {
		l := newLine(theme.SizeNameListText, theme.ColorNameInk)
		if col.trailing {
			l.Alignment = fyne.TextAlignTrailing
		}
		out.texts = append(out.texts, l)
	}
	return out
}

// show fills the cells, of which those from the quiet one on are set back.
func (c *cells) show(texts []string, bold bool, quiet int) {
	for i, s := range texts {
		color := theme.ColorNameInk
		if i >= quiet {
			color = theme.ColorNameFaint
		}
		c.texts[i].show(s, bold && i < quiet, color)
	}
}

func (c *cells) objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(c.texts))
	for i, t := range c.texts {
		out[i] = t.Text
	}
	return out
}

// layout puts the texts into a row of this size and returns where they begin.
func (c *cells) layout(s fyne.Size) []float32 {
	x, w := c.cols.at(s.Width)
	for i, t := range c.texts {
		t.place(x[i], w[i], s.Height)
	}
	return x
}

// messageRow is a line of the message list.
type messageRow struct {
	widget.BaseWidget
	cells cells
	dot   *canvas.Circle
	clip  *canvas.Image
	star  *canvas.Image
	hits  map[int]*hitMarks // by column
	row   present.Row
}

func newMessageRow(c *columns) *messageRow {
	r := &messageRow{cells: newCells(c), dot: canvas.NewCircle(color.Transparent), clip: canvas.NewImageFromResource(theme.Icon(theme.IconNameAttachment)), star: canvas.NewImageFromResource(theme.Icon(theme.IconNameStar))}
	r.hits = map[int]*hitMarks{colFrom: newHitMarks(), colSubject: newHitMarks()}
	r.clip.FillMode, r.star.FillMode = canvas.ImageFillContain, canvas.ImageFillContain
	r.ExtendBaseWidget(r)
	return r
}

func (r *messageRow) show(row present.Row) {
	r.row = row
	r.cells.show([]string{colFrom: row.From, colSubject: row.Subject, colDate: row.Date, colSize: row.Size}, row.Unread, colDate)
	r.hits[colFrom].spans, r.hits[colSubject].spans = row.FromHits, row.SubjectHits
	r.dot.Hidden = !row.Unread
	r.dot.FillColor = colorOf(theme.ColorNameUnread)
	icon := theme.IconNameAttachment
	if row.Partial {
		icon = theme.IconNameFetch
	}
	if res := theme.Icon(icon); r.clip.Resource != res {
		r.clip.Resource = res
	}
	r.star.Hidden = !row.Starred
	r.clip.Hidden = !row.Attachment && !row.Partial
	r.Refresh()
}

// CreateRenderer is Fyne's way to the row's objects.
func (r *messageRow) CreateRenderer() fyne.WidgetRenderer {
	behind := []fyne.CanvasObject{r.dot, r.star, r.clip, r.hits[colFrom].object, r.hits[colSubject].object}
	return &rowRenderer{layout: r.layout, objects: append(behind, r.cells.objects()...)}
}

func (r *messageRow) layout(s fyne.Size) {
	const dot, clip = 7, 14
	x := r.cells.layout(s)
	for col, h := range r.hits {
		h.place(r.cells.texts[col])
	}
	r.dot.Move(fyne.NewPos(x[colMark]+4, (s.Height-dot)/2))
	r.dot.Resize(fyne.NewSize(dot, dot))
	r.dot.Refresh()
	r.star.Move(fyne.NewPos(x[colMark]+14, (s.Height-clip)/2))
	r.star.Resize(fyne.NewSize(clip, clip))
	r.star.Refresh()
	r.clip.Move(fyne.NewPos(x[colClip]+2, (s.Height-clip)/2))
	r.clip.Resize(fyne.NewSize(clip, clip))
	r.clip.Refresh()
}

// cellsRow is a row that is nothing but its cells.
type cellsRow struct {
	widget.BaseWidget
	cells cells
}

func newCellsRow(c *columns) *cellsRow {
	r := &cellsRow{cells: newCells(c)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *cellsRow) show(texts []string, bold bool, quiet int) {
	r.cells.show(texts, bold, quiet)
	r.Refresh()
}

// CreateRenderer is Fyne's way to the row's objects.
func (r *cellsRow) CreateRenderer() fyne.WidgetRenderer {
	return &rowRenderer{layout: func(s fyne.Size) { r.cells.layout(s) }, objects: r.cells.objects()}
}

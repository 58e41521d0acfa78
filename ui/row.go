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
	// left and right are kept free in the column that takes the rest.
	left, right float32
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
		at, width := x[i], w[i]
		if i == c.cols.flex {
			at, width = at+c.left, max(0, width-c.left-c.right)
		}
		t.place(at, width, s.Height)
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
	fold  *canvas.Image     // the triangle of a thread
	count *line             // of its messages
	hits  map[int]*hitMarks // by column
	row   present.Row
}

const (
	foldRoom   = 20 // for the triangle before the subject
	stepIn     = 14 // of a message below the one that it answers to
	mostStepIn = 8  // steps that are shown
)

func newMessageRow(c *columns) *messageRow {
	icon := func(name fyne.ThemeIconName) *canvas.Image {
		i := canvas.NewImageFromResource(theme.Icon(name))
		i.FillMode = canvas.ImageFillContain
		return i
	}
	r := &messageRow{cells: newCells(c), dot: canvas.NewCircle(color.Transparent), count: newLine(theme.SizeNameSmallText, theme.ColorNameFaint)}
	r.clip, r.star, r.fold = icon(theme.IconNameAttachment), icon(theme.IconNameStar), icon(theme.IconNameThreadClosed)
	r.hits = map[int]*hitMarks{colFrom: newHitMarks(), colSubject: newHitMarks()}
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
	r.showThread(row)
	r.Refresh()
}

// showThread shows what tells of the row's thread, and keeps room for it.
func (r *messageRow) showThread(row present.Row) {
	icon := theme.IconNameThreadClosed
	if row.Fold == present.Opened {
		icon = theme.IconNameThreadOpen
	}
	if res := theme.Icon(icon); r.fold.Resource != res {
		r.fold.Resource = res
	}
	r.fold.Hidden = row.Fold == present.NoFold
	r.count.show(row.Count, row.Unread, theme.ColorNameFaint)
	r.cells.left, r.cells.right = 0, 0
	if row.Threaded {
		r.cells.left = foldRoom + stepIn*float32(min(row.Depth, mostStepIn))
	}
	if row.Count != "" {
		r.cells.right = countWidth(r.count) + 10
	}
}

// countWidth is how wide a count is drawn.
func countWidth(l *line) float32 { return fyne.MeasureText(l.whole, l.TextSize, l.TextStyle).Width }

// CreateRenderer is Fyne's way to the row's objects.
func (r *messageRow) CreateRenderer() fyne.WidgetRenderer {
	behind := []fyne.CanvasObject{r.dot, r.star, r.clip, r.fold, r.count.Text, r.hits[colFrom].object, r.hits[colSubject].object}
	return &rowRenderer{layout: r.layout, objects: append(behind, r.cells.objects()...)}
}

func (r *messageRow) layout(s fyne.Size) {
	const dot, clip, fold = 7, 14, 12
	x := r.cells.layout(s)
	r.fold.Move(fyne.NewPos(x[r.cells.cols.flex]+1, (s.Height-fold)/2))
	r.fold.Resize(fyne.NewSize(fold, fold))
	r.fold.Refresh()
	width := countWidth(r.count)
	r.count.place(x[r.cells.cols.flex+1]-8-width, width+1, s.Height)
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

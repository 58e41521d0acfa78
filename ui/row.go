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
	for range c.of {
		out.texts = append(out.texts, newLine(theme.SizeNameListText, theme.ColorNameInk))
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

// layout puts the texts into a row of this size and returns where they begin, and how wide
// the columns are.
func (c *cells) layout(s fyne.Size) (x, w []float32) {
	x, w = c.cols.at(s.Width)
	for i, t := range c.texts {
		t.Alignment = fyne.TextAlignLeading
		if c.cols.of[i].trailing {
			t.Alignment = fyne.TextAlignTrailing
		}
		at, width := x[i], w[i]
		if i == c.cols.flex {
			at, width = at+c.left, max(0, width-c.left-c.right)
		}
		t.place(at, width, s.Height)
	}
	return x, w
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
	r.cells.show([]string{colFrom: row.From, colSubject: row.Subject, colDate: row.Date, colSize: row.Size, colPlace: row.Place}, row.Unread, colDate)
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
	if r.cells.cols.stacked {
		r.stack(s)
		return
	}
	x, w := r.cells.layout(s)
	flex := r.cells.cols.flex
	r.marks(x[flex], x[flex]+w[flex], x[colClip]+2, 0, s.Height)
	r.put(r.dot, x[colMark]+4, 0, dotSize, s.Height)
	r.put(r.star, x[colMark]+14, 0, clipSize, s.Height)
}

// Sizes of what is drawn in a row, and where the text begins where it has two lines.
const (
	stackedText = 40

	dotSize  = 7
	clipSize = 14
	foldSize = 12
)

// put places what is drawn in the middle of a line of a row.
func (r *messageRow) put(o fyne.CanvasObject, x, y, size, height float32) {
	o.Move(fyne.NewPos(x, y+(height-size)/2))
	o.Resize(fyne.NewSize(size, size))
	o.Refresh()
}

// marks places what is drawn beside the subject, which begins and ends there, on a line of
// a row, and what was found in the texts.
func (r *messageRow) marks(begin, end, clip, y, height float32) {
	r.put(r.fold, begin+1, y, foldSize, height)
	width := countWidth(r.count)
	r.count.placeAt(end-width, y, width+1, height)
	for col, h := range r.hits {
		h.place(r.cells.texts[col])
	}
	r.put(r.clip, clip, y, clipSize, height)
}

// stack lays the row out on two lines: who and when, and below it what about.
func (r *messageRow) stack(s fyne.Size) {
	const edge, clip, inset = 8, 20, 3
	t, c := r.cells.texts, r.cells.cols
	half, upper, lower := s.Height/2-inset, float32(inset), s.Height/2
	left, end := float32(stackedText+stepIn*min(r.row.Depth, mostStepIn)), s.Width-edge
	date, size, place := c.Widths[colDate], c.Widths[colSize], float32(0)
	if c.shown(colPlace) {
		place = min(c.Widths[colPlace], s.Width/4)
	}
	t[colDate].Alignment, t[colSize].Alignment = fyne.TextAlignTrailing, fyne.TextAlignTrailing
	t[colDate].placeAt(end-date, upper, date, half)
	t[colPlace].placeAt(end-date-place-edge, upper, place, half)
	t[colFrom].placeAt(left, upper, max(0, end-date-place-2*edge-left), half)
	t[colSize].placeAt(end-size, lower, size, half)
	last := end - size - clip
	t[colSubject].placeAt(left, lower, max(0, last-left-r.cells.right), half)
	r.marks(edge-1, last-edge/2, last, lower, half)
	r.put(r.dot, edge+4, upper, dotSize, half)
	r.put(r.star, edge+14, upper, clipSize, half)
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
	return &rowRenderer{layout: func(s fyne.Size) { _, _ = r.cells.layout(s) }, objects: r.cells.objects()}
}

package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"restante.app/ui/present"
	"restante.app/ui/theme"
)

// messageRow is a line of the message list.
type messageRow struct {
	widget.BaseWidget
	cols  *columns
	texts [colCount]*line
	dot   *canvas.Circle
	clip  *canvas.Image
	row   present.Row
}

func newMessageRow(c *columns) *messageRow {
	r := &messageRow{cols: c, dot: canvas.NewCircle(color.Transparent), clip: canvas.NewImageFromResource(theme.Icon(theme.IconNameAttachment))}
	r.clip.FillMode = canvas.ImageFillContain
	for i := range r.texts {
		r.texts[i] = newLine(theme.SizeNameListText, theme.ColorNameInk)
	}
	r.texts[colSize].Alignment = fyne.TextAlignTrailing
	r.ExtendBaseWidget(r)
	return r
}

func (r *messageRow) show(row present.Row) {
	r.row = row
	for i, s := range [colCount]string{colFrom: row.From, colSubject: row.Subject, colDate: row.Date, colSize: row.Size} {
		color := theme.ColorNameInk
		if i >= colDate {
			color = theme.ColorNameFaint
		}
		r.texts[i].show(s, row.Unread && i < colDate, color)
	}
	r.dot.Hidden = !row.Unread
	r.dot.FillColor = colorOf(theme.ColorNameUnread)
	r.clip.Hidden = !row.Attachment
	r.Refresh()
}

// CreateRenderer is Fyne's way to the row's objects.
func (r *messageRow) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.dot, r.clip}
	for _, t := range r.texts {
		objects = append(objects, t.Text)
	}
	return &rowRenderer{layout: r.layout, objects: objects}
}

func (r *messageRow) layout(s fyne.Size) {
	const dot, clip = 7, 14
	x, w := r.cols.at(s.Width)
	r.dot.Move(fyne.NewPos(x[colMark]+4, (s.Height-dot)/2))
	r.dot.Resize(fyne.NewSize(dot, dot))
	r.dot.Refresh()
	r.clip.Move(fyne.NewPos(x[colClip]+2, (s.Height-clip)/2))
	r.clip.Resize(fyne.NewSize(clip, clip))
	r.clip.Refresh()
	for i, t := range r.texts {
		t.place(x[i], w[i], s.Height)
	}
}

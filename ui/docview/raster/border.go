package raster

import (
	"restante.app/ui/docview/dom"
	"restante.app/ui/docview/layout"
)

// edges paints the borders of a box.
func (c *canvas) edges(i *layout.Item) {
	at := snap(i.Rect).Add(c.off)
	_ = at
	_ = dom.Top
}

// frame paints what shows where an image is not.
func (c *canvas) frame(i *layout.Item) {}

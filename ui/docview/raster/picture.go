package raster

import "restante.app/ui/docview/layout"

type scaledCache struct{}

func (c *canvas) picture(i *layout.Item) {}
func (c *canvas) tiles(i *layout.Item)   {}

package raster

import (
	"container/list"
	"image"
)

// Scaled pictures are made and kept in tiles, so that of a large one no more is made
// than is seen.
const (
	tileSide  = 256
	maxScaled = 48 << 20 // octets of tiles that are kept
)

// view is a picture at a size.
type view struct {
	src            string
	size           image.Point
	dim            bool
	timesX, timesY int // how often it is repeated; 0 is once
}

// tileKey names a tile. version tells pictures of one source apart that were loaded one
// after the other.
type tileKey struct {
	view
	version uint64
	at      image.Point
}

// tile is a part of a view, with the view's coordinates.
type tile struct {
	key    tileKey
	pix    *image.RGBA
	opaque bool
	older  *list.Element
}

// scaledCache keeps tiles; those not used for longest go first. The zero value is empty.
type scaledCache struct {
	tiles map[tileKey]*tile
	order list.List
	size  int
}

// tile returns a part of a view, nil if the picture is not there.
func (p *Painter) tile(v view, at image.Point) *tile {
	s := &p.scaled
	version, known := p.images.version(v.src)
	key := tileKey{v, version, at}
	if t := s.tiles[key]; known && t != nil {
		s.order.MoveToFront(t.older)
		return t
	}
	src, _ := p.images.peek(v.src)
	if src == nil {
		return nil
	}
	key.version, known = p.images.version(v.src)
	whole := image.Rectangle{Max: image.Pt(v.size.X*max(v.timesX, 1), v.size.Y*max(v.timesY, 1))}
	in := image.Rect(at.X*tileSide, at.Y*tileSide, (at.X+1)*tileSide, (at.Y+1)*tileSide).Intersect(whole)
	t := &tile{key: key, pix: v.render(src, in)}
	if v.dim {
		darken(t.pix)
	}
	t.opaque = t.pix.Opaque()
	if known {
		s.keep(t)
	}
	return t
}

func (s *scaledCache) keep(t *tile) {
	if s.tiles == nil {
		s.tiles = map[tileKey]*tile{}
	}
	if old := s.tiles[t.key]; old != nil {
		s.drop(old)
	}
	s.tiles[t.key] = t
	t.older = s.order.PushFront(t)
	s.size += len(t.pix.Pix)
	for s.size > maxScaled {
		last, _ := s.order.Back().Value.(*tile)
		s.drop(last)
	}
}

func (s *scaledCache) drop(t *tile) {
	s.order.Remove(t.older)
	delete(s.tiles, t.key)
	s.size -= len(t.pix.Pix)
}

// render makes a part of a view.
func (v view) render(src *image.RGBA, in image.Rectangle) *image.RGBA {
	if v.timesX <= 1 && v.timesY <= 1 {
		return resample(src, v.size, in)
	}
	one := resample(src, v.size, image.Rectangle{Max: v.size}.Intersect(image.Rect(0, 0, in.Max.X, in.Max.Y)))
	out := image.NewRGBA(in)
	for y := in.Min.Y; y < in.Max.Y; y++ {
		row := out.Pix[out.PixOffset(in.Min.X, y):]
		from := one.Pix[one.PixOffset(0, y%v.size.Y):]
		for x := in.Min.X; x < in.Max.X; x++ {
			o := x % v.size.X * 4
			copy(row[(x-in.Min.X)*4:][:4], from[o:o+4])
		}
	}
	return out
}

// darken takes some of the light from a picture that is shown in dark surroundings.
func darken(m *image.RGBA) {
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := m.Pix[i : i+3 : i+3]
		p[0], p[1], p[2] = uint8(uint32(p[0])*dimmed>>8), uint8(uint32(p[1])*dimmed>>8), uint8(uint32(p[2])*dimmed>>8)
	}
}

const dimmed = 218 // of 256, what is left

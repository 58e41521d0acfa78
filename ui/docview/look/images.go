package look

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

var pictureName = regexp.MustCompile(`^cid:([a-z]+)-(\d{1,4})x(\d{1,4})$`)

var pictures sync.Map // of octets by source

// Part is a picture of a fixture by its source: "cid:KIND-WIDTHxHEIGHT" is made to that
// size, the same each time; anything else is nil.
func Part(src string) []byte {
	if kept, ok := pictures.Load(src); ok {
		octets, _ := kept.([]byte)
		return octets
	}
	m := pictureName.FindStringSubmatch(src)
	if m == nil {
		return nil
	}
	w, _ := strconv.Atoi(m[2])
	h, _ := strconv.Atoi(m[3])
	var b bytes.Buffer
	if w == 0 || h == 0 || png.Encode(&b, picture(m[1], w, h)) != nil {
		return nil
	}
	pictures.Store(src, b.Bytes())
	return b.Bytes()
}

// picture draws one: a sky with hills for most, a flat badge for logos and avatars, a
// pattern for tiles, nothing for spacers.
func picture(kind string, w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	f := fnv.New32a()
	_, _ = f.Write([]byte(kind))
	seed := f.Sum32()
	base := color.NRGBA{uint8(60 + seed%140), uint8(60 + seed>>8%140), uint8(60 + seed>>16%140), 255}
	at := func(x, y int) color.NRGBA { return hills(base, x, y, w, h) }
	switch {
	case strings.HasPrefix(kind, "spacer"):
		at = func(int, int) color.NRGBA { return color.NRGBA{} }
	case strings.HasPrefix(kind, "logo"), strings.HasPrefix(kind, "icon"), strings.HasPrefix(kind, "avatar"):
		at = func(x, y int) color.NRGBA { return badge(base, x, y, w, h) }
	case strings.HasPrefix(kind, "tile"):
		at = func(x, y int) color.NRGBA {
			if (x*2/w+y*2/h)%2 == 0 {
				return color.NRGBA{238, 242, 247, 255}
			}
			return color.NRGBA{224, 231, 240, 255}
		}
	}
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, at(x, y))
		}
	}
	return m
}

func hills(base color.NRGBA, x, y, w, h int) color.NRGBA {
	// Two parabolas for hills, a sky that grows lighter towards them.
	far := h/2 + (x-w/3)*(x-w/3)*h/(2*w*w+1)
	near := h*2/3 + (x-w*3/4)*(x-w*3/4)*h/(w*w+1)
	switch {
	case y > near:
		return color.NRGBA{base.R / 2, base.G / 2, base.B / 2, 255}
	case y > far:
		return base
	}
	light := func(c uint8) uint8 { return uint8(200 + int(c)*55/255*y/h) }
	return color.NRGBA{light(base.R), light(base.G), light(base.B), 255}
}

func badge(base color.NRGBA, x, y, w, h int) color.NRGBA {
	dx, dy := 2*x-w+1, 2*y-h+1
	switch {
	case dx*dx*h*h+dy*dy*w*w > w*w*h*h: // beyond the ellipse
		return color.NRGBA{}
	case abs(dx)*3 < w && abs(dy)*3 < h:
		return color.NRGBA{255, 255, 255, 255}
	}
	return base
}

func abs(x int) int { return max(x, -x) }

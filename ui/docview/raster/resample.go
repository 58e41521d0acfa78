package raster

import "image"

// span is which pixels of a source make one of the output, along one axis, with weights
// that sum up to unit.
type span struct {
	first   int
	weights []uint32
}

const unit = 1 << 14

// resample makes the part in of a picture scaled to a size. A pixel is the mean of what
// it covers when the picture grows smaller, and is interpolated when it grows larger.
// What comes out of a pixel does not depend on the part that is asked for.
func resample(src *image.RGBA, size image.Point, in image.Rectangle) *image.RGBA {
	out := image.NewRGBA(in)
	if in.Empty() || src.Rect.Empty() {
		return out
	}
	if src.Rect.Size() == size {
		from := src.Rect.Min.Add(in.Min)
		for y := range in.Dy() {
			copy(out.Pix[y*out.Stride:(y+1)*out.Stride], src.Pix[src.PixOffset(from.X, from.Y+y):])
		}
		return out
	}
	columns := spans(src.Rect.Dx(), size.X, in.Min.X, in.Max.X)
	rows := spans(src.Rect.Dy(), size.Y, in.Min.Y, in.Max.Y)
	left := columns[0].first
	last := columns[len(columns)-1]
	line := make([]uint32, 4*(last.first+len(last.weights)-left))
	for y := range rows {
		mixRows(line, src, left, rows[y])
		mixColumns(out.Pix[y*out.Stride:(y+1)*out.Stride], line, left, columns)
	}
	return out
}

// mixRows sums up rows of a source from a column on.
func mixRows(line []uint32, src *image.RGBA, left int, s span) {
	for i, w := range s.weights {
		o := (s.first+i)*src.Stride + 4*left
		row := src.Pix[o : o+len(line)]
		if i == 0 {
			for x, v := range row {
				line[x] = uint32(v) * w
			}
			continue
		}
		for x, v := range row {
			line[x] += uint32(v) * w
		}
	}
}

func mixColumns(out []uint8, line []uint32, left int, columns []span) {
	const half = unit * unit / 2
	for x, s := range columns {
		var r, g, b, a uint64
		px := line[4*(s.first-left):]
		for i, w := range s.weights {
			p, w := px[4*i:4*i+4:4*i+4], uint64(w)
			r, g, b, a = r+uint64(p[0])*w, g+uint64(p[1])*w, b+uint64(p[2])*w, a+uint64(p[3])*w
		}
		to := out[4*x : 4*x+4 : 4*x+4]
		to[0], to[1], to[2], to[3] = uint8((r+half)/(unit*unit)), uint8((g+half)/(unit*unit)), uint8((b+half)/(unit*unit)), uint8((a+half)/(unit*unit))
	}
}

// spans are those of the pixels from…to of an axis that is scaled from so many pixels
// to so many.
func spans(have, want, from, to int) []span {
	out := make([]span, 0, to-from)
	per := float64(have) / float64(want)
	for i := from; i < to; i++ {
		if per <= 1 {
			out = append(out, between((float64(i)+0.5)*per-0.5, have))
		} else {
			out = append(out, covered(float64(i)*per, float64(i+1)*per, have))
		}
	}
	return out
}

// between is a place between two pixels.
func between(at float64, have int) span {
	at = min(max(at, 0), float64(have-1))
	first := min(int(at), have-1)
	w := uint32((at - float64(first)) * unit)
	if w == 0 {
		return span{first, []uint32{unit}}
	}
	return span{first, []uint32{unit - w, w}}
}

// covered is all from one place to another.
func covered(from, to float64, have int) span {
	first := min(int(from), have-1)
	end := min(max(int(to+0.999999), first+1), have)
	s := span{first, make([]uint32, end-first)}
	left := uint32(unit)
	for i := range s.weights {
		x := float64(first + i)
		w := uint32((min(to, x+1) - max(from, x)) / (to - from) * unit)
		w = min(w, left)
		s.weights[i] = w
		left -= w
	}
	s.weights[len(s.weights)/2] += left // what rounding lost
	return s
}

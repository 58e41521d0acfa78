package raster

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation reads how a JPEG is to be turned (Exif 2.32, tag 0x0112): 1 to 8, 1 is not
// at all, also where nothing is said.
func orientation(data []byte) int {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker, n := data[i+1], int(binary.BigEndian.Uint16(data[i+2:]))
		if marker == 0xff { // fill
			i++
			continue
		}
		if marker == 0xda || n < 2 || i+2+n > len(data) {
			return 1
		}
		body := data[i+4 : i+2+n]
		if exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); marker == 0xe1 && ok {
			return exifTurn(exif)
		}
		i += 2 + n
	}
	return 1
}

func exifTurn(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	dir := b[at:]
	n := int(order.Uint16(dir))
	for i := range n {
		e := 2 + 12*i
		if e+12 > len(dir) {
			return 1
		}
		if order.Uint16(dir[e:]) == 0x0112 {
			if v := int(order.Uint16(dir[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turned turns and mirrors a picture as an orientation says.
func turned(src *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn > 4 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	// Where the first pixel of a row goes, and how far it is from one to the next, in
	// octets across and down.
	right, down := 4, out.Stride
	last := len(out.Pix) - 4
	start, along, next := 0, 0, 0
	switch turn {
	case 2:
		start, along, next = out.Stride-4, -right, down
	case 3:
		start, along, next = last, -right, -down
	case 4:
		start, along, next = last-out.Stride+4, right, -down
	case 5:
		start, along, next = 0, down, right
	case 6:
		start, along, next = out.Stride-4, down, -right
	case 7:
		start, along, next = last, -down, -right
	case 8:
		start, along, next = last-out.Stride+4, -down, right
	}
	for y := range h {
		to := start + y*next
		row := src.Pix[y*src.Stride : y*src.Stride+4*w]
		for x := 0; x < len(row); x += 4 {
			copy(out.Pix[to:to+4], row[x:x+4])
			to += along
		}
	}
	return out
}

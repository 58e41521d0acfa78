package raster

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"io"
)

// repairPNG makes a whole PNG of one that ends early or is damaged: of the rows that can
// be inflated. whole is how many those are.
func repairPNG(data []byte) (octets []byte, whole int) {
	var head, packed []byte // chunks before the pixels, and those
	for i := 8; i+8 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[i:]))
		name := string(data[i+4 : i+8])
		end := i + 8 + n
		if n < 0 || n > len(data) || end > len(data) {
			end = len(data)
		}
		switch {
		case name == "IDAT":
			packed = append(packed, data[i+8:end]...)
		case len(packed) == 0 && end+4 <= len(data) && (name == "IHDR" || name == "PLTE" || name == "tRNS"):
			head = append(head, chunk(name, data[i+8:end])...)
		}
		i = end + 4
	}
	row, rows := pngRows(head)
	if row <= 0 || len(packed) == 0 {
		return nil, 0
	}
	if head[8+12] != 0 { // interlaced: the rows that are missing are everywhere
		return nil, 0
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, 0
	}
	raw, _ := io.ReadAll(io.LimitReader(z, int64(row)*int64(rows))) // the error is why this is done
	if whole = len(raw) / row; whole == 0 {
		return nil, 0
	}
	binary.BigEndian.PutUint32(head[8+4:], uint32(whole))
	head = append(chunk("IHDR", head[8:8+13]), head[8+13+4:]...)
	var again bytes.Buffer
	w, err := zlib.NewWriterLevel(&again, zlib.BestSpeed)
	if err != nil {
		return nil, 0
	}
	_, _ = w.Write(raw[:whole*row]) // into a buffer, which takes all
	_ = w.Close()
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	out.Write(head)
	out.Write(chunk("IDAT", again.Bytes()))
	out.Write(chunk("IEND", nil))
	return out.Bytes(), whole
}

// pngRows is how many octets a row takes, its filter included, and how many there are,
// from the header's chunk; 0 if that says nothing sound.
func pngRows(head []byte) (row, rows int) {
	if len(head) < 8+13 || string(head[4:8]) != "IHDR" {
		return 0, 0
	}
	b := head[8:]
	w, h, bits := int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:])), int(b[8])
	samples, ok := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[b[9]]
	if !ok || bits > 16 || w <= 0 || h <= 0 || w > maxPixels/h {
		return 0, 0
	}
	return 1 + (w*samples*bits+7)/8, h
}

func chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// repairGIF makes a whole GIF of the first frame of one that ends early or is damaged.
func repairGIF(data []byte) (octets []byte, whole int) {
	if len(data) < 13 {
		return nil, 0
	}
	i := 13
	if data[10]&0x80 != 0 {
		i += 3 << (data[10]&7 + 1)
	}
	for i+1 < len(data) && data[i] == 0x21 {
		_, i = subBlocks(data, i+2)
	}
	if i+10 > len(data) || data[i] != 0x2c {
		return nil, 0
	}
	w, h := int(binary.LittleEndian.Uint16(data[i+5:])), int(binary.LittleEndian.Uint16(data[i+7:]))
	top, whole := int(binary.LittleEndian.Uint16(data[i+3:])), int(binary.LittleEndian.Uint16(data[8:]))
	interlaced := data[i+9]&0x40 != 0
	if data[i+9]&0x80 != 0 {
		i += 3 << (data[i+9]&7 + 1)
	}
	i += 10
	if i >= len(data) || w == 0 || h == 0 || w > maxPixels/h || data[i] < 2 || data[i] > 8 {
		return nil, 0
	}
	bits := int(data[i])
	packed, _ := subBlocks(data, i+1)
	pixels := make([]byte, w*h)
	r := lzw.NewReader(bytes.NewReader(packed), lzw.LSB, bits)
	n, _ := io.ReadFull(r, pixels)
	clear(pixels[n:])
	var again bytes.Buffer
	z := lzw.NewWriter(&again, lzw.LSB, bits)
	if _, err := z.Write(pixels); err != nil {
		return nil, 0
	}
	_ = z.Close() // into a buffer, which takes all
	out := append([]byte(nil), data[:i+1]...)
	for b := again.Bytes(); len(b) > 0; {
		m := min(len(b), 255)
		out = append(append(out, byte(m)), b[:m]...)
		b = b[m:]
	}
	if !interlaced {
		whole = top + n/w
	}
	return append(out, 0, 0x3b), whole
}

// subBlocks joins the blocks of a GIF from i on, and returns where they end.
func subBlocks(data []byte, i int) (joined []byte, next int) {
	for i < len(data) {
		n := int(data[i])
		i++
		if n == 0 {
			return joined, i
		}
		joined = append(joined, data[i:min(i+n, len(data))]...)
		i += n
	}
	return joined, len(data)
}

// cutJPEG decodes a JPEG that ends early. The decoder needs octets to the end, so it is
// given some, twice and not the same: where both pictures agree is what came.
func cutJPEG(data []byte, size image.Point) (image.Image, int) {
	if at := bytes.LastIndex(data, []byte{0xff, 0xda}); progressive(data) && at > 0 {
		// Each scan of a progressive one refines the whole: those before the last do.
		if img, err := jpeg.Decode(bytes.NewReader(append(data[:at:at], 0xff, 0xd9))); err == nil {
			return img, size.Y
		}
	}
	a, b := padJPEG(data, size, 0x00), padJPEG(data, size, 0x55)
	if a == nil {
		return nil, 0
	}
	if b == nil {
		return a, size.Y
	}
	whole := agree(a, b, size)
	if whole == 0 {
		return nil, 0
	}
	return a, whole
}

func padJPEG(data []byte, size image.Point, with byte) image.Image {
	data = bytes.TrimRight(data, "\xff") // half a marker
	pad := io.LimitReader(repeated(with), int64(size.X*size.Y)+1<<16)
	img, err := jpeg.Decode(io.MultiReader(bytes.NewReader(data), pad, bytes.NewReader([]byte{0xff, 0xd9})))
	if err != nil {
		return nil
	}
	return img
}

type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// progressive tells whether a JPEG's frame is one of SOF2.
func progressive(data []byte) bool {
	for i := 2; i+4 <= len(data) && data[i] == 0xff && data[i+1] != 0xda; {
		if data[i+1] == 0xc2 {
			return true
		}
		i += 2 + int(binary.BigEndian.Uint16(data[i+2:]))
	}
	return false
}

// agree counts the rows from the top that are the same in both pictures.
func agree(a, b image.Image, size image.Point) int {
	x, y := flatten(a, size), flatten(b, size)
	rows := 0
	for ; rows < x.Rect.Dy(); rows++ {
		o := rows * x.Stride
		if !bytes.Equal(x.Pix[o:o+x.Stride], y.Pix[o:o+x.Stride]) {
			break
		}
	}
	return rows * size.Y / x.Rect.Dy()
}

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"

	"golang.org/x/image/draw"
)

// picture is the program's icon, drawn once, in every size that is asked for.
type picture struct{ full image.Image }

func openPicture(path string) (picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return picture{}, err
	}
	defer func() { _ = f.Close() }()
	full, err := png.Decode(f)
	if err != nil {
		return picture{}, fmt.Errorf("%s is no PNG: %w", path, err)
	}
	if b := full.Bounds(); b.Dx() != b.Dy() || b.Dx() < 512 {
		return picture{}, fmt.Errorf("%s is to be a square of at least 512 pixels", path)
	}
	return picture{full}, nil
}

// png returns the icon as a PNG, size pixels wide and high. The same size gives the same octets.
func (p picture) png(size int) ([]byte, error) {
	scaled := image.NewNRGBA(image.Rect(0, 0, size, size))
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), p.full, p.full.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, scaled)
	return out.Bytes(), err
}

// ico returns the icon in the sizes of Windows: ICONDIR, its entries, then a PNG each,
// which Windows has read since Vista.
func (p picture) ico() ([]byte, error) {
	sizes := []int{16, 24, 32, 48, 64, 256}
	var head, body bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&head, binary.LittleEndian, v) // a Buffer takes everything
		}
	}
	put(uint16(0), uint16(1), uint16(len(sizes)))
	for _, size := range sizes {
		octets, err := p.png(size)
		if err != nil {
			return nil, err
		}
		at := 6 + 16*len(sizes) + body.Len()
		put(uint8(size), uint8(size), uint8(0), uint8(0), uint16(1), uint16(32), uint32(len(octets)), uint32(at)) // 256 is written as 0
		body.Write(octets)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}

// icns returns the icon in the sizes of macOS: "icns", the length of all, then for each
// size its type, its length with these eight octets, and a PNG, which macOS has read since
// 10.7. The types for 16 and 32 pixels (icp4, icp5) are left out: as PNG in a bundle they
// are shown broken, and ic11 and ic12 are scaled instead.
func (p picture) icns() ([]byte, error) {
	var body bytes.Buffer
	for _, kind := range []struct {
		name string
		size int
	}{{"ic07", 128}, {"ic08", 256}, {"ic09", 512}, {"ic11", 32}, {"ic12", 64}, {"ic13", 256}, {"ic14", 512}} {
		octets, err := p.png(kind.size)
		if err != nil {
			return nil, err
		}
		body.WriteString(kind.name)
		body.Write(binary.BigEndian.AppendUint32(nil, uint32(8+len(octets))))
		body.Write(octets)
	}
	head := binary.BigEndian.AppendUint32([]byte("icns"), uint32(8+body.Len()))
	return append(head, body.Bytes()...), nil
}
